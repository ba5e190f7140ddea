internal import StageKit
internal import VoteModel

/// The rows of a split in the making, with the group of each.
struct SplitRows {
    /// With sides.
    private(set) var columns = DatasetColumns()
    /// Rows with equal numbers belong together.
    private(set) var groups: [Int64] = []
    /// Comments of frozen sides.
    private(set) var frozen: Set<Int64> = []
    private(set) var frozenSides: Set<String> = []
    private let sampled: Set<Int64>

    /// The rows of a sample that are on a side.
    init(_ sample: DatasetColumns, _ groups: SplitGroups, _ placed: SplitGroups.Placed, _ plan: SplitPlan) {
        sampled = Set(sample.ids)
        columns.sideNames = plan.sides
        columns.reserveCapacity(sample.count)
        for row in 0..<sample.count {
            let side =
                placed.rowSides.isEmpty ? placed.sides[groups.rowGroups[row]] : placed.rowSides[row]
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

    /// Makes frozen sides what they were at the end of their day: members, votes and labels. Comments that were forgotten
    /// since are not among them.
    ///
    /// A run that looks at a moment before that sees the side as it was then, not frozen.
    mutating func freeze(
        _ plan: SplitPlan, _ kept: [SplitKept], _ history: inout SplitHistory, _ facts: DatasetFacts,
        _ context: StageContext
    ) throws {
        for (name, day, moment) in plan.frozenSides(on: context.run.date, asOf: facts.cut.asOf) {
            guard let side = plan.sides.firstIndex(of: name) else { continue }
            frozenSides.insert(name)
            let members = try history.members(of: name, on: day, moment, kept, facts, context)
            keep { _, itsSide in itsSide != UInt8(side) }
            var rest = members[...]
            try context.ledger.scan(
                facts.cut, fields: .articleID, selection: .ids(members.map(\.comment))
            ) { comment in
                while let first = rest.first, first.comment != comment.id { rest.removeFirst() }
                guard let member = rest.popFirst() else { return }
                columns.ids.append(comment.id)
                columns.articles.append(comment.article)
                columns.labels.append(member.label)
                columns.ups.append(member.up)
                columns.downs.append(member.down)
                columns.sides.append(UInt8(side))
                groups.append(plan.rule.grouping == .article ? comment.article : -comment.id)
                frozen.insert(comment.id)
            }
        }
    }
}

/// Leakage between the sides of a split.
struct SplitLeakage {
    /// Comments whose group, or article by its address, or a copy of whose text, is on another side too.
    var comments: Int
    /// Comments of articles that are on one side each, but whose address is on several.
    var sharedAddresses: Int
    /// 0 ... 1.
    var sharedAuthors: Double
    /// Share of all comments that are in the largest group, 0 ... 1.
    var largestGroup: Double

    /// - Parameters:
    ///   - copies: comments with a copy on another side.
    ///   - shared: share of the test side's comments whose author is in training too.
    ///   - addresses: rows of articles whose address is on another side too.
    init(_ rows: SplitRows, copies: Int, shared: Double, addresses: [Int]) {
        var sizes: [Int64: Int] = [:]
        var sides: [Int64: Set<UInt8>] = [:]
        for (group, side) in zip(rows.groups, rows.columns.sides) {
            sizes[group, default: 0] += 1
            sides[group, default: []].insert(side)
        }
        let divided = sides.reduce(0) { $1.value.count > 1 ? $0 + sizes[$1.key, default: 0] : $0 }
        sharedAddresses = addresses.count { sides[rows.groups[$0], default: []].count < 2 }
        comments = copies + divided + sharedAddresses
        sharedAuthors = shared
        largestGroup = Double(sizes.values.max() ?? 0) / Double(max(1, rows.columns.count))
    }
}
