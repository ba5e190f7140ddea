internal import Labeling
internal import StageKit
internal import VoteModel

/// What the comments of a split family were on their sides with, day by day: what frozen sides are read from.
///
/// The store keeps a record for each day on which a comment's label or votes changed, or it left its side; by live label
/// sets alone, so that an experiment with other thresholds leaves no trace. A frozen side is what the records of its day
/// say, whatever rule, prior or votes have come since.
struct SplitHistory {
    /// Of each comment the latest record, in the order of ids.
    private let latest: [SplitLabel]
    /// Whether this label set is the pipeline's live one.
    private let isLive: Bool
    private let date: String
    private let salt: String
    /// Records for days on which nothing was kept yet, as when an older version of this program made the split.
    private var supplement: [SplitLabel] = []

    init(_ plan: SplitPlan, _ facts: DatasetFacts, _ context: StageContext) throws {
        salt = plan.rule.salt
        date = context.run.date
        latest = try context.splits.labels(salt: salt, upTo: nil)
        let live = try context.liveLabels.promoted().flatMap { try? DatasetFacts($0) }?.labelSet
        isLive = facts.cut.asOf == nil && (live == nil || live == facts.labelSet || latest.isEmpty)
    }

    /// A comment of a frozen side.
    struct Member {
        var comment: Int64
        var label: UInt8
        var up: Int32
        var down: Int32
    }

    /// The members of a side at the end of a day, in the order of ids.
    /// - Parameters:
    ///   - kept: what the family has kept so far.
    ///   - moment: the beginning of the day, seconds since 1970, UTC.
    mutating func members(
        of side: String, on day: String, _ moment: Int64, _ kept: [SplitKept], _ facts: DatasetFacts,
        _ context: StageContext
    ) throws -> [Member] {
        let records = try context.splits.labels(salt: salt, upTo: day)
        let there = kept.filter { $0.side == side && $0.date <= day }.map(\.comment).sorted()
        if records.isEmpty {
            let members = try judge(there, at: moment, facts, context)
            supplement += members.map {
                SplitLabel(comment: $0.comment, date: day, label: $0.label, up: $0.up, down: $0.down)
            }
            return members
        }
        var rest = there[...]
        return records.compactMap { record in
            while let first = rest.first, first < record.comment { rest.removeFirst() }
            guard rest.first == record.comment, let label = record.label else { return nil }
            return Member(comment: record.comment, label: label, up: record.up, down: record.down)
        }
    }

    /// Gives comments the label that the present rule gives the votes seen by the end of a day.
    private func judge(
        _ comments: [Int64], at moment: Int64, _ facts: DatasetFacts, _ context: StageContext
    ) throws -> [Member] {
        var cut = facts.cut
        cut.asOf = min(cut.asOf ?? .max, moment + 86_399)
        let rules = try RulesBySource(facts).byComment(comments, of: facts.cut, context.ledger)
        var members: [Member] = []
        try context.ledger.scan(cut, fields: .votes, selection: .ids(comments)) { comment in
            let votes = VoteCount(up: Int(comment.up), down: Int(comment.down))
            let verdict = rules[comment.id].verdict(for: votes)
            if verdict.classIndex == nil { return }
            members.append(
                Member(comment: comment.id, label: verdict.code, up: comment.up, down: comment.down))
        }
        return members
    }

    /// What the store has to add once these rows are the split's.
    func changes(to split: DatasetColumns) -> [SplitLabel] {
        if !isLive { return [] }
        // A run that is dated back does not alter what later days have seen.
        if let last = latest.lazy.map(\.date).max(), last > date { return supplement }
        var changes = supplement
        let order = split.ids.indices.sorted { split.ids[$0] < split.ids[$1] }
        var rest = latest[...]
        func leave(below id: Int64) {
            while let first = rest.first, first.comment < id {
                rest.removeFirst()
                if first.label != nil {
                    changes.append(SplitLabel(comment: first.comment, date: date, label: nil))
                }
            }
        }
        for row in order {
            let id = split.ids[row]
            leave(below: id)
            let now = SplitLabel(
                comment: id, date: date, label: split.labels[row], up: split.ups[row], down: split.downs[row])
            if let known = rest.first, known.comment == id {
                rest.removeFirst()
                if known.label == now.label, known.up == now.up, known.down == now.down { continue }
            }
            changes.append(now)
        }
        leave(below: .max)
        return changes
    }
}
