internal import GRDB
internal import StoreFile
package import VoteModel

extension StoreLedger {
    package func articles(_ ids: [Int64], _ body: (ArticleRow) throws -> Void) throws {
        try base.reading { database in
            let article = try SQLStatement("SELECT source, key FROM article WHERE id = ?1", database)
            for id in ids {
                article.bind(1, id)
                defer { article.reset() }
                guard try article.step() else { continue }
                try body(ArticleRow(source: article.bytes(0), key: article.bytes(1)))
            }
        }
    }

    package func lacksAuthors() throws -> Bool {
        try base.reading { try AuthorFlag.saysNone($0) }
    }
}
