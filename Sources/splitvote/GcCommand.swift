internal import ArgumentParser
internal import Diagnostics
private import Foundation
internal import PipelineEngine
internal import StageKit
internal import TextBasics

/// `splitvote gc`: removes results that nothing keeps any more.
struct GcCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "List results that are no longer kept, and with --yes remove them.",
        discussion: """
            What is kept stands in the pipeline file: store: {keep: {runs: 30, max_size: 20GB, answers: 90d}}. Always safe are the \
            results that stand now, promoted label sets, and everything these were made from. Published files are never \
            touched. Of the other kept results only what differs between them is kept, packed; should all take more than \
            the store itself, the oldest are given up, to be made anew when they are wanted. Trained models and what \
            programs of your own made are not packed and not counted. Answers of web sources beyond 'answers' are given \
            up, except those of the last crawl and of visits under way; what they brought stays in the store.
            """)

    @Argument(help: "The pipeline file.")
    var file: String

    @Option(help: ArgumentHelp("Keep the results of so many runs, whatever the file says.", valueName: "n"))
    var keepRuns: Int?

    @Option(help: ArgumentHelp("Keep at most so much, whatever the file says; 20GB.", valueName: "size"))
    var maxSize: String?

    @Flag(help: "Remove what is listed.")
    var yes = false

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        if let keepRuns, keepRuns < 1 {
            throw ValidationError("--keep-runs is \(keepRuns); at least 1 run is kept")
        }
        if let maxSize, Quantity.bytes(maxSize) == nil {
            throw ValidationError("--max-size is '\(maxSize)'; expected a size such as 500MB or 20GB")
        }
    }

    func run() throws {
        let plan = try PipelineLoader(file: file).plan()
        let rule = RetentionRule(
            runs: keepRuns ?? plan.store.keepRuns,
            maxSize: maxSize.flatMap(Quantity.bytes).map(Int64.init) ?? plan.store.keepMaxSize,
            answers: plan.store.keepAnswers)
        var options = EngineOptions()
        options.host = ProcessInfo.processInfo.hostName
        let collector = Collector(plan.store, rule: rule, options: options)
        let collection = yes ? try collector.collect() : try collector.preview()
        guard let collection else { return print("\(plan.store.state): no run so far") }
        if json { return print(Self.json(collection, isDone: yes).prettyText, terminator: "") }
        write(collection)
        if rule.runs == nil, rule.maxSize == nil {
            ErrorText.note(
                "note: the file says nothing about what to keep, so the results of every run are; "
                    + "add store: {keep: {runs: 30}}, or give --keep-runs or --max-size")
        }
    }

    private func write(_ collection: Collection) {
        var table = TextTable(.left, .right, .left, .left)
        for item in collection.items {
            table.add(
                item.path, Bytes.text(item.size),
                item.lastRun.map { "last used by run \($0)" } ?? "", item.reason)
        }
        table.write()
        let size = Bytes.text(collection.sizeAfter ?? collection.keptSize)
        let packed =
            collection.packed == 0 ? "" : ", \(collection.packed) of them \(yes ? "" : "to be ")packed"
        let givenUp =
            collection.givenUp == 0
            ? "" : "; \(collection.givenUp) given up, as all took more than the store"
        let kept =
            "\(Counts.text(collection.keptResults, "result")), \(size), stay\(packed)\(givenUp)"
            + Self.answers(collection.keptAnswers, collection.keptAnswersSize, before: ", with ")
        let items = Counts.text(collection.items.count, "item")
        let given = Self.answers(collection.answers, collection.answersSize, before: " and ")
        let found = "\(items)\(given), \(Bytes.text(collection.size))"
        if collection.items.isEmpty, collection.answers == 0 {
            print("nothing to remove; \(kept)")
        } else if yes {
            print("removed \(found); \(kept)")
        } else {
            print("would remove \(found); \(kept)")
            ErrorText.note("nothing was removed; add --yes to remove it")
        }
    }

    private static func answers(_ count: Int, _ size: Int64, before: String) -> String {
        count == 0 ? "" : "\(before)\(Counts.text(count, "kept answer")) (\(Bytes.text(size)))"
    }

    private static func json(_ collection: Collection, isDone: Bool) -> JSONValue {
        [
            "format": "splitvote-collection", "version": 1, "removed": .bool(isDone),
            "bytes": .integer(Int(collection.size)), "kept_results": .integer(collection.keptResults),
            "kept_bytes": .integer(Int(collection.sizeAfter ?? collection.keptSize)),
            "packed_results": .integer(collection.packed), "given_up_results": .integer(collection.givenUp),
            "answers": .integer(collection.answers), "answer_bytes": .integer(Int(collection.answersSize)),
            "kept_answers": .integer(collection.keptAnswers),
            "kept_answer_bytes": .integer(Int(collection.keptAnswersSize)),
            "items": .array(
                collection.items.map { item in
                    [
                        "path": .string(item.path), "stage": .string(item.stage),
                        "bytes": .integer(Int(item.size)),
                        "last_run": item.lastRun.map(JSONValue.string) ?? .null,
                        "reason": .string(item.reason),
                    ]
                }),
        ]
    }
}
