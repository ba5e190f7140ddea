import RunStore
import StageKit
import StoreFile
import Testing

/// Tables that a kind has for itself.
struct KindTablesTests {
    /// Notes about comments, one a row.
    private struct Notes: StoreChange {
        let comments: [Int64]

        static let tables = StoreTables(
            "notes",
            steps: [
                "CREATE TABLE \"a note\" (about INTEGER REFERENCES comment(id), words TEXT NOT NULL) STRICT"
            ])

        func apply(to store: any StoreWriter) throws {
            let rows = try store.inserts(into: "\"a note\"(about, words)", columns: 2, or: "FAIL")
            rows.share { statement, start in statement.bind(start + 2, text: "긴 말") }
            try rows.insert(rows: comments.count) { statement, start, index in
                statement.bind(start + 1, comments[index])
            }
        }
    }

    private let folder: TemporaryFolder
    private let store: RunStore

    init() throws {
        folder = try TemporaryFolder()
        store = try RunStore.open(
            at: folder.file("state.sqlite"), artifacts: folder.file("artifacts"),
            clock: TemporaryStore.clock, tables: [Notes.tables, Notes.tables])
    }

    private func sql(_ statement: String) throws -> [String] { try PlainSQLite.rows(store.path, statement) }

    @Test func rowsAboutAForgottenCommentGoAndTheOthersStay() throws {
        let rows = (1...200).map { Sighting("comment \($0)", up: 1, down: Int32($0)) }
        try store.ledger.add(rows, as: "a.tsv")
        try store.apply(Notes(comments: (1...200).map { Int64($0) } + [7]), pipeline: "news", run: "r1")
        #expect(try sql("SELECT count(*), count(DISTINCT about) FROM \"a note\"") == ["201|200"])
        let key = try sql("SELECT key FROM comment WHERE id = 7")[0]
        let figures = try store.ledger.forget([(source: "news", key: key)], run: "r2")
        #expect(figures.comments == [7])
        #expect(try sql("SELECT count(*) FROM \"a note\" WHERE about = 7") == ["0"])
        #expect(try sql("SELECT count(*), min(words) FROM \"a note\"") == ["199|긴 말"])
        #expect(try sql("SELECT count(*) FROM vote WHERE comment = 7") == ["0"])
        #expect(try sql("PRAGMA integrity_check") == ["ok"])
    }

    @Test func aStepThatFailsLeavesTheStoreAsItWas() throws {
        try store.close()
        let before = try sql("SELECT name FROM sqlite_master ORDER BY name")
        let broken = StoreTables(
            "broken", steps: ["CREATE TABLE half (a INTEGER); CREATE TABLE half (b INTEGER)"])
        #expect(throws: StoreError.self) {
            try RunStore.open(at: store.path, artifacts: store.artifacts, tables: [broken])
        }
        #expect(try sql("SELECT name FROM sqlite_master ORDER BY name") == before)
    }
}
