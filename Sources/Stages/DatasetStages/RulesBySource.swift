package import Labeling
package import StageKit
package import VoteModel

/// The rule of a dataset: one for all comments, or with a prior for each source, each outlet of a source, or each article.
package struct RulesBySource {
    /// The rule with the prior that the pipeline file gives.
    package let base: ControversyRule
    private let bySource: [[UInt8]: ControversyRule]
    /// By source, then by outlet.
    private let byOutlet: [[UInt8]: [[UInt8]: ControversyRule]]
    /// By source, how far the priors of its articles lie from those of their outlets; empty where articles have none.
    private let spreads: [String: GroupSpread]

    /// Whether the rule depends on where a comment came from.
    package var dependsOnSource: Bool { !bySource.isEmpty }
    /// Whether it depends on the outlet too.
    package var dependsOnOutlet: Bool { !byOutlet.isEmpty || dependsOnArticle }
    /// Whether it depends on the article too.
    package var dependsOnArticle: Bool { !spreads.isEmpty }

    /// - Parameters:
    ///   - priors: by source.
    ///   - outlets: by source, then by outlet; of those that have one of their own.
    ///   - spreads: by source, of the priors of articles.
    init(
        _ base: ControversyRule, priors: [String: BetaPrior] = [:],
        outlets: [String: [String: BetaPrior]] = [:], spreads: [String: GroupSpread] = [:]
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
        self.spreads = spreads
    }

    /// The rules that a dataset was labeled with, from its facts.
    package init(_ facts: DatasetFacts) throws(StageError) {
        let sources = facts.priors?.objectValue ?? [:]
        self.init(
            try ControversyRule(facts), priors: sources.compactMapValues(BetaPrior.init),
            outlets: sources.compactMapValues {
                $0["outlets"]?.objectValue?.compactMapValues(BetaPrior.init)
            },
            spreads: sources.compactMapValues { $0["articles"].flatMap(GroupSpread.init) })
    }

    /// The rule for comments of a source, or of one of its outlets, but for what their article has to say.
    private func rule(of source: String, outlet: String? = nil) -> ControversyRule {
        let key = Array(source.utf8)
        if let outlet, let rule = byOutlet[key]?[Array(outlet.utf8)] { return rule }
        return bySource[key] ?? base
    }

    /// The rule for each of some comments of a cut, in any order.
    package func byComment(
        _ ids: [Int64], of cut: LedgerCut, _ ledger: any LedgerReader
    ) throws -> CommentRules {
        if dependsOnOutlet {
            let groups = try CommentGroups(of: ids, byArticle: dependsOnArticle, cut, ledger)
            return byComment(groups, dependsOnArticle ? try groups.votesOfArticles(cut, ledger) : [])
        }
        let runs = dependsOnSource ? try ledger.sourceRuns(of: cut) : []
        return CommentRules(
            runs: runs, rules: runs.map { run in run.source.map { rule(of: $0) } ?? base }, base: base)
    }

    /// The rule for each of some comments.
    /// - Parameter votes: those of their articles, in the order of the groups; empty where articles do not matter.
    func byComment(_ groups: CommentGroups, _ votes: [VoteCensus] = []) -> CommentRules {
        let rules = groups.names.enumerated().map { place, name in
            var rule = rule(of: name.source, outlet: name.outlet)
            if !votes.isEmpty, let spread = spreads[name.source] {
                rule.prior = spread.prior(of: votes[place], around: rule.prior)
            }
            return rule
        }
        return CommentRules(groups: groups, rules: rules, base: base)
    }

    /// The same rules with another threshold of their score.
    func withThreshold(_ threshold: Double) -> RulesBySource {
        RulesBySource(
            base: base.withThreshold(threshold), bySource: bySource.mapValues { $0.withThreshold(threshold) },
            byOutlet: byOutlet.mapValues { $0.mapValues { $0.withThreshold(threshold) } }, spreads: spreads)
    }

    private init(
        base: ControversyRule, bySource: [[UInt8]: ControversyRule],
        byOutlet: [[UInt8]: [[UInt8]: ControversyRule]], spreads: [String: GroupSpread]
    ) {
        self.base = base
        self.bySource = bySource
        self.byOutlet = byOutlet
        self.spreads = spreads
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
            var value = rule.prior.json
            if let outlets = byOutlet[source] {
                value = value.adding("outlets", members(outlets) { $1.prior.json })
            }
            if let spread = spreads[String(decoding: source, as: UTF8.self)] {
                value = value.adding("articles", spread.json)
            }
            return value
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

extension GroupSpread {
    fileprivate init?(_ value: JSONValue) {
        guard let mean = value["mean_variance"]?.doubleValue,
            let strength = value["strength_variance"]?.doubleValue
        else { return nil }
        self.init(meanVariance: mean, strengthVariance: strength)
    }

    fileprivate var json: JSONValue {
        ["mean_variance": .number(meanVariance), "strength_variance": .number(strengthVariance)]
    }
}

/// The rule of each comment, by its id.
package struct CommentRules {
    private var runs: [SourceRun] = []
    private var groups: CommentGroups?
    /// By run, or by group.
    private var rules: [ControversyRule]
    private var base: ControversyRule

    init(runs: [SourceRun], rules: [ControversyRule], base: ControversyRule) {
        self.runs = runs
        self.rules = rules
        self.base = base
    }

    init(groups: CommentGroups, rules: [ControversyRule], base: ControversyRule) {
        self.groups = groups
        self.rules = rules
        self.base = base
    }

    /// The priors of comments, each under the name of its source or outlet, and the place of each comment's.
    package func priors(of ids: [Int64]) -> (priors: [(source: String, prior: BetaPrior)], places: [Int]) {
        var priors: [(source: String, prior: BetaPrior)] = []
        // What was forgotten since has the prior of the rule.
        var rest: Int?
        func placeOfRest() -> Int {
            if let rest { return rest }
            rest = priors.count
            priors.append(("", base.prior))
            return priors.count - 1
        }
        if let groups {
            priors = zip(groups.names, rules).map { name, rule in
                (name.outlet.map { "\(name.source), \($0)" } ?? name.source, rule.prior)
            }
            return (priors, ids.map { groups.place(of: $0) ?? placeOfRest() })
        }
        var placeOfSource: [String: Int] = [:]
        let places = ids.map { id in
            guard let run = run(of: id) else { return placeOfRest() }
            let source = runs[run].source ?? ""
            if let place = placeOfSource[source] { return place }
            placeOfSource[source] = priors.count
            priors.append((source, rules[run].prior))
            return priors.count - 1
        }
        return (priors, places)
    }

    /// The same rules with another threshold of their score.
    func withThreshold(_ threshold: Double) -> CommentRules {
        var other = self
        other.rules = rules.map { $0.withThreshold(threshold) }
        other.base = base.withThreshold(threshold)
        return other
    }

    package subscript(comment: Int64) -> ControversyRule {
        if let groups { return groups.place(of: comment).map { rules[$0] } ?? base }
        return run(of: comment).map { rules[$0] } ?? base
    }

    private func run(of comment: Int64) -> Int? {
        let run = runs.partitioningIndex { $0.last >= comment }
        return run < runs.count ? run : nil
    }
}
