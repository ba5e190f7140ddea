package import VoteModel

/// Imports the rows of files into the ledger, which is append-only.
package protocol LedgerWriter: Sendable {
    /// Appends the rows of one file in one transaction: all of them, or after an error none.
    ///
    /// A row whose key is known is another observation; it is written when its counts differ from those known at
    /// its moment. Of two rows of one comment at one moment the one with more votes counts, then the one with
    /// more up-votes, whatever their order; but what a superseded reading said at a moment gives way.
    ///
    /// - Parameter review: sees what came of the rows before they are there to stay; where it throws, nothing is.
    func importFile(
        _ file: ImportedFile, rows: (any ObservationSink) throws -> Void,
        review: (ImportFigures) throws -> Void
    ) throws -> ImportFigures

    /// Reads files again that were read before in another way, all in one transaction: what the earlier readings gave
    /// is removed as if it had never been, and the files are imported in the given order.
    /// - Parameter voided: positions of the earlier readings. All of their contents are among the files.
    /// - Returns: the figures of all files together.
    func reread(
        _ voided: [Int64], of source: String, files: [ImportedFile],
        rows: (ImportedFile, any ObservationSink) throws -> Void
    ) throws -> ImportFigures

    /// Notes that a reading's content now is at another place.
    func rename(reading position: Int64, to name: String) throws
}

extension LedgerWriter {
    /// Appends the rows of one file, whatever comes of them.
    package func importFile(
        _ file: ImportedFile, rows: (any ObservationSink) throws -> Void
    ) throws -> ImportFigures {
        try importFile(file, rows: rows, review: { _ in })
    }
}

/// Which files were imported, and how.
package protocol ImportHistory: Sendable {
    /// The readings of files that count for a source, in the order of their commits.
    func readings(of source: String) throws -> [FileReading]

    /// Which contents were ever read for a source and how: pairs of their digest and that of the mapping. Those among them
    /// that others have replaced.
    func everRead(of source: String) throws -> Set<[String]>

    /// Whether two readings have a comment in common.
    func readingsOverlap(_ one: Int64, _ others: [Int64]) throws -> Bool

    /// What came of the file of that name and source when it was last imported, whatever its content and mapping were.
    func latestImport(source: String, name: String) throws -> LatestImport?
}
