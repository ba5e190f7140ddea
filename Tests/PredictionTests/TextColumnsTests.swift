import Console
import Foundation
import Prediction
import StageKit
import TableFormat
import Testing

struct TextColumnsTests {
    private struct Block: Equatable {
        var texts: [String]
        var titles: [String]?
    }

    /// What is read from a table of this name, two rows at a time.
    private static func blocks(
        _ table: String, name: String, title: String? = nil, hasEscapes: Bool = false
    ) throws -> [Block] {
        let folder = NSTemporaryDirectory() + "columns-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/" + name
        try Data(table.utf8).write(to: URL(filePath: path))
        var blocks: [Block] = []
        func words(_ bytes: [[UInt8]]) -> [String] { bytes.map { String(decoding: $0, as: UTF8.self) } }
        do {
            try TextColumns(text: "text", title: title, hasEscapes: hasEscapes)
                .forEachBlock(of: 2, in: LineSource(path: path)) {
                    blocks.append(Block(texts: words($0), titles: $1.map(words)))
                }
        } catch let error as StageError {
            throw StageError(error.message.replacing(path, with: "FILE"), hint: error.hint)
        }
        return blocks
    }

    @Test func rowsComeInOrderAndInBlocks() throws {
        #expect(
            try Self.blocks("id\ttext\n1\ta\n2\tb\n3\tc\n", name: "t.tsv")
                == [Block(texts: ["a", "b"]), Block(texts: ["c"])])
        #expect(try Self.blocks("text\n", name: "t.tsv") == [])
    }

    @Test func titlesStandBesideTheirTexts() throws {
        #expect(
            try Self.blocks("text,head\n\"a, b\",A\nc,C\n", name: "t.csv", title: "head")
                == [Block(texts: ["a, b", "c"], titles: ["A", "C"])])
    }

    @Test func escapesAreReadOnlyWhereTheyAreMeant() throws {
        let table = "text\na\\tb\n"
        #expect(try Self.blocks(table, name: "t.tsv", hasEscapes: true) == [Block(texts: ["a\tb"])])
        #expect(try Self.blocks(table, name: "t.tsv") == [Block(texts: ["a\\tb"])])
    }

    @Test func aRowThatCannotBeReadEndsItAndIsNamed() throws {
        let error = #expect(throws: StageError.self) {
            try Self.blocks("{\"text\": \"a\"}\n[]\n", name: "t.jsonl")
        }
        #expect(
            error?.message.hasPrefix("FILE, line 2: not a JSON object") == true,
            "\(String(describing: error))")
        let missing = #expect(throws: StageError.self) { try Self.blocks("id\n1\n", name: "t.tsv") }
        #expect(missing?.message.hasPrefix("FILE: ") == true, "\(String(describing: missing))")
    }

    @Test(
        arguments: [
            (nil, .tsv), ("a.tsv", .tsv), ("a.TXT", .tsv), ("a.tab", .tsv), ("a.b.csv", .csv),
            ("a.jsonl", .jsonl), ("a.ndjson", .jsonl),
        ] as [(String?, TableKind)])
    func theNameSaysHowRowsAreWritten(path: String?, kind: TableKind) throws {
        #expect(try TextColumns.kind(ofFile: path) == kind)
    }

    @Test(arguments: ["a.parquet", "a", "a.csv.gz"])
    func aNameThatDoesNotSayIsRefused(path: String) {
        let error = #expect(throws: StageError.self) { try TextColumns.kind(ofFile: path) }
        #expect(error?.message == "\(path) does not say how its rows are written")
    }
}
