internal import Console
private import Foundation
internal import TextBasics

/// The arguments of the program before any command reads them: what holds for all commands is taken out.
package struct CommandArguments {
    /// What is left for the command.
    package private(set) var rest: [String] = []
    private var color = TerminalColor.Choice.auto
    /// What is wrong with them, with a hint; `nil` if nothing is as far as can be told here.
    package private(set) var problem: String?

    /// Takes them apart, and settles whether errors are colored.
    ///
    /// - Parameters:
    ///   - arguments: without the program's own name.
    ///   - commands: names of the commands.
    package init(_ arguments: some Sequence<String>, commands: [String]) {
        var given = Array(arguments)[...]
        while let argument = given.popFirst() {
            if argument == "--" {
                rest.append(argument)
                rest += given
                break
            }
            if argument == "--color" {
                take(color: given.popFirst() ?? "")
            } else if argument.hasPrefix("--color=") {
                take(color: String(argument.dropFirst("--color=".count)))
            } else {
                rest.append(argument)
            }
        }
        TerminalColor.standard = TerminalColor(
            color, ProcessInfo.processInfo.environment, isTerminal: StandardStream.error.isTerminal)
        guard problem == nil, let name = rest.first, !name.hasPrefix("-"), name != "help",
            !commands.contains(name)
        else { return }
        let near = NearestName.hint(for: name, among: commands).map { "\($0) " } ?? ""
        problem =
            "error: there is no command '\(name)'\nhint: \(near)commands: \(commands.joined(separator: ", "))"
    }

    private mutating func take(color text: String) {
        if let choice = TerminalColor.Choice(rawValue: text) {
            color = choice
        } else {
            problem = "error: --color is '\(text)'; it takes auto, always or never"
        }
    }
}
