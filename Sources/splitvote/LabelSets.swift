internal import DatasetStages
internal import Diagnostics
internal import LabelStudies
internal import Labeling
internal import PipelineEngine
internal import RunStore
internal import StageKit
internal import TextBasics
internal import VoteModel

/// The label sets of a store: found by their names, read, compared.
struct LabelSets {
    let store: RunStore
    /// `nil` for those of all pipelines.
    let pipeline: String?

    init(_ store: RunStore, pipeline: String?) {
        self.store = store
        self.pipeline = pipeline
    }

    /// A set with its rows.
    struct Loaded {
        var summary: LabelSetSummary
        var file: LabelSetFile
        var table: LabelTable
        var origin: LabelOrigin
        var rule: ControversyRule
        /// The same for each comment, where a source's prior has a say.
        var rules: CommentRules
        /// The prior of each source; empty where the rule has one for all.
        var priors: [(source: String, prior: BetaPrior)]
        /// For each comment its place among ``priors``; empty where there are none.
        var sources: [Int]
        /// Whether each comment's votes had come to rest; `nil` where the rule does not ask.
        var settled: [Bool]?

        /// What other thresholds would make of its comments, and how that differs from what the set says.
        func surface(_ axes: SweepAxes) throws(DiagnosticsError) -> ThresholdSurface {
            let comments = SurfaceComments(
                ups: table.ups, downs: table.downs, sources: priors.isEmpty ? nil : sources,
                names: priors.map(\.source), former: table.states(of: table.comments), settled: settled)
            do {
                return try ThresholdSurface(
                    of: rule, over: axes, comments: comments,
                    priors: priors.isEmpty ? nil : priors.map(\.prior))
            } catch {
                throw DiagnosticsError("\(error)")
            }
        }
    }

    /// The set of a name: `promoted`, `previous`, `latest`, an id or its beginning.
    /// - Throws: `DiagnosticsError` when there is none, or more than one.
    func find(_ name: String) throws -> LabelSetSummary {
        let sets = try store.labelSets(pipeline: pipeline)
        switch name {
        case "promoted": if let set = sets.first(where: \.isPromoted) { return set }
        case "latest": if let set = sets.first { return set }
        case "previous":
            let before = try store.previousLabelSet(pipeline: pipeline)
            if let set = sets.first(where: { $0.id == before }) { return set }
            throw DiagnosticsError(
                "no label set was promoted before the present one",
                hint: "'splitvote labels FILE ls' lists the sets")
        default: break
        }
        let found = sets.filter { $0.id.hasPrefix(name) && !name.isEmpty }
        if let set = found.first, found.count == 1 || set.id == name { return set }
        throw DiagnosticsError(
            found.isEmpty
                ? "there is no label set '\(name)'" : "\(found.count) label sets begin with '\(name)'",
            hint: sets.isEmpty
                ? "no label stage has run yet"
                : "'splitvote labels FILE ls' lists them; promoted, previous and latest are names too")
    }

    /// Where the rows of a set lie.
    func file(_ name: String) throws -> LabelSetFile {
        let set = try find(name)
        guard let file = try store.labelSetFile(set.id, pipeline: pipeline) else {
            throw DiagnosticsError(
                "the rows of label set \(set.id) are gone: retention has removed them",
                hint: "run the pipeline with its rule again: \(set.rule.canonicalText)")
        }
        return file
    }

    func load(_ name: String) throws -> Loaded {
        let summary = try find(name)
        let file = try file(name)
        let columns = try PackedResults(root: store.artifacts).withFile(file.path) {
            try DatasetColumns(path: $0, stage: file.stage)
        }
        let facts = try DatasetFacts(
            InputArtifact(
                stage: file.stage, kind: file.kind, type: "labels-v1", path: file.path, digest: file.digest,
                locator: file.locator))
        let book = try RuleBook(facts)
        let runs = try store.ledger.sourceRuns(of: facts.cut)
        let sources = Self.sources(of: columns.ids, book, runs)
        do {
            return Loaded(
                summary: summary, file: file,
                table: try LabelTable(
                    comments: columns.ids, labels: columns.labels, ups: columns.ups, downs: columns.downs,
                    articles: columns.articles),
                origin: LabelOrigin(
                    rule: summary.rule.canonicalText, clean: summary.clean.canonicalText,
                    lastComment: try store.lastComment(position: summary.ledgerPosition)),
                rule: try ControversyRule(facts),
                rules: book.byComment(runs), priors: sources.priors, sources: sources.places,
                settled: try settled(columns, facts))
        } catch let problem as LabelTableProblem {
            throw StageError(
                "the rows of label set \(summary.id) are damaged: \(problem)",
                hint: "run it again with --force \(file.stage)")
        }
    }

