internal import VoteModel

/// The algorithm of a comparison: one walk over two sets in the order of their comments.
struct LabelMerge {
    let old: LabelTable
    let new: LabelTable
    let origins: (old: LabelOrigin, new: LabelOrigin)
    /// Comments known to have been removed; `nil` if unknown.
    let gone: Set<Int64>?
    /// The rule of the new set.
    let judge: (_ comment: Int64, _ votes: VoteCount, _ settled: Bool) -> Verdict

    /// Comments by old state × 4 + new state.
    private(set) var counts = [Int](repeating: 0, count: 16)
    private(set) var flips: [LabelFlip] = []
    private(set) var newComments = [Int](repeating: 0, count: 4)

    init(
        old: LabelTable, new: LabelTable, origins: (old: LabelOrigin, new: LabelOrigin), gone: Set<Int64>?,
        judge: @escaping (_ comment: Int64, _ votes: VoteCount, _ settled: Bool) -> Verdict
    ) {
        self.old = old
        self.new = new
        self.origins = origins
        self.gone = gone
        self.judge = judge
    }

    mutating func run() {
        var left = 0
        var right = 0
        while left < old.count || right < new.count {
            let one = left < old.count ? old.comments[left] : .max
            let other = right < new.count ? new.comments[right] : .max
            let hasOld = left < old.count && (right >= new.count || one <= other)
            let hasNew = right < new.count && (left >= old.count || other <= one)
            let before = hasOld ? LabelState(code: old.labels[left]) : .absent
            let after = hasNew ? LabelState(code: new.labels[right]) : .absent
            counts[before.rawValue * 4 + after.rawValue] += 1
            if before != after { note(before, after, hasOld ? left : nil, hasNew ? right : nil) }
            if hasOld { left += 1 }
            if hasNew { right += 1 }
        }
    }

    private mutating func note(_ before: LabelState, _ after: LabelState, _ left: Int?, _ right: Int?) {
        let comment = left.map { old.comments[$0] } ?? right.map { new.comments[$0] } ?? 0
        if before == .absent, !wasKnown(comment) {
            newComments[after.rawValue] += 1
            return
        }
        if (before == .absent && !after.isLabel) || (after == .absent && !before.isLabel) { return }
        flips.append(
            LabelFlip(
                comment: comment, article: article(left, right), old: before, new: after,
                cause: cause(comment, before, left, right), oldVotes: left.map { old.votes($0) },
                newVotes: right.map { new.votes($0) }))
    }

    /// Whether the old set's store had the comment, and cleaning left it out.
    private func wasKnown(_ comment: Int64) -> Bool {
        guard origins.old.clean != origins.new.clean, let last = origins.old.lastComment else { return false }
        return comment <= last
    }

    private func article(_ left: Int?, _ right: Int?) -> Int64 {
        if let right, !new.articles.isEmpty { return new.articles[right] }
        if let left, !old.articles.isEmpty { return old.articles[left] }
        return 0
    }

    private func cause(_ comment: Int64, _ before: LabelState, _ left: Int?, _ right: Int?) -> FlipCause {
        guard let left else { return .textChanged }
        guard let right else {
            let isGone = gone?.contains(comment) ?? (origins.old.clean == origins.new.clean)
            return isGone ? .commentGone : .textChanged
        }
        let unsettled = Verdict.abstain(.unsettled).code
        let judged = judge(comment, old.votes(left), new.labels[right] != unsettled)
        // Would the label have stayed the same if the votes had?
        if LabelState(code: judged.code) == before, old.votes(left) != new.votes(right) { return .votesMoved }
        if old.labels[left] == unsettled || new.labels[right] == unsettled {
            return origins.old.rule == origins.new.rule ? .timePassed : .ruleChanged
        }
        guard origins.old.rule == origins.new.rule else { return .ruleChanged }
        return origins.old.threshold == origins.new.threshold ? .priorMoved : .thresholdMoved
    }
}
