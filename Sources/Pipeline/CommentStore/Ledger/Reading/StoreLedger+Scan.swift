internal import GRDB
package import VoteModel

extension StoreLedger {
    package func scan(
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
    /// Whether so many single rows are read that mapping the store's file into memory pays off.
    fileprivate var isScattered: Bool {
        if case .ids(let ids) = self { ids.count >= 64 } else { false }
    }
}
