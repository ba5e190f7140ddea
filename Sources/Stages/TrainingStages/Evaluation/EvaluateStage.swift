internal import Baselines
package import Diagnostics
internal import ShardFormat
package import StageKit
internal import TableFormat
internal import Training
internal import VoteModel

/// Scores one or several models on one or several sides of the split, beside baselines that were fitted to the train side.
package struct EvaluateStage: Stage {
    package static let kind = StageKind(
        "evaluate",
        revision: 6,  // 6: scores against the votes
        summary: "Score models on sides of the split, beside TF-IDF and the most frequent answer.",
        inputs: [Port("model", "model-v1", many: true), Port("data", "shards-v1")],
        outputs: [Port("scores", "scores-v1")],
        figures: DeclaredFigures(
            ScoreFigures.declared().figures + TrainingTask.ownScores.map { Figure($0.name, $0.meaning) },
            readAs: ScoreFigures.self),
        headline: ScoreFigures.names(
            \.rows, \.accuracy, \.exactMatch, \.macroF1, \.pearson, \.spearman, \.rocAUC, \.tfidfScore,
            \.majorityScore) + AnswerScores.headlineNames,
        report: .evaluate,
        example: """
            scores:
              uses: evaluate
              from: {model: model, data: shards}
              with: {split: [dev, test], predictions: out/predictions.tsv}
              checks:
                - {that: over_tfidf_low, at_least: 0, else: warn}
            """,
        values: [
            "card": "out/card.md",
            "path": "out/scores.json",
            "predictions": "out/predictions.tsv",
        ]
    )

    /// The answers to the rows, beside the scores: `id`, `split`, `label`, `predicted` and a probability for each class.
    package static let answersFile = PredictionTable.fileName

    let sides: [String]
    private let resamples: Int
    private let path: String?
    private let predictions: String?
    private let card: String?
    private let baselines: [BaselineKind]

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        sides = parameters.strings("split", default: ["test"], help: "Side to score, or a list of sides.")
        if sides.isEmpty || Set(sides).count != sides.count {
            parameters.reject("split", "'split' names a side twice, or none")
        }
        if sides.count == 1 { parameters.addToFingerprint("split", .string(sides[0])) }
        resamples = parameters.int(
            "resamples", default: 1_000, in: 0...100_000,
            help: "Number of resamples of the rows for 95 % intervals; 0 for no intervals.")
        path = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "label_set", "run"],
            help: "Where to write the scores as JSON.")
        predictions = parameters.outputPath(
            "predictions", default: nil, placeholders: ["date", "label_set", "run"],
            help: "Where to write the answer to each row as TSV.")
        card = parameters.outputPath(
            "card", default: nil, placeholders: ["date", "label_set", "run"],
            help: "Where to write the model's README.md with these scores at its end.")
        baselines = parameters.stringsOrBool(
            "baselines", default: [BaselineKind.tfidf, .majority].map(\.rawValue),
            of: [BaselineKind.tfidf, .majority, .length].map(\.rawValue),
            help:
                "Baselines to fit to the train side and to score beside the models; false for none."
        ).compactMap(BaselineKind.init)
        try parameters.finish()
    }

    package func run(in context: StageContext) async throws -> StageResult {
        try TrainingFailure.asStageError { try evaluate(context) }
    }

    private func evaluate(_ context: StageContext) throws -> StageResult {
        let data = try context.inputs.one("data")
        let rows = try ModelOnShards(data, of: Self.kind, context)
        let shards = rows.shards
        let models = context.inputs.all("model")
        if card != nil, models.count > 1 {
            throw StageError(
                "'card' is for one model, and \(models.count) are scored",
                hint: "score them in stages of their own")
        }
        try rows.check(sides)
        var results: [ScoreFigures] = []
        var table = PredictionTable(shards.manifest, hasModels: models.count > 1)
        let comparison = SideComparison(
            try BaselinesBeside(baselines, beside: sides, of: shards, data, context), resamples: resamples)
        for model in models {
            var remarks: [String] = []
            var own: [ScoreFigures] = []
            for side in sides {
                let evaluation = try rows.evaluate(model, side: side)
                if BaselineFolder.kind(ofFolder: model.path) != .majority {
                    remarks += Self.warnings(evaluation, model.stage, side)
                }
                var figures = try ScoreFigures(evaluation, resamples: resamples)
                figures.split = side
                figures.labelSet = shards.manifest.labelSet
                if models.count > 1 { figures.model = model.stage }
                try comparison.add(to: &figures, evaluation, side: side)
                own.append(figures)
                try table.add(evaluation, model: model.stage, side: side, data.locator, context)
            }
            if remarks.isEmpty, let remark = try comparison.warning(of: model, own) { remarks = [remark] }
            remarks.forEach(context.progress.warn)
            results += own
        }
        // What checks and status read is the first; with several, all of them are beside it.
        var figures = results[0]
        if results.count > 1 { figures.results = results }
        try write(figures.json.prettyText, to: "scores.json", context)
        try table.write(to: context.outputFolder + "/" + PredictionTable.fileName)
        try comparison.baselines.write(to: context.outputFolder + "/" + BaselinesBeside.fileName)
        if card != nil {
            try write(ScoreCard.text(of: models[0].path, results), to: ScoreCard.fileName, context)
        }
        let published = [
            ("scores.json", path), (PredictionTable.fileName, predictions), (ScoreCard.fileName, card),
        ]
        return StageResult(
            outputs: [StageOutput(port: "scores", path: "scores.json", locator: data.locator)],
            figures: figures.json,
            publications: published.compactMap { file, template in
                template.map { Publication(path: file, template: $0) }
            })
    }

    private func write(_ text: String, to name: String, _ context: StageContext) throws {
        let file = try FileWriter(path: context.outputFolder + "/" + name)
        try file.write(text)
        try file.finish()
    }

    /// A model that answers the same to everything has learned nothing but what is frequent.
    private static func warnings(_ evaluation: ModelEvaluation, _ model: String, _ side: String) -> [String] {
        guard evaluation.rows.count > 1 else { return [] }
        let questions = evaluation.scored.questions?.count
        let rows =
            "all \(questions ?? evaluation.rows.count) \(questions == nil ? "rows" : "questions") of the side '\(side)'"
        return evaluation.task.sameAnswer(evaluation.scored, rows).map {
            ["the model of '\(model)' \($0)"]
        } ?? []
    }
}
