import CommentStore
import RunStore
import Testing
import VoteModel

struct CorrectionTests {
    private func row(_ key: String, _ text: String, up: Int32, down: Int32, at moment: Int64 = 1_000)
        -> Sighting
    {
        Sighting(text, up: up, down: down, at: moment).with { $0.key = key }
    }

    private func shown(_ store: TemporaryStore, asOf: Int64? = nil) throws -> [String: String] {
        let cut = try store.ledger.cut(of: ["news"], asOf: asOf)
        return Dictionary(
            uniqueKeysWithValues: try store.ledger.rows(cut).map { row in
                (
                    row.key,
                    "\(row.text) in \(row.articleKey): \(row.up)/\(row.down)\(row.isDeleted ? " removed" : "")"
                )
            })
    }

    private func positions(_ store: TemporaryStore) throws -> [Int64] {
        try store.ledger.readings(of: "news").map(\.position)
    }

    @Test func aFileReadInAnotherWayIsAsIfItHadNeverBeenReadOtherwise() throws {
        let store = try TemporaryStore()
        try store.ledger.add(
            [row("1", "title", up: 10, down: 90), row("2", "title", up: 9, down: 1)], as: "a", moment: 0)
        let right = [row("1", "one", up: 90, down: 10), row("3", "three", up: 5, down: 5)]
        let file = ImportedFile(
            source: "news", name: "a", digest: "digest of a", mapping: "other", run: "run-1", moment: 0)
        let figures = try store.ledger.reread(try positions(store), of: "news", files: [file]) { _, sink in
            for row in right { try StoreLedger.append(row, to: sink) }
        }
        #expect(figures.withdrawn == 1)
        let fresh = try TemporaryStore()
        try fresh.ledger.add(right, as: "a", mapping: "other", moment: 0)
        #expect(try shown(store) == shown(fresh))
        #expect(
            try store.sql("SELECT key, status FROM comment ORDER BY key") == [
                "1|present", "2|withdrawn", "3|present",
            ])
        #expect(try store.ledger.size(of: store.ledger.cut(of: ["news"], asOf: nil)).comments == 2)
    }

    @Test func whatAReplacedFileSaidAtAMomentGivesWay() throws {
        let store = try TemporaryStore()
        try store.ledger.add([row("1", "one", up: 5_000, down: 5)], as: "a", moment: 0)
        try store.ledger.add(
            [row("1", "one", up: 5, down: 5)], as: "a", content: "a corrected", moment: 0,
            replacing: try positions(store))
        #expect(try shown(store) == ["1": "one in 437/0000459026: 5/5"])
        #expect(try store.sql("SELECT up, down FROM current_vote") == ["5|5"])
    }

    /// The control: of two files the larger count wins, as it always did.
    @Test func ofTwoFilesTheLargerCountAtAMomentWins() throws {
        let store = try TemporaryStore()
        try store.ledger.add([row("1", "one", up: 5_000, down: 5)], as: "a", moment: 0)
        try store.ledger.add([row("1", "one", up: 5, down: 5)], as: "b", moment: 0)
        #expect(try shown(store) == ["1": "one in 437/0000459026: 5000/5"])
    }

    @Test func rowsTakenOutOfAFileAreWithdrawnFromThenOn() throws {
        let store = try TemporaryStore()
        try store.ledger.add(
            [row("1", "one", up: 5, down: 5), row("2", "two", up: 1, down: 9)], as: "a", moment: 1_000)
        try store.ledger.add([row("3", "three", up: 1, down: 1)], as: "b", moment: 1_000)
        let figures = try store.ledger.add(
            [row("1", "one", up: 6, down: 5, at: 2_000)], as: "a", content: "a later", moment: 2_000,
            replacing: [try positions(store)[0]])
        #expect(figures.withdrawn == 1)
        #expect(try shown(store).keys.sorted() == ["1", "3"])
        #expect(try shown(store, asOf: 1_500).keys.sorted() == ["1", "2", "3"])
        // Shown again by a later look, it is there again.
        try store.ledger.add([row("2", "two", up: 2, down: 9, at: 3_000)], as: "c", moment: 3_000)
        #expect(try shown(store)["2"] == "two in 437/0000459026: 2/9")
        #expect(try shown(store, asOf: 2_500).keys.sorted() == ["1", "3"])
    }

    /// Where rows say when they were seen, those of a table that is put back are older than its shrinking.
    @Test(arguments: [Int64?.none, 3_000, 1_500])
    func rowsThatArePutBackAreThereAgainWheneverTheyWereSeen(moment: Int64?) throws {
        let store = try TemporaryStore()
        let gone = row("3", "three", up: 7, down: 7).with { $0.isDeleted = true }
        let whole = [row("1", "one", up: 5, down: 5), row("2", "two", up: 1, down: 9), gone]
        try store.ledger.add(whole, as: "a", moment: 1_000)
        let before = try shown(store)
        try store.ledger.add(
            [whole[0]], as: "a", content: "cut", moment: 2_000, replacing: try positions(store))
        #expect(try shown(store).keys.sorted() == ["1"])
        let figures = try store.ledger.add(
            whole, as: "a", moment: moment, replacing: try positions(store))
        #expect(try shown(store) == before)
        #expect(figures.restored == 1)
        #expect(try store.ledger.size(of: store.ledger.cut(of: ["news"], asOf: nil)).comments == 3)
        #expect(try shown(store, asOf: 1_999) == before)
        // Also where another table has them.
        let other = try TemporaryStore()
        try other.ledger.add(whole, as: "a", moment: 1_000)
        try other.ledger.add(
            [whole[0]], as: "a", content: "cut", moment: 2_000, replacing: try positions(other))
        try other.ledger.add([whole[1], gone], as: "b", moment: moment)
        #expect(try shown(other) == before)
    }

    @Test func whatIsReadAgainDoesNotCountWhatWasForgotten() throws {
        let store = try TemporaryStore()
        let rows = (1...4).map { row("\($0)", "text \($0)", up: 5, down: 5) }
        try store.ledger.add(rows, as: "a", moment: 1_000)
        _ = try store.ledger.forget([(source: "news", key: "2")], run: "run-2")
        let file = ImportedFile(
            source: "news", name: "a", digest: "digest of a", mapping: "other", run: "run-3", moment: 1_000)
        _ = try store.ledger.reread(try positions(store), of: "news", files: [file]) { _, sink in
            for row in rows { try StoreLedger.append(row, to: sink) }
        }
        #expect(try shown(store).keys.sorted() == ["1", "3", "4"])
        #expect(try store.ledger.size(of: store.ledger.cut(of: ["news"], asOf: nil)).comments == 3)
    }

    @Test func aCommentThatAnotherFileHoldsTooIsShownAsThatOneSaysIt() throws {
        let store = try TemporaryStore()
        try store.ledger.add([row("1", "one", up: 1, down: 1)], as: "b", moment: 1_000)
        try store.ledger.add(
            [row("1", "one, edited", up: 8, down: 1, at: 2_000), row("2", "two", up: 1, down: 1, at: 2_000)],
            as: "a",
            moment: 2_000)
        try store.ledger.add(
            [row("2", "two", up: 1, down: 1, at: 3_000)], as: "a", content: "a later", moment: 3_000,
            replacing: [try positions(store)[1]])
        #expect(try shown(store)["1"] == "one in 437/0000459026: 1/1")
        #expect(try shown(store, asOf: 2_500)["1"] == "one, edited in 437/0000459026: 8/1")
    }

    @Test func anEditedTextIsShownWithTheVotesItWasSeenWith() throws {
        let store = try TemporaryStore()
        try store.ledger.add([row("1", "first", up: 5, down: 5)], as: "a")
        let before = try store.ledger.cut(of: ["news"], asOf: nil)
        let figures = try store.ledger.add([row("1", "second", up: 500, down: 20, at: 2_000)], as: "b")
        #expect(figures.edited == 1)
        #expect(try shown(store) == ["1": "second in 437/0000459026: 500/20"])
        #expect(try shown(store, asOf: 1_500) == ["1": "first in 437/0000459026: 5/5"])
        let after = try store.ledger.cut(of: ["news"], asOf: nil)
        #expect(before.digest != after.digest)
        #expect(try store.ledger.changes(from: before, to: after, votes: true)?.restated == [1])
        // An earlier look that comes later changes what was, not what is.
        try store.ledger.add([row("1", "between", up: 7, down: 5, at: 1_200)], as: "c")
        #expect(try shown(store)["1"] == "second in 437/0000459026: 500/20")
        #expect(try shown(store, asOf: 1_300)["1"] == "between in 437/0000459026: 7/5")
    }

    @Test func aTextThatChangesAloneMakesTheLedgerAnother() throws {
        let store = try TemporaryStore()
        try store.ledger.add([row("1", "first", up: 5, down: 5)], as: "a")
        let before = try store.ledger.cut(of: ["news"], asOf: nil)
        try store.ledger.add([row("1", "second", up: 5, down: 5, at: 2_000)], as: "b")
        #expect(try store.ledger.cut(of: ["news"], asOf: nil).digest != before.digest)
        #expect(
            try store.ledger.editions(of: store.ledger.cut(of: ["news"], asOf: nil)).map(\.comment) == [1])
    }

    @Test func presenceFollowsTheLatestLook() throws {
        let store = try TemporaryStore()
        try store.ledger.add([row("1", "one", up: 5, down: 5)], as: "a")
        try store.ledger.add(
            [row("1", "one", up: 5, down: 5, at: 2_000).with { $0.isDeleted = true }], as: "b")
        #expect(try store.sql("SELECT status FROM comment") == ["removed"])
        let figures = try store.ledger.add([row("1", "one", up: 50, down: 50, at: 3_000)], as: "c")
        #expect(figures.restored == 1)
        #expect(try store.sql("SELECT status FROM comment") == ["present"])
        #expect(try shown(store, asOf: 2_500)["1"] == "one in 437/0000459026: 5/5 removed")
        #expect(try shown(store, asOf: 1_500)["1"] == "one in 437/0000459026: 5/5")
    }

    @Test func aContentThatComesBackIsReadAgain() throws {
        let store = try TemporaryStore()
        let one = [row("1", "one", up: 5, down: 5)]
        try store.ledger.add(one, as: "a", content: "v1", moment: 1_000)
        try store.ledger.add(
            [row("1", "one", up: 9, down: 5, at: 2_000)], as: "a", content: "v2", moment: 2_000,
            replacing: try positions(store))
        try store.ledger.add(
            one.map { $0.with { $0.moment = 3_000 } }, as: "a", content: "v1", moment: 3_000,
            replacing: try positions(store))
        #expect(try shown(store) == ["1": "one in 437/0000459026: 5/5"])
        #expect(try store.ledger.readings(of: "news").count == 1)
    }

    /// Files of many rows are written on their own thread.
    @Test func manyKnownNumbersAreLookedAtAgain() throws {
        let store = try TemporaryStore()
        let rows = (0..<5_000).map { row("\($0)", "text \($0)", up: 1, down: 1) }
        try store.ledger.add(rows, as: "a", moment: 1_000)
        let later = rows.map { row in
            row.with {
                $0.moment = 2_000
                $0.up = 3
                if row.key?.hasSuffix("7") == true { $0.text += ", edited" }
            }
        }
        let figures = try store.ledger.add(later, as: "b", moment: 2_000)
        #expect(figures.edited == 500 && figures.repeats == 5_000 && figures.newComments == 0)
        let file = ImportedFile(
            source: "news", name: "a", digest: "digest of a", mapping: "other", run: "run-1", moment: 1_000)
        let other = ImportedFile(
            source: "news", name: "b", digest: "digest of b", mapping: "other", run: "run-1", moment: 2_000)
        let before = try shown(store)
        _ = try store.ledger.reread(try positions(store), of: "news", files: [file, other]) { file, sink in
            for row in file.name == "a" ? rows : later { try StoreLedger.append(row, to: sink) }
        }
        #expect(try shown(store) == before)
    }
}
