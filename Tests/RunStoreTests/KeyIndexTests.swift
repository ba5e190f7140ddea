import Foundation
import RunStore
import Testing
import VoteModel

/// The two indexes that identify comments: numbers in their source, derived keys in their article.
struct KeyIndexTests {
    static let both = ["comment_by_key", "comment_in_article"]

    static func indexes(of store: TemporaryStore) throws -> [String] {
        try store.sql(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND name IN ('\(both[0])', '\(both[1])')"
        )
        .sorted()
    }

    private static let made = Sighting("one", up: 1, down: 1)
    private static let numbered = made.with { $0.key = "3000001" }

    static let firstFiles: [(rows: [Sighting], left: [String])] = [
        ([], both), ([made], [both[0]]), ([numbered], [both[1]]), ([made, numbered], []),
    ]

    @Test(arguments: firstFiles)
    func aFirstFilePutsOffTheIndexesThatItWouldFill(rows: [Sighting], left: [String]) throws {
        let store = try TemporaryStore()
        try store.ledger.add(rows, as: "a.tsv")
        #expect(try Self.indexes(of: store) == left)
        // A later file does not.
        try store.ledger.add([Self.made, Self.numbered], as: "b.tsv")
        #expect(try Self.indexes(of: store) == (rows.isEmpty ? [] : left))
        let cut = try store.ledger.cut(of: ["news"], asOf: nil)
        #expect(try Self.indexes(of: store) == Self.both)
        #expect(try store.ledger.rows(cut).count == 2)
        #expect(try store.sql("PRAGMA integrity_check") == ["ok"])
    }

    @Test(arguments: [[made], [numbered], [made, numbered]])
    func anErrorInTheFirstFileLeavesTheKeysUnique(rows: [Sighting]) throws {
        let store = try TemporaryStore()
        #expect(throws: MidwayError()) {
            try store.ledger.add(rows, as: "a.tsv", throwing: MidwayError())
        }
        #expect(try Self.indexes(of: store) == Self.both)
    }

    @Test(arguments: [made, numbered])
    func keysAreUniqueOnceACutWasTaken(row: Sighting) throws {
        let store = try TemporaryStore()
        try store.ledger.add([row], as: "a.tsv")
        let copy = """
            INSERT INTO comment(source, key, article, text_hash, first_seen_run, text, numbered)
            SELECT source, key, article, text_hash, first_seen_run, text, numbered FROM comment
            """
        // Before that, the import alone sees to it.
        try PlainSQLite.execute(store.store.path, "BEGIN; \(copy); ROLLBACK")
        _ = try store.ledger.cut(of: ["news"], asOf: nil)
        #expect(throws: PlainSQLite.Failure.self) { try PlainSQLite.execute(store.store.path, copy) }
    }

    /// Made keys lie anywhere among all keys, and still a night must not change the whole of an index.
    @Test func aNightOfNewCommentsChangesFewPages() throws {
        let store = try TemporaryStore()
        func rows(_ numbers: Range<Int>) -> [Sighting] {
            numbers.map { number in
                Sighting("text \(number)", up: 1, down: 2).with { $0.article = "1/\(number / 40)" }
            }
        }
        try store.ledger.add(rows(0..<20_000), as: "a.tsv")
        _ = try store.ledger.cut(of: ["news"], asOf: nil)
        #expect(try store.sql("PRAGMA wal_checkpoint(TRUNCATE)") == ["0|0|0"])
        let reopened = try RunStore.open(at: store.store.path, artifacts: store.store.artifacts)
        let figures = try reopened.ledger.add(rows(19_980..<20_400), as: "b.tsv")
        #expect(figures.newComments == 400 && figures.repeats == 20)
        let log = try FileManager.default.attributesOfItem(atPath: store.store.path + "-wal")
        let pages = try #require(log[.size] as? Int) / 16_384
        // 400 rows of comment and vote take 6; an index in the order of keys alone would have 45 to change.
        #expect((1...24).contains(pages), "\(pages) pages")
    }
}
