internal import StageKit

/// What a predict stage reports.
struct PredictFigures: KindFigures {
    var rows: Int?
    var scored: Int?
    var withoutAnswer: Int?
    var cutTexts: Int?
    var largestShare: Double?
    /// Of a regression.
    var mean: Double?
    /// Name of a regression's score.
    var score: String?
    /// How often each class was the answer, in the order of the classes.
    var classes: [ClassCount]?

    static let fields: [JSONField<PredictFigures>] = [
        JSONField("rows", \.rows, "comments answered"),
        JSONField("scored", \.scored, "comments that were new, or whose text or model was another one"),
        JSONField(
            "without_answer", \.withoutAnswer,
            "comments whose probability lies in the band without an answer"),
        JSONField("cut_texts", \.cutTexts, "comments with more tokens than the model reads"),
        JSONField(
            "largest_share", \.largestShare,
            "share of the comments with the most frequent answer, 0 ... 1"),
        JSONField("mean", \.mean, "mean score; of a regression"),
        JSONField("score", \.score), JSONField("classes", \.classes),
    ]
}
