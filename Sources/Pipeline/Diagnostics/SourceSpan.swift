/// Where something is in a text file: a run of characters on one line.
public struct SourceSpan: Hashable, Sendable {
    /// The file as the user named it.
    public var file: String
    /// Line, counted from 1.
    public var line: Int
    /// Column of the first character, counted from 1 in Unicode scalars.
    public var column: Int
    /// Number of Unicode scalars that the span covers; at least 1.
    public var length: Int
    /// The whole line, without its line end, as it is shown under a message.
    public var lineText: String

    public init(file: String, line: Int, column: Int, length: Int = 1, lineText: String = "") {
        self.file = file
        self.line = line
        self.column = column
        self.length = max(1, length)
        self.lineText = lineText
    }
}
