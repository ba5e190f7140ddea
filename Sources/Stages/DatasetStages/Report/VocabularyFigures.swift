internal import StageKit

/// What a vocabulary stage reports.
struct VocabularyFigures: KindFigures {
    var pieces: Int?
    var texts: Int?
    var ties: Int?
    /// Whether it is a model's own.
    var takenOver: Bool?

    static let fields: [JSONField<VocabularyFigures>] = [
        JSONField("pieces", \.pieces, "pieces of the vocabulary"),
        JSONField("texts", \.texts, "texts it was trained on; 0 if it was copied"),
        JSONField("ties", \.ties, "pieces left out that are as frequent as the last one taken"),
        JSONField("taken_over", \.takenOver),
    ]
}
