/// The comments and their votes, as stages see them: append-only to write, cut at a moment to read.
public protocol CommentLedger: Sendable {
    /// What came of a file when it was imported before in the same way; `nil` when it never was.
    /// - Parameters:
    ///   - fileDigest: SHA-256 of the file, 64 hex digits.
    ///   - mapping: digest of everything that decides how its rows are read, 64 hex digits.
    func importedFile(source: String, fileDigest: String, mapping: String) throws -> ImportFigures?

    /// The readings of files that count for a source, in the order of their commits.
    func readings(of source: String) throws -> [FileReading]

    /// Notes that a reading's content now lies at another place.
    func rename(reading position: Int64, to name: String) throws

    /// Whether two readings have a comment in common.
    func readingsOverlap(_ one: Int64, _ others: [Int64]) throws -> Bool

    /// Reads files anew that were read before in another way, all in one transaction: what the earlier readings gave is as
    /// if it had never been, and the files are imported in the given order.
    /// - Parameter voided: positions of the earlier readings. All of their contents are among the files.
    /// - Returns: the figures of all files together.
    func reread(
        _ voided: [Int64], of source: String, files: [ImportedFile],
        rows: (ImportedFile, any ObservationSink) throws -> Void
    ) throws -> ImportFigures

    /// Appends the rows of one file in one transaction: all of them, or after an error none.
    ///
    /// A row whose key is known is another observation; it is written when its counts differ from those known at
    /// its moment. Of two rows of one comment at one moment the one with more votes counts, then the one with
    /// more up-votes, whatever their order; but what a superseded reading said at a moment gives way.
    func importFile(
        _ file: ImportedFile, rows: (any ObservationSink) throws -> Void
    ) throws -> ImportFigures

    /// Appends the rows of one file as ``importFile(_:rows:)`` does, unless whoever gives them thinks better of it.
    /// - Parameter review: sees what came of the rows before they are there to stay; where it throws, nothing is.
    func importFile(
        _ file: ImportedFile, rows: (any ObservationSink) throws -> Void,
        review: (ImportFigures) throws -> Void
    ) throws -> ImportFigures

    /// What came of the file of that name and source when it was last imported, whatever its content and mapping were.
    func latestImport(source: String, name: String) throws -> LatestImport?

    /// When the newest observation of a cut was made: seconds since 1970, UTC; `nil` for one without any.
    func lastObserved(of cut: LedgerCut) throws -> Int64?

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
    /// - Parameter votes: whether votes are asked for; without them ``LedgerChanges/moved`` stays empty.
    /// - Returns: `nil` where the two cannot be compared: other sources, a moment that cuts observations off, or a
    ///   ledger that no longer says what it said at the earlier position.
    func changes(from earlier: LedgerCut, to cut: LedgerCut, votes: Bool) throws -> LedgerChanges?

    /// Calls `body` for each of these comments that the cut covers, in the given order, with its counts at each moment at
    /// which they were seen within the cut, changed or not, oldest first; at least one.
    func readings(_ cut: LedgerCut, of ids: [Int64], _ body: (Int64, [VoteReading]) throws -> Void) throws

    /// The sides that groups already have in a split family, by group key.
    /// - Returns: `nil` when there is no such family yet.
    func splitFamily(salt: String) throws -> SplitFamily?

    /// Which comments of a cut came from which source, as runs of ids in rising order.
    func sourceRuns(of cut: LedgerCut) throws -> [SourceRun]

    /// The comments of a cut that were first seen less than so many seconds before its moment, in the order of ids. The
    /// moment of a cut without one is that of its latest observation.
    /// - Parameter zones: by source, the offset of times of writing that name none, in seconds east of Greenwich; UTC
    ///   for sources that are not in it.
    func youngComments(of cut: LedgerCut, within seconds: Int64, zones: [String: Int64]) throws
        -> YoungComments

    /// The comments that a split family has kept so far, in the order in which it first did: by run, and within one by
    /// id.
    func keptInSplit(salt: String) throws -> [SplitKept]

    /// What a split family's comments were on their sides with at the end of a day, in the order of ids: of each comment
    /// the latest record by then.
    /// - Parameter date: `YYYY-MM-DD`; `nil` for the latest of all.
    func splitLabels(salt: String, upTo date: String?) throws -> [SplitLabel]

    /// Calls `body` for each of these articles, in the given order; unknown ones are passed over.
    func articles(_ ids: [Int64], _ body: (ArticleRow) throws -> Void) throws

    /// Whether it is certain that no comment has an author.
    func lacksAuthors() throws -> Bool

    /// The comments of a cut that were seen with more than one text or article, with what identifies the one shown, in the
    /// order of ids.
    func editions(of cut: LedgerCut) throws -> [Edition]
}

