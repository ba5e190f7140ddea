/// What the argument parser says about wrong arguments, in the program's own style.
package enum UsageText {
    /// `Error: …` becomes `error: …`, as everywhere else.
    package static func of(_ message: String) -> String {
        let usual = "Error: "
        return message.hasPrefix(usual) ? "error: " + message.dropFirst(usual.count) : message
    }
}
