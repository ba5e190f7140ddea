package import VoteModel

/// The comments and their votes, cut at a moment to read.
package protocol LedgerReader: Sendable {
    /// The present state of these sources.
    func cut(of sources: [String], asOf: Int64?) throws -> LedgerCut

    /// How much the cut covers.
    func size(of cut: LedgerCut) throws -> LedgerSize

    /// Calls `body` for each comment of the cut, in the order of ids.
    /// - Parameter fields: what to read; other fields of the row are empty.
    func scan(
        _ cut: LedgerCut, fields: CommentFields, selection: CommentSelection,
        _ body: (CommentRow) throws -> Void
    ) throws

    /// What a cut shows otherwise than an earlier one did.
    /// - Parameter votes: whether votes are asked for; without them ``/VoteModel/LedgerChanges/moved`` stays empty.
    /// - Returns: `nil` if the two cannot be compared: other sources, a moment that cuts observations off, or a
    ///   ledger that no longer says what it said at the earlier position.
    func changes(from earlier: LedgerCut, to cut: LedgerCut, votes: Bool) throws -> LedgerChanges?

    /// Calls `body` for each of these comments that the cut covers, in the given order, with its counts at each moment at
    /// which they were seen within the cut, changed or not, oldest first; at least one.
    func readings(_ cut: LedgerCut, of ids: [Int64], _ body: (Int64, [VoteReading]) throws -> Void) throws

    /// The comments of a cut that were seen with more than one text or article, with what identifies the one shown, in the
    /// order of ids.
    func editions(of cut: LedgerCut) throws -> [Edition]

    /// Which comments of a cut came from which source, as runs of ids in rising order.
    func sourceRuns(of cut: LedgerCut) throws -> [SourceRun]
}

/// When comments were written and seen.
package protocol CommentTimes: Sendable {
    /// When the newest observation of a cut was made: seconds since 1970, UTC; `nil` for one without any.
    func lastObserved(of cut: LedgerCut) throws -> Int64?

    /// The comments of a cut that were first seen less than this many seconds before its moment, in the order of ids. The
    /// moment of a cut without one is that of its latest observation.
    /// - Parameter zones: by source, the offset of times of writing that name none, in seconds east of Greenwich; UTC
    ///   for sources that are not in it.
    func youngComments(of cut: LedgerCut, within seconds: Int64, zones: [String: Int64]) throws
        -> YoungComments
}

/// Where comments come from: their articles and authors.
package protocol CommentOrigins: Sendable {
    /// Calls `body` for each of these articles, in the given order; unknown ones are skipped.
    func articles(_ ids: [Int64], _ body: (ArticleRow) throws -> Void) throws

    /// Whether it is certain that no comment has an author.
    func lacksAuthors() throws -> Bool
}
