internal import StageKit

/// What a clean stage reports.
struct CleanFigures: KindFigures {
    var comments: Int?
    var droppedEmpty: Int?
    var droppedDeleted: Int?
    var droppedShort: Int?
    var kept: Int?
    /// Identifier of the rules.
    var rules: String?
    var lettersTaken: Double?
    /// What was counted of each source, for the next run to go on from.
    var letters: [String: SourceLetters]?

    static let fields: [JSONField<CleanFigures>] = [
        JSONField("comments", \.comments, "comments looked at"),
        JSONField("dropped_empty", \.droppedEmpty, "comments whose text is empty after cleaning"),
        JSONField("dropped_deleted", \.droppedDeleted, "comments that the source removed"),
        JSONField("dropped_short", \.droppedShort, "comments with fewer characters than min_chars"),
        JSONField("kept", \.kept, "comments that are kept"),
        JSONField(
            "letters_taken", \.lettersTaken,
            "largest share of a source's letters that the rules remove, 0 ... 1"),
        JSONField("rules", \.rules), JSONField("letters", \.letters),
    ]
}

/// The letters of a source's texts, and how many of them cleaning removes.
struct SourceLetters: JSONRecord {
    var texts = 0
    var letters = 0
    var taken = 0

    static let fields: [JSONField<SourceLetters>] = [
        JSONField(required: "texts", \.texts), JSONField(required: "letters", \.letters),
        JSONField(required: "taken", \.taken),
    ]
}
