import CommentStore
import Crypto
import Foundation
import RunStore
import Testing
import VoteModel

struct LedgerImportTests {
    @Test func aCommentWithoutANumberIsNamedByArticleAndText() throws {
        let store = try TemporaryStore()
        try store.ledger.add([Sighting("돌았구나 돌았어", up: 956, down: 16)], as: "a.tsv")
        let bytes = Array("437/0000459026".utf8) + [0x1F] + Array("돌았구나 돌았어".utf8)
        let expected = SHA256.hash(data: bytes).prefix(8).map { String(format: "%02x", $0) }.joined()
        let cut = try store.ledger.cut(of: ["news"], asOf: nil)
        #expect(try store.ledger.rows(cut).map(\.key) == [expected])
    }

    @Test func textsThatOnlyLookTheSameAreDifferentComments() throws {
        let store = try TemporaryStore()
        let composed = "\u{AC00}"
        let decomposed = "\u{1100}\u{1161}"
        let figures = try store.ledger.add(
            [Sighting(composed, up: 1, down: 0), Sighting(decomposed, up: 2, down: 0)], as: "a.tsv")
        #expect(figures.newComments == 2)
        let texts = try store.ledger.rows(store.ledger.cut(of: ["news"], asOf: nil)).map {
            Array($0.text.utf8)
        }
        #expect(texts == [Array(composed.utf8), Array(decomposed.utf8)])
    }

