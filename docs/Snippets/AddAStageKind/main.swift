//! A stage kind of one's own, and a pipeline that runs it.
import Diagnostics
import Foundation
import PipelineEngine
import PipelineFile
import PipelinePlan
import StageKit

// snippet.kind
/// Counts the words of files.
struct CountWordsStage: Stage {
    static let kind = StageKind(
        "count_words",
        revision: 1,  // raise it when equal inputs would give other outputs
        summary: "Count the words of text files.",
        outputs: [Port("words", "words-v1")],
        figures: WordFigures.declared(),
        headline: WordFigures.names(\.words, \.files))

    private let shortest: Int

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.filePatterns("paths", required: true, help: "Text files, as patterns.")
        shortest = parameters.int(
            "shortest", default: 1, in: 1...1_000, unit: "letters", help: "Shorter words are passed over.")
        try parameters.finish()  // all that is wrong, in one report
    }

    func run(in context: StageContext) async throws -> StageResult {
        var counts: [Substring: Int] = [:]
        let files = context.files["paths"] ?? []
        for file in files {
            try context.checkpoint()  // a safe point to stop at
            let text = try String(contentsOfFile: file.path, encoding: .utf8)
            for word in text.split(whereSeparator: \.isWhitespace) where word.count >= shortest {
                counts[word, default: 0] += 1
            }
        }
        let lines = counts.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)\n" }
        try lines.joined().write(
            toFile: context.outputFolder + "/words.tsv", atomically: false, encoding: .utf8)
        return StageResult(
            outputs: [StageOutput(port: "words", path: "words.tsv")],
            figures: WordFigures(words: counts.values.reduce(0, +), files: files.count).json)
    }
}

/// What the stage reports: declared, written and read under one name.
struct WordFigures: KindFigures {
    var words: Int?
    var files: Int?

    static let fields: [JSONField<WordFigures>] = [
        JSONField("words", \.words, "words of all files"),
        JSONField("files", \.files, "files that were read"),
    ]
}
// snippet.end

let folder = NSTemporaryDirectory() + "snippet-\(UUID().uuidString)"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
try "to be or not to be".write(toFile: folder + "/hamlet.txt", atomically: true, encoding: .utf8)

// snippet.run
let text = """
    splitvote: 1
    pipeline: plays
    store: {state: state.sqlite, artifacts: artifacts}
    stages:
      words: {uses: count_words, with: {paths: hamlet.txt, shortest: 3}}
    """
let pipeline = try PlannedPipeline.plan(
    document: PipelineDocument(Array(text.utf8), file: "plays.yaml"),
    registry: StageRegistry([CountWordsStage.self]), baseFolder: folder, runDate: "2026-01-31")

// The second run finds that nothing has changed.
for _ in 1...2 {
    let report = try await Engine(pipeline, options: EngineOptions(), sink: NoEvents()).run()
    for stage in report.stages {
        print("\(stage.stage): \(stage.verdict), \(stage.figures.canonicalText)")
    }
}
// snippet.end

// snippet.hide
try FileManager.default.removeItem(atPath: folder)
// snippet.show
