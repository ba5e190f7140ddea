package import Labeling
package import StageKit
package import VoteModel

/// The rule of a dataset: one for all comments, or with a prior for each source, or for each outlet of each source.
package struct RulesBySource {
    /// The rule with the prior that the pipeline file gives.
    package let base: ControversyRule
    private let bySource: [[UInt8]: ControversyRule]
    /// By source, then by outlet.
    private let byOutlet: [[UInt8]: [[UInt8]: ControversyRule]]

    /// Whether the rule depends on where a comment came from.
    package var dependsOnSource: Bool { !bySource.isEmpty }
    /// Whether it depends on the outlet too.
    package var dependsOnOutlet: Bool { !byOutlet.isEmpty }

    /// - Parameters:
    ///   - priors: by source.
    ///   - outlets: by source, then by outlet; of those that have one of their own.
    init(
        _ base: ControversyRule, priors: [String: BetaPrior] = [:],
        outlets: [String: [String: BetaPrior]] = [:]
    ) {
        func rules(_ priors: [String: BetaPrior]) -> [[UInt8]: ControversyRule] {
            var rules: [[UInt8]: ControversyRule] = [:]
            for (name, prior) in priors {
                var rule = base
                rule.prior = prior
                rules[Array(name.utf8)] = rule
            }
            return rules
        }
        self.base = base
        bySource = rules(priors)
        var byOutlet: [[UInt8]: [[UInt8]: ControversyRule]] = [:]
        for (source, priors) in outlets { byOutlet[Array(source.utf8)] = rules(priors) }
        self.byOutlet = byOutlet
    }

    /// The rules that a dataset was labeled with, from its facts.
    package init(_ facts: DatasetFacts) throws(StageError) {
        let sources = facts.priors?.objectValue ?? [:]
        self.init(
            try ControversyRule(facts), priors: sources.compactMapValues(BetaPrior.init),
            outlets: sources.compactMapValues {
                $0["outlets"]?.objectValue?.compactMapValues(BetaPrior.init)
            })
    }

    /// The rule for comments of a source, or of one of its outlets.
    package func rule(of source: String, outlet: String? = nil) -> ControversyRule {
        let key = Array(source.utf8)
        if let outlet, let rule = byOutlet[key]?[Array(outlet.utf8)] { return rule }
        return bySource[key] ?? base
    }

    /// The rule for each of some comments of a cut, in any order.
    package func byComment(
        _ ids: [Int64], of cut: LedgerCut, _ ledger: any LedgerReader
    ) throws -> CommentRules {
        if dependsOnOutlet { return byComment(try CommentOutlets(of: ids, cut, ledger)) }
        let runs = dependsOnSource ? try ledger.sourceRuns(of: cut) : []
        return CommentRules(
            runs: runs, rules: runs.map { run in run.source.map { rule(of: $0) } ?? base }, base: base)
    }

    /// The rule for each of some comments.
    func byComment(_ outlets: CommentOutlets) -> CommentRules {
        CommentRules(
            outlets: outlets, rules: outlets.names.map { rule(of: $0.source, outlet: $0.outlet) }, base: base)
    }

    /// The same rules with another threshold of their score.
    func withThreshold(_ threshold: Double) -> RulesBySource {
        RulesBySource(
            base: base.withThreshold(threshold), bySource: bySource.mapValues { $0.withThreshold(threshold) },
            byOutlet: byOutlet.mapValues { $0.mapValues { $0.withThreshold(threshold) } })
    }

    private init(
        base: ControversyRule, bySource: [[UInt8]: ControversyRule],
        byOutlet: [[UInt8]: [[UInt8]: ControversyRule]]
    ) {
        self.base = base
        self.bySource = bySource
        self.byOutlet = byOutlet
    }

    /// The bar that a share of the top came to; `nil` for other rules, and where no comment has any score.
    var barOfTop: Double? {
        base.scoring.flatMap { $0.top == nil || !$0.threshold.isFinite ? nil : $0.threshold }
    }

    var json: JSONValue? {
        if bySource.isEmpty { return nil }
        func members(
            _ rules: [[UInt8]: ControversyRule], _ value: ([UInt8], ControversyRule) -> JSONValue
        ) -> JSONValue {
            .object(
                Dictionary(
                    rules.map { (String(decoding: $0, as: UTF8.self), value($0, $1)) },
                    uniquingKeysWith: { $1 }))
        }
        return members(bySource) { source, rule in
            guard let outlets = byOutlet[source] else { return rule.prior.json }
            return rule.prior.json.adding("outlets", members(outlets) { $1.prior.json })
        }
    }
}

extension BetaPrior {
    fileprivate init?(_ value: JSONValue) {
        guard let alpha = value["alpha"]?.doubleValue, let beta = value["beta"]?.doubleValue else {
            return nil
        }
        self.init(alpha: alpha, beta: beta)
    }

    fileprivate var json: JSONValue { ["alpha": .number(alpha), "beta": .number(beta)] }
}

/// The rule of each comment, by its id.
package struct CommentRules {
    private var runs: [SourceRun] = []
    private var outlets: CommentOutlets?
    /// By run, or by outlet.
    private var rules: [ControversyRule]
    private var base: ControversyRule

    init(runs: [SourceRun], rules: [ControversyRule], base: ControversyRule) {
        self.runs = runs
        self.rules = rules
        self.base = base
    }

    init(outlets: CommentOutlets, rules: [ControversyRule], base: ControversyRule) {
        self.outlets = outlets
        self.rules = rules
        self.base = base
    }

    /// The same rules with another threshold of their score.
    func withThreshold(_ threshold: Double) -> CommentRules {
        var other = self
        other.rules = rules.map { $0.withThreshold(threshold) }
        other.base = base.withThreshold(threshold)
        return other
    }

    package subscript(comment: Int64) -> ControversyRule {
        if let outlets { return outlets.place(of: comment).map { rules[$0] } ?? base }
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].last < comment { low = middle + 1 } else { high = middle }
        }
        return low < rules.count ? rules[low] : base
    }
}
