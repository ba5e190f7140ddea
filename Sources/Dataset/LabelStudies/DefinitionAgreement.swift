package import Labeling
internal import VoteModel

/// How far the published definitions of a controversial comment agree on the same votes.
///
/// A rule calls some number of comments controversial. Of every score as many are taken from its top, and each two sets
/// are compared: the share that they have in common is what a result owes to the votes, the rest to the definition.
///
/// Scores that see how many voted are taken as published, over all comments with a vote; the entropy, which does not,
/// over those with the rule's least number of votes. Of comments with one score those with more votes come first, then
/// those with more up-votes; comments with the same counts are the same ones in every set.
package struct DefinitionAgreement: Hashable, Sendable {
    /// What was taken by one definition.
    package struct Definition: Hashable, Sendable {
        /// A score's name, or `live` for the labels as they are.
        package let name: String
        /// Comments with fewer votes were not looked at.
        package let minVotes: Int
        /// How many were taken: as many as the rule calls controversial, or all there are.
        package let comments: Int
        /// The least score of those taken; `nil` for the labels.
        package let leastScore: Double?
        /// Median of their votes, up and down together; 0 if there are none.
        package let medianVotes: Double
        /// The share of the rule's number that it has in common with each definition, in their order; 0 ... 1.
        package let shared: [Double]
    }

    /// Comments looked at.
    package let comments: Int
    /// How many the labels call controversial.
    package let controversial: Int
    /// The labels, then the scores.
    package let definitions: [Definition]

    /// Compares definitions on the comments of a label set.
    ///
    /// - Parameters:
    ///   - rule: the set's; its range, or 0.4 ... 0.6, and its prior are those of the posterior.
    ///   - table: the set. Comments whose votes had not come to rest are left out.
    ///   - sources: number of each comment's source among `priors`, as many; empty if all have the rule's prior.
    /// - Complexity: O(n) for n comments, and O(d log d) for each score, for d distinct counts.
    package init(of rule: ControversyRule, _ table: LabelTable, sources: [Int] = [], priors: [BetaPrior] = [])
    {
        let groups = Self.groups(table, sources)
        comments = groups.reduce(0) { $0 + $1.comments }
        let wanted = groups.reduce(0) { $0 + $1.controversial }
        controversial = wanted
        var chosen = [Chosen(name: "live", minVotes: rule.minVotes, taken: groups.map(\.controversial))]
        for score in ControversyScore.allCases {
            let minVotes = score.weighsVotes ? 1 : rule.minVotes
            let scores = groups.map { group in
                score.value(
                    of: group.votes, band: rule.controversial,
                    prior: sources.isEmpty ? rule.prior : priors[group.source])
            }
            chosen.append(
                Self.top(wanted, groups, scores, Chosen(name: score.rawValue, minVotes: minVotes, taken: [])))
        }
        definitions = chosen.map { one in
            Definition(
                name: one.name, minVotes: one.minVotes, comments: one.taken.reduce(0, +),
                leastScore: one.leastScore, medianVotes: Self.median(groups, one.taken),
                shared: chosen.map { other in
                    let both = zip(one.taken, other.taken).reduce(0) { $0 + min($1.0, $1.1) }
                    return wanted == 0 ? 0 : Double(both) / Double(wanted)
                })
        }
    }

    /// Comments with the same votes from the same source.
    private struct Group {
        var votes: VoteCount
        var source: Int
        var comments = 0
        var controversial = 0
    }

    private struct Chosen {
        var name: String
        var minVotes: Int
        /// How many of each group.
        var taken: [Int]
        var leastScore: Double?
    }

    private static func groups(_ table: LabelTable, _ sources: [Int]) -> [Group] {
        let unsettled = Verdict.abstain(.unsettled).code
        let rows = table.labels.indices.filter { table.labels[$0] != unsettled }
        let census = VoteCensus(
            ups: rows.map { table.ups[$0] }, downs: rows.map { table.downs[$0] },
            tags: rows.map { row in
                let isControversial = table.labels[row] == Verdict.controversial.code
                return UInt32(sources.isEmpty ? 0 : sources[row]) << 1 | (isControversial ? 1 : 0)
            })
        var groups: [Group] = []
        // Entries with equal votes are neighbors, and among them those of one source.
        for entry in census.entries {
            let source = Int(entry.tag >> 1)
            if groups.last?.votes != entry.votes || groups.last?.source != source {
                groups.append(Group(votes: entry.votes, source: source))
            }
            groups[groups.count - 1].comments += entry.comments
            if entry.tag & 1 == 1 { groups[groups.count - 1].controversial += entry.comments }
        }
        return groups
    }

    private static func top(_ count: Int, _ groups: [Group], _ scores: [Double], _ empty: Chosen) -> Chosen {
        var chosen = empty
        chosen.taken = groups.map { _ in 0 }
        var left = count
        let order = groups.indices.filter { groups[$0].votes.total >= empty.minVotes }.sorted { one, other in
            let (a, b) = (groups[one].votes, groups[other].votes)
            return (scores[one], a.total, a.up, other) > (scores[other], b.total, b.up, one)
        }
        for place in order where left > 0 {
            chosen.taken[place] = min(left, groups[place].comments)
            chosen.leastScore = scores[place]
            left -= chosen.taken[place]
        }
        return chosen
    }

    private static func median(_ groups: [Group], _ taken: [Int]) -> Double {
        let all = taken.reduce(0, +)
        if all == 0 { return 0 }
        // Groups are in rising order of votes.
        func votes(at place: Int) -> Int {
            var passed = 0
            for (group, count) in zip(groups, taken) {
                passed += count
                if passed > place { return group.votes.total }
            }
            return 0
        }
        return Double(votes(at: (all - 1) / 2) + votes(at: all / 2)) / 2
    }
}
