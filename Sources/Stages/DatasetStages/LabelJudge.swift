internal import Labeling
internal import StageKit
internal import VoteModel

/// Gives every comment of a cut its verdict.
///
/// Where an earlier label set is available, only comments that are new or have been voted on since are read from the
/// ledger; the counts of all others are those that the earlier set was judged by. The rows are the same either way.
struct LabelJudge {
    struct Judged {
        var rows: JudgedRows
        var summary: JudgedSummary
        /// Against the earlier set; `nil` if there was none.
        var delta: JudgedDelta?
        /// The rows of the stage's last set, some of which are probably the same; `nil` if it has made none.
        var earlier: InputArtifact?
    }

    private var verdicts: VerdictMemo
    private let cut: LedgerCut
    private var dropped: DroppedComments
    private let context: StageContext
    private var rows = JudgedRows()
    /// Rows that are still to be looked up in the ledger.
    private var open: [(id: Int64, place: JudgedRows.Place)] = []
    /// Rows that are new or say something else than in the earlier set.
    private var changed: [JudgedRows.Place] = []
    private var gone: [Int64] = []

    init(rule: ControversyRule, cut: LedgerCut, dropped: DroppedComments, _ context: StageContext) {
        verdicts = VerdictMemo(rule)
        self.cut = cut
        self.dropped = dropped
        self.context = context
    }

    consuming func judge() throws -> Judged {
        let last =
            try context.earlierResult(sameParameters: true) ?? context.earlierResult(sameParameters: false)
        // Earlier rows that cannot be read are as good as none.
        if let last, let earlier = try EarlierLabels(last, before: cut, context),
            let old = try? DatasetView(earlier.rows)
        {
            let own = dropped
            // These are hidden, as if they were dropped.
            dropped.merge(earlier.changes.hidden, .deleted)
            if try update(earlier, old) { return try judged(earlier, old) }
            dropped = own
        }
        rows = JudgedRows()
        let size = try context.ledger.size(of: cut).comments
        try addFromLedger(.all, expected: size)
        return Judged(
            rows: rows, summary: JudgedSummary(try rows.columns()), earlier: last?["labels"])
    }

    private func judged(_ earlier: EarlierLabels, _ old: DatasetView) throws -> Judged {
        var delta = JudgedDelta(base: earlier.labelSet, changed: rows.columns(at: changed), gone: gone)
        delta.before = try old.rows(of: delta.changed.ids.merged(with: gone))
        let census = old.list.flatMap { DatasetSegments.census(ofFolder: earlier.rows.path, $0) }
        guard let list = old.list, let census else {
            return Judged(
                rows: rows, summary: JudgedSummary(try rows.columns()), delta: delta, earlier: earlier.rows)
        }
        return Judged(
            rows: rows, summary: JudgedSummary(list, census, delta), delta: delta, earlier: earlier.rows)
    }

    /// - Returns: the places of the rows that came.
    @discardableResult
    private mutating func addFromLedger(
        _ selection: CommentSelection, expected: Int = 0
    ) throws -> [JudgedRows.Place] {
        var dropped = dropped
        var verdicts = verdicts
        let part = rows.ownPart()
        var columns = rows.take(part: part)
        defer { rows.put(columns, inPart: part) }
        columns.reserveCapacity(columns.count + expected)
        let known = columns.count
        try context.ledger.scan(cut, fields: [.votes, .articleID], selection: selection) { comment in
            if dropped.contains(comment.id) { return }
            columns.append(comment, &verdicts)
            if columns.count % 65_536 == 0 { try report(columns.count) }
        }
        return (known..<columns.count).map { JudgedRows.Place(part: part, row: $0) }
    }

    private func report(_ count: Int) throws {
        try context.checkpoint()
        context.progress.report(count, of: nil, unit: "comments")
    }
}

extension LabelJudge {
    /// Copies what the earlier set says and examines the rest.
    /// - Returns: `false` if so much has changed that reading everything is quicker; no work is lost then.
    private mutating func update(_ earlier: EarlierLabels, _ old: DatasetView) throws -> Bool {
        try takeOver(earlier, old)
        if open.count * 4 > rows.count { return false }
        try close()
        changed += try addFromLedger(.addedAfter(earlier.cut.position))
        return true
    }

    /// Takes over the rows of comments whose counts are as they were. A comment that is in the earlier set and has moved
    /// since, or one that was left out of it, gets a row that is still open.
    private mutating func takeOver(_ earlier: EarlierLabels, _ old: DatasetView) throws {
        let moved = earlier.changes.moved.union(earlier.changes.restated)
        var wholeFile = old.list == nil ? DatasetView.Cursor(try old.segment(0)) : nil
        if !earlier.hasSameRule { rows.reserveOwn(try old.count()) }
        for known in earlier.changes.known {
            var first = known.lowerBound
            while first <= known.upperBound {
                let number = first / DatasetSegments.span
                let covered = DatasetSegments.ids(number)
                let ids = first...min(known.upperBound, covered.upperBound)
                first = ids.upperBound + 1
                if ids == covered, earlier.hasSameRule, let entry = old.list?[number],
                    isUnchanged(entry, moved)
                {
                    rows.append(
                        JudgedRows.Shared(
                            entry: entry, path: old.path(of: entry), holes: dropped.ids(in: ids),
                            stage: earlier.rows.stage))
                    continue
                }
                var cursor = try wholeFile ?? DatasetView.Cursor(old.segment(number))
                takeOver(ids, &cursor, moved, hasSameRule: earlier.hasSameRule)
                if wholeFile != nil { wholeFile = cursor }
            }
        }
    }