/// How a file was imported.
public struct LatestImport: Hashable, Sendable {
    /// SHA-256 of its content, 64 hex digits.
    public var digest: String
    /// Digest of how its rows were read, 64 hex digits.
    public var mapping: String
    public var figures: ImportFigures

    public init(digest: String, mapping: String, figures: ImportFigures) {
        self.digest = digest
        self.mapping = mapping
        self.figures = figures
    }
}

extension CommentLedger {
    /// For ledgers that keep nothing.
    public func importFile(
        _ file: ImportedFile, rows: (any ObservationSink) throws -> Void,
        review: (ImportFigures) throws -> Void
    ) throws -> ImportFigures {
        let figures = try importFile(file, rows: rows)
        try review(figures)
        return figures
    }

    public func latestImport(source: String, name: String) throws -> LatestImport? { nil }

    public func lastObserved(of cut: LedgerCut) throws -> Int64? { nil }

    public func sourceRuns(of cut: LedgerCut) throws -> [SourceRun] { [] }

    public func youngComments(
        of cut: LedgerCut, within seconds: Int64, zones: [String: Int64]
    ) throws -> YoungComments {
        YoungComments(moment: 0, comments: [])
    }

    public func changes(from earlier: LedgerCut, to cut: LedgerCut, votes: Bool) throws -> LedgerChanges? {
        nil
    }

    /// The last counts alone, of ledgers that keep no others.
    public func readings(
        _ cut: LedgerCut, of ids: [Int64], _ body: (Int64, [VoteReading]) throws -> Void
    ) throws {
        try scan(cut, fields: .votes, selection: .ids(ids)) { comment in
            let votes = VoteCount(up: Int(comment.up), down: Int(comment.down))
            try body(comment.id, [VoteReading(at: comment.observedAt, votes: votes)])
        }
    }

    public func keptInSplit(salt: String) throws -> [SplitKept] { [] }

    public func splitLabels(salt: String, upTo date: String?) throws -> [SplitLabel] { [] }

    public func articles(_ ids: [Int64], _ body: (ArticleRow) throws -> Void) throws {}

    public func lacksAuthors() throws -> Bool { false }

    public func editions(of cut: LedgerCut) throws -> [Edition] { [] }
}

/// A reading of a file that counts: its content, read in a certain way.
public struct FileReading: Hashable, Sendable {
    /// The ledger commit.
    public var position: Int64
    /// Where the content lay when it was last seen, as shown to people.
    public var name: String
    public var digest: String
    public var mapping: String
    /// What rows without a time of their own got; seconds since 1970, UTC. `nil` for readings from before this was kept.
    public var moment: Int64?
    public var figures: ImportFigures

