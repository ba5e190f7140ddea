import RunStore
import Testing
import VoteModel

struct LedgerChangesTests {
    /// Several files of random looks at few comments of two sources, with removals.
    private func store(seed: UInt64) throws -> (TemporaryStore, [LedgerCut]) {
        let store = try TemporaryStore()
        var random = SplitMix64(state: seed)
        var cuts: [LedgerCut] = []
        for file in 0..<6 {
            let rows = (0..<12).map { _ in
                Sighting(
                    "text \(Int.random(in: 0..<40, using: &random))", up: .random(in: 0..<4, using: &random),
                    down: .random(in: 0..<4, using: &random), at: .random(in: 0..<8, using: &random) * 100
                ).with { $0.isDeleted = Int.random(in: 0..<9, using: &random) == 0 }
            }
            let source = Int.random(in: 0..<3, using: &random) == 0 ? "other" : "news"
            try store.ledger.add(rows, as: "\(file)", source: source)
            cuts.append(try store.ledger.cut(of: ["news"], asOf: nil))
        }
        return (store, cuts)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func whatIsNotListedIsAsItWas(seed: UInt64) throws {
        let (store, cuts) = try store(seed: seed)
        for (index, earlier) in cuts.enumerated() {
            for cut in cuts[index...] {
                let changes = try #require(try store.ledger.changes(from: earlier, to: cut, votes: true))
                let before = try store.ledger.rows(earlier)
                let after = try store.ledger.rows(cut)
                #expect(changes.known.flatMap { Array($0) } == before.map(\.id), "seed \(seed)")
                let unlisted = before.filter { !(changes.moved + changes.restated).contains($0.id) }
                #expect(
                    after.filter { row in unlisted.contains { $0.id == row.id } } == unlisted, "seed \(seed)")
                let gone = after.filter { row in
                    row.isDeleted && before.contains { $0.id == row.id && !$0.isDeleted }
                }
                #expect(Set(gone.map(\.id)).isSubset(of: changes.restated), "seed \(seed)")
                let added = try store.ledger.rows(cut, .text, .addedAfter(earlier.position)).map(\.id)
                #expect(before.map(\.id) + added == after.map(\.id), "seed \(seed)")
                let silent = try store.ledger.changes(from: earlier, to: cut, votes: false)
                #expect(silent?.moved == [] && silent?.restated == changes.restated)
            }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func whatWasForgottenSinceIsHidden(seed: UInt64) throws {
        let (store, cuts) = try store(seed: seed)
        let before = try store.ledger.rows(cuts[3])
        guard let forgotten = before.last else { return }
        _ = try store.ledger.forget([(source: "news", key: forgotten.key)], run: "r2")
        let cut = try store.ledger.cut(of: ["news"], asOf: nil)
        let changes = try #require(try store.ledger.changes(from: cuts[3], to: cut, votes: true))
        #expect(changes.hidden == [forgotten.id])
        let after = try store.ledger.rows(cut)
        #expect(!after.contains { $0.id == forgotten.id })
        // What is listed neither way is as it was, and the earlier cut does not show it any more either.
        let listed = Set(changes.moved + changes.restated + changes.hidden)
        #expect(
            after.filter { row in before.contains { $0.id == row.id } && !listed.contains(row.id) }
                == before.filter { !listed.contains($0.id) })
        #expect(try store.ledger.rows(cuts[3]) == before.filter { $0.id != forgotten.id })
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func askedForNoFieldALookupTellsWhichCommentsThereAre(seed: UInt64) throws {
        let (store, cuts) = try store(seed: seed)
        let all = try store.ledger.rows(try store.ledger.cut(of: ["news", "other"], asOf: nil)).map(\.id)
        let forgotten = try #require(cuts.lazy.compactMap { try? store.ledger.rows($0).first }.first)
        _ = try store.ledger.forget([(source: "news", key: forgotten.key)], run: "r2")
        var early = cuts[5]
        early.asOf = 300
        for cut in cuts + [try store.ledger.cut(of: ["other"], asOf: nil), early] {
            var shown: [Int64] = []
            try store.ledger.scan(cut, fields: [], selection: .ids(all + [100_000])) { shown.append($0.id) }
            #expect(try shown == store.ledger.rows(cut).map(\.id), "seed \(seed), position \(cut.position)")
        }
    }

    @Test func cutsThatCannotBeComparedAreNot() throws {
        let (store, cuts) = try store(seed: 3)
        let (first, last) = (cuts[1], cuts[5])
        #expect(try store.ledger.changes(from: last, to: first, votes: true) == nil)
        var other = first
        other.sources = ["other"]
        #expect(try store.ledger.changes(from: other, to: last, votes: true) == nil)
        // Another ledger was at that position, or this one has been altered since.
        var foreign = first
        foreign.digest = last.digest
        #expect(try store.ledger.changes(from: foreign, to: last, votes: true) == nil)
        let past = try store.ledger.cut(of: ["news"], asOf: 0)
        #expect(try store.ledger.changes(from: first, to: past, votes: true) == nil)
        // A moment that leaves nothing out is as good as none.
        let late = try store.ledger.cut(of: ["news"], asOf: 10_000)
        #expect(
            try store.ledger.changes(from: first, to: late, votes: true)
                == store.ledger.changes(from: first, to: last, votes: true))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func rowsOfTheLedgerAreOnlyEverAdded(seed: UInt64) throws {
        let store = try TemporaryStore()
        var random = SplitMix64(state: seed)
        var known: [String] = []
        for file in 0..<6 {
            let rows = (0..<10).map { _ in
                Sighting(
                    "text \(Int.random(in: 0..<12, using: &random))", up: .random(in: 0..<5, using: &random),
                    down: 1, at: .random(in: 0..<5, using: &random))
            }
            try store.ledger.add(rows, as: "\(file)")
            let votes = try store.sql("SELECT * FROM vote ORDER BY ledger_commit, comment, observed_at")
            #expect(Array(votes.prefix(known.count)) == known, "seed \(seed), file \(file)")
            #expect(votes.count >= known.count)
            known = votes
        }
        #expect(known.count > 12)
    }
}
