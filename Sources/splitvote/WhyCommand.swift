internal import ArgumentParser
internal import DatasetHistory
internal import Diagnostics
internal import PipelineAccess
internal import RunStore

/// `splitvote why`: one comment, from what its source showed to its row in a shard.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "why",
        abstract: "Show how one comment came to its label, its side and its row. Never waits for a run.")

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String?
    @Argument(help: "The comment: its id as exports show it, source:key, or its key.")
    var comment: [String] = []
    @Option(help: "The store itself, in place of the pipeline file.", completion: .file()) var state: String?
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        var words = [file].compactMap { $0 } + comment
        let place = try StoreLocation(&words, state: state, registry: .all)
        guard let name = words.first, words.count == 1 else {
            throw DiagnosticsError(
                "why takes one comment", hint: "its ID as exports show it, such as naver-news:437/0000459026")
        }
        let store = try place.openExisting()
        defer { try? store.close() }
        let history = try CommentHistory(
            ofCommentNamed: name, in: store, state: place.state, plan: place.plan)
        print(asJSON: json, history.json, lines: history.lines)
    }
}
