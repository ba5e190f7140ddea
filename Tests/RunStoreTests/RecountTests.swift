import RunStore
import Testing
import VoteModel

struct RecountTests {
    /// What a pass over all votes says of the comments that a commit counted again.
    private static let pass = """
        SELECT DISTINCT ledger_commit, comment FROM vote
        WHERE EXISTS (
            SELECT 1 FROM imported_file
            WHERE position < vote.ledger_commit AND last_comment >= vote.comment)
        ORDER BY ledger_commit, comment
        """
    private static let kept = "SELECT ledger_commit, comment FROM recount ORDER BY ledger_commit, comment"

    private func store(seed: UInt64) throws -> TemporaryStore {
        let store = try TemporaryStore()
        var random = SplitMix64(state: seed)
        for file in 0..<5 {
            let rows = (0..<15).map { _ in
                Sighting(
                    "text \(Int.random(in: 0..<25, using: &random))", up: .random(in: 0..<4, using: &random),
                    down: 1, at: .random(in: 0..<6, using: &random) * 100)
            }
            try store.ledger.add(rows, as: "\(file)", source: file == 2 ? "other" : "news")
        }
        return store
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func recountsAreWhatAPassOverAllVotesFinds(seed: UInt64) throws {
        let store = try store(seed: seed)
        let kept = try store.sql(Self.kept)
        #expect(kept == (try store.sql(Self.pass)), "seed \(seed)")
        #expect(!kept.isEmpty)
    }

    @Test(arguments: 0..<5 as Range<UInt64>)
    func aStoreOfTheFirstVersionIsGivenItsRecounts(seed: UInt64) throws {
        let store = try store(seed: seed)
        let kept = try store.sql(Self.kept)
        try store.store.close()
        try PlainSQLite.execute(
            store.store.path,
            """
            DROP TABLE recount;
            DROP TABLE tombstone;
            DROP TABLE setting;
            ALTER TABLE artifact DROP COLUMN collected_at;
            DELETE FROM grdb_migrations WHERE identifier LIKE '2 %';
            PRAGMA user_version = 1;
            """)
        try RunStore.open(at: store.store.path, artifacts: store.store.artifacts).close()
        #expect(try store.sql(Self.kept) == kept, "seed \(seed)")
    }

    /// Once a few keys are asked for one by one, once all are held in memory, once a file brings more than a batch.
    @Test(arguments: 0..<6 as Range<UInt64>)
    func howKeysAreLookedUpChangesNothing(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        func look(_ number: Int, at moment: Int64) -> Sighting {
            Sighting("text \(number)", up: .random(in: 0..<9, using: &random), down: 1, at: moment).with {
                $0.article = "article \(number % 90)"
                if number % 3 == 0 { $0.key = "\(number)" }
                if number % 7 == 0 { $0.createdAt = "2025-10-01" }
                $0.isDeleted = number % 50 == 1
            }
        }
        let first = (0..<1_500).map { look($0 % 1_400, at: 100) }
        let second = (0..<60).map { _ in
            look(.random(in: 1_370..<1_470, using: &random), at: .random(in: 1..<4, using: &random) * 100)
        }
        let held = try TemporaryStore()
        try held.ledger.add(first, as: "a")
        try held.ledger.add(second, as: "b")
        _ = try held.ledger.cut(of: ["news"], asOf: nil)
        let asked = try TemporaryStore()
        try asked.ledger.add(first, as: "a")
        _ = try asked.ledger.cut(of: ["news"], asOf: nil)
        let reopened = try RunStore.open(
            at: asked.store.path, artifacts: asked.store.artifacts, clock: TemporaryStore.clock)
        try reopened.ledger.add(second, as: "b")
        for table in ["comment", "vote", "sighting", "article", "recount", "imported_file"] {
            let rows = try held.sql("SELECT * FROM \(table) ORDER BY 1, 2")
            #expect(
                rows == (try asked.sql("SELECT * FROM \(table) ORDER BY 1, 2")), "\(table), seed \(seed)")
        }
        #expect(
            try held.sql("SELECT count(*) > 1400, count(DISTINCT key) = count(*) FROM comment") == ["1|1"])
    }
}
