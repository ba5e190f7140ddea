internal import DatasetStages
internal import Labeling
package import StageKit
package import VoteModel

/// Verdicts on vote counts, each once: what a label rule says where SQL cannot say it, since it asks for posterior masses, or
/// for priors and bars that all comments together set.
package struct VerdictTable {
    package struct Entry {
        package var source: String
        package var up: Int32
        package var down: Int32
        package var isSettled: Bool
        /// How many comments have these votes.
        package var comments: Int

        package init(source: String, up: Int32, down: Int32, isSettled: Bool, comments: Int) {
            self.source = source
            self.up = up
            self.down = down
            self.isSettled = isSettled
            self.comments = comments
        }

        var votes: VoteCount { VoteCount(up: Int(up), down: Int(down)) }
    }

    package struct Row {
        package var verdict: Verdict
        package var probability: Double
        /// `nil` for comments without a label.
        package var weight: Double?
        /// `nil` if no number of votes would change the label.
        package var flipDistance: Int?
    }

    private let rules: [String: ControversyRule]
    private let base: ControversyRule

    /// - Parameters:
    ///   - parameters: of the label stage.
    ///   - entries: all counts of all sources: they set priors and bars.
    package init(parameters: JSONValue, _ entries: [Entry]) throws(StageError) {
        var base = try ControversyRule(parameters: parameters)
        var rules: [String: ControversyRule] = [:]
        let bySource = Dictionary(grouping: entries, by: \.source)
        if parameters["prior"]?["per"]?.stringValue == "source" {
            for (source, own) in bySource {
                rules[source] = base
                rules[source]?.prior = PriorFit(VoteCensus(own)).prior
            }
        }
        if let scoring = base.scoring, let top = scoring.top {
            let judge = base
            let own = rules
            let scores = entries.filter {
                $0.isSettled && $0.votes.total >= judge.minVotes && $0.votes.total > 0
            }
            .map { entry in
                let rule = own[entry.source] ?? judge
                return (score: rule.score(of: entry.votes) ?? 0, comments: entry.comments)
            }
            let threshold = ScoreBar.threshold(ofTop: top, scoring.score, of: scores)
            base = base.withThreshold(threshold)
            rules = rules.mapValues { $0.withThreshold(threshold) }
        }
        self.base = base
        self.rules = rules
    }

    package func row(of entry: Entry) -> Row {
        let rule = rules[entry.source] ?? base
        let verdict = rule.verdict(for: entry.votes, settled: entry.isSettled)
        return Row(
            verdict: verdict, probability: rule.probabilityControversial(for: entry.votes),
            weight: rule.weight(of: entry.votes, labeled: verdict, as: .posterior),
            flipDistance: verdict.classIndex == nil ? nil : rule.flipDistance(for: entry.votes).fewest)
    }
}

extension VoteCensus {
    fileprivate init(_ entries: [VerdictTable.Entry]) {
        var counts: [VoteCount: Int] = [:]
        for entry in entries { counts[entry.votes, default: 0] += entry.comments }
        let votes = counts.keys.sorted { ($0.total, $0.up) < ($1.total, $1.up) }
        self.init(
            ups: votes.map { Int32($0.up) }, downs: votes.map { Int32($0.down) },
            comments: votes.map { counts[$0, default: 0] })
    }
}
