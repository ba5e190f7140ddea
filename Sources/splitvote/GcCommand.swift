internal import ArgumentParser
internal import Diagnostics
private import Foundation
internal import PipelineAccess
internal import PipelineEngine
internal import Presentation

/// `splitvote gc`: removes results that nothing keeps any more.
struct GcCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "gc",
        abstract: "List results that are no longer kept, and with --yes remove them.")

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String
    @Option(help: ArgumentHelp("Keep the results of this many runs, whatever the file says.", valueName: "n"))
    var keepRuns: Int?
    @Option(
        help: ArgumentHelp("Keep at most this much, whatever the file says, as in 20GB.", valueName: "size"))
    var maxSize: String?
    @Flag(help: "Remove what is listed.") var yes = false
    @Flag(help: "As JSON.") var json = false

    func validate() throws {
        if let keepRuns, keepRuns < 1 {
            throw ValidationError("--keep-runs is \(keepRuns); at least 1 run is kept")
        }
        if let maxSize, Quantity.bytes(maxSize) == nil {
            throw ValidationError("--max-size is '\(maxSize)'; expected a size such as 500MB or 20GB")
        }
    }

    func run() throws {
        let plan = try PipelineLoader(file: file, registry: .all).plan()
        let rule = RetentionRule(
            runs: keepRuns ?? plan.store.keepRuns,
            maxSize: maxSize.flatMap(Quantity.bytes).map(Int64.init) ?? plan.store.keepMaxSize,
            answers: plan.store.keepAnswers)
        var options = EngineOptions()
        options.host = ProcessInfo.processInfo.hostName
        let collector = GarbageCollector(plan, rule: rule, options: options)
        let collection = yes ? try collector.collect() : try collector.preview()
        guard let collection else { return print("\(plan.store.state): no run so far") }
        let text = GarbageReportText(collection, isDone: yes)
        if json { return print(text.json.prettyText, terminator: "") }
        print(lines: text.lines)
        if let note = text.note { ErrorReporter.note(note) }
        if rule.runs == nil, rule.maxSize == nil {
            ErrorReporter.note(GarbageReportText.noRule)
        }
    }
}
