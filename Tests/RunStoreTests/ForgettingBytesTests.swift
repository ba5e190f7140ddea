import CommentStore
import Foundation
import RunStore
import Testing
import VoteModel

/// What a store's file holds of forgotten comments, in its free pages and its log too.
struct ForgettingBytesTests {
    private static let comments = 600
    private static let marker = Array("said by ".utf8)

    private static func row(_ number: Int, _ version: Int, at moment: Int64) -> Sighting {
        Sighting(
            "said by \(number) v\(version), \(String(repeating: "말", count: number % 70))", up: 1, down: 2,
            at: moment
        )
        .with {
            $0.key = "\(number)"
            $0.article = "1/\(number / 20)"
        }
    }

    /// Four nights: texts are edited, a file is read in another way, and one takes the place of another.
    private func store() throws -> TemporaryStore {
        let store = try TemporaryStore()
        let all = 0..<Self.comments
        try store.ledger.add(all.map { Self.row($0, 1, at: 1_000) }, as: "a", moment: 1_000)
        try store.ledger.add(
            all.filter { $0 % 3 == 0 }.map { Self.row($0, 2, at: 2_000) }, as: "b", moment: 2_000)
        let replaced = try store.ledger.readings(of: "news").filter { $0.name == "b" }.map(\.position)
        try store.ledger.add(
            all.filter { $0 % 4 < 2 }.map { Self.row($0, 3, at: 3_000) }, as: "b", content: "later",
            moment: 3_000,
            replacing: replaced)
        let first = try store.ledger.readings(of: "news").filter { $0.name == "a" }.map(\.position)
        let file = ImportedFile(
            source: "news", name: "a", digest: "digest of a", mapping: "other", run: "run-1", moment: 1_000)
        _ = try store.ledger.reread(first, of: "news", files: [file]) { _, sink in
            for number in all { try StoreLedger.append(Self.row(number, 4, at: 1_000), to: sink) }
        }
        return store
    }

    /// Comments, whether shown or not, by the texts that stand anywhere in the store's file and its log.
    private func said(_ store: TemporaryStore) throws -> [Int: Set<Int>] {
        var said: [Int: Set<Int>] = [:]
        for name in [store.store.path, store.store.path + "-wal"]
        where FileManager.default.fileExists(atPath: name) {
            let bytes = try Array(Data(contentsOf: URL(filePath: name)))
            for start in bytes.indices
            where bytes[start] == Self.marker[0] && bytes[start...].starts(with: Self.marker) {
                let words = bytes[(start + Self.marker.count)...].prefix { $0 != UInt8(ascii: ",") }.prefix(
                    12
                )
                .split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
                guard words.count == 2, let number = Int(words[0]), let version = Int(words[1].dropFirst())
                else {
                    continue
                }
                said[number, default: []].insert(version)
            }
        }
        return said
    }

    private static let forgotten = stride(from: 1, to: comments, by: 2).map { (source: "news", key: "\($0)") }

    @Test func noTextOfAForgottenCommentStaysInTheFile() throws {
        let store = try store()
        let before = try said(store)
        #expect(before.count == Self.comments)
        #expect(Set(before.values.joined()) == [1, 2, 3, 4], "earlier versions are there to be forgotten")
        let figures = try store.ledger.forget(Self.forgotten, run: "run-2")
        #expect(figures.comments.count == Self.comments / 2)
        // Control: rows that were moved within the file left copies, and the log still has all of it.
        #expect(try said(store).keys.contains { !$0.isMultiple(of: 2) })
        #expect(try store.ledger.isForgettingUnfinished())
        try store.ledger.finishForgetting()
        let after = try said(store)
        let left = after.keys.filter { !$0.isMultiple(of: 2) }
        #expect(left.isEmpty, "\(left.count) forgotten comments are still told of, such as \(left.prefix(3))")
        #expect(after.count == Self.comments / 2, "the others stay")
        #expect(try !store.ledger.isForgettingUnfinished())
        #expect(try store.sql("PRAGMA integrity_check") == ["ok"])
    }

    @Test func rowsKeptAsideThatNameOrQuoteAForgottenCommentAreEmptied() throws {
        let store = try TemporaryStore()
        let rows = [
            ("k9\\tunknown of k9\\tmany", true), ("k99\\tanother\\t9", false),
            ("{\"id\":\"k9\",\"c\":1}", true),
            ("1\\t437\\t459\\t2\\tof two columns", true), ("437\\t46\\tof one column", false),
            ("x\\tfirst line\\nof it", true), ("x\\tk9입니다", false), ("a/b\\tof a slash", true),
        ]
        func file(_ name: String) -> ImportedFile {
            ImportedFile(source: "news", name: name, digest: name, mapping: "m", run: "run-1")
        }
        func add(_ name: String) throws {
            _ = try store.ledger.importFile(file(name)) { sink in
                for (line, row) in rows.enumerated() {
                    try sink.quarantine(QuarantinedRow(line: line, reason: "'up': words", excerpt: row.0))
                }
                try sink.quarantine(
                    QuarantinedRow(
                        line: 100, reason: "number 'k9' belongs to another text", excerpt: "that text"))
            }
        }
        try store.ledger.add([Sighting("first line\nof it", up: 1, down: 1).with { $0.key = "77" }], as: "a")
        try add("b")
        let names = ["k9", "437/459", "77", "a%2Fb"].map { (source: "news", key: $0) }
        let figures = try store.ledger.forget(names, run: "run-2")
        #expect(figures.comments.count == 1 && figures.unknown == 3)
        let emptied = rows.filter(\.1).count + 1
        #expect(figures.emptiedRows == emptied)
        #expect(try store.ledger.isForgettingUnfinished())
        let kept = "SELECT count(*), sum(excerpt = '' AND reason = 'forgotten') FROM quarantine"
        #expect(try store.sql(kept) == ["\(rows.count + 1)|\(emptied)"])
        #expect(
            try store.sql("SELECT excerpt FROM quarantine WHERE excerpt <> '' ORDER BY id")
                == rows.filter { !$0.1 }.map(\.0))
        // A later file has them again; of the text alone nothing is known any more.
        try add("c")
        #expect(try store.sql(kept) == ["\(2 * (rows.count + 1))|\(2 * emptied - 1)"])
        #expect(try store.ledger.forget(names, run: "run-3").emptiedRows == 0)
    }
}
