package import Models
package import ShardFormat
import TextBasics

/// The README.md of a trained model, written from the run itself.
///
/// Holds nothing that differs between two equal runs: no dates, no times, no paths.
package struct ModelCard {
    private let options: TrainingOptions
    private let manifest: ShardManifest
    private let load: LoadReport
    private let summary: TrainingSummary
    private let evaluations: [EvaluationReport]
    private let onlyAnswer: Int?
    private let parameterCount: Int
    private let modelType: String
    private let hasPooler: Bool
    private let teaching: Teaching?

    /// What a student learned beside its labeled rows.
    package struct Teaching {
        /// Labeled and unlabeled rows.
        package var rows: Int
        /// Of teachers, texts and losses.
        package var sentences: [String]
    }
    private let pooling: StatePooling?

    package init(
        options: TrainingOptions, manifest: ShardManifest, load: LoadReport, state: TrainingState,
        summary: TrainingSummary, modelType: String, hasPooler: Bool, parameterCount: Int,
        teaching: Teaching? = nil, pooling: StatePooling? = nil
    ) {
        self.teaching = teaching
        self.pooling = pooling
        self.hasPooler = hasPooler
        self.modelType = modelType
        self.options = options
        self.manifest = manifest
        self.load = load
        self.summary = summary
        evaluations = state.evaluations
        onlyAnswer = state.onlyAnswer
        self.parameterCount = parameterCount
    }

    /// The card as Markdown.
    package var text: String {
        ([front] + data + taught + training + dev + use).joined(separator: "\n") + "\n"
    }

    private var front: String {
        """
        ---
        library_name: \(isOwnFamily ? "splitvote" : "transformers")
        pipeline_tag: \(task.tokenUse?.pipeline ?? "text-classification")
        tags: [splitvote, \(modelType)]
        ---
        \(subject)
        """
    }

    private var task: TrainingTask { TrainingTask(manifest.taskName) }

    /// What the model does, as heading and sentence.
    private var subject: String {
        let names = manifest.labelNames
        let texts = manifest.textPair == "text_pair" ? "pairs of texts" : "texts"
        if let task = manifest.task { return TrainingTask(task).card(texts, names) }
        return """
            # A classifier of comments: \(names.joined(separator: " or "))

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

    /// Whom a student learned from.
    private var taught: [String] {
        teaching.map { ["", "## Teachers", ""] + $0.sentences } ?? []
    }

    /// What was fitted on the features of a frozen model.
    private var frozenFit: String {
        let features =
            pooling.map { "\($0.words) of the frozen model" }
            ?? (hasPooler
                ? "the pooler's output of the frozen model" : "what the classifier of the frozen model reads")
        let linear = TrainingTask(manifest.taskName).linear
        return
            "\(linear.name) regression on \(features), without dropout; l2 \(options.l2)"
            + (linear.isIterative ? ", \(summary.steps) iterations of L-BFGS." : ".")
    }

    /// Which of the parameters were trained.
    private var trained: String {
        let frozen = options.frozenLayers.map { "the embeddings and \($0) layers" }
        guard let adapters = options.lowRank else {
            return (frozen.map { "but for \($0) " } ?? "") + "all trained"
        }
        return
            "of which the head's were trained and the others stayed as they were, but for low-rank adapters (LoRA) of rank "
            + "\(adapters.rank), alpha \(Decimals.text(adapters.alpha, places: 2)), in \(adapters.maps.words) of the layers"
            + (frozen.map { ", without \($0)" } ?? "") + "; `adapter/` has them alone"
    }

    private var training: [String] {
        let sentence = load.summary.prefix(1).uppercased() + load.summary.dropFirst()
        if options.method == .features {
            return [
                "", "## Training", "",
                "\(parameterCount) parameters, of which the classifier's were trained. \(sentence).",
                frozenFit,
            ]
        }
        let schedule = options.schedule(rows: teaching?.rows ?? manifest.rows["train"] ?? 0)
        return [
            "", "## Training", "",
            "\(parameterCount) parameters, \(trained). \(sentence).",
            optimizer + ", weight decay \(options.weightDecay) (not on biases and LayerNorm), gradients "
                + (options.clipNorm.map { "clipped at norm \($0)" } ?? "not clipped") + ".",
            "Batches of \(options.batchSize) rows without padding\(blocks); learning rate \(options.learningRate) after "
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
        ]
        guard let first = evaluations[0].scores.classification else { return lines + otherScores }
        lines += ["| Step | Loss | Accuracy | Macro F1 | ROC AUC | |", "|---|---|---|---|---|---|"]
        for report in evaluations {
            guard let scores = report.scores.classification else { continue }
            lines.append(
                "| \(report.step) | \(Decimals.text(scores.logLoss, places: 4)) | "
                    + "\(Decimals.text(scores.accuracy, places: 4)) | \(Decimals.text(scores.macroF1, places: 4)) | "
                    + "\(scores.rocAUC.map { Decimals.text($0, places: 4) } ?? "undefined") | "
                    + "\(report.step == summary.bestStep ? "best" : "") |")
        }
        if let label = onlyAnswer {
            lines += [
                "",
                "**These weights answer `\(manifest.labelNames[label])` for every dev row**: they tell no classes apart.",
            ]
        }
        let majority = first.majority
        return lines + [
            "",
            "Answering always `\(manifest.labelNames[majority.label])` would give accuracy "
                + "\(Decimals.text(majority.accuracy, places: 4)) and macro F1 \(Decimals.text(majority.macroF1, places: 4)).",
        ]
    }

    /// Scores of tasks with targets other than one class per row.
    private var otherScores: [String] {
        let names = evaluations[0].scores.columns.map(\.name)
        let columns = ["Step", "Loss"] + names + [""]
        let head = "| " + columns.joined(separator: " | ") + "|"
        let rule = "|" + String(repeating: "---|", count: columns.count)
        return [head, rule] + evaluations.map(row)
    }

    private func row(_ report: EvaluationReport) -> String {
        let scores = [report.scores.loss] + report.scores.columns.map(\.value)
        let cells =
            ["\(report.step)"] + scores.map { $0.map { Decimals.text($0, places: 4) } ?? "undefined" }
        return "| " + cells.joined(separator: " | ") + " | \(report.step == summary.bestStep ? "best" : "") |"
    }

    private var use: [String] {
        [
            "", "## Use", "", "```sh",
            "splitvote predict --model FOLDER "
                + (task.tokenUse == .answers
                    ? "--column question --pair-column context questions.tsv" : "comments.txt"),
            "```", "",
            (isOwnFamily
                ? "Other programs find the tensors in model.safetensors and their shape in config.json; clean the texts by "
                : "`transformers` reads the folder as well (`AutoModel\(task.tokenUse?.classEnding ?? Dialect.sequenceEnding)`); clean the texts by ")
                + "`\(manifest.cleanRules)` first.",
        ]
    }

    private var blocks: String {
        options.blockRows.map { ", gradients added in blocks of \($0)" } ?? ""
    }

    private var optimizer: String {
        options.adadelta.map { "Adadelta with rho \($0)" } ?? "AdamW with bias correction"
    }

    /// Whether no class of transformers opens the folder with its classifier.
    private var isOwnFamily: Bool { modelType == "text_cnn" || pooling != nil }
}

extension TokenHeadPlan.Use {
    /// What the model hub calls such models.
    fileprivate var pipeline: String {
        switch self {
        case .tags: "token-classification"
        case .answers: "question-answering"
        }
    }
}