    public init(
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

/// Which of several versions of a comment is shown.
public struct Edition: Hashable, Sendable {
    public var comment: Int64
    /// Made of the version's moment, text and article.
    public var identity: UInt64

    public init(comment: Int64, identity: UInt64) {
        self.comment = comment
        self.identity = identity
    }
}

/// A comment's counts as they were seen at a moment.
public struct VoteReading: Hashable, Sendable {
    /// Seconds since 1970, UTC.
    public var at: Int64
    public var votes: VoteCount

    public init(at: Int64, votes: VoteCount) {
        self.at = at
        self.votes = votes
    }
}

/// What a cut of the ledger shows otherwise than an earlier one did. Comments added since are not listed: a scan with
/// ``CommentSelection/addedAfter(_:)`` and the earlier position visits them.
public struct LedgerChanges: Hashable, Sendable {
    /// Ids of the comments that the earlier cut covered, in rising order.
    public var known: [ClosedRange<Int64>]
    /// Those of them with observations that have come since, in rising order.
    public var moved: [Int64]
    /// Those of them whose text, article or presence is another one since: edited, removed by the source, shown again,
    /// withdrawn. In rising order.
    public var restated: [Int64]
    /// Those that the later cut does not show, in rising order, whenever that began.
    public var hidden: [Int64]

    public init(known: [ClosedRange<Int64>], moved: [Int64], restated: [Int64], hidden: [Int64]) {
        self.known = known
        self.moved = moved
        self.restated = restated
        self.hidden = hidden
    }
}

/// How many comments, articles and observations a cut covers.
public struct LedgerSize: Hashable, Sendable {
    public var comments: Int
    public var articles: Int
    public var observations: Int

    public init(comments: Int, articles: Int, observations: Int) {
        self.comments = comments
        self.articles = articles
        self.observations = observations
    }
}

/// A file about to be imported.
public struct ImportedFile: Hashable, Sendable {
    public var source: String
    /// As shown to people.
    public var name: String
    public var digest: String
    public var mapping: String
    /// The run that imports it.
    public var run: String
    /// What rows without a time of their own get; seconds since 1970, UTC. `nil` for what is no file.
    public var moment: Int64?
    /// Readings of earlier contents of the same file, whose place this one takes: what they said at a moment gives way to
    /// what this one says, and their comments that it lacks are withdrawn.
    public var replaces: [Int64]
    /// Whether comments that are in no other reading are withdrawn when their reading is replaced.
    public var withdraws: Bool

    public init(
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
public protocol ObservationSink: AnyObject {
    func append(_ row: ObservedComment) throws
    func quarantine(_ row: QuarantinedRow) throws
    /// Counts a row without text and without a comment number.
    func countEmptyText()
}

/// Parts of a comment that a scan reads.
public struct CommentFields: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `source` and `key`.
    public static let key = CommentFields(rawValue: 1)
    public static let article = CommentFields(rawValue: 2)
    public static let text = CommentFields(rawValue: 4)
    public static let createdAt = CommentFields(rawValue: 8)
    public static let votes = CommentFields(rawValue: 16)
    public static let author = CommentFields(rawValue: 32)
    /// `article`, the number. Given with any field but ``votes``; a scan for votes alone leaves the wide rows of the
    /// comments untouched and gives 0.
    public static let articleID = CommentFields(rawValue: 64)
    /// Title, outlet and address of the article.
    public static let articleFacts = CommentFields(rawValue: 128)
}

/// Which comments of a cut a scan visits.
public enum CommentSelection: Sendable {
    case all
    /// Those first seen after this ledger position.
    case addedAfter(Int64)
    /// These ids, which are then visited in the given order; unknown ones are passed over.
    case ids([Int64])
}

/// One comment of a scan. The byte buffers hold UTF-8 and are valid only during the call.
public struct CommentRow {
    public var id: Int64
    /// Id of the article in the store; 0 where only votes were asked for.
    public var article: Int64
    /// Name of the source.
    public var source = UnsafeRawBufferPointer(start: nil, count: 0)
    public var key = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Key of the article within the source.
    public var articleKey = UnsafeRawBufferPointer(start: nil, count: 0)
    public var articleTitle: UnsafeRawBufferPointer?
    public var articleOutlet: UnsafeRawBufferPointer?
    public var articleURL: UnsafeRawBufferPointer?
    public var text = UnsafeRawBufferPointer(start: nil, count: 0)
    public var createdAt: UnsafeRawBufferPointer?
    public var authorHash: UnsafeRawBufferPointer?
    public var isDeleted = false
    public var up: Int32 = 0
    public var down: Int32 = 0
    public var replies: Int32 = 0
    /// When the counts were last seen to change; seconds since 1970, UTC.
    public var observedAt: Int64 = 0

    public init(id: Int64, article: Int64) {
        self.id = id
        self.article = article
    }
}

/// An article of the ledger. The byte buffers hold UTF-8 and are valid only during the call.
public struct ArticleRow {
    /// Name of the source.
    public var source: UnsafeRawBufferPointer
    /// Key of the article within the source.
    public var key: UnsafeRawBufferPointer

    public init(source: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) {
        self.source = source
        self.key = key
    }
}

/// A comment that a split family has kept on a side.
public struct SplitKept: Hashable, Sendable {
    public var comment: Int64
    public var side: String
    /// Logical date of the run that first kept it, `YYYY-MM-DD`.
    public var date: String

    public init(comment: Int64, side: String, date: String) {
        self.comment = comment
        self.side = side
        self.date = date
    }
}

/// The label and the votes that a comment was on its side with from a day on, or that it left it.
public struct SplitLabel: Hashable, Sendable {
    public var comment: Int64
    /// Logical date of the run that saw it so, `YYYY-MM-DD`.
    public var date: String
    /// Code of the label; `nil`: from then on the comment was on no side.
    public var label: UInt8?
    public var up: Int32
    public var down: Int32

    public init(comment: Int64, date: String, label: UInt8?, up: Int32 = 0, down: Int32 = 0) {
        self.comment = comment
        self.date = date
        self.label = label
        self.up = up
        self.down = down
    }
}

/// The groups of a split family and the side each was first put on.
public struct SplitFamily: Sendable {
    public var groupBy: String
    /// Shares or cut dates in canonical JSON.
    public var rule: String
    /// By the bytes of the group's key: keys that only look the same are different groups.
    public var sides: [[UInt8]: String]

    public init(groupBy: String, rule: String, sides: [[UInt8]: String]) {
        self.groupBy = groupBy
        self.rule = rule
        self.sides = sides
    }
}
