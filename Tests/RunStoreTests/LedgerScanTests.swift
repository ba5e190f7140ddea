import CommentStore
import Foundation
import RunStore
import Testing
import VoteModel

struct LedgerScanTests {
    /// Two nights: comment a grows, comment c is new.
    private func twoNights() throws -> (TemporaryStore, first: LedgerCut, second: LedgerCut) {
        let store = try TemporaryStore()
        let a = Sighting("a", up: 1, down: 0, at: 100).with {
            $0.title = "title"
            $0.createdAt = "2025-10-01"
            $0.authorHash = "hash"
        }
        try store.ledger.add([a, Sighting("b", up: 7, down: 7, at: 100)], as: "1")
        let first = try store.ledger.cut(of: ["news"], asOf: nil)
        try store.ledger.add(
            [
                a.with {
                    $0.moment = 200
                    $0.up = 9
                }, Sighting("c", up: 2, down: 2, at: 200).with { $0.article = "other" },
            ], as: "2")
        return (store, first, try store.ledger.cut(of: ["news"], asOf: nil))
    }

    @Test func aCutShowsTheSameHoweverMuchIsAppendedLater() throws {
        let (store, first, second) = try twoNights()
        #expect(try store.ledger.rows(first).map { "\($0.text) \($0.up)" } == ["a 1", "b 7"])
        #expect(try store.ledger.rows(second).map { "\($0.text) \($0.up)" } == ["a 9", "b 7", "c 2"])
        #expect(first.position == 1)
        #expect(second.position == 2)
        #expect(first.digest != second.digest)
    }

    @Test func asOfAPastDateShowsWhatWasShownThen() throws {
        let (store, first, second) = try twoNights()
        for moment in [100, 199] as [Int64] {
            let then = try store.ledger.cut(of: ["news"], asOf: moment)
            #expect(try store.ledger.rows(then) == store.ledger.rows(first))
            #expect(then.digest == first.digest)
            #expect(try store.ledger.size(of: then) == store.ledger.size(of: first))
        }
        let later = try store.ledger.cut(of: ["news"], asOf: 200)
        #expect(try store.ledger.rows(later) == store.ledger.rows(second))
        #expect(later.digest == second.digest)
        #expect(try store.ledger.rows(store.ledger.cut(of: ["news"], asOf: 99)).isEmpty)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func everyPastNightCanBeSeenAgain(seed: UInt64) throws {
        let store = try TemporaryStore()
        var random = SplitMix64(state: seed)
        var nights: [(LedgerCut, [StoreLedger.Seen])] = []
        for night in 1...6 {
            let rows = (0..<8).map { _ in
                Sighting(
                    "text \(Int.random(in: 0..<15, using: &random))", up: .random(in: 0..<4, using: &random),
                    down: .random(in: 0..<4, using: &random),
                    at: Int64(night) * 100 + .random(in: 0..<100, using: &random)
                ).with { $0.isDeleted = Int.random(in: 0..<9, using: &random) == 0 }
            }
            try store.ledger.add(rows, as: "\(night)")
            let cut = try store.ledger.cut(of: ["news"], asOf: nil)
            nights.append((cut, try store.ledger.rows(cut)))
        }
        for (night, (cut, rows)) in nights.enumerated() {
            let again = try store.ledger.cut(of: ["news"], asOf: Int64(night) * 100 + 199)
            #expect(again.digest == cut.digest, "seed \(seed), night \(night + 1)")
            #expect(try store.ledger.rows(again) == rows, "seed \(seed), night \(night + 1)")
            #expect(try store.ledger.rows(cut) == rows, "seed \(seed), night \(night + 1)")
        }
        #expect(Set(nights.map(\.0.digest)).count == nights.count)
    }

    @Test func fieldsThatWereNotAskedForAreEmpty() throws {
        let (store, _, second) = try twoNights()
        let votes = try store.ledger.rows(second, .votes)
        #expect(votes[0] == .init(id: 1, up: 9, down: 0, replies: 0, moment: 200))
        #expect(votes.count == 3)
        let row = try store.ledger.rows(second, [.votes, .articleID])[0]
        #expect(row == .init(id: 1, article: 1, up: 9, down: 0, replies: 0, moment: 200))
        let full = try store.ledger.rows(second)[0]
        #expect(full.articleKey == "437/0000459026")
        #expect(full.source == "news")
        #expect(full.createdAt == "2025-10-01")
        #expect(full.authorHash == "hash")
        #expect(try store.ledger.rows(second)[1].createdAt == nil)
    }

    @Test func selectionsVisitWhatTheyName() throws {
        let (store, first, second) = try twoNights()
        #expect(try store.ledger.rows(second, .text, .addedAfter(first.position)).map(\.text) == ["c"])
        #expect(try store.ledger.rows(second, .text, .addedAfter(0)).map(\.text) == ["a", "b", "c"])
        #expect(
            try store.ledger.rows(second, [.text, .votes], .ids([3, 1, 99, 1])).map(\.text) == [
                "c", "a", "a",
            ])
        #expect(try store.ledger.rows(second, [.text, .votes], .ids([3, 1])).map(\.up) == [2, 9])
        // Comment 3 came later than this cut.
        #expect(try store.ledger.rows(first, [.text, .votes], .ids([3, 1])).map(\.up) == [1])
    }

    @Test func anUnknownSourceIsEmpty() throws {
        let store = try TemporaryStore()
        let cut = try store.ledger.cut(of: ["nobody"], asOf: nil)
        #expect(cut.position == 0)
        #expect(try store.ledger.rows(cut).isEmpty)
        #expect(try store.ledger.size(of: cut) == LedgerSize(comments: 0, articles: 0, observations: 0))
    }

    @Test func readersAndTheWriterDoNotWaitForEachOther() throws {
        let (store, _, second) = try twoNights()
        let file = ImportedFile(source: "news", name: "3", digest: "3", mapping: "m", run: "run-1")
        _ = try store.ledger.importFile(file) { sink in
            try StoreLedger.append(Sighting("d", up: 1, down: 1), to: sink)
            // The import's transaction is open; this reads what was committed before it.
            #expect(try store.ledger.rows(second).count == 3)
            #expect(try store.sql("SELECT count(*) FROM current_vote") == ["3"])
            let other = try #require(
                try RunStore.openForReading(at: store.store.path, artifacts: store.store.artifacts))
            #expect(try other.ledger.sources().map(\.comments) == [3])
            try other.close()
        }
        #expect(try store.sql("SELECT count(*) FROM current_vote") == ["4"])
    }

    @Test func aScanThatThrowsLeavesNothingBehind() throws {
        let (store, _, second) = try twoNights()
        #expect(throws: MidwayError()) {
            try store.ledger.scan(second, fields: .votes, selection: .all) { _ in throw MidwayError() }
        }
        #expect(try store.ledger.rows(second).count == 3)
    }
}
