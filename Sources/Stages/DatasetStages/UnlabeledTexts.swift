package import StageKit
package import TextBasics
internal import VoteModel

/// Cleaned texts that may be learned from without labels: none that a later score is taken on.
package struct UnlabeledTexts {
    /// Texts that were left out because they are on another side of the split than the first, and those that say the very
    /// same as one of them.
    package private(set) var excluded = 0
    package private(set) var copies = 0
    /// Texts that were read.
    package private(set) var count = 0
    /// The side that may be learned from; nil if nothing was said of sides.
    package let side: String?

    private let facts: DatasetFacts
    private let selection: CommentSelection
    private var dropped: DroppedComments
    private var forbidden: Set<Int64> = []
    private var forbiddenTexts: Set<UInt64> = []
    private let context: StageContext

    /// - Parameters:
    ///   - texts: cleaned texts, or a split, whose first side is read.
    ///   - split: the split whose other sides are left out of the texts; `nil` for none.
    package init(_ texts: InputArtifact, split: InputArtifact?, _ context: StageContext) throws {
        self.context = context
        facts = try DatasetFacts(texts)
        if texts.type == ArtifactType.split {
            let columns = try DatasetColumns(texts)
            selection = .ids(columns.rows(of: 0).map { columns.ids[$0] })
            dropped = DroppedComments()
            side = columns.sideNames.first
            try forbid(columns)
            return
        }
        selection = .all
        dropped = try DroppedComments(texts)
        guard let split else {
            side = nil
            return
        }
        let columns = try DatasetColumns(split)
        side = columns.sideNames.first
        try forbid(columns)
    }

    /// Remembers the comments of the other sides and what they say.
    private mutating func forbid(_ columns: DatasetColumns) throws {
        let rows = columns.ids.indices.filter { columns.sides[$0] != 0 }
        var ids = rows.map { columns.ids[$0] }
        if !columns.pairs.isEmpty { ids += rows.map { columns.pairs[$0] } }
        forbidden = Set(ids)
        let texts = try CleanedTexts(facts)
        var found: Set<UInt64> = []
        try context.ledger.scan(facts.cut, fields: .text, selection: .ids(ids)) { comment in
            texts.withText(of: comment) { _ = found.insert(Self.hash($0)) }
        }
        forbiddenTexts = found
    }

    private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
        text.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }  // FNV-1a
    }

    /// Lends the texts in batches of some megabytes, with the titles of their articles where asked for.
    ///
    /// - Parameter titles: whether to read them; empty where there is none.
    package mutating func read(
        titles: Bool, _ body: (_ texts: UTF8Rows, _ titles: UTF8Rows?) throws -> Void
    ) throws {
        let cleaned = try CleanedTexts(facts)
        var (rows, firsts) = (UTF8Rows(), titles ? UTF8Rows() : nil)
        var left = dropped
        func flush() throws {
            if rows.count == 0 { return }
            try body(rows, firsts)
            rows.removeAll()
            firsts?.removeAll()
            try context.checkpoint()
            context.progress.report(count, of: nil, unit: "texts")
        }
        try context.ledger.scan(
            facts.cut, fields: titles ? [.text, .articleFacts] : .text, selection: selection
        ) { comment in
            if left.contains(comment.id) { return }
            if forbidden.contains(comment.id) {
                excluded += 1
                return
            }
            let isRead = cleaned.withText(of: comment) { text in
                if text.isEmpty { return false }
                if !forbiddenTexts.isEmpty, forbiddenTexts.contains(Self.hash(text)) {
                    copies += 1
                    return false
                }
                rows.append(text)
                return true
            }
            guard isRead else { return }
            if titles { cleaned.withTitle(of: comment) { firsts?.append($0) } }
            count += 1
            if rows.bytes.count > 1 << 22 { try flush() }
        }
        try flush()
    }
}
