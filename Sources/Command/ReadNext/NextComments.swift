internal import ActiveLabeling
internal import CommentStore
internal import Diagnostics
private import Foundation
package import PipelinePlan
internal import PredictionStages
package import RunStore
internal import TableFormat
internal import TextBasics
internal import VoteModel

/// The list of comments that a person should read next.
///
/// The same store, request and earlier lists give the same list. A comment is in it once, and of near copies one.
package struct NextComments {
    private let request: ReadingRequest
    private let store: RunStore
    private let pool: ReadingPool
    private let rankings: ReadingRankings

    /// - Throws: `DiagnosticsError` or `StageError` where the pipeline has not what the request needs.
    package init(_ plan: PlannedPipeline, in store: RunStore, _ request: ReadingRequest) throws {
        self.request = request
        self.store = store
        pool = try ReadingPool(plan, in: store, answers: request.answers, seed: request.seed)
        rankings = ReadingRankings(pool, request.measure)
    }

    /// Refuses to write over a list, in which somebody may have filled in labels.
    /// - Throws: `DiagnosticsError` where there is a file.
    package static func requireNew(_ path: String) throws {
        if FileManager.default.fileExists(atPath: path), !path.hasPrefix("/dev/") {
            throw DiagnosticsError(
                "\(path) is there already, and labels that were filled in would be lost",
                hint: "name another file; with --except \(path) its comments do not come again")
        }
    }

    /// Writes the list as TSV, with empty columns `label` and `note` for the reader to fill in.
    ///
    /// - Parameters:
    ///   - earlier: lists that were given out before; neither their comments nor near copies of them come again.
    ///   - write: called with some lines at a time.
    /// - Returns: what is worth knowing, a sentence each.
    package func list(
        without earlier: EarlierLists, write: (String) throws -> Void
    ) throws -> [String] {
        var notes = pool.notes
        let mixture =
            request.mixture
            ?? ReadingMixture(weights: rankings.usual, total: request.count ?? ReadingMixture.usual)
        if request.mixture == nil { notes.append("chosen by \(mixture.text); --by takes others") }
        var rankings = self.rankings
        if let part = mixture.parts.first(where: { $0.strategy == .unlike }) {
            // More than are wanted: near copies are passed over.
            try rankings.findUnlike(count: 2 * part.count + 50, texts: texts)
            if let unseen = rankings.unlike?.unseen, unseen > 0 {
                notes.append(
                    "unlike: \(Counts.text(unseen, "comment")) without a label were not looked at, drawn by --seed"
                )
            }
        }
        var picker = ReadingPicker()
        try exclude(earlier, from: &picker, &notes)
        var found: [ReadingStrategy: Int] = [:]
        // The control is drawn first: what the others choose must not keep a comment out of it.
        for part in mixture.parts.sorted(by: { $0.strategy == .random && $1.strategy != .random }) {
            found[part.strategy] = try picker.take(
                part.count, by: part.strategy, from: try rankings.ranking(by: part.strategy)
            ) { try texts($0) }
        }
        let order = Dictionary(uniqueKeysWithValues: mixture.parts.enumerated().map { ($1.strategy, $0) })
        let picks = picker.picks.enumerated().sorted {
            (order[$0.element.strategy] ?? 0, $0.offset) < (order[$1.element.strategy] ?? 0, $1.offset)
        }.map(\.element)
        try write(table(of: picks, rankings))
        let counts = mixture.parts.map { part in
            let count = found[part.strategy] ?? 0
            return "\(part.strategy.rawValue) \(count)"
                + (count < part.count ? " of \(part.count), there are no more" : "")
        }
        notes.append("\(Counts.text(picks.count, "comment")): \(counts.joined(separator: "; "))")
        if picker.copies > 0 {
            notes.append(
                "passed over: \(Counts.grouped(picker.copies)) near \(picker.copies == 1 ? "copy" : "copies")"
            )
        }
        if let remark = remark(onTrained: picks) { notes.append(remark) }
        return notes
    }

    /// Of rows that a model has learned, its answer mostly repeats the label.
    private func remark(onTrained picks: [ReadingPicker.Pick]) -> String? {
        let doubted = picks.filter { $0.strategy == .wrong }
        let trained = doubted.count { pool.row(of: $0.comment)?.isTrained == true }
        if trained == 0 { return nil }
        return
            "wrong: \(trained) of \(Counts.grouped(doubted.count)) are on the side that the model has learned from; they come "
            + "after the others, and many a wrong label of that side is not found, for the model has learned it too"
    }

    private func exclude(
        _ earlier: EarlierLists, from picker: inout ReadingPicker, _ notes: inout [String]
    ) throws {
        var unknown = 0
        for name in earlier.names.sorted() {
            if let found = try store.ledger.comment(withID: name) {
                picker.exclude(found.id, text: Array(found.text.utf8))
            } else {
                unknown += 1
            }
        }
        if unknown > 0 {
            notes.append("not in the store: \(Counts.text(unknown, "comment")) of earlier lists")
        }
    }

    // MARK: The table

    /// A comment as the store shows it now.
    private struct Shown {
        var name: String
        var text: String
        var title: String
        var votes: VoteCount
    }

    private func shown(_ ids: [Int64]) throws -> [Int64: Shown] {
        var shown: [Int64: Shown] = [:]
        try store.ledger.scan(
            pool.cut, fields: [.key, .text, .articleFacts, .votes], selection: .ids(ids.sorted())
        ) { comment in
            func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
            shown[comment.id] = Shown(
                name: text(comment.source) + ":" + text(comment.key), text: text(comment.text),
                title: comment.articleTitle.map(text) ?? "",
                votes: VoteCount(up: Int(comment.up), down: Int(comment.down)))
        }
        return shown
    }

    private func texts(_ ids: [Int64]) throws -> [Int64: [UInt8]] {
        try shown(ids).mapValues { Array($0.text.utf8) }
    }

    private static let blindColumns = ["id", "title", "text", "label", "note"]
    private static let moreColumns = [
        "strategy", "reason", "current_label", "up", "down", "ratio", "side", "predicted", "probability",
    ]

    private func table(of picks: [ReadingPicker.Pick], _ rankings: ReadingRankings) throws -> String {
        let shown = try shown(picks.map(\.comment))
        var writer = try TableWriter(
            .tsv, columns: Self.blindColumns + (request.isBlind ? [] : Self.moreColumns))
        var rows = picks.compactMap { pick in pool.row(of: pick.comment).map { (pick.strategy, $0) } }
        if request.isBlind { rows.sort { $0.1.ranks.blind < $1.1.ranks.blind } }
        for (strategy, row) in rows {
            guard let comment = shown[row.id] else { continue }
            for text in [comment.name, comment.title, comment.text, "", ""] { try writer.text(text) }
            if !request.isBlind {
                try writer.text(strategy.rawValue)
                try writer.text(rankings.reason(strategy, row))
                try add(row, comment.votes, to: &writer)
            }
            writer.endRow()
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// What is known of a comment: by the votes that it was labeled by or, where it has no place in the label set, by the
    /// present ones.
    private func add(_ row: ReadingPool.Row, _ present: VoteCount, to writer: inout TableWriter) throws {
        var votes = present
        var label = row.label < 0 ? "" : pool.classes[Int(row.label)]
        if row.voted >= 0, let table = pool.set?.table {
            let voted = Int(row.voted)
            votes = VoteCount(up: Int(table.ups[voted]), down: Int(table.downs[voted]))
            if row.label < 0 { label = Verdict(code: table.labels[voted])?.name ?? "" }
        }
        try writer.text(label)
        // Rows that came with labels have no votes.
        let hasVotes = pool.splits.classes == nil
        for count in [votes.up, votes.down] {
            if hasVotes { writer.number(count) } else { writer.missing() }
        }
        if let ratio = votes.agreementRatio, hasVotes {
            try writer.text(ReadingRankings.number(ratio))
        } else {
            writer.missing()
        }
        try writer.text(row.side.map { pool.splits.names[Int($0)] } ?? "")
        let (answer, probability) = self.answer(to: row)
        try writer.text(answer)
        if let probability {
            try writer.text(ReadingRankings.number(probability))
        } else {
            writer.missing()
        }
    }

    /// The model's answer to a comment and its probability; of several classes all of them, of a score the score.
    private func answer(to row: ReadingPool.Row) -> (words: String, probability: Double?) {
        guard let answers = pool.answers, let values = pool.probabilities(of: row).map(Array.init) else {
            return ("", nil)
        }
        switch answers.rule.form {
        case .oneClass:
            let given = Int(answers.given[Int(row.answer)])
            return given < 0 ? ("", values.max()) : (answers.rule.labels[given], values[given])
        case .anyClasses:
            let chosen = values.indices.filter { values[$0] >= answers.rule.thresholds[$0] }
            return (chosen.map { answers.rule.labels[$0] }.joined(separator: ", "), nil)
        case .numbers: return (values.map { ReadingRankings.number($0) }.joined(separator: ", "), nil)
        }
    }
}
