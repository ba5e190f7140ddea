internal import ArgumentParser
internal import DatasetHistory
internal import PipelineAccess
internal import PipelineEngine
internal import RunStore

/// `splitvote relabel`: other thresholds, on the existing comments.
struct RelabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "relabel",
        abstract: "Label again, then sample, split, export and write shards, and show which labels flipped.")

    @OptionGroup var pipeline: PipelineOptions
    @OptionGroup var running: RunOptions
    @Flag(help: "Print the flip report as JSON.") var json = false

    func run() async throws {
        let plan = try pipeline.plan()
        var options = try pipeline.engineOptions(plan)
        let relabeling = try Relabeling(plan)
        options.selection = relabeling.selected
        for name in relabeling.pinned { options.pinned[name] = .latest }
        try running.complete(&options, for: plan)
        let sets = LabelSets(try StoreLocation(plan).openExisting(), pipeline: plan.name)
        let before = try relabeling.promotedSet(among: sets)
        let report = try await PipelineRun(plan, options, running).perform()
        guard let before, let now = relabeling.labelSet(of: report) else {
            return print("there was no promoted label set to compare with")
        }
        let difference = try sets.compare(before, sets.load(now))
        if json { print(difference.json(), terminator: "") } else { print(lines: difference.lines) }
    }
}
