internal import ArgumentParser
internal import Console
internal import DatasetHistory
internal import PipelineAccess
internal import RunStore
internal import StageKit
internal import StoreFile

/// `splitvote report`: the page of the current results, from the store.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "report",
        abstract:
            "Write a report of the current results, from the store. Runs nothing and never waits for a run."
    )

    @Argument(help: "The pipeline file.")
    var file: String?

    @Option(help: "The store itself, in place of the pipeline file.")
    var state: String?

    @Option(name: [.customShort("o"), .long], help: "Path of the HTML file; standard output by default.")
    var out: String?

    func run() throws {
        let place = try StoreLocation(file: file, state: state)
        let store = try place.openExisting()
        defer { try? store.close() }
        let pipelines = try store.pipelines()
        guard let pipeline = place.pipeline ?? (pipelines.count == 1 ? pipelines[0] : nil) else {
            throw ValidationError(
                "the store holds the pipelines \(pipelines.joined(separator: ", ")); name a pipeline file")
        }
        let page = try StoredReport.html(
            of: pipeline, in: store, plan: place.plan, kinds: StageRegistry.all.kinds.map { $0.kind })
        guard let out else { return print(page, terminator: "") }
        try OutputFile(out).write { try $0(page) }
        print(out)
    }
}
