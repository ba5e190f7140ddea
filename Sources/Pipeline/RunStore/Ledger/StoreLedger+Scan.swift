internal import GRDB
public import VoteModel

extension StoreLedger {
    public func scan(
        _ cut: LedgerCut, fields: CommentFields, selection: CommentSelection,
        _ body: (CommentRow) throws -> Void
    ) throws {
        try mappingErrors {
            try pool.unsafeReentrantRead { database in
                // One transaction for all of it: one snapshot, and the log's lock is taken once, not for each id.
                let isOutermost = !database.isInsideTransaction
                let isMapped = isOutermost && selection.isScattered
                if isMapped { try database.execute(sql: "PRAGMA mmap_size = \(RunStore.mappedBytes)") }
                defer { if isMapped { try? database.execute(sql: "PRAGMA mmap_size = 0") } }
                if isOutermost { try database.execute(sql: "BEGIN DEFERRED TRANSACTION") }
                defer { if isOutermost { try? database.execute(sql: "COMMIT") } }
                let scope = try ScanScope(cut, database)
                switch selection {
                case .all:
                    try LedgerScan(scope, fields, database).run(after: 0, body)
                case .addedAfter(let position):
                    let first = try ScanScope.lastComment(upTo: position, database)
                    try LedgerScan(scope, fields, database).run(after: first, body)
                case .ids(let ids):
                    try CommentLookup(scope, fields, database).run(ids, body)
                }
            }
        }
    }
}

extension CommentSelection {
    /// Whether so many single rows are asked for that it is worth it to map the store's file into memory: of a page,
    /// only the part with the row is touched then, and nothing is copied.
    fileprivate var isScattered: Bool {
        if case .ids(let ids) = self { ids.count >= 64 } else { false }
    }
}

/// What a cut lets its readers see.
struct ScanScope {
    let cut: LedgerCut
    /// Comments up to this id existed at the cut.
    let lastComment: Int64
    let asOf: Int64
    /// Names of the cut's sources.
    let sources: [StableText]
    /// Runs of ids that came with one source, ascending; the index into `sources`, or `nil` for a source outside.
    private let ranges: [(last: Int64, source: Int?)]
    /// Comments that were removed by the time of the cut.
    let removed: Set<Int64>
    /// Comments that nobody is shown any more, whatever the cut.
    let forgotten: Set<Int64>
    /// Comments that the cut does not show though it covers them: forgotten, or in no reading that counts then.
    let hidden: Set<Int64>
    /// What comments said at the cut, where that is not what they say now.
    let versions: ShownVersions

    init(_ cut: LedgerCut, _ database: Database) throws {
        self.cut = cut
        lastComment = try Self.lastComment(upTo: cut.position, database)
        asOf = cut.asOf ?? .max
        sources = cut.sources.map { StableText($0) }
        var ranges: [(last: Int64, source: Int?)] = []
        let commits = try Row.fetchCursor(
            database,
            sql: "SELECT source, last_comment FROM imported_file WHERE position <= ? ORDER BY position",
            arguments: [cut.position])
        while let commit = try commits.next() {
            let name: String = commit[0]
            let source = cut.sources.firstIndex { $0.utf8.elementsEqual(name.utf8) }
            if let last = ranges.last, last.source == source {
                ranges[ranges.count - 1].last = commit[1]
            } else {
                ranges.append((commit[1], source))
            }
        }
        self.ranges = ranges
        forgotten = try StoreLedger.forgottenComments(database)
        let absent = try AbsentComments(upTo: cut.position, asOf: asOf, database)
        removed = absent.removed
        hidden = absent.hidden.union(forgotten)
        versions = try ShownVersions(upTo: cut.position, asOf: asOf, database)
    }

    static func lastComment(upTo position: Int64, _ database: Database) throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: "SELECT last_comment FROM imported_file WHERE position <= ? ORDER BY position DESC LIMIT 1",
            arguments: [position]) ?? 0
    }

    /// The source of a comment; `nil` where the cut does not cover it.
    func source(of comment: Int64) -> Int? {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].last < comment { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count ? ranges[low].source : nil
    }

    /// Ids of the comments that the cut's sources had at its position.
    var covered: [ClosedRange<Int64>] {
        var covered: [ClosedRange<Int64>] = []
        var first: Int64 = 1
        for range in ranges {
            defer { first = max(first, range.last + 1) }
            guard range.source != nil, range.last >= first else { continue }
            if let last = covered.last, last.upperBound + 1 == first {
                covered[covered.count - 1] = last.lowerBound...range.last
            } else {
                covered.append(first...range.last)
            }
        }
        return covered
    }

    /// Runs of ids with the same source, for scans in the order of ids.
    func sourceRanges(after first: Int64) -> [(last: Int64, source: Int?)] {
        ranges.filter { $0.last > first }
    }
}

/// Which columns of `comment` a scan reads, and where they stand.
struct CommentColumns {
    let fields: CommentFields
    let sql: String
    private let keyColumn: Int32?
    private let articleKeyColumn: Int32?
    private let createdColumn: Int32?
    private let authorColumn: Int32?
    private let textColumn: Int32?
    /// The first of title, outlet and address.
    private let articleColumn: Int32?

    init(_ fields: CommentFields) {
        self.fields = fields
        var names = ["comment.id", "comment.article"]
        func add(_ field: CommentFields, _ name: String) -> Int32? {
            if !fields.contains(field) { return nil }
            names.append(name)
            return Int32(names.count - 1)
        }
        keyColumn = add(.key, "comment.key")
        createdColumn = add(.createdAt, "comment.created_at")
        authorColumn = add(.author, "comment.author_hash")
        articleKeyColumn = add(.article, "article.key")
        articleColumn = add(.articleFacts, "article.title")
        if articleColumn != nil { names += ["article.outlet", "article.url"] }
        textColumn = add(.text, "comment.text")
        let join =
            articleKeyColumn == nil && articleColumn == nil
            ? "" : " CROSS JOIN article ON article.id = comment.article"
        sql = "SELECT \(names.joined(separator: ", ")) FROM comment\(join)"
    }

    @inline(__always)
    func row(_ statement: Statement, source: StableText) -> CommentRow {
        var row = CommentRow(id: statement.int64(0), article: statement.int64(1))
        if let keyColumn {
            row.key = statement.bytes(keyColumn)
            row.source = source.bytes
        }
        if let articleKeyColumn { row.articleKey = statement.bytes(articleKeyColumn) }
        if let createdColumn, !statement.isNull(createdColumn) {
            row.createdAt = statement.bytes(createdColumn)
        }
        if let authorColumn, !statement.isNull(authorColumn) {
            row.authorHash = statement.bytes(authorColumn)
        }
        if let textColumn { row.text = statement.bytes(textColumn) }
        if let articleColumn {
            row.articleTitle = optional(statement, articleColumn)
            row.articleOutlet = optional(statement, articleColumn + 1)
            row.articleURL = optional(statement, articleColumn + 2)
        }
        return row
    }

    private func optional(_ statement: Statement, _ column: Int32) -> UnsafeRawBufferPointer? {
        statement.isNull(column) ? nil : statement.bytes(column)
    }
}
