public import ShardFormat
import TextBasics

/// The README.md of a trained model, written from the run itself.
///
/// Holds nothing that differs between two equal runs: no dates, no times, no paths.
public struct ModelCard {
    private let options: TrainingOptions
    private let manifest: ShardManifest
    private let load: LoadReport
    private let summary: TrainingSummary
    private let evaluations: [EvaluationReport]
    private let parameterCount: Int
    private let modelType: String

    public init(
        options: TrainingOptions, manifest: ShardManifest, load: LoadReport, state: TrainingState,
        summary: TrainingSummary, modelType: String, parameterCount: Int
    ) {
        self.modelType = modelType
        self.options = options
        self.manifest = manifest
        self.load = load
        self.summary = summary
        evaluations = state.evaluations
        self.parameterCount = parameterCount
    }

    /// The card as Markdown.
    public var text: String {
        ([front] + data + training + dev + use).joined(separator: "\n") + "\n"
    }

    private var front: String {
        """
        ---
        library_name: transformers
        pipeline_tag: text-classification
        tags: [splitvote, \(modelType)]
        ---
        # A classifier of comments: \(manifest.labelNames.joined(separator: " or "))

        Trained by splitvote. It reads a comment and says how probable each class is, as readers' votes defined them.
        """
    }

    private var data: [String] {
        var lines = [
            "", "## Data", "", "| Split | Rows | Tokens | Mean tokens | [UNK] | Cut |",
            "|---|---|---|---|---|---|",
        ]
        for split in manifest.rows.keys.sorted() {
            let audit = manifest.audit[split]
            lines.append(
                "| \(split) | \(manifest.rows[split] ?? 0) | \(audit?.tokens.description ?? "") | "
                    + "\(audit.map { Decimals.text($0.meanTokens, places: 1) } ?? "") | "
                    + "\(audit.map { Decimals.text(100 * $0.unknownShare, places: 2) + " %" } ?? "") | "
                    + "\(audit?.truncatedRows.description ?? "") |")
        }
        return lines + [
            "",
            "Label set `\(manifest.labelSet)`, texts cleaned by `\(manifest.cleanRules)`, split salt "
                + "`\(manifest.splitSalt)`, at most \(manifest.maxTokens) tokens a comment.",
            "Tokenizer: `\(manifest.tokenizer.kind)`, \(manifest.tokenizer.vocabularySize) pieces, "
                + (manifest.tokenizer.lowercase ? "lower-cased" : "cased")
                + ", digest `\(manifest.tokenizer.digest)`.",
        ]
    }

    private var training: [String] {
        let sentence = load.summary.prefix(1).uppercased() + load.summary.dropFirst()
        if options.method == .features {
            return [
                "", "## Training", "",
                "\(parameterCount) parameters, of which the classifier's were trained. \(sentence).",
                "Logistic regression on the pooler's output of the frozen model, without dropout; l2 \(options.l2), "
                    + "\(summary.steps) iterations of L-BFGS.",
            ]
        }
        let schedule = options.schedule(rows: manifest.rows["train"] ?? 0)
        return [
            "", "## Training", "",
            "\(parameterCount) parameters, "
                + (options.frozenLayers.map { "but for the embeddings and \($0) layers " } ?? "")
                + "all trained. "
                + "\(sentence).",
            "AdamW with bias correction, weight decay \(options.weightDecay) (not on biases and LayerNorm), gradients "
                + (options.clipNorm.map { "clipped at norm \($0)" } ?? "not clipped") + ".",
            "Batches of \(options.batchSize) rows without padding; learning rate \(options.learningRate) after "
                + "\(schedule.warmupSteps) steps of warm-up, then linearly to 0 at step \(schedule.totalSteps); seed "
                + "\(options.seed); \(options.precision.rawValue).",
            "\(summary.steps) steps (\(Decimals.text(summary.epochs, places: 2)) epochs)"
                + (summary.stoppedEarly
                    ? ", stopped early because \(options.metric.rawValue) no longer improved." : "."),
        ]
    }

    private var dev: [String] {
        guard !evaluations.isEmpty else {
            return ["", "There were no dev rows: these are the weights after the last step."]
        }
        var lines = [
            "", "## Scores on the dev split", "",
            "The weights are those of the best \(options.metric.rawValue). Test scores are not the trainer's to give.",
            "",
            "| Step | Loss | Accuracy | Macro F1 | ROC AUC | |", "|---|---|---|---|---|---|",
        ]
        for report in evaluations {
            let scores = report.scores
            lines.append(
                "| \(report.step) | \(Decimals.text(scores.logLoss, places: 4)) | "
                    + "\(Decimals.text(scores.accuracy, places: 4)) | \(Decimals.text(scores.macroF1, places: 4)) | "
                    + "\(scores.rocAUC.map { Decimals.text($0, places: 4) } ?? "undefined") | "
                    + "\(report.step == summary.bestStep ? "best" : "") |")
        }
        let majority = evaluations[0].scores.majority
        return lines + [
            "",
            "Answering always `\(manifest.labelNames[majority.label])` would give accuracy "
                + "\(Decimals.text(majority.accuracy, places: 4)) and macro F1 \(Decimals.text(majority.macroF1, places: 4)).",
        ]
    }

    private var use: [String] {
        [
            "", "## Use", "", "```sh", "splitvote predict --model FOLDER comments.txt", "```", "",
            "`transformers` reads the folder as well (`AutoModelForSequenceClassification`); clean the texts by "
                + "`\(manifest.cleanRules)` first.",
        ]
    }
}
