internal import GRDB
internal import StoreFile
internal import VoteModel

/// Walks through comments and votes side by side, both in the order of comment ids; through votes alone where nothing
/// else was asked for.
struct LedgerScan {
    private let scope: ScanScope
    private let columns: CommentColumns
    /// `nil` where votes say enough.
    private let comments: SQLStatement?
    private let votes: SQLStatement

    init(_ scope: ScanScope, _ fields: CommentFields, _ database: Database) throws {
        self.scope = scope
        columns = CommentColumns(fields)
        comments =
            fields.isSubset(of: .votes)
            ? nil
            : try SQLStatement(
                columns.sql + " WHERE comment.id > ?1 AND comment.id <= ?2 ORDER BY comment.id", database)
        votes = try SQLStatement(
            """
            SELECT comment, ledger_commit, observed_at, up, down, replies FROM vote
            WHERE comment > ?1 AND comment <= ?2 ORDER BY comment, observed_at, ledger_commit
            """, database)
    }

    func run(after first: Int64, _ body: (CommentRow) throws -> Void) throws {
        votes.bind(1, first)
        votes.bind(2, scope.lastComment)
        let hasRemoved = !scope.removed.isEmpty
        let hasHidden = !scope.hidden.isEmpty
        var ranges = scope.sourceRanges(after: first)[...]
        var hasVote = try votes.step()
        comments?.bind(1, first)
        comments?.bind(2, scope.lastComment)
        while let id = try nextComment(hasVote) {
            while hasVote, votes.int64(0) < id { hasVote = try votes.step() }
            while let range = ranges.first, range.last < id { ranges.removeFirst() }
            let source = ranges.first?.source
            var row = row(id, source: source.map { scope.sources[$0] })
            let isSeen = try readVotes(into: &row, &hasVote)
            // Of another source, or not seen by then: as of that date, the comment did not exist.
            if source == nil || !isSeen || hasHidden && scope.hidden.contains(id) { continue }
            if scope.versions.mayDiffer(id), comments != nil {
                try scope.versions.show(
                    in: &row, columns.fields,
                    body: { row in
                        if hasRemoved { row.isDeleted = scope.removed.contains(id) }
                        try body(row)
                    })
                continue
            }
            if hasRemoved { row.isDeleted = scope.removed.contains(id) }
            try body(row)
        }
    }

    @inline(__always)
    private func nextComment(_ hasVote: Bool) throws -> Int64? {
        guard let comments else { return hasVote ? votes.int64(0) : nil }
        return try comments.step() ? comments.int64(0) : nil
    }

    @inline(__always)
    private func row(_ id: Int64, source: PinnedText?) -> CommentRow {
        guard let comments, let source else { return CommentRow(id: id, article: 0) }
        return columns.row(comments, source: source)
    }

    /// Passes over the comment's votes and keeps the last that the cut shows.
    /// - Returns: whether there is one.
    @inline(__always)
    private func readVotes(into row: inout CommentRow, _ hasVote: inout Bool) throws -> Bool {
        var isSeen = false
        while hasVote, votes.int64(0) == row.id {
            if votes.int64(1) <= scope.cut.position, votes.int64(2) <= scope.asOf {
                row.observedAt = votes.int64(2)
                row.up = votes.int32(3)
                row.down = votes.int32(4)
                row.replies = votes.int32(5)
                isSeen = true
            }
            hasVote = try votes.step()
        }
        return isSeen
    }
}

/// Reads single comments in an order of the caller's.
struct CommentLookup {
    private let scope: ScanScope
    private let columns: CommentColumns
    /// `nil` where nothing was asked for but which of the comments there are.
    private let comment: SQLStatement?
    /// `nil` where votes were not asked for and every comment of the cut's position has been seen by its moment.
    private let vote: SQLStatement?

    init(_ scope: ScanScope, _ fields: CommentFields, _ database: Database) throws {
        self.scope = scope
        columns = CommentColumns(fields)
        comment =
            fields.isEmpty ? nil : try SQLStatement(columns.sql + " WHERE comment.id = ?1", database)
        if !fields.contains(.votes), scope.cut.asOf == nil {
            vote = nil
            return
        }
        let vote = try SQLStatement(
            """
            SELECT observed_at, up, down, replies FROM vote
            WHERE comment = ?1 AND ledger_commit <= ?2 AND observed_at <= ?3
            ORDER BY observed_at DESC, ledger_commit DESC LIMIT 1
            """, database)
        vote.bind(2, scope.cut.position)
        vote.bind(3, scope.asOf)
        self.vote = vote
    }

    func run(_ ids: [Int64], _ body: (CommentRow) throws -> Void) throws {
        for id in ids where id <= scope.lastComment {
            guard let source = scope.source(of: id), !scope.hidden.contains(id) else { continue }
            try visit(id, scope.sources[source], body)
        }
    }

    private func visit(_ id: Int64, _ source: PinnedText, _ body: (CommentRow) throws -> Void) throws {
        comment?.bind(1, id)
        defer { comment?.reset() }
        var row = CommentRow(id: id, article: 0)
        if let comment {
            guard try comment.step() else { return }
            row = columns.row(comment, source: source)
        }
        if let vote {
            vote.bind(1, id)
            defer { vote.reset() }
            guard try vote.step() else { return }
            row.observedAt = vote.int64(0)
            row.up = vote.int32(1)
            row.down = vote.int32(2)
            row.replies = vote.int32(3)
        }
        row.isDeleted = scope.removed.contains(id)
        if comment != nil, scope.versions.mayDiffer(id) {
            try scope.versions.show(in: &row, columns.fields, body: { try body($0) })
        } else {
            try body(row)
        }
    }
}
