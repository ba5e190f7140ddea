import Foundation
import TableFormat
import TestInputs
import Testing

/// Tables that were right once, changed a little: every reader ends, and counts what it read.
struct FuzzTests {
    /// How many tables of each kind; SPLITVOTE_FUZZ=100000 for the long form.
    static let count = ProcessInfo.processInfo.environment["SPLITVOTE_FUZZ"].flatMap { Int($0) } ?? 3000

    static let tables: [(TableKind, String)] = [
        (.tsv, "id\ttext\tup\tdown\n1\t가 \"나\\n\t3\t4\n2\tb\\t\\\\\t0\t1\n3\t\t5\t6\n"),
        (.csv, "id,text,up,down\r\n1,\"가 \"\"나\"\"\nx\",3,4\r\n2,b,0,1\r\n3,\"\",5,6\r\n"),
        (
            .jsonl,
            "{\"id\":1,\"text\":\"가 \\\"나\\u00e9\\ud83d\\ude00\",\"up\":3,\"down\":4}\n{\"id\":\"2\",\"text\":\"b\",\"up\":0,\"down\":1,\"x\":[{}]}\n"
        ),
    ]

    private static let pieces: [[UInt8]] =
        [
            "\t", "\n", "\r\n", "\r", "\"", "\"\"", ",", "\\", "\\u", "\\ud83d", "{", "}", "[", "]", ":",
            "null", "1e9", "가", "\u{FEFF}", "\0",
        ].map {
            Array($0.utf8)
        } + [[0xFF], [0xED, 0xA0, 0x80], [0xE0, 0x80]]

    @Test(.timeLimit(.minutes(10)), arguments: tables)
    func mutatedTablesAreReadAlikeInAnyPieces(kind: TableKind, table: String) throws {
        let columns = ["id", "text", "up", "down"].map { TableColumn($0, required: false) }
        var rows = 0
        var problems = 0
        var refused = 0
        for seed in 0..<Self.count {
            var random = SplitMix64(seed: UInt64(seed))
            let bytes = mutated(Array(table.utf8), pieces: Self.pieces, using: &random)
            let options = TableReaderOptions(backslashEscapes: seed % 2 == 0)
            let piece = Int.random(in: 1...9, using: &random)
            let whole = try? read(kind, bytes, columns: columns, options: options)
            let parts = try? read(kind, bytes, columns: columns, options: options, piece: piece)
            #expect((whole == nil) == (parts == nil), "seed \(seed)")
            if let whole, let parts {
                #expect(
                    sameBytes(whole.rows, parts.rows) && whole.lines == parts.lines,
                    "seed \(seed), pieces of \(piece)")
                // How much of a broken row is shown depends on how much of it was in memory.
                #expect(
                    whole.problems.map(\.line) == parts.problems.map(\.line),
                    "seed \(seed), pieces of \(piece)")
                #expect(
                    whole.problems.map(\.reason) == parts.problems.map(\.reason),
                    "seed \(seed), pieces of \(piece)")
                rows += whole.rows.count
                problems += whole.problems.count
            } else {
                refused += 1
            }
        }
        #expect(rows > 0 && problems > 0)
        #expect(kind == .jsonl || refused > 0)
    }
}
