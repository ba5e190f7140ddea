package import Labeling
package import StageKit
internal import TextBasics
package import VoteModel

/// What a label rule may ask for beside a comment's own votes: a prior fitted to other comments of its source, whether its
/// votes have come to rest, and the scores of all other comments.
struct LabelContext {
    let rule: ControversyRule
    /// What gets its own prior, drawn from its comments; `nil` if the rule gives one for all.
    let priors: PriorLevel?
    /// `nil`: every comment is settled.
    let gate: SettlingGate?

    /// Whether the votes alone do not decide.
    var isNeeded: Bool { priors != nil || gate != nil || rule.scoring?.top != nil }

    /// Judges all rows again.
    /// - Parameter zones: by source, the offset of times that give none; see ``DatasetFacts/zones``.
    /// - Returns: the rules that were used.
    func judge(
        _ columns: inout DatasetColumns, _ cut: LedgerCut, zones: [String: Int64], _ context: StageContext
    ) throws -> RulesBySource {
        var (book, rules) = try rules(columns, cut, context)
        let unsettled = try gate?.unsettledComments(of: cut, zones: zones, context.times) ?? []
        if let top = rule.scoring?.top {
            let threshold = threshold(ofTop: top, columns, unsettled, rules)
            book = book.withThreshold(threshold)
            rules = rules.withThreshold(threshold)
        }
        var rest = unsettled[...]
        var memos = VerdictMemos()
        for row in columns.ids.indices {
            let id = columns.ids[row]
            while let first = rest.first, first < id { rest.removeFirst() }
            let rule = rules[id]
            columns.labels[row] =
                rest.first == id
                ? rule.verdict(for: columns.votes(row), settled: false).code
                : memos.code(of: rule, up: columns.ups[row], down: columns.downs[row])
        }
        return book
    }

    /// The bar of the share of the top among the settled comments with enough votes.
    private func threshold(
        ofTop share: Double, _ columns: DatasetColumns, _ unsettled: [Int64], _ rules: CommentRules
    ) -> Double {
        var priors: [BetaPrior] = []
        var ups: [Int32] = []
        var downs: [Int32] = []
        var tags: [UInt32] = []
        var tagOf: [BetaPrior: UInt32] = [:]
        var rest = unsettled[...]
        for row in columns.ids.indices {
            let id = columns.ids[row]
            while let first = rest.first, first < id { rest.removeFirst() }
            if rest.first == id { continue }
            let total = Int(columns.ups[row]) + Int(columns.downs[row])
            if total < rule.minVotes || total == 0 { continue }
            let prior = rules[id].prior
            let tag = tagOf[prior] ?? UInt32(priors.count)
            if Int(tag) == priors.count {
                priors.append(prior)
                tagOf[prior] = tag
            }
            ups.append(columns.ups[row])
            downs.append(columns.downs[row])
            tags.append(tag)
        }
        guard let scoring = rule.scoring else { return .infinity }
        let scores = VoteCensus(ups: ups, downs: downs, tags: tags).entries.map { entry in
            let score = scoring.score.value(
                of: entry.votes, band: rule.controversial, prior: priors[Int(entry.tag)])
            return (score: score, comments: entry.comments)
        }
        return ScoreBar.threshold(ofTop: share, scoring.score, of: scores)
    }

    /// The rules with their priors, and those of the rows.
    private func rules(
        _ columns: DatasetColumns, _ cut: LedgerCut, _ context: StageContext
    ) throws -> (RulesBySource, CommentRules) {
        guard let priors else {
            let book = RulesBySource(rule)
            return (book, try book.byComment([], of: cut, context.ledger))
        }
        switch priors {
        case .source: break
        case .outlet:
            let groups = try CommentGroups(of: columns.ids, cut, context.ledger)
            let book = fit(columns, groups, nil, context)
            return (book, book.byComment(groups))
        case .article:
            let groups = try CommentGroups(of: columns.ids, byArticle: true, cut, context.ledger)
            let votes = try groups.votesOfArticles(cut, context.ledger)
            let book = fit(columns, groups, votes, context)
            return (book, book.byComment(groups, votes))
        }
        let book = fit(columns, try context.ledger.sourceRuns(of: cut), context)
        return (book, try book.byComment(columns.ids, of: cut, context.ledger))
    }

