package import Labeling
package import StageKit
package import VoteModel

/// The rule of a dataset: one for all comments, or with a prior for each source.
package struct RulesBySource {
    /// The rule with the prior that the pipeline file gives.
    package let base: ControversyRule
    private let bySource: [[UInt8]: ControversyRule]

    /// Whether the rule depends on where a comment came from.
    package var dependsOnSource: Bool { !bySource.isEmpty }

    init(_ base: ControversyRule, priors: [String: BetaPrior] = [:]) {
        self.base = base
        var rules: [[UInt8]: ControversyRule] = [:]
        for (source, prior) in priors {
            var rule = base
            rule.prior = prior
            rules[Array(source.utf8)] = rule
        }
        bySource = rules
    }

    /// The rules that a dataset was labeled with, from its facts.
    package init(_ facts: DatasetFacts) throws(StageError) {
        var priors: [String: BetaPrior] = [:]
        for (source, prior) in facts.priors?.objectValue ?? [:] {
            guard let alpha = prior["alpha"]?.doubleValue, let beta = prior["beta"]?.doubleValue else {
                continue
            }
            priors[source] = BetaPrior(alpha: alpha, beta: beta)
        }
        self.init(try ControversyRule(facts), priors: priors)
    }

    /// The rule for comments of a source, named by its UTF-8.
    package func rule(of source: some Sequence<UInt8>) -> ControversyRule {
        bySource.isEmpty ? base : bySource[Array(source)] ?? base
    }

    /// The rule for each comment of some runs of ids.
    package func byComment(_ runs: [SourceRun]) -> CommentRules {
        CommentRules(
            runs: runs, rules: runs.map { run in run.source.map { rule(of: $0.utf8) } ?? base }, base: base)
    }

    /// The rule for each comment of a cut.
    func byComment(of cut: LedgerCut, _ ledger: any LedgerReader) throws -> CommentRules {
        byComment(dependsOnSource ? try ledger.sourceRuns(of: cut) : [])
    }

    /// The same rules with another threshold of their score.
    func withThreshold(_ threshold: Double) -> RulesBySource {
        RulesBySource(
            base: base.withThreshold(threshold), bySource: bySource.mapValues { $0.withThreshold(threshold) })
    }

    private init(base: ControversyRule, bySource: [[UInt8]: ControversyRule]) {
        self.base = base
        self.bySource = bySource
    }

    /// The bar that a share of the top came to; `nil` for other rules, and where no comment has any score.
    var barOfTop: Double? {
        base.scoring.flatMap { $0.top == nil || !$0.threshold.isFinite ? nil : $0.threshold }
    }

    var json: JSONValue? {
        if bySource.isEmpty { return nil }
        return .object(
            Dictionary(
                bySource.map { source, rule in
                    (
                        String(decoding: source, as: UTF8.self),
                        ["alpha": .number(rule.prior.alpha), "beta": .number(rule.prior.beta)]
                    )
                }, uniquingKeysWith: { $1 }))
    }
}

/// The rule of each comment, by its id.
package struct CommentRules {
    private let runs: [SourceRun]
    private let rules: [ControversyRule]
    private let base: ControversyRule

    init(runs: [SourceRun], rules: [ControversyRule], base: ControversyRule) {
        self.runs = runs
        self.rules = rules
        self.base = base
    }

    package subscript(comment: Int64) -> ControversyRule {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].last < comment { low = middle + 1 } else { high = middle }
        }
        return low < rules.count ? rules[low] : base
    }
}
