internal import StageKit

/// What a pretrain stage reports: nothing in it differs between two equal runs.
struct PretrainFigures: KindFigures {
    var parameters: Int?
    var texts: Int?
    var heldOut: Int?
    var excluded: Int?
    /// Texts without a first text of a pair; nothing is said of them where there are no pairs.
    var alone: Int?
    var tokens: Int?
    var steps: Int?
    var epochs: Double?
    /// Of the last look at the held-out texts.
    var wordLoss: Double?
    var wordAccuracy: Double?
    var pairAccuracy: Double?
    var replacedLoss: Double?
    var replacedAccuracy: Double?
    var pseudoPerplexity: Double?
    var perplexity: Double?
    var objective: String?
    var start: String?
    var seed: Int?
    var precision: String?
    /// Means over equal stretches of steps.
    var history: [TrainFigures.Point]?
    var evaluations: [Evaluation]?

    static let fields: [JSONField<PretrainFigures>] = [
        JSONField("parameters", \.parameters, "weights of the encoder and its heads"),
        JSONField("texts", \.texts, "texts that were learned from"),
        JSONField("held_out", \.heldOut, "texts that were not learned from, for the scores here"),
        JSONField(
            "excluded", \.excluded, "texts left out because scores are taken on them or on copies of them"),
        JSONField(
            "alone", \.alone,
            "texts without a first text of a pair: read alone, or left out where 'pairs' are learned"),
        JSONField("tokens", \.tokens, "tokens of all texts"),
        JSONField("steps", \.steps, "optimizer steps taken"),
        JSONField("epochs", \.epochs, "passes over the texts"),
        JSONField(
            "word_loss", \.wordLoss, "mean cross-entropy of masked or next words of held-out texts, in nats"),
        JSONField("word_accuracy", \.wordAccuracy, "share of them named or told right"),
        JSONField("pair_accuracy", \.pairAccuracy, "share of held-out pairs told right"),
        JSONField("replaced_loss", \.replacedLoss, "mean cross-entropy of finding replaced words, in nats"),
        JSONField(
            "replaced_accuracy", \.replacedAccuracy, "share of tokens told right to be replaced or not"),
        JSONField(
            "pseudo_perplexity", \.pseudoPerplexity,
            "exp of the mean loss of each token of held-out texts, masked by itself"),
        JSONField(
            "perplexity", \.perplexity,
            "exp of the mean loss of each token of held-out texts, told from those before it"),
        JSONField("objective", \.objective), JSONField("initialised", \.start), JSONField("seed", \.seed),
        JSONField("precision", \.precision), JSONField("history", \.history),
        JSONField("evaluations", \.evaluations),
    ]

    /// One look at the held-out texts.
    struct Evaluation: JSONRecord {
        var step = 0
        var epoch: Double?
        var wordLoss: Double?
        var wordAccuracy: Double?
        var pairAccuracy: Double?
        var replacedLoss: Double?
        var replacedAccuracy: Double?
        var replacedShare: Double?

        static let fields: [JSONField<Evaluation>] = [
            JSONField(required: "step", \.step), JSONField("epoch", \.epoch),
            JSONField("word_loss", \.wordLoss), JSONField("word_accuracy", \.wordAccuracy),
            JSONField("pair_accuracy", \.pairAccuracy), JSONField("replaced_loss", \.replacedLoss),
            JSONField("replaced_accuracy", \.replacedAccuracy), JSONField("replaced_share", \.replacedShare),
        ]
    }
}
