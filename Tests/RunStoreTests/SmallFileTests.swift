import CommentStore
import RunStore
import Testing
import VoteModel

/// Files that are small beside the store, for which its keys are not all loaded.
struct SmallFileTests {
    /// Enough comments that a hundred rows are few.
    private static let known = (0..<3_000).map { number in
        Sighting("comment \(number)", up: 1, down: 2).with {
            $0.article = "1/\(number / 50)"
            // Numbers of a source's own, and 16 hex digits that look like a derived key.
            if number % 3 == 0 { $0.key = "n\(number)" }
            if number % 7 == 0 { $0.key = "00000000000\(10_000 + number)" }
        }
    }

    private func filled() throws -> TemporaryStore {
        let store = try TemporaryStore()
        try store.ledger.add(Self.known, as: "a.tsv")
        _ = try store.ledger.cut(of: ["news"], asOf: nil)
        return store
    }

    private func rows(_ ledger: StoreLedger) throws -> [StoreLedger.Seen] {
        try ledger.rows(ledger.cut(of: ["news"], asOf: nil))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func theyLeaveWhatOneProcessWithAllKeysLeaves(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let night = (0..<300).map { number in
            // Known ones, new ones, and new ones met again in the same file.
            let pick = Int.random(in: 0..<3, using: &random)
            var row =
                pick == 0
                ? Self.known.randomElement(using: &random)!
                : Sighting("new \(pick == 1 ? number : number % 5)", up: 0, down: 0)
            row.moment = Int64.random(in: 2_000...2_009, using: &random)
            row.up = Int32.random(in: 0...5, using: &random)
            return row
        }
        let whole = try filled()
        let figures = try whole.ledger.add(night, as: "b.tsv")
        let parted = try filled()
        let again = try RunStore.open(at: parted.store.path, artifacts: parted.store.artifacts)
        #expect(try again.ledger.add(night, as: "b.tsv") == figures, "seed \(seed)")
        #expect(try rows(again.ledger) == rows(whole.ledger), "seed \(seed)")
        #expect(
            try again.ledger.cut(of: ["news"], asOf: nil) == whole.ledger.cut(of: ["news"], asOf: nil))
    }

    @Test func aFewOfManyAreAskedForOneByOne() throws {
        let store = try filled()
        let again = try RunStore.open(at: store.store.path, artifacts: store.store.artifacts)
        let figures = try again.ledger.add(
            [Self.known[21], Self.known[1], Sighting("new", up: 3, down: 0), Self.known[3]].map {
                $0.with { $0.moment = 2_000 }
            }, as: "b.tsv")
        #expect(figures.newComments == 1 && figures.repeats == 3)
        #expect(try rows(again.ledger).count == 3_001)
        #expect(try store.sql("PRAGMA integrity_check") == ["ok"])
    }
}

struct ArticleLookupTests {
    @Test func articlesAreNamedInTheOrderAsked() throws {
        let store = try TemporaryStore()
        let rows = (0..<4).map { number in
            Sighting("text", up: 1, down: 0).with { $0.article = "1/\(number)" }
        }
        try store.ledger.add(rows, as: "a.tsv")
        let ids = try store.ledger.rows(store.ledger.cut(of: ["news"], asOf: nil)).map(\.article)
        var names: [String] = []
        try store.ledger.articles([ids[2], 99, ids[0]]) { article in
            names.append(
                String(decoding: article.source, as: UTF8.self) + ":"
                    + String(decoding: article.key, as: UTF8.self))
        }
        #expect(names == ["news:1/2", "news:1/0"])
    }

    @Test func theFirstAuthorIsNoted() throws {
        let store = try TemporaryStore()
        #expect(try store.ledger.lacksAuthors())
        let plain = Sighting("text", up: 1, down: 0).with { $0.key = "1" }
        try store.ledger.add([plain], as: "a.tsv")
        #expect(try store.ledger.lacksAuthors())
        // Also where a comment that was known gets its author later.
        let named = plain.with {
            $0.authorHash = "abc"
            $0.moment = 2_000
        }
        #expect(throws: MidwayError()) {
            try store.ledger.add([named], as: "b.tsv", throwing: MidwayError())
        }
        #expect(try store.ledger.lacksAuthors())
        try store.ledger.add([named], as: "b.tsv")
        #expect(try !store.ledger.lacksAuthors())
        let other = try TemporaryStore()
        try other.ledger.add([named], as: "a.tsv")
        #expect(try !other.ledger.lacksAuthors())
    }

    @Test func aStoreFromBeforeTheNoteSaysNothing() throws {
        let store = try TemporaryStore()
        try PlainSQLite.execute(store.store.path, "DELETE FROM setting WHERE name = 'authors'")
        #expect(try !store.ledger.lacksAuthors())
    }
}
