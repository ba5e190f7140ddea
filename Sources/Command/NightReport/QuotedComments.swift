internal import Charts
internal import CommentStore
internal import PipelinePlan
internal import RunStore
internal import TextBasics

/// Comments as the page quotes them: a line of text, and the command that tells all about one.
package struct QuotedComments {
    private let store: RunStore
    private let why: String

    init(_ store: RunStore, plan: PlannedPipeline?) {
        self.store = store
        let place = plan.map { ShellWord.of($0.file) } ?? "--state \(ShellWord.of(store.path))"
        why = "splitvote why \(place)"
    }

    /// A table of comments, with the text first and the command last.
    ///
    /// - Parameter rows: the comments as `source:key`, each with what the columns of `head` say.
    /// - Returns: `nil` if none of them can be quoted: those that were forgotten cannot.
    func table(_ caption: String, _ head: [String], _ rows: [(name: String, cells: [Table.Cell])]) throws
        -> Markup?
    {
        let shown = try rows.compactMap { row -> [Table.Cell]? in
            guard let text = try text(of: row.name) else { return nil }
            return [.text(text)] + row.cells + [.code("\(why) \(ShellWord.of(row.name))")]
        }
        if shown.isEmpty { return nil }
        return Table(caption: caption, head: ["Comment"] + head + ["All about it"], rows: shown).markup()
    }

    private func text(of name: String) throws -> String? {
        try store.ledger.comment(withID: name).map { Self.short($0.text) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    func names(of ids: [Int64]) throws -> [String] { try store.ledger.commentNames(ids).map(\.key) }

    /// The text in one line, of at most 140 characters.
    package static func short(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > 140 ? String(line.prefix(139)) + "…" : line
    }

    /// `12 up, 9 down`
    static func votes(_ up: Int, _ down: Int) -> Table.Cell {
        .text("\(Numbers.grouped(up)) up, \(Numbers.grouped(down)) down")
    }
}
