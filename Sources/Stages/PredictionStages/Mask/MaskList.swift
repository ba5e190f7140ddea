internal import DatasetStages
internal import StageKit
internal import TableFormat
internal import VoteModel

/// The table of what is masked, for people to look over: comments in order, then titles.
struct MaskList {
    private let facts: DatasetFacts
    private let cleaned: CleanedTexts

    init(unmasked facts: DatasetFacts) throws {
        self.facts = facts
        cleaned = try CleanedTexts(unmasked: facts)
    }

    /// - Parameter titled: the first comment of each article with a title, and the title's hash.
    func write(
        _ rows: MaskRows, _ titled: [(comment: Int64, title: Int64)], to path: String, _ context: StageContext
    ) throws {
        var spans: [Int64: [MaskedSpan]] = [:]
        var ofTitles: [Int64: [MaskedSpan]] = [:]
        for row in 0..<rows.count where !rows.spans[row].isEmpty {
            if rows.comments[row] == MaskRows.title {
                ofTitles[rows.texts[row]] = rows.spans[row]
            } else {
                spans[rows.comments[row]] = rows.spans[row]
            }
        }
        let titles = Dictionary(
            titled.compactMap { found in ofTitles[found.title].map { (found.comment, $0) } },
            uniquingKeysWith: { first, _ in first })
        var writer = try TableWriter(.tsv, columns: ["id", "of", "start", "end", "entity", "words"])
        var lines: [(ofTitle: Bool, [String])] = []
        var key = CommentKeyWriter()
        let wanted = Set(spans.keys).union(titles.keys).sorted()
        try context.ledger.scan(
            facts.cut, fields: [.key, .text, .article, .articleFacts], selection: .ids(wanted)
        ) { comment in
            if let own = spans[comment.id] {
                let name = key.text(of: comment)
                try cleaned.withText(of: comment) { lines += Self.lines(own, name, "text", $0) }
            }
            if let own = titles[comment.id] {
                let name = key.articleText(of: comment)
                try cleaned.withTitle(of: comment) { lines += Self.lines(own, name, "title", $0) }
            }
        }
        for (_, line) in lines.filter({ !$0.ofTitle }) + lines.filter(\.ofTitle) {
            for field in line { try writer.text(field) }
            writer.endRow()
        }
        let file = try FileWriter(path: path)
        try writer.drain { try file.write($0) }
        try file.finish()
    }

    /// Places are code points of the cleaned text, from 0.
    private static func lines(
        _ spans: [MaskedSpan], _ name: String, _ part: String, _ text: UnsafeRawBufferPointer
    ) -> [(ofTitle: Bool, [String])] {
        func codePoints(_ end: Int) -> Int {
            text.prefix(end).count { $0 & 0xC0 != 0x80 }
        }
        return spans.map { span in
            let words = String(decoding: text[span.bytes.clamped(to: 0..<text.count)], as: UTF8.self)
            return (
                part == "title",
                [
                    name, part, "\(codePoints(span.bytes.lowerBound))",
                    "\(codePoints(span.bytes.upperBound))",
                    span.entity, words,
                ]
            )
        }
    }
}
