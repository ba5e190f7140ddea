import Foundation
import RunStore
import StoreFile
import Testing
import VoteModel

/// Stores of format 3, which did not say whether a key is a number of the source's own.
struct NumberedMigrationTests {
    /// Turns a store into what format 3 was.
    private static let back = EarlierFormats.back(to: 4) + EarlierFormats.back(to: 3)

    private static let plain = Sighting("글\u{0}with\r\n bytes \u{FEFF}", up: 1, down: 0)
    private static let rows = [
        plain,
        plain.with {
            $0.text = "numbered"
            $0.key = "3000001"
        },
        plain.with {
            $0.text = "looks made"
            $0.key = "00112233445566ff"
        },
        // The same text under another article, and under this one as a number.
        plain.with { $0.article = "1/2" },
        plain.with {
            $0.article = "1/3"
            $0.key = "3000002"
        },
        plain.with {
            $0.text = ""
            $0.key = "8000000000000001"
            $0.isDeleted = true
        },
        plain.with {
            $0.text = "gone"
            $0.isDeleted = true
        },
    ]
    private static let forgotten = [
        plain.with { $0.text = "forgotten" },
        plain.with {
            $0.text = "forgotten too"
            $0.key = "3000003"
        },
        plain.with {
            $0.text = "forgotten as well"
            $0.key = "ffeeddccbbaa9988"
        },
    ]

    /// A store with comments of all kinds in two sources.
    private func filled() throws -> TemporaryStore {
        let store = try TemporaryStore()
        for source in ["news", "more"] {
            try store.ledger.add(Self.rows + Self.forgotten, as: "a.tsv", source: source)
            _ = try store.ledger.cut(of: [source], asOf: nil)
            _ = try store.ledger.forget(
                Self.forgotten.map { (source: source, key: $0.key ?? KeyKindsTests.key(of: $0)) },
                run: "run-1")
        }
        return store
    }

    private func reopen(_ store: TemporaryStore) throws -> RunStore {
        try RunStore.open(at: store.store.path, artifacts: store.store.artifacts, clock: TemporaryStore.clock)
    }

    private func schema(_ store: TemporaryStore) throws -> [String] {
        try store.sql("SELECT name, sql FROM sqlite_master ORDER BY name")
    }

    @Test func itIsFoundOutFromArticleAndText() throws {
        let (store, never) = (try filled(), try filled())
        let (schema, numbered) = (
            try schema(store), "SELECT key, numbered FROM comment WHERE text <> '' ORDER BY id"
        )
        try store.store.close()
        try PlainSQLite.execute(store.store.path, Self.back)
        #expect(throws: PlainSQLite.Failure.self) { try store.sql(numbered) }
        let migrated = try reopen(store)
        #expect(try self.schema(store) == schema)
        #expect(try store.sql(numbered) == never.sql(numbered))
        #expect(try store.sql("SELECT sum(numbered), count(*) FROM comment WHERE text <> ''") == ["6|12"])
        #expect(try store.sql("PRAGMA integrity_check") == ["ok"])
        // What makes the store a new one is in the log so far.
        #expect(try RunStore.isOlder(at: store.store.path))
        let reader = try RunStore.openForReading(at: store.store.path, artifacts: nil)
        try #require(reader).close()
        try migrated.close()
        #expect(try !RunStore.isOlder(at: store.store.path))
    }

    /// The nights after it leave what they leave in a store that never was of format 3.
    @Test func laterNightsFindTheOldComments() throws {
        let (store, never) = (try filled(), try filled())
        try store.store.close()
        try PlainSQLite.execute(store.store.path, Self.back)
        let night = (Self.rows + Self.forgotten + [Self.plain.with { $0.text = "new" }]).map {
            $0.with {
                $0.moment = 5_000
                $0.up += 3
            }
        }
        for open in [try reopen(store), try reopen(never)] {
            for source in ["news", "more"] {
                let figures = try open.ledger.add(night, as: "b.tsv", source: source)
                #expect(figures.newComments == 1)
                _ = try open.ledger.cut(of: [source], asOf: nil)
            }
        }
        let columns = "id, source, key, article, parent, text_hash, created_at, removed_commit, hex(text)"
        for (table, columns) in [
            ("comment", columns), ("vote", "*"), ("sighting", "*"),
            ("imported_file", "position, source, name, digest, rows, source_comments, hex(ledger_sum)"),
        ] {
            let sql = "SELECT \(columns) FROM \(table) ORDER BY 1, 2"
            #expect(try store.sql(sql) == never.sql(sql), "\(table)")
        }
    }

    @Test func aMigrationThatFailsLeavesTheStoreAsItWas() throws {
        let store = try filled()
        try store.store.close()
        try PlainSQLite.execute(store.store.path, Self.back)
        // What no import produces: one derived key under two sources in one article.
        try PlainSQLite.execute(
            store.store.path,
            """
            INSERT INTO comment(source, key, article, text_hash, first_seen_run, text)
            SELECT 'none', key, article, text_hash, first_seen_run, text FROM comment WHERE id = 1
            """)
        let (schema, rows) = (try schema(store), try store.sql("SELECT * FROM comment ORDER BY id"))
        #expect(throws: StoreError.self) { try reopen(store) }
        #expect(try self.schema(store) == schema)
        #expect(try store.sql("SELECT * FROM comment ORDER BY id") == rows)
        #expect(try store.sql("PRAGMA user_version") == ["3"])
        #expect(try store.sql("PRAGMA integrity_check") == ["ok"])
        try PlainSQLite.execute(store.store.path, "DELETE FROM comment WHERE source = 'none'")
        try reopen(store).close()
        #expect(try KeyIndexTests.indexes(of: store) == KeyIndexTests.both)
    }
}
