import CommentStore
import RunStore
import Testing
import VoteModel

struct ReadingDuringWritesTests {
    /// A reader opens the store and reads in the middle of an import's transaction: at once, and what was committed
    /// before.
    @Test func readersAreNotBlockedByAWriter() throws {
        let current = try TemporaryStore()
        try current.begin(run: "20251121-071644-0001")
        try current.ledger.add([Sighting("first", up: 1, down: 1)], as: "a.tsv")
        var looks = 0
        let file = ImportedFile(source: "news", name: "b.tsv", digest: "d", mapping: "m", run: "run-2")
        _ = try current.ledger.importFile(file) { sink in
            for number in 0..<20_000 {
                try StoreLedger.append(Sighting("글 \(number)", up: 1, down: 1), to: sink)
            }
            // The transaction is open and rows are written; to another process it would look just so.
            let started = ContinuousClock.now
            let reader = try #require(
                try RunStore.openForReading(at: current.store.path, artifacts: current.store.artifacts))
            #expect(try reader.ledger.sources().map(\.comments) == [1])
            #expect(try reader.runs().count == 2)
            try reader.close()
            #expect(ContinuousClock.now - started < .seconds(1))
            looks += 1
        }
        #expect(looks == 1)
        #expect(try current.store.ledger.sources().map(\.comments) == [20_001])
    }
}
