internal import DatasetStages
internal import Prediction
internal import ShardFormat
internal import StageKit
internal import VoteModel

/// Finds what is to be masked in the texts of a dataset. The tagger reads each text once, however many comments say it.
struct MaskSearch {
    let facts: DatasetFacts
    let tagger: TextTagger
    let masking: TextMasking
    let work: FinishedTables
    let context: StageContext

    struct Found {
        /// Comments in the order of their numbers, then titles in that of their first comments.
        var rows: MaskRows
        /// The first comment of each article with a title, and the title's hash.
        var titled: [(comment: Int64, title: Int64)]
        /// Texts that the tagger has read, in this run or one that was interrupted.
        var asked = 0
    }

    /// Texts that are read, and then kept, together.
    private static let blockSize = 512
    private static let checkpointSpan = 65_536

    /// A text that is not looked at yet, as one of the comments has it.
    private struct Open {
        var comments: [Int64] = []
        var titles: [[UInt8]] = []
    }

    /// - Throws: ``StageInterrupted`` after a block, when the run was asked to stop; what is found by then is kept.
    func find(knowing known: TextMasks) throws -> Found {
        var masks = known
        let kept = try work.find()
        var asked = 0
        for table in kept.tables {
            let rows = try MaskRows(table, masking.entities)
            for row in 0..<rows.count { masks[rows.texts[row]] = rows.spans[row] }
            asked += rows.count
        }
        if asked > 0 {
            context.progress.log("spans of an interrupted run are taken over", ["texts": "\(asked)"])
        }
        let (places, titled, open) = try texts(masks)
        var files = kept.files
        var done = 0
        func look(at texts: [[UInt8]]) throws {
            let found = try spans(of: texts)
            for row in 0..<found.count { masks[found.texts[row]] = found.spans[row] }
            try work.keep(found.table(masking.entities, key: masking.key), number: files)
            files += 1
            asked += texts.count
            done += texts.count
            context.progress.report(
                done, of: open.comments.count + open.titles.count, unit: "texts")
            try context.checkpoint()
        }
        for block in open.comments.blocks(of: Self.blockSize) { try look(at: read(block)) }
        for block in open.titles.blocks(of: Self.blockSize) { try look(at: Array(block)) }
        var rows = MaskRows()
        for (comment, text) in places {
            guard let spans = masks[text] else { throw StageError.vanishedDuringAnswers }
            rows.append(comment, text: text, spans)
        }
        return Found(rows: rows, titled: titled, asked: asked)
    }

    /// The texts of all comments and of all titles, and which of them are still to be looked at.
    private func texts(
        _ known: TextMasks
    ) throws -> (
        places: [(comment: Int64, text: Int64)], titled: [(comment: Int64, title: Int64)], open: Open
    ) {
        let cleaned = try CleanedTexts(unmasked: facts)
        var places: [(comment: Int64, text: Int64)] = []
        var titled: [(comment: Int64, title: Int64)] = []
        var seen: Set<Int64> = []
        var articles: Set<Int64> = []
        var open = Open()
        var count = 0
        try context.ledger.scan(
            facts.cut, fields: [.text, .articleID, .articleFacts], selection: .all
        ) { comment in
            count += 1
            if count % Self.checkpointSpan == 0 { try context.checkpoint() }
            try cleaned.withText(of: comment) { text in
                if text.isEmpty { return }
                let hash = TextMasks.hash(of: text)
                places.append((comment.id, hash))
                if known[hash] == nil, seen.insert(hash).inserted { open.comments.append(comment.id) }
            }
            guard comment.articleTitle != nil, articles.insert(comment.article).inserted else { return }
            try cleaned.withTitle(of: comment) { title in
                if title.isEmpty { return }
                let hash = TextMasks.hash(of: title)
                titled.append((comment.id, hash))
                if known[hash] == nil, seen.insert(hash).inserted { open.titles.append(Array(title)) }
            }
        }
        var listed: Set<Int64> = []
        let titles = titled.filter { listed.insert($0.title).inserted }.map { (MaskRows.title, $0.title) }
        return (places + titles, titled, open)
    }

    private func read(_ comments: ArraySlice<Int64>) throws -> [[UInt8]] {
        let cleaned = try CleanedTexts(unmasked: facts)
        var texts: [[UInt8]] = []
        try context.ledger.scan(facts.cut, fields: .text, selection: .ids(Array(comments))) { comment in
            try cleaned.withText(of: comment) { texts.append(Array($0)) }
        }
        guard texts.count == comments.count else { throw StageError.vanishedDuringAnswers }
        return texts
    }

    private func spans(of texts: [[UInt8]]) throws -> MaskRows {
        var rows = MaskRows()
        for (text, spans) in zip(texts, try tagger.spans(of: texts)) {
            let chosen = spans.filter { masking.entities.contains($0.type) }
            let found = chosen.isEmpty ? [] : Self.spans(chosen, in: text)
            rows.append(MaskRows.title, text: text.withUnsafeBytes { TextMasks.hash(of: $0) }, found)
        }
        return rows
    }

    /// Spans by the bytes of a text instead of its code points; of two that overlap the first.
    private static func spans(_ spans: [TextTagger.Span], in text: [UInt8]) -> [MaskedSpan] {
        let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
        let starts = scalars.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.utf8.count) }
        var found: [MaskedSpan] = []
        for span in spans.sorted(by: { $0.place.lowerBound < $1.place.lowerBound }) {
            let place = span.place.clamped(to: 0..<starts.count - 1)
            let bytes = starts[place.lowerBound]..<starts[place.upperBound]
            if bytes.isEmpty || bytes.lowerBound < found.last?.bytes.upperBound ?? 0 { continue }
            found.append(MaskedSpan(bytes: bytes, entity: span.type))
        }
        return found
    }
}

extension Array {
    /// Its elements in order, some at a time.
    fileprivate func blocks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
