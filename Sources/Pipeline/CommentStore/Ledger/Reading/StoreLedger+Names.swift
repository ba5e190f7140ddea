internal import GRDB
internal import StoreFile

/// An article by its title and outlet.
package struct ArticleName: Hashable, Sendable {
    /// `source:key`
    package var key: String
    package var title: String?

    package init(key: String, title: String?) {
        self.key = key
        self.title = title
    }
}

extension StoreLedger {
    /// The highest comment id that these sources had at a ledger position; 0 if they had none.
    package func lastComment(position: Int64) throws -> Int64 {
        try base.reading { database in
            try Int64.fetchOne(
                database, sql: "SELECT max(last_comment) FROM imported_file WHERE position <= ?",
                arguments: [position]) ?? 0
        }
    }

    /// Comments that their source had removed by a ledger position, in rising order.
    package func removedComments(position: Int64) throws -> [Int64] {
        try base.reading { database in
            try Int64.fetchAll(
                database, sql: "SELECT id FROM comment WHERE removed_commit <= ? ORDER BY id",
                arguments: [position])
        }
    }

    /// Articles by their id in the store.
    package func articleNames(_ ids: [Int64]) throws -> [Int64: ArticleName] {
        try base.reading { database in
            let statement = try database.makeStatement(
                sql: "SELECT source || ':' || key, title FROM article WHERE id = ?")
            var names: [Int64: ArticleName] = [:]
            for id in ids {
                guard let row = try Row.fetchOne(statement, arguments: [id]) else { continue }
                names[id] = ArticleName(key: row[0], title: row[1])
            }
            return names
        }
    }

    /// Comments and their articles as `source:key`, in the order of the ids.
    package func commentNames(_ ids: [Int64]) throws -> [(key: String, article: String)] {
        try base.reading { database in
            let statement = try database.makeStatement(
                sql: """
                    SELECT comment.source || ':' || comment.key, article.source || ':' || article.key
                    FROM comment JOIN article ON article.id = comment.article WHERE comment.id = ?
                    """)
            return try ids.map { id in
                guard let row = try Row.fetchOne(statement, arguments: [id]) else {
                    throw StoreError(
                        .damaged, "\(base.path): a label set names comment \(id), which is not there")
                }
                return (row[0], row[1])
            }
        }
    }
}
