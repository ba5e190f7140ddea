/// A reading of a file that counts: its content, read in a certain way.
package struct FileReading: Hashable, Sendable {
    /// The ledger commit.
    package var position: Int64
    /// Where the content lay when it was last seen, as shown to people.
    package var name: String
    package var digest: String
    package var mapping: String
    /// What rows without their own time got; seconds since 1970, UTC. `nil` for readings from before this was kept.
    package var moment: Int64?
    package var figures: ImportFigures

    package init(
        position: Int64, name: String, digest: String, mapping: String, moment: Int64?, figures: ImportFigures
    ) {
        self.position = position
        self.name = name
        self.digest = digest
        self.mapping = mapping
        self.moment = moment
        self.figures = figures
    }
}

/// How a file was imported.
package struct LatestImport: Hashable, Sendable {
    /// SHA-256 of its content, 64 hex digits.
    package var digest: String
    /// Digest of how its rows were read, 64 hex digits.
    package var mapping: String
    package var figures: ImportFigures

    package init(digest: String, mapping: String, figures: ImportFigures) {
        self.digest = digest
        self.mapping = mapping
        self.figures = figures
    }
}

/// A file about to be imported.
package struct ImportedFile: Hashable, Sendable {
    package var source: String
    /// As shown to people.
    package var name: String
    package var digest: String
    package var mapping: String
    /// The run that imports it.
    package var run: String
    /// What rows without their own time get; seconds since 1970, UTC. `nil` for what is not a file.
    package var moment: Int64?
    /// Readings of earlier contents of the same file, whose place this one takes: what they said at a moment gives way to
    /// what this one says, and their comments that it lacks are withdrawn.
    package var replaces: [Int64]
    /// Whether comments that are in no other reading are withdrawn when their reading is replaced.
    package var withdraws: Bool

    package init(
        source: String, name: String, digest: String, mapping: String, run: String, moment: Int64? = nil,
        replaces: [Int64] = [], withdraws: Bool = true
    ) {
        self.source = source
        self.name = name
        self.digest = digest
        self.mapping = mapping
        self.run = run
        self.moment = moment
        self.replaces = replaces
        self.withdraws = withdraws
    }
}

/// Takes the rows of a file in their order.
package protocol ObservationSink: AnyObject {
    func append(_ row: ObservedComment) throws
    func quarantine(_ row: QuarantinedRow) throws
    /// Counts a row without text and without a comment number.
    func countEmptyText()
}
