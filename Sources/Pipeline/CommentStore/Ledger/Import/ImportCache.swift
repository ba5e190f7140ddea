internal import GRDB
internal import StoreFile
internal import VoteModel

/// What imports of one process remember of a source, so that they need not ask the store for every row.
///
/// Belongs to the connection that writes, and is used only while that connection is held. Thrown away when a
/// transaction is rolled back.
final class ImportCache {
    let source: String
    private let sourceText: PinnedText
    /// Articles of the source.
    private(set) var articleCount: Int
    /// The keys of the source: all of them, or those that imports have met so far, while it is not worth loading all.
    private(set) var keys = KeyTable()
    private var holdsAllKeys = false
    /// `nil` where all keys were loaded at once.
    private var lookup: BatchedKeyLookup?
    /// Articles that were asked for; 0 for those that the store does not have.
    private var articles: [[UInt8]: Int64] = [:]
    /// Highest id of an article from before the imports of which this memory knows all comments.
    private let lastKnownArticle: Int64
    /// Whether comments of the source have keys made of article and text; `nil` before it was asked.
    private var hasDerivedKeys: Bool?
    private var lastArticle: [UInt8] = []
    private var lastArticleID: Int64?
    /// Questions that the index answered so far.
    private var questions = 0
    private let knownComments: Int
    private let hasIndexes: Bool
    /// Comments that were removed or withdrawn at some time.
    var onceAbsent: Set<Int64>
    /// Comments with several versions.
    var versioned: Set<Int64>
    private let byKey: SQLStatement
    private let keyOf: SQLStatement
    private let articleByKey: SQLStatement
    private let insertArticle: SQLStatement
    private let renewArticle: SQLStatement

    /// Once more than this part of all keys has been asked for one by one, loading them all is quicker.
    private static let worthLoading = 8

    init(
        source: String, knownComments: Int, knownArticles: Int, hasIndexes: Bool, database: Database
    ) throws {
        self.source = source
        sourceText = PinnedText(source)
        articleCount = knownArticles
        self.knownComments = knownComments
        self.hasIndexes = hasIndexes
        byKey = try SQLStatement(
            "SELECT id FROM comment WHERE source = ?1 AND key = ?2 AND numbered", database)
        keyOf = try SQLStatement("SELECT key FROM comment WHERE id = ?1", database)
        articleByKey = try SQLStatement("SELECT id FROM article WHERE source = ?1 AND key = ?2", database)
        // Without RETURNING, which would have SQLite keep what it takes to undo each statement, in a file.
        insertArticle = try SQLStatement(
            "INSERT INTO article(source, key, title, outlet, url) VALUES (?1, ?2, ?3, ?4, ?5)", database)
        renewArticle = try SQLStatement(
            """
            UPDATE article SET title = coalesce(?2, title), outlet = coalesce(?3, outlet), url = coalesce(?4, url)
            WHERE id = ?1 AND (title, outlet, url) IS NOT (
                coalesce(?2, title), coalesce(?3, outlet), coalesce(?4, url))
            """, database)
        onceAbsent = try Self.ids(
            """
            SELECT id FROM comment WHERE removed_commit IS NOT NULL
            UNION ALL SELECT id FROM comment WHERE hidden UNION ALL SELECT comment FROM presence
            """, database)
        versioned = try Self.ids("SELECT comment FROM comment_version", database)
        lastKnownArticle = try Int64.fetchOne(database, sql: "SELECT max(id) FROM article") ?? 0
        if knownComments == 0 || !hasIndexes {
            try loadKeys(database)
        } else {
            lookup = try BatchedKeyLookup(source: sourceText, database: database)
        }
    }

    private static func ids(_ question: String, _ database: Database) throws -> Set<Int64> {
        let rows = try SQLStatement(question, database)
        var ids: Set<Int64> = []
        while try rows.step() { ids.insert(rows.int64(0)) }
        return ids
    }

    /// Makes sure that ``keys`` tells of each row of a batch whether its comment is known. All comments so far are in
    /// the store by then.
    func meet(_ batch: RowBatch, _ database: Database) throws {
        if !holdsAllKeys {
            questions += batch.rows.count
            // Where so many were asked for, having all is quicker. A number that looks like a made key may be that of
            // a comment of any article.
            if try questions * Self.worthLoading >= knownComments || mayMeetDerivedKeys(batch, database) {
                try loadKeys(database)
            }
        }
        if holdsAllKeys { return keys.touch(batch.rows.lazy.map(\.keyNumber)) }
        try lookup?.ask(batch, unknownTo: keys, article: knownArticle) { number, id in
            if keys[number] == nil { try keys.add(number, id: id) }
        }
    }

