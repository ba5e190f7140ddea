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
        inputs: [
            Port("data", "shards-v1"), Port("features", "features-v1", optional: true),
            Port("init", "model-v1", optional: true),
        ],
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
            "init": "beomi/kcbert-base",
            "methods": "[majority, tfidf, features]",
            "path": "out/few",
            "pattern": "'{text} 이 댓글은 {mask} 의견이다.'",
            "per_class": "[1, 4, 16]",
            "verbalizers": "{controversial: 다른, uncontroversial: [같은, 좋은]}",
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
    private let steps: FewShotSteps
    private let cloze: ClozeSetting?
    private let path: String?

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        let counts = parameters.wordOrNumbers(
            "per_class", default: "usual", of: ["usual"], in: 0...100_000,
            help:
                "Rows of each class to learn from, rising; usual is 1, 4 and 16. With 0 only cloze is scored, as the model is."
        )
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
                "How to learn: the most frequent class, TF-IDF with a logistic model, a logistic model on the vectors of input 'features', or by training the model 'init': fine_tune with a new head, cloze with words in place of classes."
        ).compactMap(FewShotMethod.init)
        if methods.isEmpty { parameters.reject("methods", "'methods' names none") }
        if perClass.contains(0), !methods.contains(where: \.needsNoRows) {
            parameters.reject(
                "per_class", "'per_class' has 0, and no method of 'methods' answers without labels",
                hint: "add cloze to 'methods', or take 0 out")
        }
        _ = parameters.folder(
            "init", required: false, part: .model,
            help:
                "Model that fine_tune and cloze start from: a Hugging Face folder, or the name of a model in the Hugging Face cache; or "
                + "connect input 'init'.")
        steps = FewShotSteps(&parameters)
        cloze = ClozeSetting(&parameters, isWanted: methods.contains(.cloze))
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

    /// A side that the split does not have, and inputs that are missing or of no use.
    package func problems(in look: StageLook) -> [StageProblem] {
        var problems = look.problems(ofSides: sides, scoredBy: Self.kind)
        if methods.contains(where: \.startsFromModel) {
            problems += StartFolder.problems(of: Self.kind, look)
        }
        let error = problem(
            withFeatures: look.sources["features"]?.isEmpty == false,
            model: look.sources["init"]?.isEmpty == false || look.naming.contains("init"))
        if let error { problems.append(StageProblem("methods", error.message, hint: error.hint)) }
        return problems
    }

    private func problem(withFeatures hasFeatures: Bool, model hasModel: Bool) -> StageError? {
        if hasModel, !methods.contains(where: \.startsFromModel) {
            return StageError(
                "a model to start from is given, and 'methods' names neither fine_tune nor cloze",
                hint: "add one of them to 'methods', or leave 'init' out")
        }
        guard hasFeatures != methods.contains(.features) else { return nil }
        return hasFeatures
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
        let problem = problem(
            withFeatures: context.inputs.first("features") != nil,
            model: context.inputs.first("init") != nil || context.files["init"]?.isEmpty == false)
        if let problem { throw problem }
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
        let runs = try FewShotRuns(
            methods, model.shards, scoring: sides, cost: cost, steps: steps, cloze: cloze, context)
        figures.cutRows = runs.cutRows
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
        let kept = FewShotKept(folder: context.workFolder, sides: sides.count)
        if kept.count > 0 {
            context.progress.log("continuing with fits that are done", ["fits": "\(kept.count)"])
        }
        let total = perClass.reduce(0) {
            $0 + methods(for: $1).count * self.draws(draws, for: $1).count
        }
        var done = 0
        for method in methods {
            for count in perClass where methods(for: count).contains(method) {
                var scored: [[FewShotRuns.Scored]] = []
                for (number, draw) in self.draws(draws, for: count).enumerated() {
                    try context.checkpoint()
                    context.progress.report(
                        done, of: total, unit: "fits", note: "\(method.rawValue), \(count) per class")
                    let place = FewShotKept.Place(method: method, count: count, seed: number + 1)
                    scored.append(
                        try kept.scores(place) {
                            try runs.scores(method, learningFrom: draw.first(count), seed: UInt64(number + 1))
                        })
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

    private func methods(for count: Int) -> [FewShotMethod] {
        methods.filter { count > 0 || $0.needsNoRows }
    }

    /// Without labels there is nothing to draw: once is enough.
    private func draws(_ draws: [RowDraw], for count: Int) -> ArraySlice<RowDraw> {
        count > 0 ? draws[...] : draws.prefix(1)
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
