/// Numbers as messages show them.
package enum NumberText {
    /// Without a needless `.0`.
    package static func of(_ number: Double) -> String {
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
