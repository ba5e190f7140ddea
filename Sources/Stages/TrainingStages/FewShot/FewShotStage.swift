package import Diagnostics
private import Foundation
internal import ShardFormat
package import StageKit
internal import TableFormat
internal import TextBasics
internal import Training

/// Scores methods that learn from a few labeled rows of each class, as if no more had been labeled: how much a handful of labels
/// is worth, and which method makes most of it.
///
/// The rows of a draw are from the train side, and whole sides are scored. Nothing is chosen on dev, which would be labels that
/// are not counted.
///
/// Source: Perez, Kiela, Cho, "True few-shot learning with language models" (2021), arXiv:2105.11447.
package struct FewShotStage: Stage {
    package static let kind = StageKind(
        "few_shot", revision: 1,
        summary:
            "Score methods that learn from a few labeled rows of each class, over several draws.",
        inputs: [Port("data", "shards-v1"), Port("features", "features-v1", optional: true)],
        outputs: [Port("table", "few-shot-v1")],
        figures: FewShotFigures.declared(),
        headline: FewShotFigures.names(\.seeds, \.best, \.bestScore, \.bestDeviation),
        report: .fewShot,
        example: """
            few:
              uses: few_shot
              from: {data: shards, features: features}
              with: {per_class: [1, 4, 16], methods: [tfidf, features], split: [dev, test], path: out/few}
            """,
        values: [
            "methods": "[majority, tfidf, features]",
            "path": "out/few",
            "per_class": "[1, 4, 16]",
        ]
    )

    static let noFeatures = StageError(
        "'methods' names features, and no features are connected",
        hint: "connect input 'features' to a features stage of the same shards")

    /// Rows of each class where none are given.
    private static let usual = [1, 4, 16]

    let sides: [String]
    private let perClass: [Int]
    private let seeds: Int
    private let methods: [FewShotMethod]
    private let cost: Double
    private let path: String?

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        let counts = parameters.wordOrNumbers(
            "per_class", default: "usual", of: ["usual"], in: 1...100_000,
            help: "Rows of each class to learn from, rising; usual is 1, 4 and 16.")
        if case .numbers(let numbers) = counts {
            perClass = numbers.compactMap(Int.init(exactly:))
            if perClass.count < numbers.count || zip(perClass, perClass.dropFirst()).contains(where: >=) {
                parameters.reject(
                    "per_class", "'per_class' takes whole numbers, each larger than the one before it")
            }
        } else {
            perClass = Self.usual
        }
        seeds = parameters.int(
            "seeds", default: 10, in: 1...1_000,
            help: "Draws of each number of rows, with the seeds 1, 2, 3 and so on.")
        let all = FewShotMethod.allCases.map(\.rawValue)
        methods = parameters.strings(
            "methods", default: [FewShotMethod.majority, .tfidf].map(\.rawValue), of: all,
            help:
                "How to learn: the most frequent class, TF-IDF with a logistic model, or a logistic model on the vectors of input 'features'."
        ).compactMap(FewShotMethod.init)
        if methods.isEmpty { parameters.reject("methods", "'methods' names none") }
        sides = parameters.strings(
            "split", default: ["test"],
            help: "Side to score, or a list of sides; the best method is that of the first.")
        if sides.isEmpty || Set(sides).count != sides.count {
            parameters.reject("split", "'split' names a side twice, or none")
        } else if sides.contains("train") {
            parameters.reject("split", "'split' names train, whose rows are learned from")
        }
        cost = parameters.number(
            "C", default: 1, in: 1e-9...1e9,
            help:
                "Inverse weight of the penalty, as scikit-learn has it. It is not tuned: a few rows leave none to tune it on."
        )
        path = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "label_set", "run"],
            help: "Folder to write the tables into.")
        try parameters.finish()
    }

    /// A side that the split does not have, and features that are missing or of no use.
    package func problems(in look: StageLook) -> [StageProblem] {
        var problems = look.problems(ofSides: sides, scoredBy: Self.kind)
        let error = problem(withFeatures: look.sources["features"]?.isEmpty == false)
        if let error { problems.append(StageProblem("methods", error.message, hint: error.hint)) }
        return problems
    }

    private func problem(withFeatures isConnected: Bool) -> StageError? {
        guard isConnected != methods.contains(.features) else { return nil }
        return isConnected
            ? StageError(
                "features are connected, and 'methods' does not name features",
                hint: "add features to 'methods', or leave the input out")
            : Self.noFeatures
    }

    package func run(in context: StageContext) async throws -> StageResult {
        try TrainingFailure.asStageError { try learn(context) }
    }

    private func learn(_ context: StageContext) throws -> StageResult {
        let data = try context.inputs.one("data")
        if let problem = problem(withFeatures: context.inputs.first("features") != nil) { throw problem }
        let model = try ModelOnShards(data, of: Self.kind, context)
        try model.check(sides)
        let manifest = model.manifest
        guard manifest.taskName.form == .oneClass else {
            throw StageError(
                "a few rows of each class can only be drawn where each row is of one class; the task is \(manifest.taskName.rawValue)",
                hint: "leave the few_shot stage out")
        }
        guard manifest.rows["train", default: 0] > 0 else {
            throw StageError(
                "there are no rows to draw from: the shards have no side train with rows",
                hint: "name the sides train, dev and test in 'shares' of the split stage")
        }
        let train = try model.shards.rows(of: "train")
        let draws = (1...seeds).map {
            RowDraw(from: train, classCount: manifest.labelNames.count, seed: UInt64($0))
        }
        let short = short(draws[0], manifest.labelNames)
        short.forEach(context.progress.warn)
        var figures = FewShotFigures()
        (figures.seeds, figures.perClass, figures.shortClasses) = (seeds, perClass, short.count)
        let runs = try FewShotRuns(methods, model.shards, scoring: sides, cost: cost, context)
        figures.results = try results(runs, draws, manifest, context)
        figures.findBest()
        let folder = context.outputFolder + "/table"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let texts = FewShotTexts(figures)
        try write(Array(figures.json.prettyText.utf8), to: folder + "/few-shot.json")
        try write(Array(texts.tsv.utf8), to: folder + "/few-shot.tsv")
        try write(Array(texts.markdown.utf8), to: folder + "/few-shot.md")
        try write(
            drawn(draws, train, manifest.labelNames, data.locator, context), to: folder + "/drawn.tsv")
        return StageResult(
            outputs: [StageOutput(port: "table", path: "table", locator: data.locator)],
            figures: figures.json,
            publications: try path.map { try Publication.files(of: "table", in: context, to: $0) } ?? [])
    }

    /// Classes of which there are fewer rows than are to be drawn; a sentence each.
    private func short(_ draw: RowDraw, _ names: [String]) -> [String] {
        let most = perClass.last ?? 1
        return zip(names, draw.order).filter { $0.1.count < most }.map { name, rows in
            "the train side has \(Counts.text(rows.count, "row")) of class '\(name)', fewer than the \(most) of 'per_class': "
                + "every draw that asks for more has the same ones"
        }
    }

    private func results(
        _ runs: FewShotRuns, _ draws: [RowDraw], _ manifest: ShardManifest, _ context: StageContext
    ) throws -> [FewShotFigures.Result] {
        var results: [FewShotFigures.Result] = []
        let total = methods.count * perClass.count * draws.count
        var done = 0
        for method in methods {
            for count in perClass {
                var scored: [[FewShotRuns.Scored]] = []
                for draw in draws {
                    try context.checkpoint()
                    context.progress.report(
                        done, of: total, unit: "fits", note: "\(method.rawValue), \(count) per class")
                    scored.append(try runs.scores(method, learningFrom: draw.first(count)))
                    done += 1
                }
                for (number, side) in sides.enumerated() {
                    var result = FewShotFigures.Result()
                    (result.method, result.split, result.perClass) = (method.rawValue, side, count)
                    (result.trainRows, result.rows) = (draws[0].first(count).count, manifest.rows[side])
                    result.accuracy = FewShotFigures.Score(scored.map { $0[number].accuracy })
                    result.macroF1 = FewShotFigures.Score(scored.map { $0[number].macroF1 })
                    results.append(result)
                }
            }
        }
        return results
    }

    /// The rows of each draw, with their places in the order of their class: a draw of four has the places 1 to 4.
    private func drawn(
        _ draws: [RowDraw], _ train: TokenRows, _ names: [String], _ locator: JSONValue,
        _ context: StageContext
    ) throws -> [UInt8] {
        let keys = try PredictionTable.keys(of: train, locator, context)
        var writer = try TableWriter(.tsv, columns: ["seed", "label", "place", "id"])
        for (seed, draw) in draws.enumerated() {
            for (name, rows) in zip(names, draw.order) {
                for (place, row) in rows.prefix(perClass.last ?? 1).enumerated() {
                    let comment = train.comment(of: row)
                    writer.number(seed + 1)
                    try writer.text(name)
                    writer.number(place + 1)
                    try writer.text(keys[comment] ?? "\(comment)")
                    writer.endRow()
                }
            }
        }
        var bytes: [UInt8] = []
        writer.drain { bytes += $0 }
        return bytes
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = try FileWriter(path: path)
        try file.write(bytes)
        try file.finish()
    }
}