    private func fit(_ columns: DatasetColumns, _ runs: [SourceRun], _ context: StageContext) -> RulesBySource
    {
        var names: [String] = []
        var tags: [UInt32] = []
        tags.reserveCapacity(columns.count)
        var rest = runs[...]
        var tag: UInt32?
        for id in columns.ids {
            while let run = rest.first, run.last < id {
                rest.removeFirst()
                tag = nil
            }
            if tag == nil {
                let source = rest.first?.source ?? ""
                tag = UInt32(names.firstIndex { $0.utf8.elementsEqual(source.utf8) } ?? names.count)
                if Int(tag ?? 0) == names.count { names.append(source) }
            }
            tags.append(tag ?? 0)
        }
        let census = VoteCensus(ups: columns.ups, downs: columns.downs, tags: tags)
        var priors: [String: BetaPrior] = [:]
        for (index, name) in names.enumerated() {
            let fit = PriorFit(census.filtered { $0 == UInt32(index) })
            priors[name] = fit.prior
            context.progress.log("\(name): \(fit)", [:])
        }
        return RulesBySource(rule, priors: priors)
    }

    /// A prior for each source, and for each of its outlets one that is drawn toward it.
    /// - Parameter votes: of the articles, where each has its own prior, drawn toward its outlet's.
    private func fit(
        _ columns: DatasetColumns, _ groups: CommentGroups, _ votes: [VoteCensus]?, _ context: StageContext
    ) -> RulesBySource {
        let outlets = groups.outlets
        let unknown = UInt32(outlets.names.count)
        let census = VoteCensus(
            ups: columns.ups, downs: columns.downs,
            tags: columns.ids.map { id in
                groups.place(of: id).map { UInt32(outlets.places[$0]) } ?? unknown
            })
        var priors: [String: BetaPrior] = [:]
        var ofOutlets: [String: [String: BetaPrior]] = [:]
        var spreads: [String: GroupSpread] = [:]
        for source in Set(outlets.names.map(\.source)).sorted() {
            let tags = outlets.names.indices.filter { outlets.names[$0].source == source }
            let fit = PriorFit(census.filtered { tags.contains(Int($0)) })
            priors[source] = fit.prior
            context.progress.log("\(source): \(fit)", [:])
            let named = tags.filter { outlets.names[$0].outlet != nil }
            let fits = GroupPriors(
                named.map { tag in census.filtered { $0 == UInt32(tag) } }, within: fit)
            for (tag, prior) in zip(named, fits.priors) {
                let outlet = outlets.names[tag].outlet ?? ""
                ofOutlets[source, default: [:]][outlet] = prior
                context.progress.log("\(source), \(outlet): \(prior.shown)", [:])
            }
            guard let votes, fit.outcome == .fitted else { continue }
            let articles = groups.names.indices.filter { groups.names[$0].source == source }
            spreads[source] = GroupSpread(
                of: articles.map { place in
                    let own = groups.names[place].outlet.flatMap { ofOutlets[source]?[$0] }
                    return (votes[place], own ?? fit.prior)
                })
            if let spread = spreads[source] {
                context.progress.log("\(source): \(Counts.text(articles.count, "article")), \(spread)", [:])
            }
        }
        return RulesBySource(rule, priors: priors, outlets: ofOutlets, spreads: spreads)
    }
}

/// What gets its own prior.
enum PriorLevel: String, CaseIterable {
    case source, outlet, article
}

extension SettlingGate {
    /// The gate of a label rule, from its parameters; `nil` if it has none.
    package init?(rule: JSONValue?) {
        guard let age = rule?["settle"]?.intValue else { return nil }
        self.init(age: Int64(age))
    }

    /// The comments of a cut whose votes have not come to rest, in rising order of ids.
    /// - Parameter zones: by source, the offset of times that give none, in seconds east of Greenwich.
    package func unsettledComments(
        of cut: LedgerCut, zones: [String: Int64], _ times: any CommentTimes
    ) throws -> [Int64] {
        let young = try times.youngComments(of: cut, within: age, zones: zones)
        return young.comments.filter { comment in
            let readings = SettlingGate.Readings(
                createdAt: comment.createdAt, first: comment.first, last: comment.last,
                changed: SettlingGate.changed(from: comment.previous, to: comment.votes))
            return !isSettled(readings, at: young.moment)
        }.map(\.id)
    }
}