    @Test func figuresCountEveryRowOnce() throws {
        let store = try TemporaryStore()
        let file = ImportedFile(source: "news", name: "a.tsv", digest: "d", mapping: "m", run: "run-1")
        let figures = try store.ledger.importFile(file) { sink in
            try StoreLedger.append(Sighting("one", up: 1, down: 1), to: sink)
            try StoreLedger.append(Sighting("one", up: 3, down: 1, at: 2_000), to: sink)
            try StoreLedger.append(Sighting("one", up: 3, down: 1, at: 3_000), to: sink)
            sink.countEmptyText()
            try sink.quarantine(
                QuarantinedRow(line: 5, reason: "found 'x', expected a number of votes", excerpt: "x"))
        }
        #expect(figures.rows == 5)
        #expect(figures.emptyText == 1)
        #expect(figures.quarantined == 1)
        #expect(figures.newComments == 1)
        #expect(figures.repeats == 2)
        #expect(figures.observations == 2)
        #expect(
            try store.sql("SELECT file, line, reason, excerpt FROM quarantine")
                == ["a.tsv|5|found 'x', expected a number of votes|x"])
        let reading = try #require(try store.ledger.readings(of: "news").first)
        #expect(reading.digest == "d" && reading.mapping == "m" && reading.figures == figures)
        #expect(try store.ledger.readings(of: "news").count == 1)
        #expect(try store.ledger.readings(of: "other").isEmpty)
    }

    @Test func aFileIsImportedOnceHoweverOftenItIsAskedFor() throws {
        let store = try TemporaryStore()
        let first = try store.ledger.add([Sighting("one", up: 1, down: 1)], as: "a.tsv")
        let second = try store.ledger.add([Sighting("one", up: 9, down: 9, at: 5_000)], as: "a.tsv")
        #expect(first == second)
        #expect(try store.sql("SELECT count(*) FROM vote") == ["1"])
    }

    static let ties: [(Sighting, Sighting)] = [
        (Sighting("a", up: 5, down: 1), Sighting("a", up: 3, down: 0)),  // more votes
        (Sighting("a", up: 4, down: 2), Sighting("a", up: 3, down: 3)),  // as many votes, more up
        (Sighting("a", up: 1, down: 1).with { $0.replies = 2 }, Sighting("a", up: 1, down: 1)),
    ]

    @Test(arguments: ties)
    func ofTwoRowsAtOneMomentTheOneWithMoreVotesCounts(winner: Sighting, loser: Sighting) throws {
        for rows in [[winner, loser], [loser, winner]] {
            for files in [[rows], rows.map { [$0] }] {
                let store = try TemporaryStore()
                for (index, file) in files.enumerated() { try store.ledger.add(file, as: "\(index).tsv") }
                let row = try store.ledger.rows(store.ledger.cut(of: ["news"], asOf: nil))[0]
                #expect([row.up, row.down, row.replies] == [winner.up, winner.down, winner.replies])
            }
        }
    }

    /// Two readers wrote the same text under one article: the lesser of the two rows of the second day must not look
    /// like a fall of the votes.
    @Test(arguments: [false, true])
    func aTieWithCountsThatHeldBeforeIsStillATie(isReversed: Bool) throws {
        let days = [
            [Sighting("a", up: 5, down: 1, at: 1), Sighting("a", up: 3, down: 0, at: 1)],
            [Sighting("a", up: 5, down: 1, at: 2), Sighting("a", up: 3, down: 0, at: 2)],
        ]
        let store = try TemporaryStore()
        for (index, day) in days.enumerated() {
            for (part, row) in (isReversed ? day.reversed() : day).enumerated() {
                try store.ledger.add([row], as: "\(index)-\(part).tsv")
            }
        }
        let row = try store.ledger.rows(store.ledger.cut(of: ["news"], asOf: nil))[0]
        #expect([row.up, row.down] == [5, 1])
    }

    @Test func anEarlierLookThatTurnsUpLateKeepsWhatWasConfirmedAfterIt() throws {
        let store = try TemporaryStore()
        try store.ledger.add(
            [Sighting("a", up: 5, down: 1, at: 10), Sighting("a", up: 5, down: 1, at: 30)], as: "1")
        try store.ledger.add([Sighting("a", up: 9, down: 9, at: 20)], as: "2")
        let now = try store.ledger.rows(store.ledger.cut(of: ["news"], asOf: nil))[0]
        #expect([now.up, now.down] == [5, 1])
        let then = try store.ledger.rows(store.ledger.cut(of: ["news"], asOf: 25))[0]
        #expect([then.up, then.down] == [9, 9])
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func theOrderOfRowsAndFilesChangesNothing(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let looks = (0..<Int.random(in: 2...24, using: &random)).map { _ in
            Sighting(
                ["a", "b", "c"].randomElement(using: &random)!, up: .random(in: 0...2, using: &random),
                down: .random(in: 0...1, using: &random), at: .random(in: 1...4, using: &random))
        }
        let first = try outcome(of: looks, cutAt: looks.count / 2)
        let second = try outcome(
            of: looks.shuffled(using: &random), cutAt: .random(in: 0...looks.count, using: &random))
        #expect(first.digests == second.digests, "seed \(seed): \(looks)")
        #expect(first.votes == second.votes, "seed \(seed): \(looks)")
    }

    /// Digests and votes as of each moment and now, and by the rows alone.
    private func outcome(
        of looks: [Sighting], cutAt index: Int
    ) throws -> (digests: [String], votes: [[String: [Int32]]]) {
        let store = try TemporaryStore()
        try store.ledger.add(Array(looks[..<index]), as: "1.tsv")
        try store.ledger.add(Array(looks[index...]), as: "2.tsv")
        let cuts = try [1, 2, 3, nil].map { try store.ledger.cut(of: ["news"], asOf: $0) }
        // With a date at which everything has been seen, the digest is that of the whole.
        #expect(try store.ledger.cut(of: ["news"], asOf: 4).digest == cuts[3].digest)
        return (cuts.map(\.digest), try cuts.map { try store.ledger.votes($0) })
    }

    @Test func anErrorInTheMiddleLeavesNothingOfTheFile() throws {
        let store = try TemporaryStore()
        try store.ledger.add([Sighting("one", up: 1, down: 1)], as: "a.tsv")
        let before = try store.ledger.cut(of: ["news"], asOf: nil)
        let many = (0..<9_000).map { Sighting("comment \($0)", up: 1, down: 2) }
        #expect(throws: MidwayError()) { try store.ledger.add(many, as: "b.tsv", throwing: MidwayError()) }
        #expect(try store.ledger.cut(of: ["news"], asOf: nil) == before)
        #expect(try store.sql("SELECT count(*) FROM comment") == ["1"])
        #expect(try store.sql("PRAGMA integrity_check") == ["ok"])
        // Nothing that was remembered of the failed file is believed afterward.
        let figures = try store.ledger.add(many + [Sighting("one", up: 1, down: 1)], as: "b.tsv")
        #expect(figures.newComments == 9_000)
        #expect(figures.repeats == 1)
    }

    @Test func anotherProcessContinuesWhereTheFirstStopped() throws {
        let store = try TemporaryStore()
        let many = (0..<100).map { Sighting("comment \($0)", up: 1, down: 2) }
        try store.ledger.add(many, as: "a.tsv")
        let reopened = try RunStore.open(at: store.store.path, artifacts: store.store.artifacts)
        let figures = try reopened.ledger.add(
            many.map { $0.with { $0.moment = 2_000 } } + [Sighting("new", up: 0, down: 0)], as: "b.tsv")
        #expect(figures.newComments == 1)
        #expect(figures.repeats == 100)
        _ = try reopened.ledger.cut(of: ["news"], asOf: nil)
        // With the index, single keys are asked for and found too.
        let third = try RunStore.open(at: store.store.path, artifacts: store.store.artifacts)
        let again = try third.ledger.add(
            [Sighting("comment 7", up: 1, down: 2, at: 3_000), Sighting("newer", up: 0, down: 0)], as: "c.tsv"
        )
        #expect(again.newComments == 1)
        #expect(again.repeats == 1)
    }

    @Test func numberedCommentsGoByTheirNumber() throws {
        let store = try TemporaryStore()
        let first = Sighting("text", up: 1, down: 0).with { $0.key = "3000001" }
        try store.ledger.add([first, first.with { $0.key = "3000002" }], as: "a.tsv")
        let edited = first.with {
            $0.text = "text, edited"
            $0.moment = 2_000
            $0.up = 4
        }
        let figures = try store.ledger.add([edited], as: "b.tsv")
        #expect(figures.newComments == 0)
        let rows = try store.ledger.rows(store.ledger.cut(of: ["news"], asOf: nil))
        #expect(rows.map(\.key) == ["3000001", "3000002"])
        #expect(rows.map(\.up) == [4, 1])
        // The text that the votes were seen with.
        #expect(rows.map(\.text) == ["text, edited", "text"])
    }

    @Test func sourcesDoNotShareKeys() throws {
        let store = try TemporaryStore()
        let row = Sighting("text", up: 1, down: 0).with { $0.key = "1" }
        try store.ledger.add([row], as: "a.tsv", source: "one")
        try store.ledger.add([row.with { $0.up = 5 }], as: "b.tsv", source: "two")
        let one = try store.ledger.cut(of: ["one"], asOf: nil)
        let both = try store.ledger.cut(of: ["two", "one", "two"], asOf: nil)
        #expect(both.sources == ["one", "two"])
        #expect(try store.ledger.rows(one).map(\.up) == [1])
        #expect(
            try store.ledger.rows(both).map { "\($0.source):\($0.key)=\($0.up)" } == ["one:1=1", "two:1=5"])
        #expect(try store.ledger.size(of: both) == LedgerSize(comments: 2, articles: 2, observations: 2))
    }

    @Test func removedCommentsAreMarkedFromThenOn() throws {
        let store = try TemporaryStore()
        let row = Sighting("text", up: 1, down: 0).with { $0.key = "1" }
        try store.ledger.add([row], as: "a.tsv")
        let before = try store.ledger.cut(of: ["news"], asOf: nil)
        let gone = row.with {
            $0.text = ""
            $0.isDeleted = true
            $0.moment = 2_000
        }
        try store.ledger.add([gone], as: "b.tsv")
        let after = try store.ledger.cut(of: ["news"], asOf: nil)
        #expect(before.digest != after.digest)
        #expect(try store.ledger.rows(before).map(\.isDeleted) == [false])
        #expect(try store.ledger.rows(after).map(\.isDeleted) == [true])
        #expect(try store.ledger.rows(after).map(\.text) == ["text"])
        let early = try store.ledger.cut(of: ["news"], asOf: 1_500)
        #expect(try store.ledger.rows(early).map(\.isDeleted) == [false])
        #expect(early.digest == before.digest)
        #expect(try store.sql("SELECT status FROM comment") == ["removed"])
    }
}
