public import Diagnostics
internal import ShardFormat
public import StageKit
internal import Training

/// Scores a model on one side of the split, with what always answering the most frequent class would score.
public struct EvaluateStage: Stage {
    public static let kind = StageKind(
        "evaluate",
        revision: 1,
        summary: "Score a model on one side of the split, beside the majority baseline.",
        inputs: [Port("model", "model-v1"), Port("data", "shards-v1")],
        outputs: [Port("scores", "scores-v1")],
        figures: [
            Figure("rows", "rows scored"),
            Figure("accuracy", "share of rows predicted right, 0 ... 1"),
            Figure("macro_f1", "mean F1 of the classes, 0 ... 1"),
            Figure("weighted_f1", "mean F1 weighted by rows of the class, 0 ... 1"),
            Figure("roc_auc", "area under the ROC curve, 0 ... 1"),
            Figure("log_loss", "mean cross-entropy, in nats"),
            Figure("brier", "mean squared error of the probabilities, 0 ... 1 for two classes"),
            Figure("ece", "expected calibration error, 0 ... 1"),
        ],
        headline: ["rows", "accuracy", "macro_f1", "roc_auc"]
    )

    let split: String
    private let path: String?

    public init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        split = parameters.string("split", default: "test", help: "Side to score.")
        path = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "label_set", "run"],
            help: "Where to put the scores as JSON.")
        try parameters.finish()
    }

    public func run(in context: StageContext) async throws -> StageResult {
        try TrainingFailure.asStageError { try evaluate(context) }
    }

    private func evaluate(_ context: StageContext) throws -> StageResult {
        let data = try context.inputs.one("data")
        let shards = try ShardFolder(data.path)
        let folder = try ModelFolder(try context.inputs.one("model").path)
        try check(folder, shards.manifest)
        let (model, labels) = try folder.makeTrainedModel(threads: context.threads)
        guard shards.manifest.rows[split] != nil else {
            throw StageError(
                "there is no side '\(split)' to score; the shards have \(shards.manifest.rows.keys.sorted().joined(separator: ", "))",
                hint: "set 'split' of the evaluate stage to one of them")
        }
        let rows = try shards.rows(of: split)
        guard rows.count > 0 else {
            throw StageError(
                "the side '\(split)' has no rows to score", hint: "give it a larger share or more data")
        }
        context.progress.report(0, of: rows.count, unit: "rows")
        let scores = try ClassificationScores(of: model, on: rows)
        let figures = Self.figures(scores, labels: labels, split: split, labelSet: shards.manifest.labelSet)
        let file = try FileWriter(path: context.outputFolder + "/scores.json")
        try file.write(figures.prettyText)
        try file.finish()
        return StageResult(
            outputs: [StageOutput(port: "scores", path: "scores.json", locator: data.locator)],
            figures: figures,
            publications: path.map { [Publication(path: "scores.json", template: $0)] } ?? [])
    }

    private func check(_ folder: ModelFolder, _ manifest: ShardManifest) throws(StageError) {
        guard let provenance = folder.provenance else { return }
        let fields = [
            ("tokenizer", provenance.tokenizerDigest, manifest.tokenizer.digest),
            ("clean_rules", provenance.cleanRules, manifest.cleanRules),
            ("clean_revision", "\(provenance.cleanRevision ?? 1)", "\(manifest.cleanRevision ?? 1)"),
            ("text_pair", provenance.textPair ?? "none", manifest.textPair ?? "none"),
            ("truncation_side", provenance.truncationSide ?? "right", manifest.truncationSide ?? "right"),
        ]
        for (name, model, shards) in fields where model != shards {
            throw StageError(
                "the shards do not fit the model: \(name) is \(shards) in the shards, \(model) in the model",
                hint: "evaluate on shards made with the model's own settings")
        }
    }

    static func figures(
        _ scores: ClassificationScores, labels: [String], split: String, labelSet: String
    ) -> JSONValue {
        let classes = scores.classes.enumerated().map { index, score -> JSONValue in
            [
                "name": .string(labels[index]), "precision": .number(score.precision),
                "recall": .number(score.recall),
                "f1": .number(score.f1), "support": .integer(score.support),
            ]
        }
        let confusion = labels.indices.map { truth in
            JSONValue.array(labels.indices.map { .integer(scores.confusion[label: truth, predicted: $0]) })
        }
        var figures: [String: JSONValue] = [
            "split": .string(split), "rows": .integer(scores.rows), "accuracy": .number(scores.accuracy),
            "macro_f1": .number(scores.macroF1), "weighted_f1": .number(scores.weightedF1),
            "log_loss": .number(scores.logLoss), "brier": .number(scores.brier),
            "ece": .number(scores.calibrationError), "classes": .array(classes),
            "confusion": .array(confusion),
            "majority": [
                "class": .string(labels[scores.majority.label]),
                "accuracy": .number(scores.majority.accuracy),
                "macro_f1": .number(scores.majority.macroF1),
            ],
            "label_set": .string(labelSet),
        ]
        if let area = scores.rocAUC { figures["roc_auc"] = .number(area) }
        return .object(figures)
    }
}
