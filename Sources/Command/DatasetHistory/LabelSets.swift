internal import CommentStore
internal import DatasetStages
package import Diagnostics
package import LabelStudies
package import Labeling
internal import PipelineEngine
package import RunStore
internal import StageKit
internal import VoteModel

/// The label sets of a store: found by their names, read, compared.
package struct LabelSets {
    package let store: RunStore
    /// `nil` for those of all pipelines.
    package let pipeline: String?

    package init(_ store: RunStore, pipeline: String?) {
        self.store = store
        self.pipeline = pipeline
    }

    /// A set with its rows.
    package struct Loaded {
        package var summary: LabelSetSummary
        package var file: LabelSetFile
        package var table: LabelTable
        var origin: LabelOrigin
        package var rule: ControversyRule
        /// The same for each comment, where a source's prior has a say.
        var rules: CommentRules
        /// The prior of each source, outlet or article, under the name of its source or outlet; empty if the rule has one
        /// for all.
        var priors: [(source: String, prior: BetaPrior)]
        /// For each comment its place among ``priors``; empty if there are none.
        var sources: [Int]
        /// Whether each comment's votes had come to rest; `nil` if the rule does not ask.
        var settled: [Bool]?

        /// What other thresholds would make of its comments, and how that differs from what the set says.
        package func surface(_ axes: SweepAxes) throws(DiagnosticsError) -> ThresholdSurface {
            if let score = rule.scoring?.score {
                throw DiagnosticsError(
                    "a sweep tries ranges of ratios, which by: ratio goes by; label set \(summary.id) was labeled "
                        + "by: \(score.rawValue)",
                    hint:
                        "name a set labeled by: ratio with --label-set; 'splitvote labels FILE agreement' compares the "
                        + "definitions, each with as many comments")
            }
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
    package func find(_ name: String) throws -> LabelSetSummary {
        try Self.find(name, in: store.labelSets(pipeline: pipeline)) {
            try store.previousLabelSet(pipeline: pipeline)
        }
    }

    /// - Parameters:
    ///   - sets: newest first.
    ///   - previous: gives the id of the set that was promoted before the present one.
    package static func find(
        _ name: String, in sets: [LabelSetSummary], previous: () throws -> String?
    ) throws -> LabelSetSummary {
        switch name {
        case "promoted": if let set = sets.first(where: \.isPromoted) { return set }
        case "latest": if let set = sets.first { return set }
        case "previous":
            let before = try previous()
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

    /// Where the rows of a set are.
    package func file(_ name: String) throws -> LabelSetFile {
        let set = try find(name)
        guard let file = try store.labelSetFile(set.id, pipeline: pipeline) else {
            throw DiagnosticsError(
                "the rows of label set \(set.id) are gone: retention has removed them",
                hint: "run the pipeline with its rule again: \(set.rule.canonicalText)")
        }
        return file
    }

    package func load(_ name: String) throws -> Loaded {
        let summary = try find(name)
        let file = try file(name)
        let columns = try PackedResults(root: store.artifacts).withFile(file.path) {
            try DatasetColumns(path: $0, stage: file.stage)
        }
        let facts = try DatasetFacts(
            InputArtifact(
                stage: file.stage, kind: file.kind, type: "labels-v1", path: file.path, digest: file.digest,
                locator: file.locator))
        let book = try RulesBySource(facts)
        let rules = try book.byComment(columns.ids, of: facts.cut, store.ledger)
        let sources = book.dependsOnSource ? rules.priors(of: columns.ids) : (priors: [], places: [])
        do {
            return Loaded(
                summary: summary, file: file,
                table: try LabelTable(
                    comments: columns.ids, labels: columns.labels, ups: columns.ups, downs: columns.downs,
                    articles: columns.articles),
                origin: LabelOrigin(
                    rule: summary.rule.canonicalText, clean: summary.clean.canonicalText,
                    lastComment: try store.ledger.lastComment(position: summary.ledgerPosition),
                    threshold: facts.threshold),
                rule: try ControversyRule(facts),
                rules: rules, priors: sources.priors, sources: sources.places,
                settled: try settled(columns, facts))
        } catch let problem as LabelTableProblem {
            throw StageError(
                "the rows of label set \(summary.id) are damaged: \(problem)",
                hint: "run it again with --force \(file.stage)")
        }
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
    package func compare(_ old: Loaded, _ new: Loaded) throws -> LabelDifference {
        let comparison = LabelComparison(
            from: old.table, old.origin, to: new.table, new.origin,
            gone: try store.ledger.removedComments(position: new.summary.ledgerPosition)
        ) { comment, votes, settled in
            new.rules[comment].verdict(for: votes, settled: settled)
        }
        let articles = comparison.articles(most: 10)
        let names = try store.ledger.articleNames(articles.map(\.article))
        return LabelDifference(
            old: old.summary, new: new.summary, comparison: comparison,
            articles: articles.map { (names[$0.article], $0.flips) })
    }
}
