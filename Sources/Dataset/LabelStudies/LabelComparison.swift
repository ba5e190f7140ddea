package import Labeling
package import VoteModel

/// What is known about how a label set was made.
package struct LabelOrigin: Hashable, Sendable {
    /// The rule's parameters in a canonical form; compared, not read.
    package var rule: String
    /// The clean rules in a canonical form; compared, not read.
    package var clean: String
    /// The highest comment id in the store at the set's ledger cut; `nil` if it is not known. It tells a comment that
    /// is new from one that cleaning had dropped.
    package var lastComment: Int64?
    /// The bar that the rule's share of the top came to; `nil` for a rule without one.
    package var threshold: Double?

    package init(rule: String, clean: String, lastComment: Int64? = nil, threshold: Double? = nil) {
        self.rule = rule
        self.clean = clean
        self.lastComment = lastComment
        self.threshold = threshold
    }
}

/// Why a comment's label differs between two sets.
package enum FlipCause: String, Hashable, Sendable, CaseIterable {
    /// Its counts differ, and with the old counts the new rule would have given the old label.
    case votesMoved = "votes_moved"
    /// The rule differs, and with the old counts too the new rule gives another label than the old one.
    case ruleChanged = "rule_changed"
    /// The comment came of age, or the settling gate met it younger: same rule, same counts.
    case timePassed = "time_passed"
    /// Rule and counts are the same, but the prior fitted to the source's other comments is not.
    case priorMoved = "prior_moved"
    /// Rule and counts are the same, but the share of the top has another bar, which all other comments set.
    case thresholdMoved = "threshold_moved"
    /// The clean rules differ, and one of them leaves the comment out.
    case textChanged = "text_changed"
    /// The comment was removed at its source, or forgotten.
    case commentGone = "comment_gone"
}

/// A comment whose label differs between two sets.
package struct LabelFlip: Hashable, Sendable {
    package var comment: Int64
    /// 0 if the sets do not name articles.
    package var article: Int64
    package var old: LabelState
    package var new: LabelState
    package var cause: FlipCause
    /// `nil` if the set does not have the comment.
    package var oldVotes: VoteCount?
    package var newVotes: VoteCount?
}

/// Two label sets side by side: how many comments are called what in each, and why they differ.
///
/// A *flip* is a comment that both sets have and whose state (controversial, uncontroversial, abstained) differs, or one
/// that had a label and left the set, or that was known before, left out by cleaning, and now has one. A comment new to
/// the store is not a flip and is counted apart; so is one that leaves or enters without a label.
///
/// Where counts and rule both differ, the old counts are judged by the new rule. Is the label another one already, the
/// rule alone flipped it; else the votes did.
package struct LabelComparison: Sendable {
    /// Number of comments by old state, then new state; `absent` to `absent` is 0.
    package private(set) var table = [[Int]](
        repeating: [Int](repeating: 0, count: LabelState.allCases.count), count: LabelState.allCases.count)
    /// All flips, in rising order of comments.
    package private(set) var flips: [LabelFlip] = []
    /// Comments that the old set's store did not know yet, by new state.
    package private(set) var newComments = [Int](repeating: 0, count: LabelState.allCases.count)

    /// Compares two sets made by one rule for all comments.
    ///
    /// - Parameter rule: the rule of the new set.
    package init(
        from old: LabelTable, _ oldOrigin: LabelOrigin, to new: LabelTable, _ newOrigin: LabelOrigin,
        rule: ControversyRule, gone: [Int64]? = nil
    ) {
        self.init(from: old, oldOrigin, to: new, newOrigin, gone: gone) { _, votes, settled in
            rule.verdict(for: votes, settled: settled)
        }
    }

    /// Compares two sets.
    ///
    /// - Parameters:
    ///   - gone: ids of comments of the old set that were removed or forgotten by the new set's cut; `nil` if unknown:
    ///     then a comment that left is gone if the clean rules are the same, and dropped by them otherwise.
    ///   - judge: the rule of the new set, for a comment, its votes and whether they have come to rest. It is asked
    ///     about flips only; rules with a prior for each source look the comment up.
    /// - Complexity: O(n + m) for n old and m new comments.
    package init(
        from old: LabelTable, _ oldOrigin: LabelOrigin, to new: LabelTable, _ newOrigin: LabelOrigin,
        gone: [Int64]? = nil,
        judge: (_ comment: Int64, _ votes: VoteCount, _ settled: Bool) -> Verdict
    ) {
        withoutActuallyEscaping(judge) { judge in
            var merge = LabelMerge(
                old: old, new: new, origins: (oldOrigin, newOrigin), gone: gone.map(Set.init), judge: judge)
            merge.run()
            for (place, count) in merge.counts.enumerated() { table[place / 4][place % 4] = count }
            flips = merge.flips
            newComments = merge.newComments
        }
    }

    /// Counts comments that both sets have and call the same, where the tables compared hold only those that differ.
    package mutating func addUnchanged(_ count: Int, _ state: LabelState) {
        table[state.rawValue][state.rawValue] += count
    }

    /// Flips by cause; causes that did not occur are left out.
    package var causes: [FlipCause: Int] {
        flips.reduce(into: [:]) { $0[$1.cause, default: 0] += 1 }
    }

    /// Comments that both sets have.
    package var shared: Int {
        table.dropLast().reduce(0) { $0 + $1.dropLast().reduce(0, +) }
    }

    /// Flips in relation to the labels of the old set: 0 or more, and 0 if that has none. Above 1 where many are new.
    package var flipShare: Double {
        let labeled = LabelState.allCases.filter(\.isLabel).reduce(0) {
            $0 + table[$1.rawValue].reduce(0, +)
        }
        return labeled == 0 ? 0 : Double(flips.count) / Double(labeled)
    }

    /// The articles with the most flips, most first, then in rising order of ids.
    package func articles(most count: Int) -> [(article: Int64, flips: Int)] {
        var counts: [Int64: Int] = [:]
        for flip in flips { counts[flip.article, default: 0] += 1 }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(max(0, count)).map {
            ($0.key, $0.value)
        }
    }
}
