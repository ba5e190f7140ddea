internal import Labeling
internal import StageKit
internal import VoteModel

/// Gives every comment of a cut its verdict.
///
/// Where an earlier label set is at hand, only comments that are new or have been voted on since are read from the
/// ledger; the counts of all others are those that the earlier set was judged by. The rows are the same either way.
struct LabelJudge {
    struct Judged {
        var columns = DatasetColumns()
        /// Against the earlier set; `nil` where there was none.
        var delta: LabelSetDelta?
    }

    private let rule: ControversyRule
    private let cut: LedgerCut
    private var dropped: DroppedComments
    private let context: StageContext
    private var judged = Judged()

    init(rule: ControversyRule, cut: LedgerCut, dropped: DroppedComments, _ context: StageContext) {
        self.rule = rule
        self.cut = cut
        self.dropped = dropped
        self.context = context
    }

    consuming func judge() throws -> Judged {
        let size = try context.ledger.size(of: cut).comments
        if let earlier = try EarlierLabels(before: cut, context) {
            judged.columns.reserveCapacity(size)
            let own = dropped
            // Nobody is shown these, as if they were dropped.
            dropped.merge(earlier.changes.hidden, .deleted)
            if try DatasetView.read(earlier.rows, { try update(earlier, $0) }) { return judged }
            dropped = own
        }
        judged = Judged()
        judged.columns.reserveCapacity(size)
        try addFromLedger(.all)
        return judged
    }

    private mutating func addFromLedger(_ selection: CommentSelection) throws {
        var columns = DatasetColumns()
        var dropped = dropped
        swap(&columns, &judged.columns)
        defer { swap(&columns, &judged.columns) }
        try context.ledger.scan(cut, fields: [.votes, .articleID], selection: selection) { comment in
            if dropped.contains(comment.id) { return }
            columns.append(comment, rule)
            if columns.count % 65_536 == 0 { try report(columns.count) }
        }
    }

    private func report(_ count: Int) throws {
        try context.checkpoint()
        context.progress.report(count, of: nil, unit: "comments")
    }
}

extension LabelJudge {
    /// Takes over what the earlier set says and looks at what is left.
    /// - Returns: `false` where so much has changed that reading everything is quicker; nothing is done then.
    private mutating func update(_ earlier: EarlierLabels, _ old: DatasetView) throws -> Bool {
        let (isOpen, delta) = takeOver(earlier, old)
        judged.delta = delta
        if isOpen.count * 4 > judged.columns.count { return false }
        try close(isOpen, earlier)
        let known = judged.columns.count
        try addFromLedger(.addedAfter(earlier.cut.position))
        judged.delta?.changed += known..<judged.columns.count
        return true
    }

    /// Copies the rows of comments whose counts are as they were. A comment that is in the earlier set and has moved
    /// since, or one that was left out of it, gets a row that is still open.
    /// - Returns: the places of open rows, and the differences seen so far.
    private mutating func takeOver(
        _ earlier: EarlierLabels, _ old: DatasetView
    ) -> (open: [Int], delta: LabelSetDelta) {
        var dropped = dropped
        var columns = DatasetColumns()
        swap(&columns, &judged.columns)
        var delta = LabelSetDelta(base: earlier.labelSet)
        var open: [Int] = []
        var moved = earlier.changes.moved.union(earlier.changes.restated)[...]
        var row = 0
        for known in earlier.changes.known {
            var id = known.lowerBound
            while id <= known.upperBound {
                while row < old.count, old.ids[row] < id { row += 1 }
                while let first = moved.first, first < id { moved.removeFirst() }
                // Most comments are as they were: they are taken over by the run.
                let nextDropped = dropped.next(from: id)
                let limit = min(nextDropped ?? .max, moved.first ?? .max, known.upperBound + 1)
                let run = old.run(from: row, of: id, below: limit)
                if run > 0 {
                    columns.append(old, rows: row..<(row + run))
                    if !earlier.hasSameRule { judgeAgain(&columns, last: run, &delta) }
                    row += run
                    id += Int64(run)
                    continue
                }
                if nextDropped == id {
                    if row < old.count, old.ids[row] == id { delta.gone.append(id) }
                } else {
                    open.append(columns.count)
                    delta.changed.append(columns.count)
                    columns.appendOpen(id)
                }
                id += 1
            }
        }
        swap(&columns, &judged.columns)
        return (open, delta)
    }

    /// Gives the last rows the verdict of the present rule, and notes which say something else now.
    private func judgeAgain(_ columns: inout DatasetColumns, last count: Int, _ delta: inout LabelSetDelta) {
        for row in (columns.count - count)..<columns.count {
            let code = rule.verdict(for: columns.votes(row)).code
            if code == columns.labels[row] { continue }
            columns.labels[row] = code
            delta.changed.append(row)
        }
    }

    /// Fills in the open rows from the ledger.
    private mutating func close(_ open: [Int], _ earlier: EarlierLabels) throws {
        var rest = open[...]
        var columns = DatasetColumns()
        swap(&columns, &judged.columns)
        defer { swap(&columns, &judged.columns) }
        let ids = open.map { columns.ids[$0] }
        try context.ledger.scan(cut, fields: [.votes, .articleID], selection: .ids(ids)) { comment in
            guard let row = rest.popFirst(), columns.ids[row] == comment.id else {
                throw StageError.vanishedComment(comment.id)
            }
            columns.set(row, comment, rule)
        }
        if let row = rest.first { throw StageError.vanishedComment(columns.ids[row]) }
    }
}

/// An earlier label set of the stage, whose rows lie before those of the present cut.
struct EarlierLabels {
    let rows: InputArtifact
    let cut: LedgerCut
    let labelSet: String
    let hasSameRule: Bool
    let changes: LedgerChanges

    /// `nil` where the stage has no earlier set that the present one can start from.
    init?(before cut: LedgerCut, _ context: StageContext) throws {
        guard
            let earlier = try context.earlierResult(sameParameters: true)
                ?? context.earlierResult(sameParameters: false),
            let labels = earlier["labels"], let facts = try? DatasetFacts(labels),
            let labelSet = facts.labelSet,
            let changes = try context.ledger.changes(from: facts.cut, to: cut, votes: true)
        else { return nil }
        self.cut = facts.cut
        self.labelSet = labelSet
        self.changes = changes
        hasSameRule = earlier.hasSameParameters
        rows = labels
    }
}

extension [Int64] {
    /// The numbers of both lists, each once; all in rising order.
    fileprivate func union(_ other: [Int64]) -> [Int64] {
        other.isEmpty ? self : Set(self).union(other).sorted()
    }
}

extension DatasetColumns {
    fileprivate mutating func append(_ comment: CommentRow, _ rule: ControversyRule) {
        appendOpen(comment.id)
        set(count - 1, comment, rule)
    }

    fileprivate mutating func appendOpen(_ id: Int64) {
        ids.append(id)
        articles.append(0)
        labels.append(0)
        ups.append(0)
        downs.append(0)
    }

    fileprivate mutating func set(_ row: Int, _ comment: CommentRow, _ rule: ControversyRule) {
        articles[row] = comment.article
        labels[row] = rule.verdict(for: VoteCount(up: Int(comment.up), down: Int(comment.down))).code
        ups[row] = comment.up
        downs[row] = comment.down
    }
}