    /// Whether a segment has the rows of all comments that are not left out now, and of no others.
    private func isUnchanged(_ entry: DatasetSegments.Entry, _ moved: [Int64]) -> Bool {
        let firstMoved = moved.partitioningIndex { $0 >= entry.ids.lowerBound }
        if firstMoved < moved.count, moved[firstMoved] <= entry.ids.upperBound { return false }
        let out = dropped.ids(in: entry.ids)
        return entry.rows + out.count == entry.ids.count
            && DatasetSegments.digest(ofHoles: out) == entry.holes
    }

    /// Copies the rows of comments whose counts are as they were.
    private mutating func takeOver(
        _ ids: ClosedRange<Int64>, _ cursor: inout DatasetView.Cursor, _ moved: [Int64], hasSameRule: Bool
    ) {
        var moved = moved[moved.partitioningIndex { $0 >= ids.lowerBound }...]
        var out = dropped.ids(in: ids)
        let part = rows.ownPart()
        var columns = rows.take(part: part)
        defer { rows.put(columns, inPart: part) }
        var id = ids.lowerBound
        while id <= ids.upperBound {
            cursor.move(to: id)
            while let first = moved.first, first < id { moved.removeFirst() }
            while let first = out.first, first < id { out.removeFirst() }
            // Most comments are as they were: they are taken over by the run.
            let limit = min(out.first ?? .max, moved.first ?? .max, ids.upperBound + 1)
            if let run = cursor.takeRun(of: id, below: limit) {
                columns.append(run.segment, rows: run.rows)
                if !hasSameRule { judgeAgain(&columns, last: run.rows.count, part) }
                id += Int64(run.rows.count)
                continue
            }
            if out.first == id {
                if cursor.isAt(id) { gone.append(id) }
            } else {
                let place = JudgedRows.Place(part: part, row: columns.count)
                open.append((id, place))
                changed.append(place)
                columns.appendOpen(id)
            }
            id += 1
        }
    }

    /// Gives the last rows the verdict of the present rule, and notes which say something else now.
    private mutating func judgeAgain(_ columns: inout DatasetColumns, last count: Int, _ part: Int) {
        for row in (columns.count - count)..<columns.count {
            let code = verdicts.code(up: columns.ups[row], down: columns.downs[row])
            if code == columns.labels[row] { continue }
            columns.labels[row] = code
            changed.append(JudgedRows.Place(part: part, row: row))
        }
    }

    /// Fills in the open rows from the ledger.
    private mutating func close() throws {
        var rest = open[...]
        var verdicts = verdicts
        var columns = DatasetColumns()
        var part: Int?
        defer { if let part { rows.put(columns, inPart: part) } }
        try context.ledger.scan(cut, fields: [.votes, .articleID], selection: .ids(open.map(\.id))) {
            comment in
            guard let (_, place) = rest.popFirst() else { throw StageError.vanishedComment(comment.id) }
            if part != place.part {
                if let part { rows.put(columns, inPart: part) }
                part = place.part
                columns = rows.take(part: place.part)
            }
            guard columns.ids[place.row] == comment.id else { throw StageError.vanishedComment(comment.id) }
            columns.set(place.row, comment, &verdicts)
        }
        if let first = rest.first { throw StageError.vanishedComment(first.id) }
    }
}

/// An earlier label set of the stage, whose rows precede those of the current cut.
struct EarlierLabels {
    let rows: InputArtifact
    let cut: LedgerCut
    let labelSet: String
    let hasSameRule: Bool
    let changes: LedgerChanges

    /// `nil` if the present set cannot start from what the stage gave last.
    init?(_ last: EarlierResult, before cut: LedgerCut, _ context: StageContext) throws {
        guard let labels = last["labels"], let facts = try? DatasetFacts(labels),
            let labelSet = facts.labelSet,
            let changes = try context.ledger.changes(from: facts.cut, to: cut, votes: true)
        else { return nil }
        self.cut = facts.cut
        self.labelSet = labelSet
        self.changes = changes
        hasSameRule = last.hasSameParameters
        rows = labels
    }
}

extension [Int64] {
    /// The numbers of both lists, which have none in common; all in rising order.
    fileprivate func merged(with other: [Int64]) -> [Int64] {
        if other.isEmpty { return self }
        var merged: [Int64] = []
        merged.reserveCapacity(count + other.count)
        var rest = other[...]
        for id in self {
            while let first = rest.first, first < id { merged.append(rest.removeFirst()) }
            merged.append(id)
        }
        return merged + rest
    }

    /// The numbers of both lists, each once; all in rising order.
    fileprivate func union(_ other: [Int64]) -> [Int64] {
        other.isEmpty ? self : Set(self).union(other).sorted()
    }
}

extension DatasetColumns {
    fileprivate mutating func append(_ comment: CommentRow, _ verdicts: inout VerdictMemo) {
        appendOpen(comment.id)
        set(count - 1, comment, &verdicts)
    }

    fileprivate mutating func appendOpen(_ id: Int64) {
        ids.append(id)
        articles.append(0)
        labels.append(0)
        ups.append(0)
        downs.append(0)
    }

    fileprivate mutating func set(_ row: Int, _ comment: CommentRow, _ verdicts: inout VerdictMemo) {
        articles[row] = comment.article
        labels[row] = verdicts.code(up: comment.up, down: comment.down)
        ups[row] = comment.up
        downs[row] = comment.down
    }
}
