package import StageKit
internal import TextCleaning
package import VoteModel

/// Gives the cleaned text of comments, by the rules of a dataset, and masked where its texts are.
package struct CleanedTexts {
    /// What becomes of a text of which nobody has looked what is to be masked.
    package enum UnknownText: Sendable {
        /// It is an error: nothing may leave the store unmasked.
        case refused
        /// It is lent as it is, for what only compares texts.
        case unmasked
    }

    private let cleaner: TextCleaner
    private var masks: DatasetMasks?
    private var unknown = UnknownText.refused

    /// - Throws: ``/StageKit/StageError`` when the dataset names rules that this program does not have.
    package init(
        _ facts: DatasetFacts, _ context: StageContext, unknown: UnknownText = .refused
    ) throws {
        try self.init(facts, masks: DatasetMasks(facts, context), unknown: unknown)
    }

    /// - Parameter masks: those of the dataset.
    package init(
        _ facts: DatasetFacts, masks: DatasetMasks?, unknown: UnknownText = .refused
    ) throws(StageError) {
        try self.init(unmasked: facts)
        (self.masks, self.unknown) = (masks, unknown)
    }

    /// Gives texts cleaned, and as they are before they are masked.
    package init(unmasked facts: DatasetFacts) throws(StageError) {
        guard let rules = CleaningRules(identifier: facts.cleanRules) else {
            throw StageError(
                "the dataset was cleaned by the rules '\(facts.cleanRules)', which this version does not know",
                hint: "run the clean stage again with --force")
        }
        if let revision = facts.cleanRevision, revision != CleaningRules.revision {
            throw StageError(
                "the dataset was cleaned by revision \(revision) of the rules, this version has revision "
                    + "\(CleaningRules.revision)",
                hint: "run the clean stage again with --force")
        }
        cleaner = TextCleaner(rules)
    }

    /// Whether names and the like are masked.
    package var areMasked: Bool { masks != nil }

    /// Lends the cleaned text of a comment.
    /// - Throws: what `body` throws, and ``/StageKit/StageError`` for a text that is to be masked and was not looked at.
    package func withText<Result>(
        of comment: CommentRow, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        try lend(cleaner.clean(comment.text).bytes, body)
    }

    /// Lends the cleaned title of a comment's article; empty where there is none.
    /// - Throws: as ``withText(of:_:)`` does.
    package func withTitle<Result>(
        of comment: CommentRow, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        guard let title = comment.articleTitle else {
            return try body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return try lend(cleaner.clean(title).bytes, body)
    }

    private func lend<Result>(
        _ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        guard let masks, !text.isEmpty else { return try body(text) }
        guard let found = masks.spans[TextMasks.hash(of: text)] else {
            if unknown == .unmasked { return try body(text) }
            throw StageError(
                "a text was not looked at for what is to be masked",
                hint: "run the mask stage again with --force")
        }
        if found.isEmpty { return try body(text) }
        var masked: [UInt8] = []
        var place = 0
        for span in found {
            guard span.bytes.lowerBound >= place, span.bytes.upperBound <= text.count else {
                throw StageError(
                    "the spans of a mask stage are damaged", hint: "run the mask stage again with --force")
            }
            masked += text[place..<span.bytes.lowerBound]
            masked += masks.masking.replacement(of: span.entity).utf8
            place = span.bytes.upperBound
        }
        masked += text[place...]
        return try masked.withUnsafeBytes(body)
    }

    /// How a dataset's facts and label sets name the rules.
    static func record(_ rules: CleaningRules) -> JSONValue {
        [
            "rules": .string(rules.identifier), "revision": .integer(CleaningRules.revision),
            "min_chars": .integer(rules.minChars),
        ]
    }
}
