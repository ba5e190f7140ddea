internal import GRDB
internal import StoreFile
internal import VoteModel

extension FileImport {
    /// Rows of a file that are compared one by one; of what follows every sixteenth is.
    private static let comparedOneByOne = 20_000

    /// Highest id of a comment that may have been read by another mapping, which may have taken other columns for its
    /// article and text.
    private func lastOfOtherMappings() throws -> Int64 {
        if let lastByOthers { return lastByOthers }
        // By a statement of our own, which any thread may use that has the connection.
        let question = try SQLStatement(
            "SELECT max(last_comment) FROM imported_file WHERE source = ?1 AND mapping <> ?2", database)
        let (source, mapping) = (PinnedText(file.source), PinnedText(file.mapping))
        question.bind(1, text: source.bytes)
        question.bind(2, text: mapping.bytes)
        let last = try question.step() ? question.int64(0) : 0
        withExtendedLifetime((source, mapping)) {}
        lastByOthers = last
        return last
    }

    /// Whether a row bears the number of a comment of another article that says something else: a number that is given
    /// anew for each article. Such a row is kept aside.
    ///
    /// A comment that is edited, or whose article is named otherwise, is still the same.
    func isOfAnother(_ row: RowBatch.Row, _ known: Int64, _ batch: RowBatch) throws -> Bool {
        guard row.hasNumber, known <= lastComment, !row.isDeleted, try known > lastOfOtherMappings() else {
            return false
        }
        compared += 1
        guard compared <= Self.comparedOneByOne || compared.isMultiple(of: 16) else { return false }
        let question =
            try byNumber
            ?? SQLStatement(
                """
                SELECT article.key, comment.text FROM comment JOIN article ON article.id = comment.article
                WHERE comment.id = ?1 AND comment.numbered
                """, database)
        byNumber = question
        defer { question.reset() }
        question.bind(1, known)
        guard try question.step() else { return false }
        let (article, text) = (question.bytes(0), question.bytes(1))
        if same(article, batch.article(of: row)) || same(text, batch.text(of: row)) { return false }
        if text.isEmpty || batch.text(of: row).isEmpty || article.elementsEqual([UInt8(ascii: "-")]) {
            return false
        }
        figures.numberConflicts += 1
        if figures.numberConflicts <= 1_000 {
            let number = batch.bytes(row.key).map { String(decoding: $0.prefix(40), as: UTF8.self) } ?? ""
            let owner = String(decoding: article.prefix(60), as: UTF8.self)
            try add(
                QuarantinedRow(
                    line: Int(row.line),
                    reason: "number '\(number)' belongs to another text of article '\(owner)'",
                    excerpt: String(decoding: batch.text(of: row).prefix(120), as: UTF8.self)))
        }
        return true
    }
}
