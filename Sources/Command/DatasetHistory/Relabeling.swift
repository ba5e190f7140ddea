internal import DatasetStages
package import Diagnostics
internal import Labeling
package import PipelineEngine
package import PipelinePlan
internal import StageKit
internal import TextBasics
internal import VoteModel

/// Labeling again on the existing comments: which stages run, and what they need.
package struct Relabeling {
    /// The label stage; the first where there are several.
    package let label: String
    /// The stages that run: those that make labels and what is made of them, and whatever else after the labels these
    /// need.
    package let selected: Set<String>
    /// The stages before the labels, which are used as they are.
    package let pinned: Set<String>
    private let plan: PlannedPipeline

    /// - Throws: `DiagnosticsError` where there is no label stage.
    package init(_ plan: PlannedPipeline) throws(DiagnosticsError) {
        let labels = plan.stages.filter { $0.kind.name == LabelStage.kind.name }.map(\.name)
        guard let label = labels.first else {
            throw DiagnosticsError(
                "\(plan.file) has no stage of kind '\(LabelStage.kind.name)'",
                hint: "relabel needs one; run does the rest")
        }
        let graph = StageGraph(plan)
        let after = labels.reduce(into: Set(labels)) { $0.formUnion(graph.downstream(of: $1)) }
        let wanted = after.filter { plan[$0]?.kind.followsLabels == true }
        self.plan = plan
        self.label = label
        selected = wanted.reduce(into: wanted) { $0.formUnion(graph.upstream(of: $1).intersection(after)) }
        pinned = Set(plan.stages.map(\.name)).subtracting(after)
    }

    /// The set that the new labels are compared with; `nil` if none is promoted.
    /// - Throws: `DiagnosticsError` where something keeps the stages from labeling again.
    package func promotedSet(among sets: LabelSets) throws -> LabelSets.Loaded? {
        try requireResults { name in
            try sets.store.lastState(pipeline: plan.name, stage: name, withResult: true) != nil
        }
        let promoted = try sets.store.promotedLabelSet(pipeline: plan.name).map { try sets.load($0) }
        if let table = promoted?.table { try requireBothClasses(ups: table.ups, downs: table.downs) }
        return promoted
    }

    /// The set that a run has made; `nil` if it made none.
    package func labelSet(of report: RunReport) -> String? {
        report[label]?.artifacts.lazy.compactMap { $0.locator["label_set"]?.stringValue }.first
    }

    /// - Throws: `DiagnosticsError` where a selected stage needs one from before the labels that has never given a
    ///   result.
    package func requireResults(_ hasResult: (String) throws -> Bool) throws {
        for name in plan.stages.map(\.name) where selected.contains(name) {
            for needed in plan[name]?.dependencies ?? [] where !selected.contains(needed) {
                if try hasResult(needed) { continue }
                throw DiagnosticsError(
                    "'\(name)' needs '\(needed)', which has no result yet",
                    hint:
                        "relabel starts from existing results; 'splitvote run \(plan.file)' makes them"
                )
            }
        }
    }

    /// - Parameters:
    ///   - ups: votes of the promoted set's comments.
    /// - Throws: `DiagnosticsError` where the votes would give a class no comment under the new rule, as far as that can
    ///   be known before the stage runs.
    package func requireBothClasses(ups: [Int32], downs: [Int32]) throws(DiagnosticsError) {
        guard let parameters = plan[label]?.parameters, parameters["settle"] == nil,
            parameters["prior"]?["per"] == nil, let asked = try? ControversyRule(parameters: parameters)
        else { return }
        let census = VoteCensus(ups: ups, downs: downs)
        let rule = asked.withBar(over: census)
        var counts = [Int](repeating: 0, count: Verdict.allCases.count)
        for entry in census.entries {
            counts[Int(rule.verdict(for: entry.votes).code)] += entry.comments
        }
        for verdict in [Verdict.controversial, .uncontroversial] where counts[Int(verdict.code)] == 0 {
            throw DiagnosticsError(
                "with this rule none of \(Counts.text(ups.count, "comment")) is \(verdict.name): "
                    + parameters.canonicalText,
                hint: rule.scoring == nil
                    ? "lower 'min_votes' or widen the ranges; 'splitvote sweep' shows what thresholds give"
                    : "lower 'min_votes' or the threshold, raise 'top', or widen 'uncontroversial'")
        }
    }
}
