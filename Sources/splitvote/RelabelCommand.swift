internal import ArgumentParser
internal import DatasetHistory
internal import PipelineAccess
internal import PipelineEngine
internal import RunStore

/// `splitvote relabel`: other thresholds, on the existing comments.
struct RelabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "relabel",
        abstract: "Label again, then sample, split, export and write shards, and show which labels flipped.",
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
