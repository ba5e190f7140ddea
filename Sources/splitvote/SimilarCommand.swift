internal import ArgumentParser
internal import Console
internal import Diagnostics
internal import PipelineAccess
internal import ProcessControl
internal import Similarity

/// `splitvote similar`: comments of the store that are like a text, or like each other.
struct SimilarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "similar",
        abstract: "Find comments that are like a text, by the vectors of a features stage. Never waits.")

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String
    @Argument(help: "The text.") var text: String?
    @Option(help: ArgumentHelp("A comment in place of the text: its id, source:key.", valueName: "id"))
    var like: String?
    @Flag(help: "For each comment those that are like it, such as its near copies.") var each = false
    @Option(name: [.customShort("k"), .long], help: "Most comments for each question.") var count = 10
    @Option(help: ArgumentHelp("Smallest cosine of what is found.", valueName: "-1...1")) var least = -1.0
    @Option(help: "Which features stage, if there are several.") var stage: String?

    private func question() throws -> SimilarComments.Question {
        try UsageProblem.reported { () throws(DiagnosticsError) in
            try .init(text: text, like: like, each: each, count: count, least: least)
        }
    }

    func validate() throws { _ = try question() }

    func run() throws {
        let plan = try PipelineLoader(file: file, registry: .all).plan()
        let store = try StoreLocation(plan).openExisting()
        defer { try? store.close() }
        let comments = try SimilarComments(plan, stage: stage, in: store, threads: Machine.threads)
        var output = OutputBuffer()
        let notes = try comments.answer(question(), count: count, least: least) { try output.write($0) }
        try output.flush()
        notes.forEach(ErrorReporter.note)
    }
}
