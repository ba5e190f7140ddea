/// A table of Markdown, as code hosts show it.
struct MarkdownTable {
    private let head: [String]
    private var rows: [[String]] = []

    init(_ head: String...) { self.head = head }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ cells: String...) { rows.append(cells.map(Self.cell)) }

    /// A bar would end the cell, a line end the row.
    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }

    var text: String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
}

extension String {
    /// As Markdown shows code; nothing for nothing.
    var asCode: String {
        if isEmpty { return "" }
        return contains("`") ? "`` \(self) ``" : "`\(self)`"
    }

    /// With a capital at its beginning.
    var capitalized: String { prefix(1).uppercased() + dropFirst() }

    /// With a full stop at its end.
    var asSentence: String { isEmpty || hasSuffix(".") ? self : self + "." }
}
