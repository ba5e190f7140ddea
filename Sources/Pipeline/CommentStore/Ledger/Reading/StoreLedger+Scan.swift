internal import GRDB
public import VoteModel

extension StoreLedger {
    public func scan(
        _ cut: LedgerCut, fields: CommentFields, selection: CommentSelection,
        _ body: (CommentRow) throws -> Void
    ) throws {
        try base.reading(isScattered: selection.isScattered) { database in
            let scope = try scope(of: cut, database)
            switch selection {
            case .all:
                try LedgerScan(scope, fields, database).run(after: 0, body)
            case .addedAfter(let position):
                let first = try CutComments.last(upTo: position, database)
                try LedgerScan(scope, fields, database).run(after: first, body)
            case .ids(let ids):
                try CommentLookup(scope, fields, database).run(ids, body)
            }
        }
    }
}

extension CommentSelection {
    /// Whether so many single rows are asked for that the store's file had better be mapped into memory.
    fileprivate var isScattered: Bool {
        if case .ids(let ids) = self { ids.count >= 64 } else { false }
    }
}
