import Foundation
import RunStore
import Testing

struct SchemaTests {
    private static let golden = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("schemas/store.sql")

    /// The tables, indexes and views of a new store as `.schema` shows them.
    private func schema(of path: String) throws -> String {
        let statements = try PlainSQLite.rows(
            path,
            """
            SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
            ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, name
            """)
        let header = """
            -- The store's schema, written by a test from a new store. Format version: \
            \(try PlainSQLite.rows(path, "PRAGMA user_version")[0]).
            PRAGMA application_id = \(try PlainSQLite.rows(path, "PRAGMA application_id")[0]); -- "SpVt"

            """
        return ([header] + statements.map { $0 + ";" }).joined(separator: "\n") + "\n"
    }

    @Test func theSchemaFileIsWhatANewStoreHas() throws {
        let store = try TemporaryStore()
        let now = try schema(of: store.store.path)
        if ProcessInfo.processInfo.environment["SPLITVOTE_RECORD"] == "1" {
            try FileManager.default.createDirectory(
                at: Self.golden.deletingLastPathComponent(), withIntermediateDirectories: true)
            try now.write(to: Self.golden, atomically: true, encoding: .utf8)
            Issue.record("schemas/store.sql was written; run again without SPLITVOTE_RECORD")
        }
        let kept = try String(contentsOf: Self.golden, encoding: .utf8)
        #expect(now == kept, "SPLITVOTE_RECORD=1 swift test rewrites schemas/store.sql")
    }

    /// Stores as each version made them, with one run in them, are brought up to date by opening them.
    @Test func everyVersionFromTheFirstOnIsBroughtUpToDate() throws {
        let current = try TemporaryStore()
        try current.begin(run: "20251121-071644-0001")
        let version = try #require(Int(try current.sql("PRAGMA user_version")[0]))
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Golden")
        if ProcessInfo.processInfo.environment["SPLITVOTE_RECORD"] == "1" {
            try FileManager.default.createDirectory(at: golden, withIntermediateDirectories: true)
            try dump(current).write(
                to: golden.appendingPathComponent("store-\(version).sql"), atomically: true, encoding: .utf8)
            Issue.record("Golden/store-\(version).sql was written; run again without SPLITVOTE_RECORD")
        }
        for number in 1...version {
            let folder = try TemporaryFolder()
            let path = folder.file("state.sqlite")
            let script = try String(
                contentsOf: golden.appendingPathComponent("store-\(number).sql"), encoding: .utf8)
            try PlainSQLite.execute(path, script)
            let store = try RunStore.open(at: path, artifacts: folder.path)
            #expect(try schema(of: path) == schema(of: current.store.path), "from version \(number)")
            #expect(try store.runs().map(\.run.id) == ["20251121-071644-0001"])
            #expect(try PlainSQLite.rows(path, "PRAGMA integrity_check") == ["ok"])
            try store.close()
        }
    }

    /// Statements that make such a store.
    private func dump(_ store: TemporaryStore) throws -> String {
        let run = try store.sql("SELECT quote(id), quote(pipeline), quote(started_at) FROM run")[0]
            .split(separator: "|").joined(separator: ", ")
        let steps = try store.sql("SELECT quote(identifier) FROM grdb_migrations ORDER BY rowid")
        return try schema(of: store.store.path)
            + "PRAGMA user_version = \(store.sql("PRAGMA user_version")[0]);\n"
            + steps.map { "INSERT INTO grdb_migrations VALUES (\($0));\n" }.joined() + """
                INSERT INTO run(id, pipeline, started_at, file, date, overrides, host, pid, outcome)
                VALUES (\(run), 'news.yaml', '2025-11-21', '{}', 'here', 1, 'running');

                """
    }

    @Test func aStoreOfAnEarlierVersionIsNotReadBeforeARunHasUpdatedIt() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.sqlite")
        try RunStore.open(at: path, artifacts: folder.path).close()
        try PlainSQLite.execute(path, "PRAGMA user_version = 0")
        #expect {
            try RunStore.openForReading(at: path, artifacts: folder.path)
        } throws: { error in
            "\(error)".contains("is a store of version 0")
                && "\(error)".contains("the next run brings it up to date")
        }
    }
}
