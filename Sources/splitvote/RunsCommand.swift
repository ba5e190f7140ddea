internal import ArgumentParser
internal import Diagnostics
internal import PipelineAccess
internal import Presentation
internal import RunStore
internal import StoreFile

/// `splitvote runs`: what ran when, and how it ended.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "runs", abstract: "List runs, or show one. Never waits for a run.",
        usage: """
            splitvote runs FILE [ls] [--limit N] [--json]
            splitvote runs FILE show RUN [--json]
            """)

    @Argument(
        help: "The pipeline file; then ls, or show and the id of a run (its beginning is enough), or last.")
    var words: [String] = []

    @Option(help: "The store itself, in place of the pipeline file.")
    var state: String?

    @Option(help: "Maximum number of runs to list.")
    var limit = 30

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is \(limit); at least 1 run is listed") }
    }

    func run() throws {
        var words = words
        let place = try StoreLocation(&words, state: state)
        switch (words.first ?? "ls", words.count) {
        case ("ls", 0...1): try list(place)
        case ("show", 2): try show(words[1], place)
        case ("show", 1):
            throw DiagnosticsError("show takes the id of a run", hint: "'splitvote runs FILE ls' lists them")
        default:
            throw DiagnosticsError(
                "'\(words.joined(separator: " "))' is not a subcommand of runs",
                hint: "it takes ls, or show and the id of a run")
        }
    }

    private func list(_ place: StoreLocation) throws {
        let store = try place.open()
        let runs = try store?.runs(pipeline: place.pipeline, limit: limit) ?? []
        print(
            asJSON: json, RunText.json(runs),
            lines: runs.isEmpty
                ? ["\(place.state): no run so far"] : RunText.list(runs, RunLock.holder(state: place.state)))
    }

    private func show(_ id: String, _ place: StoreLocation) throws {
        let store = try place.openExisting()
        let run = try RunText.run(id, in: store, pipeline: place.pipeline)
        let stages = try store.stages(ofRun: run.run.id)
        print(
            asJSON: json, RunText.json(run, stages),
            lines: RunText.lines(run, stages, RunLock.holder(state: place.state), .all))
    }
}
