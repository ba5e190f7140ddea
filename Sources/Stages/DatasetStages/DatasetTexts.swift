package import StageKit
package import TextBasics
internal import VoteModel

/// Reads the cleaned texts of a dataset's rows from the store.
package struct DatasetTexts {
    private let facts: DatasetFacts
    private let masks: DatasetMasks?
    private let context: StageContext

    package init(_ facts: DatasetFacts, _ context: StageContext) throws {
        self.facts = facts
        masks = try DatasetMasks(facts, context)
        self.context = context
    }

    /// The texts of comments, in the order of the numbers.
    /// - Throws: ``/StageKit/StageError`` if one is no longer in the store.
    package func texts(of ids: [Int64]) throws -> UTF8Rows {
        try cleaned(ids) { try $0.withText(of: $1, $2) }
    }

    /// The titles of the articles that comments are on, in the order of the comments' numbers; empty where there is none.
    /// - Throws: ``/StageKit/StageError`` if a comment is no longer in the store.
    package func titles(of ids: [Int64]) throws -> UTF8Rows {
        try cleaned(ids, .articleFacts) { try $0.withTitle(of: $1, $2) }
    }

    private func cleaned(
        _ ids: [Int64], _ fields: CommentFields = .text,
        _ lend: (CleanedTexts, CommentRow, (UnsafeRawBufferPointer) -> Void) throws -> Void
    ) throws -> UTF8Rows {
        let texts = try CleanedTexts(facts, masks: masks)
        var rows = UTF8Rows()
        try context.ledger.scan(facts.cut, fields: fields, selection: .ids(ids)) { comment in
            try lend(texts, comment) { rows.append($0) }
        }
        guard rows.count == ids.count else {
            throw StageError(
                "\(ids.count - rows.count) comments of the split are no longer in the store",
                hint: "run the sample stage again with --force")
        }
        return rows
    }
}
