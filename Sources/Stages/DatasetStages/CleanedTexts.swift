package import StageKit
internal import TextCleaning
package import VoteModel

/// Gives the cleaned text of comments, by the rules of a dataset.
package struct CleanedTexts {
    private let cleaner: TextCleaner

    /// - Throws: ``/StageKit/StageError`` when the dataset names rules that this program does not have.
    package init(_ facts: DatasetFacts) throws(StageError) {
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

    /// Lends the cleaned text of a comment.
    package func withText<Result>(
        of comment: CommentRow, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try body(cleaner.clean(comment.text).bytes)
    }

    /// Lends the cleaned title of a comment's article; empty where there is none.
    package func withTitle<Result>(
        of comment: CommentRow, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        guard let title = comment.articleTitle else {
            return try body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
        return try body(cleaner.clean(title).bytes)
    }

    /// How a dataset's facts and label sets name the rules.
    static func record(_ rules: CleaningRules) -> JSONValue {
        [
            "rules": .string(rules.identifier), "revision": .integer(CleaningRules.revision),
            "min_chars": .integer(rules.minChars),
        ]
    }
}
