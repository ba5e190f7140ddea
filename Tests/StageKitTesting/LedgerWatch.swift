internal import StageKit
internal import Synchronization
package import VoteModel

/// A ledger that remembers what it was asked for.
package final class LedgerWatch: LedgerReader {
    /// A reading of comments.
    package struct Scan: Sendable {
        package let fields: CommentFields
        package let selection: CommentSelection
        /// Those that were handed over.
        package let comments: Int
    }

    private let ledger: any LedgerReader
    private let noted = Mutex<[Scan]>([])

    init(_ ledger: any LedgerReader) {
        self.ledger = ledger
    }

    var scans: [Scan] { noted.withLock { $0 } }

    package func cut(of sources: [String], asOf: Int64?) throws -> LedgerCut {
        try ledger.cut(of: sources, asOf: asOf)
    }

    package func size(of cut: LedgerCut) throws -> LedgerSize { try ledger.size(of: cut) }

    package func scan(
        _ cut: LedgerCut, fields: CommentFields, selection: CommentSelection,
        _ body: (CommentRow) throws -> Void
    ) throws {
        var comments = 0
        defer {
            let scan = Scan(fields: fields, selection: selection, comments: comments)
            noted.withLock { $0.append(scan) }
        }
        try ledger.scan(cut, fields: fields, selection: selection) { comment in
            comments += 1
            try body(comment)
        }
    }

    package func changes(from earlier: LedgerCut, to cut: LedgerCut, votes: Bool) throws -> LedgerChanges? {
        try ledger.changes(from: earlier, to: cut, votes: votes)
    }

    package func readings(
        _ cut: LedgerCut, of ids: [Int64], _ body: (Int64, [VoteReading]) throws -> Void
    ) throws {
        try ledger.readings(cut, of: ids, body)
    }

    package func editions(of cut: LedgerCut) throws -> [Edition] { try ledger.editions(of: cut) }

    package func sourceRuns(of cut: LedgerCut) throws -> [SourceRun] { try ledger.sourceRuns(of: cut) }
}
