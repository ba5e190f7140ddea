internal import ArgumentParser
internal import NightReport
internal import PipelineAccess
internal import RunStore
internal import StageKit
internal import StoreFile

/// `splitvote report`: the page of the current results, from the store.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "report",
        abstract: "Write the page of the last run and its results. Runs nothing and never waits for a run."
    )

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String?
    @Option(help: "The store itself, in place of the pipeline file.", completion: .file()) var state: String?
    @Option(name: [.customShort("o"), .long], help: "Path of the HTML file; standard output by default.")
    var out: String?
    @Flag(help: "Also each picture as SVG and PNG and each table as TSV, in a folder beside the file.")
    var files = false

    func run() async throws {
        if files, out == nil { throw ValidationError("--files needs -o: its folder is made beside the file") }
        let place = try StoreLocation(file: file, state: state, registry: .all)
        let store = try place.openExisting()
        defer { try? store.close() }
        let pipelines = try store.pipelines()
        guard let pipeline = place.pipeline ?? (pipelines.count == 1 ? pipelines[0] : nil) else {
            throw ValidationError(
                "the store holds the pipelines \(pipelines.joined(separator: ", ")); name a pipeline file")
        }
        let page = StoredReport(
            of: pipeline, in: store, plan: place.plan, kinds: StageRegistry.all.kinds.map { $0.kind })
        guard let out else { return print(try page.html(), terminator: "") }
        let written = try await page.write(to: out, withFiles: files)
        for path in written.paths { print(path) }
        if let note = written.note { ErrorReporter.note(note) }
    }
}