    /// Whether a number in the batch may be a made key of the source.
    private func mayMeetDerivedKeys(_ batch: RowBatch, _ database: Database) throws -> Bool {
        guard batch.rows.contains(where: { $0.hasNumber && $0.keyIsExact }) else { return false }
        if let hasDerivedKeys { return hasDerivedKeys }
        let some = try SQLStatement(
            """
            SELECT 1 FROM article CROSS JOIN comment ON comment.article = article.id AND NOT comment.numbered
            WHERE article.source = ?1 LIMIT 1
            """, database)
        some.bind(1, text: sourceText.bytes)
        let found = try some.step()
        hasDerivedKeys = found
        return found
    }

    /// An article that may have comments which this memory does not hold.
    private func knownArticle(_ key: UnsafeRawBufferPointer) throws -> Int64? {
        guard let id = try findArticle(key), id <= lastKnownArticle else { return nil }
        return id
    }

    func remember(number: UInt64, id: Int64) throws {
        try keys.add(number, id: id)
    }

    /// The article's id; the article is added where it is new.
    func article(_ key: UnsafeRawBufferPointer, _ facts: ArticleColumns) throws -> Int64 {
        if let known = try findArticle(key) { return known }
        let id = try addArticle(key, facts.title, facts.outlet, facts.url)
        keep(id, of: Array(key))
        return id
    }

    /// Gives an article what is known of it now.
    /// - Returns: whether that is something else than before.
    func renew(article: Int64, _ facts: ArticleColumns) throws -> Bool {
        renewArticle.bind(1, article)
        for (index, text) in zip(Int32(2)..., [facts.title, facts.outlet, facts.url]) {
            if let text { renewArticle.bind(index, text: text) } else { renewArticle.bindNull(index) }
        }
        try renewArticle.run()
        return renewArticle.changes > 0
    }

    /// The article's id; `nil` where it is new.
    func findArticle(_ key: UnsafeRawBufferPointer) throws -> Int64? {
        if let lastArticleID, lastArticle.withUnsafeBytes({ same($0, key) }) {
            return lastArticleID == 0 ? nil : lastArticleID
        }
        let bytes = Array(key)
        let id = try articles[bytes] ?? askArticle(key) ?? 0
        keep(id, of: bytes)
        return id == 0 ? nil : id
    }

    private func keep(_ article: Int64, of key: [UInt8]) {
        articles[key] = article
        lastArticle = key
        lastArticleID = article
    }

    private func askArticle(_ key: UnsafeRawBufferPointer) throws -> Int64? {
        defer { articleByKey.reset() }
        articleByKey.bind(1, text: sourceText.bytes)
        articleByKey.bind(2, text: key)
        return try articleByKey.step() ? articleByKey.int64(0) : nil
    }

    private func addArticle(
        _ key: UnsafeRawBufferPointer, _ title: UnsafeRawBufferPointer?, _ outlet: UnsafeRawBufferPointer?,
        _ url: UnsafeRawBufferPointer?
    ) throws -> Int64 {
        insertArticle.bind(1, text: sourceText.bytes)
        insertArticle.bind(2, text: key)
        for (index, text) in zip(Int32(3)..., [title, outlet, url]) {
            if let text { insertArticle.bind(index, text: text) } else { insertArticle.bindNull(index) }
        }
        try insertArticle.run()
        articleCount += 1
        return insertArticle.lastInsertedID
    }

    /// The comment of that key, from the store; `nil` when it is new.
    func ask(_ key: UnsafeRawBufferPointer) throws -> Int64? {
        defer { byKey.reset() }
        byKey.bind(1, text: sourceText.bytes)
        byKey.bind(2, text: key)
        return try byKey.step() ? byKey.int64(0) : nil
    }

    /// Whether a comment of the store has that key.
    func isKey(_ key: UnsafeRawBufferPointer, of id: Int64) throws -> Bool {
        defer { keyOf.reset() }
        keyOf.bind(1, id)
        return try keyOf.step() && same(keyOf.bytes(0), key)
    }

    private func loadKeys(_ database: Database) throws {
        let loaded = KeyTable(capacity: knownComments)
        for question in questionsForAllKeys {
            let all = try SQLStatement(question, database)
            all.bind(1, text: sourceText.bytes)
            while try all.step() {
                try loaded.add(CommentKeyHash.number(of: all.bytes(0)).value, id: all.int64(1))
            }
        }
        keys = loaded
        holdsAllKeys = true
    }

    /// The indexes hold all that is asked for, in a fifth of the pages of the table.
    private var questionsForAllKeys: [String] {
        if !hasIndexes { return ["SELECT key, id FROM comment WHERE source = ?1"] }
        return [
            "SELECT key, id FROM comment WHERE source = ?1 AND numbered",
            """
            SELECT comment.key, comment.id
            FROM article CROSS JOIN comment ON comment.article = article.id AND NOT comment.numbered
            WHERE article.source = ?1
            """,
        ]
    }
}

/// What a row says of its article beside the key.
struct ArticleColumns {
    var title: UnsafeRawBufferPointer?
    var outlet: UnsafeRawBufferPointer?
    var url: UnsafeRawBufferPointer?
}
