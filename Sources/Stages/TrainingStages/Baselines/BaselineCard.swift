internal import Baselines
internal import ShardFormat
internal import TextBasics
internal import Training

/// The README.md of a baseline, written from its fit.
///
/// Holds nothing that differs between two equal runs: no dates, no times, no paths.
struct BaselineCard {
    private let outcome: BaselineTraining.Outcome
    private let settings: BaselineTraining.Settings
    private let options: TrainingOptions
    private let manifest: ShardManifest

    init(
        _ outcome: BaselineTraining.Outcome, settings: BaselineTraining.Settings, options: TrainingOptions,
        manifest: ShardManifest
    ) {
        self.outcome = outcome
        self.settings = settings
        self.options = options
        self.manifest = manifest
    }

    var text: String {
        """
        ---
        pipeline_tag: text-classification
        tags: [splitvote, \(settings.kind.rawValue)]
        ---
        # \(title): \(manifest.labelNames.joined(separator: ", "))

        \(description) Fitted by splitvote to \(manifest.rows["train"] ?? 0) rows of label set `\(manifest.labelSet)`, \
        texts cleaned by `\(manifest.cleanRules)`. `splitvote predict --model` and `splitvote evaluate --model` read this folder.

        \(choice)

        """
    }

    private var title: String {
        switch settings.kind {
        case .majority: "The most frequent answer"
        case .length: "A linear model of the text's length"
        case .tfidf: "TF-IDF with a linear model"
        }
    }

    private var description: String {
        switch settings.kind {
        case .majority: "It gives every text the same answer: what others are measured by."
        case .length: "It knows of a text only how long it is: what others are measured by."
        case .tfidf: "It counts \(outcome.model.columnCount) n-grams, weighted by their rarity."
        }
    }

    private var choice: String {
        if settings.kind == .majority { return "There is nothing to choose." }
        let chosen = "C \(outcome.cost), the inverse weight of the penalty"
        if outcome.trials.count < 2 { return chosen + ", was given." }
        let rows =
            outcome.isCrossValidated
            ? "by five-fold cross-validation on the training rows" : "on the dev rows"
        let lines = outcome.trials.map {
            "| \($0.cost) | \($0.metric.map { Decimals.text($0, places: 4) } ?? "undefined") |"
        }
        return """
            \(chosen), was chosen \(rows):

            | C | \(options.metric.rawValue) |
            |---|---|
            \(lines.joined(separator: "\n"))
            """
    }
}
