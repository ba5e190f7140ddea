internal import Labeling
internal import StageKit
internal import VoteModel

/// The rows of a split in the making, with the group of each.
struct SplitRows {
    /// With sides.
    private(set) var columns = DatasetColumns()
    /// Rows with equal numbers belong together.
    private(set) var groups: [Int64] = []
    private let sampled: Set<Int64>

    /// The rows of a sample that are on a side.
    init(_ sample: DatasetColumns, _ groups: SplitGroups, _ placed: SplitGroups.Placed, _ plan: SplitPlan) {
        sampled = Set(sample.ids)
        columns.sideNames = plan.sides
        columns.reserveCapacity(sample.count)
        for row in 0..<sample.count {
            let side = placed.sides[groups.rowGroups[row]]
            if side == SplitPlan.noSide { continue }
            columns.append(sample, row: row)
            columns.sides.append(side)
            self.groups.append(
                plan.rule.grouping == .article ? sample.articles[row] : Int64(groups.rowGroups[row]))
        }
    }

    /// Whether a comment was in the sample; a frozen side has others beside.
    func isSampled(_ id: Int64) -> Bool { sampled.contains(id) }

    mutating func leaveOut(ids: Set<Int64>) {
        if ids.isEmpty { return }
        keep { id, _ in !ids.contains(id) }
    }

    private mutating func keep(_ isKept: (_ id: Int64, _ side: UInt8) -> Bool) {
        var rest = DatasetColumns()
        rest.sideNames = columns.sideNames
        var groups: [Int64] = []
        for row in 0..<columns.count where isKept(columns.ids[row], columns.sides[row]) {
            rest.append(columns, row: row)
            rest.sides.append(columns.sides[row])
            groups.append(self.groups[row])
        }
        columns = rest
        self.groups = groups
    }
}

extension SplitRows {
    /// Leaves out comments of these rows of the sample, but for those that were kept before.
    mutating func leaveOut(_ rows: Set<Int64>, butFor kept: [SplitKept]) {
        if rows.isEmpty { return }
        leaveOut(ids: rows.subtracting(kept.map(\.comment)))
    }

    /// Makes frozen sides what they were at the end of their day: the comments that had been kept there by then, with
    /// the votes seen by then and the labels that these give.
    mutating func freeze(
        _ plan: SplitPlan, _ kept: [SplitKept], _ facts: DatasetFacts, _ context: StageContext
    ) throws {
        for (side, name) in plan.sides.enumerated() {
            guard let moment = plan.frozen[name] else { continue }
            let day = plan.day(of: moment)
            if context.run.date <= day { continue }
            let members = kept.filter { $0.side == name && $0.date <= day }.map(\.comment).sorted()
            keep { _, itsSide in itsSide != UInt8(side) }
            var cut = facts.cut
            cut.asOf = min(cut.asOf ?? .max, moment + 86_399)
            let rule = try ControversyRule(facts)
            try context.ledger.scan(cut, fields: [.votes, .articleID], selection: .ids(members)) { comment in
                let verdict = rule.verdict(for: VoteCount(up: Int(comment.up), down: Int(comment.down)))
                if verdict.classIndex == nil { return }
                columns.ids.append(comment.id)
                columns.articles.append(comment.article)
                columns.labels.append(verdict.code)
                columns.ups.append(comment.up)
                columns.downs.append(comment.down)
                columns.sides.append(UInt8(side))
                groups.append(plan.rule.grouping == .article ? comment.article : -comment.id)
            }
        }
    }
}

/// How far the sides of a split know of one another.
struct SplitLeakage {
    /// Comments whose group, or a copy of whose text, is on another side too.
    var comments: Int
    /// 0 ... 1.
    var sharedAuthors: Double
    /// Share of all comments that are in the largest group, 0 ... 1.
    var largestGroup: Double

    /// - Parameters:
    ///   - copies: comments with a copy on another side.
    ///   - shared: share of the test side's comments whose author is in training too.
    init(_ rows: SplitRows, copies: Int, shared: Double) {
        var sizes: [Int64: Int] = [:]
        var sides: [Int64: Set<UInt8>] = [:]
        for (group, side) in zip(rows.groups, rows.columns.sides) {
            sizes[group, default: 0] += 1
            sides[group, default: []].insert(side)
        }
        let divided = sides.reduce(0) { $1.value.count > 1 ? $0 + sizes[$1.key, default: 0] : $0 }
        comments = copies + divided
        sharedAuthors = shared
        largestGroup = Double(sizes.values.max() ?? 0) / Double(max(1, rows.columns.count))
    }
}
