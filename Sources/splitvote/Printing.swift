internal import Console
internal import Diagnostics
internal import StageKit

/// Prints a line for people or programs to read, with nothing in it that a terminal would obey. Rows of data, which a
/// file has to get unchanged, go through an ``OutputBuffer``.
func print(_ text: String, terminator: String = "\n") {
    Swift.print(TerminalText.of(text), terminator: terminator)
}

/// Prints lines as ``print(_:terminator:)`` does; nothing where there are none.
func print(lines: [String]) {
    if !lines.isEmpty { print(lines.joined(separator: "\n")) }
}

/// Prints a value for programs or, where they did not ask for JSON, lines for people.
func print(
    asJSON: Bool, _ value: @autoclosure () throws -> JSONValue, lines: @autoclosure () throws -> [String]
) rethrows {
    if asJSON { print(try value().prettyText, terminator: "") } else { print(lines: try lines()) }
}
