import Foundation
import RunStore
import Testing
import VoteModel

struct ReadingsTests {
    private func readings(_ store: TemporaryStore, _ cut: LedgerCut, of ids: [Int64]) throws -> [Int64:
        [VoteReading]]
    {
        var found: [Int64: [VoteReading]] = [:]
        try store.ledger.readings(cut, of: ids) { found[$0] = $1 }
        return found
    }

    private func reading(_ at: Int64, _ up: Int, _ down: Int) -> VoteReading {
        VoteReading(at: at, votes: VoteCount(up: up, down: down))
    }

    @Test func sightingsHaveTheCountsThatHeldThen() throws {
        let store = try TemporaryStore()
        for (name, moment, up) in [("1", 100, 1), ("2", 200, 1), ("3", 300, 9), ("4", 400, 9)]
            as [(String, Int64, Int32)]
        {
            try store.ledger.add([Sighting("a", up: up, down: 2, at: moment)], as: name)
        }
        let cut = try store.ledger.cut(of: ["news"], asOf: nil)
        #expect(try store.sql("SELECT count(*) FROM sighting") == ["2"])
        let expected = [reading(100, 1, 2), reading(200, 1, 2), reading(300, 9, 2), reading(400, 9, 2)]
        #expect(try readings(store, cut, of: [1, 2, 99]) == [1: expected])
        // Both ways to look at the past.
        let then = try store.ledger.cut(of: ["news"], asOf: 300)
        #expect(try readings(store, then, of: [1]) == [1: Array(expected[..<3])])
        var early = cut
        early.position = 2
        #expect(try readings(store, early, of: [1]) == [1: Array(expected[..<2])])
        #expect(try readings(store, try store.ledger.cut(of: ["news"], asOf: 99), of: [1]).isEmpty)
        #expect(try readings(store, try store.ledger.cut(of: ["other"], asOf: nil), of: [1]).isEmpty)
    }

    @Test func theyComeInTheOrderAskedFor() throws {
        let store = try TemporaryStore()
        try store.ledger.add((1...5).map { Sighting("text \($0)", up: $0, down: 0) }, as: "1")
        let cut = try store.ledger.cut(of: ["news"], asOf: nil)
        var order: [Int64] = []
        try store.ledger.readings(cut, of: [4, 1, 7, 2]) { id, _ in order.append(id) }
        #expect(order == [4, 1, 2])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyLookIsAReading(seed: UInt64) throws {
        let store = try TemporaryStore()
        var random = SplitMix64(state: seed)
        // Each moment is looked at once, so the counts seen are those that were there.
        var looks: [Int64: [VoteReading]] = [:]
        var moments = (1...30).map { Int64($0 * 10) }
        moments.shuffle(using: &random)
        for (night, moment) in moments.enumerated() {
            let seen = (1...4).filter { _ in Bool.random(using: &random) }
            let rows = seen.map { number in
                Sighting(
                    "text", up: .random(in: 0..<3, using: &random), down: .random(in: 0..<2, using: &random),
                    at: moment
                ).with { $0.key = "\(number)" }
            }
            for (number, row) in zip(seen, rows) {
                looks[Int64(number), default: []].append(reading(moment, Int(row.up), Int(row.down)))
            }
            if !rows.isEmpty { try store.ledger.add(rows, as: "\(night)") }
        }
        let cut = try store.ledger.cut(of: ["news"], asOf: nil)
        var ids: [Int64: Int64] = [:]
        for line in try store.sql("SELECT key || ' ' || id FROM comment") {
            let parts = line.split(separator: " ").compactMap { Int64($0) }
            ids[parts[0]] = parts[1]
        }
        for (number, expected) in looks {
            let id = try #require(ids[number])
            #expect(
                try readings(store, cut, of: [id])[id] == expected.sorted { $0.at < $1.at },
                "seed \(seed), comment \(number)")
        }
    }

    @Test func articleFactsAreReadWhereAskedFor() throws {
        let store = try TemporaryStore()
        try store.ledger.add([Sighting("a", up: 1, down: 1).with { $0.title = "제목" }], as: "1")
        let cut = try store.ledger.cut(of: ["news"], asOf: nil)
        for selection in [CommentSelection.all, .ids([1])] {
            var titles: [String?] = []
            for fields in [CommentFields.articleFacts, [.articleFacts, .article, .text], .text] {
                try store.ledger.scan(cut, fields: fields, selection: selection) { comment in
                    titles.append(comment.articleTitle.map { String(decoding: $0, as: UTF8.self) })
                    #expect(comment.articleOutlet == nil && comment.articleURL == nil)
                }
            }
            #expect(titles == ["제목", "제목", nil])
        }
    }
}