    /// The sources of comments, with the prior of each, and the place of each comment's; none where all have one rule.
    private static func sources(
        of ids: [Int64], _ book: RuleBook, _ runs: [SourceRun]
    ) -> (priors: [(source: String, prior: BetaPrior)], places: [Int]) {
        if !book.dependsOnSource { return ([], []) }
        var priors: [(source: String, prior: BetaPrior)] = []
        var placeOfSource: [String: Int] = [:]
        var rest = runs[...]
        let places = ids.map { id in
            while let run = rest.first, run.last < id { rest.removeFirst() }
            let source = rest.first?.source ?? ""
            if let place = placeOfSource[source] { return place }
            placeOfSource[source] = priors.count
            priors.append((source, book.rule(of: source.utf8).prior))
            return priors.count - 1
        }
        return (priors, places)
    }

    /// Whether the votes of each comment of a set had come to rest when it was judged; `nil` for a rule without 'settle'.
    private func settled(_ columns: DatasetColumns, _ facts: DatasetFacts) throws -> [Bool]? {
        guard let gate = SettlingGate(rule: facts.rule) else { return nil }
        var young = try gate.unsettledComments(of: facts.cut, zones: facts.zones, store.ledger)[...]
        let unsettled = Verdict.abstain(.unsettled).code
        return zip(columns.ids, columns.labels).map { id, label in
            while let first = young.first, first < id { young.removeFirst() }
            // What the set says holds also for comments that were forgotten since.
            return young.first != id && label != unsettled
        }
    }

    /// Compares two sets of one pipeline.
    func compare(_ old: Loaded, _ new: Loaded) throws -> LabelDifference {
        let comparison = LabelComparison(
            from: old.table, old.origin, to: new.table, new.origin,
            gone: try store.removedComments(position: new.summary.ledgerPosition)
        ) { comment, votes, settled in
            new.rules[comment].verdict(for: votes, settled: settled)
        }
        let articles = comparison.articles(most: 10)
        let names = try store.articleNames(articles.map(\.article))
        return LabelDifference(
            old: old.summary, new: new.summary, comparison: comparison,
            articles: articles.map { (names[$0.article], $0.flips) })
    }
}

/// Two label sets side by side, in words and as JSON.
struct LabelDifference {
    var old: LabelSetSummary
    var new: LabelSetSummary
    var comparison: LabelComparison
    /// Those with the most flips.
    var articles: [(name: ArticleName?, flips: Int)]

    func json() -> String {
        String(
            decoding: comparison.json(
                old: old.id, new: new.id, articles: articles.map { ($0.name?.key ?? "", $0.flips) }),
            as: UTF8.self)
    }

    func write() {
        print("from \(Self.words(old))")
        print("to   \(Self.words(new))")
        let states: [LabelState] = [.controversial, .uncontroversial, .abstained]
        var table = TextTable(.left, .right, .right, .right, .right)
        table.add("from \\ to", "controversial", "uncontroversial", "abstained", "left the set")
        for state in states {
            let row = comparison.table[state.rawValue].map { Counts.grouped($0) }
            table.add(state.name, row[0], row[1], row[2], row[3])
        }
        let fresh = comparison.newComments.map { Counts.grouped($0) }
        table.add("new comment", fresh[0], fresh[1], fresh[2], "")
        table.write()
        let causes = FlipCause.allCases.compactMap { cause in
            comparison.causes[cause].map {
                "\(cause.rawValue.replacing("_", with: " ")) \(Counts.grouped($0))"
            }
        }
        print(
            "\(Counts.text(comparison.flips.count, "flip"))"
                + (causes.isEmpty ? "" : ": \(causes.joined(separator: ", "))"))
        if articles.isEmpty { return }
        print("articles with most flips")
        var list = TextTable(.right, .left, .left)
        for article in articles {
            list.add(
                Counts.grouped(article.flips), article.name?.key ?? "(unknown)", article.name?.title ?? ""
            )
        }
        list.write(indent: "  ")
    }

    /// `06b0497dd4bf96a8, promoted: {"min_votes":20,…} at ledger position 3`
    private static func words(_ set: LabelSetSummary) -> String {
        "\(set.id)\(set.isPromoted ? ", promoted" : ""): \(set.rule.canonicalText) at ledger position "
            + "\(set.ledgerPosition)" + (set.asOf.map { ", as of \(Timestamp.text($0))" } ?? "")
    }
}
