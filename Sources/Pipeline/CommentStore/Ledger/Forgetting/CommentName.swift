internal import GRDB
internal import StoreFile
internal import TextBasics

/// A comment as people name it: by its key, without its article.
struct CommentName {
    /// `nil` where it may be any.
    var source: String?
    var key: String

    /// Finds the comments of many names.
    ///
    /// - Returns: for each name the ids of its comments, ascending; no more than one where the name has a source.
    /// - Complexity: that of an index for numbers. The index of made keys goes by article, so there is one pass over it
    ///   if any name may be such a key, however many may: a tenth of a second in a store of 634,031 comments.
    static func find(_ names: [CommentName], _ database: Database) throws -> [[Int64]] {
        var found = try names.map { try $0.numbered(database) }
        var made: [UInt64: [Int]] = [:]
        for (index, name) in names.enumerated() {
            if let value = Array(name.key.utf8).withUnsafeBytes(Hexadecimal.word) {
                made[value, default: []].append(index)
            }
        }
        if made.isEmpty { return found }
        let source = try SQLStatement("SELECT source FROM comment WHERE id = ?1", database)
        let sql = "SELECT key, id FROM comment WHERE NOT numbered"
        // One key is compared by SQLite itself, in a quarter of the time.
        let all = try SQLStatement(made.count == 1 ? sql + " AND key = ?1" : sql, database)
        let only = PinnedText(made.count == 1 ? names[made.first?.value.first ?? 0].key : "")
        if made.count == 1 { all.bind(1, text: only.bytes) }
        defer { withExtendedLifetime(only) {} }
        while try all.step() {
            guard let value = Hexadecimal.word(all.bytes(0)), let indexes = made[value] else {
                continue
            }
            source.bind(1, all.int64(1))
            defer { source.reset() }
            guard try source.step() else { continue }
            for index in indexes where names[index].mayBe(of: source.bytes(0)) {
                found[index].append(all.int64(1))
            }
        }
        return found.map { $0.sorted() }
    }

    private func numbered(_ database: Database) throws -> [Int64] {
        let sql = "SELECT id FROM comment WHERE key = ?1 AND numbered"
        let statement = try SQLStatement(source == nil ? sql : sql + " AND source = ?2", database)
        let texts = [key, source].compactMap { $0.map { PinnedText($0) } }
        for (index, text) in zip(Int32(1)..., texts) { statement.bind(index, text: text.bytes) }
        var ids: [Int64] = []
        while try statement.step() { ids.append(statement.int64(0)) }
        withExtendedLifetime(texts) {}
        return ids
    }

    private func mayBe(of source: UnsafeRawBufferPointer) -> Bool {
        self.source?.utf8.elementsEqual(source) ?? true
    }
}
