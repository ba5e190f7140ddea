internal import ArgumentParser
internal import DatasetStages
internal import Diagnostics
internal import Labeling
internal import PipelineEngine
internal import PipelinePlan
internal import RunStore
internal import StageKit
internal import TextBasics
internal import VoteModel

/// `splitvote relabel`: other thresholds, on the comments that are there.
struct RelabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relabel",
        abstract: "Label anew, then sample, split, export and write shards, and show which labels flipped.",
        discussion: """
            For example: splitvote relabel news.yaml -S labels.min_votes=30. Stages before the labels are used as they are, \
            even where new files have come. The result is compared with the promoted label set and is not promoted \
            where -S changes a rule; its files then go beside those of the promoted set, as out@b5ff0a12/train.tsv \
            beside out/train.tsv, or where the file says with {label_set}. --publish puts them in their place.
            """)

    @OptionGroup var pipeline: PipelineOptions

    @OptionGroup var running: RunOptions

    @Flag(help: "Print the flip report as JSON.")
    var json = false

    /// - Throws: `DiagnosticsError` where the promoted set's votes would give a class no comment under the new rule.
    private func refuseEmptyClass(_ plan: PlannedPipeline, _ label: String, _ set: LabelSets.Loaded) throws {
        guard let parameters = plan[label]?.parameters, parameters["settle"] == nil,
            parameters["prior"]?["per"] == nil, let rule = try? ControversyRule(parameters: parameters)
        else { return }
        let table = set.table
        var counts = [Int](repeating: 0, count: Verdict.allCases.count)
        for entry in VoteCensus(ups: table.ups, downs: table.downs).entries {
            counts[Int(rule.verdict(for: entry.votes).code)] += entry.comments
        }
        for verdict in [Verdict.controversial, .uncontroversial] where counts[Int(verdict.code)] == 0 {
            throw DiagnosticsError(
                "with this rule none of \(Counts.text(table.count, "comment")) is \(verdict.name): "
                    + parameters.canonicalText,
                hint: "lower 'min_votes' or widen the ranges; 'splitvote sweep' shows what thresholds give")
        }
    }

    /// The stages of these kinds that come after the labels, and whatever else after the labels they need.
    private static func selection(_ plan: PlannedPipeline, after: Set<String>, _ graph: StageGraph) -> Set<
        String
    > {
        let wanted = after.filter { plan[$0].map { kinds.contains($0.kind.name) } == true }
        return wanted.reduce(into: wanted) { $0.formUnion(graph.upstream(of: $1).intersection(after)) }
    }

    /// - Throws: `DiagnosticsError` where a selected stage needs one from before the labels that has never given a result.
    private func refuseMissing(
        _ plan: PlannedPipeline, _ selected: Set<String>, _ store: RunStore
    ) throws {
        for name in plan.stages.map(\.name) where selected.contains(name) {
            for needed in plan[name]?.dependencies ?? [] where !selected.contains(needed) {
                if try store.lastState(pipeline: plan.name, stage: needed, withResult: true) != nil {
                    continue
                }
                throw DiagnosticsError(
                    "'\(name)' needs '\(needed)', which has no result yet",
                    hint:
                        "relabel goes on from the results that are there; 'splitvote run \(plan.file)' makes them"
                )
            }
        }
    }

    private static let kinds: Set<String> = ["label", "sample", "split", "export", "shards"]

    func run() async throws {
        let plan = try pipeline.plan()
        var options = try pipeline.engineOptions(plan)
        let graph = StageGraph(plan)
        let labels = plan.stages.filter { $0.kind.name == "label" }.map(\.name)
        guard let label = labels.first else {
            throw DiagnosticsError(
                "\(plan.file) has no stage of kind 'label'", hint: "relabel needs one; run does the rest")
        }
        let after = labels.reduce(into: Set(labels)) { $0.formUnion(graph.downstream(of: $1)) }
        let selected = Self.selection(plan, after: after, graph)
        options.selection = selected
        for stage in plan.stages where !after.contains(stage.name) { options.pinned[stage.name] = .latest }
        try running.complete(&options, for: plan)
        let store = try StorePlace(plan).openExisting()
        try refuseMissing(plan, selected, store)
        let sets = LabelSets(store, pipeline: plan.name)
        let before = try store.promotedLabelSet(pipeline: plan.name).map { try sets.load($0) }
        if let before { try refuseEmptyClass(plan, label, before) }
        let report = try await PipelineRun(plan, options, running).perform()
        guard let before,
            let now = report[label]?.artifacts.compactMap({ $0.locator["label_set"]?.stringValue }).first
        else { return print("there was no promoted label set to compare with") }
        let difference = try sets.compare(before, sets.load(now))
        if json { print(difference.json(), terminator: "") } else { difference.write() }
    }
}
