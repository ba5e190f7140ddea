internal import ArgumentParser
internal import Console
internal import DatasetHistory
internal import PipelineAccess
internal import StageKit

/// `splitvote runs`: what ran when, how it ended, and what came of it.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "runs",
        abstract:
            "List runs with their scores, show one, compare two, plot a figure, or export. Never waits for a run."
    )

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String?
    @Argument(help: "ls, show, diff, plot or export, and what these take.", completion: .runsWords)
    var words: [String] = []
    @Option(help: "The store itself, in place of the pipeline file.", completion: .file()) var state: String?
    @Option(help: "Maximum number of runs to look at.") var limit = 30
    @Option(help: ArgumentHelp("With ls: show this figure; may be repeated.", valueName: "stage.figure"))
    var figure: [String] = []
    @Option(
        name: [.customShort("o"), .long], help: "Plot's SVG file, - for standard output; export's folder.")
    var out: String?
    @Flag(help: "As JSON.") var json = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is \(limit); at least 1 run is listed") }
    }

    func run() throws {
        var words = [file].compactMap { $0 } + words
        let place = try StoreLocation(&words, state: state, registry: .all)
        let store = try place.open()
        defer { try? store?.close() }
        let history = RunHistory(
            store, state: place.state, pipeline: place.pipeline, registry: .all,
            columns: TerminalSize.columns(of: .output))
        let answer = try history.answer(words, limit: limit, figures: figure, out: out)
        print(asJSON: json, answer.json, lines: answer.lines)
    }
}
