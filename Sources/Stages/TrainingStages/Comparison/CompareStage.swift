package import Diagnostics
private import Foundation
internal import ShardFormat
package import StageKit
internal import TableFormat
internal import Training

/// Puts models side by side on the same rows: their scores with intervals, each held against one of them, what they weigh and
/// how long they took; as a picture and as tables for people, spreadsheets and papers.
package struct CompareStage: Stage {
    package static let kind = StageKind(
        "compare", revision: 1,
        summary:
            "Compare models, of several seeds or averaged, on the same rows, in one table with intervals and tests.",
        inputs: [Port("model", "model-v1", many: true), Port("data", "shards-v1", many: true)],
        outputs: [Port("table", "comparison-v1")],
        figures: ComparisonFigures.declaredOnce,
        headline: ComparisonFigures.names(\.models, \.best, \.bestScore, \.against, \.bestOver),
        report: .compare,
        example: """
            tfidf: {uses: train, from: shards, with: {model: tfidf}}
            table:
              uses: compare
              from: {model: [tfidf, model], data: shards}
              with: {split: [dev, test], against: tfidf, path: out/table}
            """,
        values: [
            "against": "tfidf",
            "ensembles": "{both: [model, tfidf]}",
            "seeds": "{tuned: [model, again]}",
            "path": "out/table",
        ]
    )

    let sides: [String]
    private let against: String?
    private let seeds: [String: [String]]
    private let ensembles: [String: [String]]
    private let resamples: Int
    private let path: String?

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        sides = parameters.strings(
            "split", default: ["test"],
            help: "Side to score, or a list of sides; the best model is that of the first.")
        if sides.isEmpty || Set(sides).count != sides.count {
            parameters.reject("split", "'split' names a side twice, or none")
        }
        against = parameters.optionalString(
            "against", help: "The model that the others are held against; by default the first one connected."
        )
        seeds = Self.groups(
            "seeds", least: 2, &parameters,
            help:
                "Models that differ in their seed alone, as in tuned: [tuned_1, tuned_2]: one line, with their mean."
        )
        ensembles = Self.groups(
            "ensembles", least: 2, &parameters,
            help: "Models whose answers are averaged, as in both: [tuned, tfidf]: one more line for each.")
        resamples = parameters.int(
            "resamples", default: 1_000, in: 0...100_000,
            help: "Number of resamples of the rows for 95 % intervals, at least 1,000; 0 for no intervals.")
        path = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "label_set", "run"],
            help: "Folder to write the tables and the picture into.")
        try parameters.finish()
    }

    private static func groups(
        _ key: String, least: Int, _ parameters: inout ParameterReader, help: String
    ) -> [String: [String]] {
        parameters.values(key, help: help).mapValues { value in
            let names = (value.arrayValue ?? []).compactMap(\.stringValue)
            let isList = value.arrayValue?.count == names.count
            if !isList || names.count < least || Set(names).count != names.count {
                parameters.reject(
                    key,
                    "'\(key)' takes lists of at least \(least) different models; found \(value.canonicalText)"
                )
            }
            return names
        }
    }

    /// A side that the split does not have, and models that are not connected.
    package func problems(in look: StageLook) -> [StageProblem] {
        var problems = look.problems(ofSides: sides, scoredBy: Self.kind)
        guard let stages = look.sources["model"]?.map(\.stage), !stages.isEmpty else { return problems }
        do {
            _ = try reference(in: try lines(stages))
        } catch {
            problems.append(StageProblem(nil, error.message, hint: error.hint))
        }
        return problems
    }

    private func lines(_ stages: [String]) throws(StageError) -> [ComparedModel] {
        try ComparedModel.lines(stages, seeds: seeds, ensembles: ensembles)
    }

    /// The number of the line that the others are held against.
    private func reference(in lines: [ComparedModel]) throws(StageError) -> Int {
        guard let against else { return 0 }
        guard let place = lines.firstIndex(where: { $0.name == against }) else {
            throw StageError(
                "'against' is '\(against)', which is no model of this stage; there are "
                    + lines.map(\.name).joined(separator: ", "),
                hint: "set it to one of them")
        }
        return place
    }

    package func run(in context: StageContext) async throws -> StageResult {
        try TrainingFailure.asStageError { try compare(context) }
    }

    private func compare(_ context: StageContext) throws -> StageResult {
        let models = context.inputs.all("model")
        let lines = try lines(models.map(\.stage))
        let reference = try reference(in: lines)
        for line in lines { line.remarks(models).forEach(context.progress.warn) }
        let data = context.inputs.all("data")
        let shards = try data.map { try ModelOnShards($0, of: Self.kind, context) }
        for each in shards { try each.check(sides) }
        var table = ComparisonBuilder(lines, against: reference, resamples: resamples)
        for model in models {
            try table.add(model, of: try shards.first { try $0.fits(model) } ?? shards[0], sides)
        }
        var figures = try table.figures(sides)
        let folder = context.outputFolder + "/table"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let facts = figures.json
        try write(facts.prettyText, to: folder + "/comparison.json")
        figures.times = try table.times(context)
        let texts = ComparisonTexts(figures)
        try write(texts.tsv, to: folder + "/comparison.tsv")
        try write(texts.markdown, to: folder + "/comparison.md")
        try write(texts.latex, to: folder + "/comparison.tex")
        try write(ComparisonPicture(figures).svg, to: folder + "/comparison.svg")
        return StageResult(
            // Times differ from run to run; what follows from the table does not go by them.
            outputs: [
                StageOutput(
                    port: "table", path: "table", contentDigest: ContentDigest.of(facts.canonicalText),
                    locator: data[0].locator)
            ],
            figures: figures.json,
            publications: try path.map { try Publication.files(of: "table", in: context, to: $0) } ?? [])
    }

    private func write(_ text: String, to path: String) throws {
        let file = try FileWriter(path: path)
        try file.write(text)
        try file.finish()
    }
}
