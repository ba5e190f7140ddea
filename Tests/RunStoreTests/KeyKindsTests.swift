import CommentStore
import Crypto
import Foundation
import RunStore
import Testing
import VoteModel

/// Comments with a number of their source's own and comments without one, in one store.
struct KeyKindsTests {
    /// The key of a comment without a number.
    static func key(of row: Sighting) -> String {
        let bytes = Array(row.article.utf8) + [0x1F] + Array(row.text.utf8)
        return SHA256.hash(data: bytes).prefix(8).map { String(format: "%02x", $0) }.joined()
    }

    /// Enough that a few rows are looked up one by one.
    private static let many = (0..<600).map { number in
        Sighting("comment \(number)", up: 1, down: 2).with { $0.article = "1/\(number / 30)" }
    }

    /// A store that knows `rows` and many others, opened again if `isReopened`, so that it holds no keys in memory.
    private func store(
        knowing rows: [Sighting], isReopened: Bool
    ) throws -> (held: TemporaryStore, ledger: StoreLedger) {
        let store = try TemporaryStore()
        try store.ledger.add(Self.many + rows, as: "a.tsv")
        _ = try store.ledger.cut(of: ["news"], asOf: nil)
        guard isReopened else { return (store, store.ledger) }
        return (store, try RunStore.open(at: store.store.path, artifacts: store.store.artifacts).ledger)
    }

    private static let plain = Sighting("text", up: 1, down: 0)
    /// The derived key of `plain`, given as the number of something else.
    private static let alike = Sighting("another text", up: 5, down: 5, at: 2_000).with {
        $0.article = "9/9"
        $0.key = key(of: plain)
    }

    @Test(arguments: [false, true])
    func aNumberThatIsAMadeKeyIsTheSameComment(isReopened: Bool) throws {
        for (first, second) in [(Self.plain, Self.alike), (Self.alike, Self.plain)] {
            let (held, ledger) = try store(knowing: [first], isReopened: isReopened)
            // The second time in the same process too, once it knows of the first.
            for (file, moment) in [("b.tsv", Int64(3_000)), ("c.tsv", 4_000)] {
                let figures = try ledger.add([second.with { $0.moment = moment }], as: file)
                #expect(figures.newComments == 0 && figures.repeats == 1)
            }
            #expect(
                try held.sql("SELECT text FROM comment WHERE key = '\(Self.key(of: Self.plain))'") == [
                    first.text
                ])
        }
    }

    @Test(arguments: [false, true])
    func aNumberThatOnlyLooksLikeAMadeKeyIsAnother(isReopened: Bool) throws {
        let (held, ledger) = try store(knowing: [Self.plain], isReopened: isReopened)
        let lookalike = Self.plain.with { $0.key = "00112233445566ff" }
        let figures = try ledger.add([lookalike, Self.plain, lookalike], as: "b.tsv")
        #expect(figures.newComments == 1 && figures.repeats == 2)
        #expect(
            try held.sql("SELECT key, numbered FROM comment WHERE text = 'text' ORDER BY id") == [
                "\(Self.key(of: Self.plain))|0", "00112233445566ff|1",
            ])
    }

    @Test func sourcesDoNotShareMadeKeys() throws {
        let store = try TemporaryStore()
        for source in ["one", "two"] {
            let figures = try store.ledger.add([Self.plain], as: "a.tsv", source: source)
            #expect(figures.newComments == 1)
        }
        _ = try store.ledger.cut(of: ["one"], asOf: nil)
        let key = Self.key(of: Self.plain)
        #expect(try store.ledger.comments(named: key).map(\.source) == ["one", "two"])
        #expect(try store.ledger.comments(named: "two:" + key).map(\.source) == ["two"])
        #expect(try store.ledger.comments(named: "three:" + key) == [])
    }

    @Test func commentsAreFoundByTheirNames() throws {
        let store = try TemporaryStore()
        let rows = [
            Self.plain, Self.plain.with { $0.key = "00112233445566ff" },
            Self.plain.with { $0.key = "437/1:2" },
        ]
        try store.ledger.add(rows, as: "a.tsv", source: "my:news")
        // Once without the indexes, as while a store is filled for the first time, and once with them.
        for _ in 0..<2 {
            for (id, row) in rows.enumerated() {
                let key = row.key ?? Self.key(of: row)
                for name in [key, "my:news:" + key] {
                    #expect(try store.ledger.comments(named: name).map(\.id) == [Int64(id + 1)], "\(name)")
                }
                #expect(try store.ledger.comments(named: "news:" + key) == [])
            }
            _ = try store.ledger.cut(of: ["my:news"], asOf: nil)
        }
    }

    @Test(arguments: [false, true])
    func forgottenCommentsOfEitherKindStayAway(isReopened: Bool) throws {
        let rows = [
            Self.plain, Self.plain.with { $0.key = "00112233445566ff" }, Self.plain.with { $0.key = "7" },
        ]
        let later = Self.plain.with { $0.text = "not seen yet" }
        let (held, ledger) = try store(knowing: rows, isReopened: isReopened)
        let names = (rows + [later]).map { (source: "news", key: $0.key ?? Self.key(of: $0)) }
        let figures = try ledger.forget(names, run: "run-1")
        #expect(figures.comments.count == 3 && figures.unknown == 1)
        let again = try ledger.add((rows + [later]).map { $0.with { $0.moment = 9_000 } }, as: "b.tsv")
        #expect(again.newComments == 0)
        #expect(try held.sql("SELECT DISTINCT text FROM comment WHERE id > 600") == [""])
        #expect(try held.sql("SELECT count(*) FROM vote WHERE observed_at = 9000") == ["0"])
    }

    @Test func aSourceOfWhichAllWasForgottenIsPassedOver() throws {
        let store = try TemporaryStore()
        let rows = [Self.plain, Self.plain.with { $0.key = "7" }]
        try store.ledger.add(rows, as: "a.tsv")
        _ = try store.ledger.forget(
            rows.map { (source: "news", key: $0.key ?? Self.key(of: $0)) }, run: "run-1")
        let figures = try store.ledger.add(rows + [Self.plain.with { $0.text = "new" }], as: "b.tsv")
        #expect(figures.newComments == 1)
        #expect(try store.sql("SELECT text FROM comment ORDER BY id") == ["", "", "new"])
    }
}
