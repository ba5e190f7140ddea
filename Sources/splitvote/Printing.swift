internal import Console
internal import Diagnostics

/// Prints a line for people or programs to read, with nothing in it that a terminal would obey. Rows of data, which a
/// file has to get unchanged, go through an ``OutputBuffer``.
func print(_ text: String, terminator: String = "\n") {
    Swift.print(TerminalText.of(text), terminator: terminator)
}

/// Prints lines as ``print(_:terminator:)`` does; nothing where there are none.
func print(lines: [String]) {
    if !lines.isEmpty { print(lines.joined(separator: "\n")) }
}
