/// Where something is in a text file: a run of characters on one line.
package struct SourceSpan: Hashable, Sendable {
    /// The file as the user named it.
    package var file: String
    /// Line, counted from 1.
    package var line: Int
    /// Column of the first character, counted from 1 in Unicode scalars.
    package var column: Int
    /// Number of Unicode scalars that the span covers; at least 1.
    package var length: Int
    /// The whole line, without its line end, as it is shown under a message.
    package var lineText: String

    package init(file: String, line: Int, column: Int, length: Int = 1, lineText: String = "") {
        self.file = file
        self.line = line
        self.column = column
        self.length = max(1, length)
        self.lineText = lineText
    }
}
