internal import ArgumentParser
internal import Console
internal import Diagnostics
internal import PipelineAccess
internal import ReadNext

/// `splitvote read-next`: the comments that a person should read next.
struct ReadNextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "read-next",
        abstract: "List the comments that a person should read next, as a table to fill in. Never waits.")

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String
    @Option(name: .customShort("n"), help: "Comments in all; 100 if --by has no numbers.") var count: Int?
    @Option(
        help: ArgumentHelp(
            "Why they are chosen, with numbers or proportions: uncertainty=50,wrong=20,border=20,random=10. (default: what the pipeline has enough for)",
            valueName: "strategies"))
    var by: String?
    @Option(
        help: ArgumentHelp(
            "What the model is least certain by: margin, entropy or least_confidence.", valueName: "measure"))
    var uncertainty = "margin"
    @Option(help: "Another seed draws another random control.") var seed = 1
    @Option(help: "Which predict stage, if there are several.", completion: .stage) var answers: String?
    @Option(
        help: ArgumentHelp("Leave out what this earlier list has; may be repeated.", valueName: "file.tsv"),
        completion: .file())
    var except: [String] = []
    @Flag(help: "Only id, title and text, in a random order, so that nothing sways who reads.") var blind =
        false
    @Option(
        name: .shortAndLong, help: "The file to write; standard output by default.", completion: .file())
    var out: String?

    private func request() throws -> ReadingRequest {
        try UsageProblem.reported { () throws(DiagnosticsError) in
            try .init(
                by: by, count: count, uncertainty: uncertainty, seed: seed, answers: answers, isBlind: blind)
        }
    }

    func validate() throws { _ = try request() }

    func run() throws {
        let plan = try PipelineLoader(file: file, registry: .all).plan()
        let store = try StoreLocation(plan).openExisting()
        defer { try? store.close() }
        let next = try NextComments(plan, in: store, request())
        let earlier = try EarlierLists(except)
        guard let out else {
            var output = OutputBuffer()
            let notes = try next.list(without: earlier) { try output.write($0) }
            try output.flush()
            return notes.forEach(ErrorReporter.note)
        }
        try NextComments.requireNew(out)
        try OutputFile(out).write { try next.list(without: earlier, write: $0).forEach(ErrorReporter.note) }
    }
}
