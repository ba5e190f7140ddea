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

    /// Texts that were read without the title of their article, because rows of other sides have that title.
    package private(set) var titlesLeftOut = 0
    /// Texts that have no first text; they were read with an empty one, or left out where pairs are wanted.
    package private(set) var alone = 0

    /// What is read before each text.
    package let firsts: FirstText
    private let wantsPairs: Bool
    private let known: Set<Int64>
    private let facts: DatasetFacts
    private let selection: CommentSelection
    private var dropped = DroppedComments()
    private var forbidden: Set<Int64> = []
    private var forbiddenTexts: Set<UInt64> = []
    private var forbiddenTitles: Set<UInt64> = []
    private let masks: DatasetMasks?
    private let context: StageContext

    /// The texts of the inputs `texts` and `split`.
    ///
    /// - Parameters:
    ///   - firsts: what is read before each text.
    ///   - wantsPairs: whether texts without a first one are left out.
    ///   - known: comments that are left out, for they are learned from otherwise.
    /// - Throws: ``/StageKit/StageError`` where nothing says which texts may be read, or two things say different ones.
    package init(
        _ sides: ReadSides, firsts: FirstText = .none, wantsPairs: Bool = false,
        besides known: Set<Int64> = [], _ context: StageContext
    ) throws {
        self.context = context
        self.firsts = firsts
        self.wantsPairs = wantsPairs
        self.known = known
        let texts = try context.inputs.one("texts")
        let split = context.inputs.first("split")
        let isSplit = texts.type == ArtifactType.split
        if let problem = sides.problem(textsOf: texts.stage, isSplit: isSplit, hasSplit: split != nil) {
            throw problem
        }
        facts = try DatasetFacts(texts)
        masks = try DatasetMasks(facts, context)
        let columns = try (isSplit ? texts : split).map { try DatasetColumns($0) }
        if isSplit, let columns {
            let rows = sides.all ? Array(columns.ids.indices) : columns.rows(of: 0)
            selection = .ids(rows.map { columns.ids[$0] })
        } else {
            selection = .all
            dropped = try DroppedComments(texts)
        }
        side = sides.all ? nil : columns?.sideNames.first
        if !sides.all, let columns { try forbid(columns) }
    }

    /// Remembers the comments of the other sides, what they say, and titles that only they have.
    private mutating func forbid(_ columns: DatasetColumns) throws {
        let rows = columns.ids.indices.filter { columns.sides[$0] != 0 }
        var ids = rows.map { columns.ids[$0] }
        if !columns.pairs.isEmpty { ids += rows.map { columns.pairs[$0] } }
        forbidden = Set(ids)
        (forbiddenTexts, forbiddenTitles) = try contents(of: ids)
        if readsTitles {
            forbiddenTitles.subtract(try contents(of: columns.rows(of: 0).map { columns.ids[$0] }).titles)
        }
    }

    private var readsTitles: Bool { firsts == .title }

    /// Hashes of what comments say, and of the titles of their articles where those are read.
    private func contents(of ids: [Int64]) throws -> (texts: Set<UInt64>, titles: Set<UInt64>) {
        let cleaned = try CleanedTexts(facts, masks: masks)
        var (texts, titles): (Set<UInt64>, Set<UInt64>) = ([], [])
        try context.ledger.scan(
            facts.cut, fields: readsTitles ? [.text, .articleFacts] : .text, selection: .ids(ids)
        ) { comment in
            try cleaned.withText(of: comment) { _ = texts.insert(Self.hash($0)) }
            if readsTitles { try cleaned.withTitle(of: comment) { _ = titles.insert(Self.hash($0)) } }
        }
        return (texts, titles)
    }

    private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
        text.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }  // FNV-1a
    }

    /// Whether scores are taken on something that says the very same.
    private func isForbidden(_ text: UnsafeRawBufferPointer) -> Bool {
        !forbiddenTexts.isEmpty && forbiddenTexts.contains(Self.hash(text))
    }

    /// Lends the texts in batches of some megabytes, with the first ones of their pairs where those are read, empty where there
    /// is none, and the numbers of their comments.
    package mutating func read(
        _ body: (_ texts: UTF8Rows, _ firsts: UTF8Rows?, _ ids: [Int64]) throws -> Void
    ) throws {
        let cleaned = try CleanedTexts(facts, masks: masks)
        var comments = try firstComments()
        var (rows, pairs) = (UTF8Rows(), firsts == .none ? nil : UTF8Rows())
        var ids: [Int64] = []
        var left = dropped
        func flush() throws {
            if rows.count == 0 { return }
            try body(rows, pairs, ids)
            rows.removeAll()
            ids.removeAll()
            pairs?.removeAll()
            try context.checkpoint()
            context.progress.report(count, of: nil, unit: "texts")
        }
        try context.ledger.scan(
            facts.cut, fields: firsts.fields, selection: selection
        ) { comment in
            if left.contains(comment.id) || known.contains(comment.id) { return }
            if forbidden.contains(comment.id) {
                excluded += 1
                return
            }
            try cleaned.withText(of: comment) { text in
                if text.isEmpty { return }
                if isForbidden(text) {
                    copies += 1
                    return
                }
                if firsts == .none {
                    rows.append(text)
                } else {
                    // The cleaner lends one text at a time.
                    let own = Array(text)
                    let first = try first(of: comment, cleaned, comments)
                    own.withUnsafeBytes { comments.pass(comment, $0) }
                    if first.isEmpty { alone += 1 }
                    if first.isEmpty, wantsPairs { return }
                    own.withUnsafeBytes { rows.append($0) }
                    first.withUnsafeBytes { pairs?.append($0) }
                }
                ids.append(comment.id)
                count += 1
            }
            if rows.bytes.count > 1 << 22 { try flush() }
        }
        try flush()
        try requirePairs()
    }

    private func firstComments() throws -> FirstComments {
        var left = dropped
        return try FirstComments(firsts, of: selection, facts, masks, context) { comment, text in
            !left.contains(comment.id) && !forbidden.contains(comment.id) && !isForbidden(text)
        }
    }

    /// The first text of a comment's pair; empty if there is none.
    private mutating func first(
        of comment: CommentRow, _ cleaned: CleanedTexts, _ comments: FirstComments
    ) throws -> [UInt8] {
        guard readsTitles else { return comments.text(before: comment) ?? [] }
        return try cleaned.withTitle(of: comment) { title in
            let isForbidden = !title.isEmpty && forbiddenTitles.contains(Self.hash(title))
            if isForbidden { titlesLeftOut += 1 }
            return isForbidden ? [] : Array(title)
        }
    }

    private func requirePairs() throws(StageError) {
        guard wantsPairs, count == 0, alone > 0 else { return }
        throw StageError(
            "none of \(alone) texts has \(firsts.absence), so there are no pairs to learn from",
            hint: "set text_pair to what the texts do have, or leave 'pairs' out")
    }
}
