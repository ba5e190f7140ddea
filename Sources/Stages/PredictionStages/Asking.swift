internal import Prediction
internal import StageKit

/// Asks a model about texts, but for those whose scores are known.
struct Asking {
    let scorer: TextScorer
    /// What the store has of the same model.
    let memory: ScoredRows
    let work: FinishedTables
    /// What the scores depend on beside the texts.
    let key: String
    let context: StageContext

    /// Texts that are scored, and then kept, together.
    static let blockSize = 1_024

    struct Outcome {
        var rows: ScoredRows
        /// Rows that no earlier run had answered.
        var scored = 0
        var tokens = 0
        var unknownTokens = 0
    }

    /// - Throws: ``StageInterrupted`` after a block, when the run was asked to stop; what is scored by then is kept.
    func ask(_ texts: AskedTexts) throws -> Outcome {
        let kept = try work.find()
        let blocks = try kept.tables.map { try ScoredRows($0, width: memory.width) }
        var known: [Int64: (block: Int, row: Int)] = [:]
        for (number, block) in blocks.enumerated() {
            for row in 0..<block.count { known[block.ids[row]] = (number, row) }
        }
        if !known.isEmpty {
            context.progress.log(
                "scores of an interrupted run are taken over", ["comments": "\(known.count)"])
        }
        var outcome = Outcome(rows: ScoredRows(width: memory.width))
        var files = kept.files
        var cursor = 0
        for start in stride(from: 0, to: texts.ids.count, by: Self.blockSize) {
            let block = Array(texts.ids[start..<min(start + Self.blockSize, texts.ids.count)])
            var open: [AskedText] = []
            var found = ScoredRows(width: memory.width)
            for text in try texts.read(block) {
                while cursor < memory.count, memory.ids[cursor] < text.id { cursor += 1 }
                if cursor < memory.count, memory.ids[cursor] == text.id, memory.texts[cursor] == text.identity
                {
                    found.append(cursor, of: memory)
                } else if let place = known[text.id],
                    blocks[place.block].texts[place.row] == text.identity
                {
                    found.append(place.row, of: blocks[place.block])
                    outcome.scored += 1
                } else {
                    open.append(text)
                }
            }
            let fresh = try score(open, &outcome)
            if fresh.count > 0 {
                try work.keep(fresh.table(key: key), number: files)
                files += 1
            }
            context.progress.report(start + block.count, of: texts.ids.count, unit: "comments")
            outcome.rows.append(merging: found, fresh)
            try context.checkpoint()
        }
        return outcome
    }

    private func score(_ texts: [AskedText], _ outcome: inout Outcome) throws -> ScoredRows {
        var rows = ScoredRows(width: memory.width)
        if texts.isEmpty { return rows }
        let scored = try scorer.score(
            texts.map(\.text), titles: scorer.textPair == nil ? nil : texts.map(\.title))
        for (index, text) in texts.enumerated() {
            rows.append(
                text.id, text: text.identity, isCut: scored.isCut[index], scores: scored.scores[index])
        }
        outcome.scored += texts.count
        outcome.tokens += scored.tokens
        outcome.unknownTokens += scored.unknownTokens
        return rows
    }

    /// Tells what was unusual about what was scored.
    func remark(on outcome: Outcome) {
        if let remark = TextScorer.remark(tokens: outcome.tokens, unknown: outcome.unknownTokens) {
            context.progress.warn(remark)
        }
    }
}

extension ScoredRows {
    /// Adds the rows of two others in the order of their comments.
    fileprivate mutating func append(merging one: ScoredRows, _ other: ScoredRows) {
        var next = 0
        for row in 0..<one.count {
            while next < other.count, other.ids[next] < one.ids[row] {
                append(next, of: other)
                next += 1
            }
            append(row, of: one)
        }
        for row in next..<max(next, other.count) { append(row, of: other) }
    }
}
