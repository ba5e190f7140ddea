import Console
import Foundation
import Prediction
import StageKit
import TableFormat
import Testing

struct TextSourceTests {
    private struct Row: Equatable {
        var text: String?
        var title = ""
        var kept: [String?] = []
    }

    private struct Block: Equatable {
        var columns: [String] = []
        var rows: [Row]

        init(_ texts: [String]) { rows = texts.map { Row(text: $0) } }

        init(_ columns: [String], _ rows: [Row]) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// What is read from a table of this name, two rows at a time.
    private static func blocks(
        _ table: String, name: String, title: String? = nil, kept: [String]? = nil, hasEscapes: Bool = false
    ) throws -> [Block] {
        let folder = NSTemporaryDirectory() + "columns-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/" + name
        try Data(table.utf8).write(to: URL(filePath: path))
        var blocks: [Block] = []
        func words(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        do {
            let table = TextSource(
                TextColumns(text: "text", title: title, pair: nil), kept: kept, hasEscapes: hasEscapes)
            try table.forEachBlock(of: 2, in: LineSource(path: path)) { block in
                blocks.append(
                    Block(
                        block.keptColumns,
                        block.rows.map {
                            Row(text: $0.text.map(words), title: words($0.title), kept: $0.kept)
                        }))
            }
        } catch let error as StageError {
            throw StageError(error.message.replacing(path, with: "FILE"), hint: error.hint)
        }
        return blocks
    }

    @Test func rowsComeInOrderAndInBlocks() throws {
        #expect(
            try Self.blocks("nr\ttext\n1\ta\n2\tb\n3\tc\n", name: "t.tsv") == [
                Block(["a", "b"]), Block(["c"]),
            ])
        #expect(try Self.blocks("text\n", name: "t.tsv") == [])
    }

    @Test func titlesAreNextToTheirTexts() throws {
        #expect(
            try Self.blocks("text,head\n\"a, b\",A\nc,C\n", name: "t.csv", title: "head")
                == [Block([], [Row(text: "a, b", title: "A"), Row(text: "c", title: "C")])])
    }

    @Test func theIdIsKeptWhereThereIsOne() throws {
        let rows = [Row(text: "a", kept: ["7"]), Row(text: "b", kept: ["8"])]
        #expect(try Self.blocks("id\ttext\n7\ta\n8\tb\n", name: "t.tsv") == [Block(["id"], rows)])
        #expect(
            try Self.blocks("{\"text\":\"a\",\"id\":7}\n{\"text\":\"b\",\"id\":8}\n", name: "t.jsonl")
                == [Block(["id"], rows)])
        #expect(try Self.blocks("{\"text\":\"a\"}\n", name: "t.jsonl") == [Block(["a"])])
        #expect(try Self.blocks("id\ttext\n7\ta\n", name: "t.tsv", kept: []) == [Block(["a"])])
    }

    @Test func columnsThatAreAskedForAreKeptInThatOrder() throws {
        #expect(
            try Self.blocks("id\ttext\tup\n7\ta\t3\n", name: "t.tsv", kept: ["up", "text", "id"])
                == [Block(["up", "text", "id"], [Row(text: "a", kept: ["3", "a", "7"])])])
        let error = #expect(throws: StageError.self) {
            try Self.blocks("id\ttext\n7\ta\n", name: "t.tsv", kept: ["down"])
        }
        #expect(error?.message.contains("'down'") == true)
    }

    @Test func aRowWithoutATextIsARow() throws {
        #expect(
            try Self.blocks(
                "{\"id\":1,\"text\":null}\n{\"id\":2}\n{\"id\":3,\"text\":\"\"}\n", name: "t.jsonl")
                == [
                    Block(["id"], [Row(text: nil, kept: ["1"]), Row(text: nil, kept: ["2"])]),
                    Block(["id"], [Row(text: "", kept: ["3"])]),
                ])
    }

    @Test func escapesAreReadOnlyWhereTheyAreMeant() throws {
        let table = "text\na\\tb\n"
        #expect(try Self.blocks(table, name: "t.tsv", hasEscapes: true) == [Block(["a\tb"])])
        #expect(try Self.blocks(table, name: "t.tsv") == [Block(["a\\tb"])])
    }

    @Test func aRowThatCannotBeReadEndsItAndIsNamed() throws {
        let error = #expect(throws: StageError.self) {
            try Self.blocks("{\"text\": \"a\"}\n[]\n", name: "t.jsonl")
        }
        #expect(
            error?.message.hasPrefix("FILE, line 2: not a JSON object") == true,
            "\(String(describing: error))")
        let missing = #expect(throws: StageError.self) { try Self.blocks("nr\n1\n", name: "t.tsv") }
        #expect(missing?.message.hasPrefix("FILE: ") == true, "\(String(describing: missing))")
    }

    @Test(
        arguments: [
            (nil, .tsv), ("a.tsv", .tsv), ("a.TXT", .tsv), ("a.tab", .tsv), ("a.b.csv", .csv),
            ("a.jsonl", .jsonl), ("a.ndjson", .jsonl), ("a.csv.gz", .csv), ("a.JSONL.GZ", .jsonl),
        ] as [(String?, TableKind)])
    func theNameSaysHowRowsAreWritten(path: String?, kind: TableKind) throws {
        #expect(try TextSource.kind(ofFile: path) == kind)
    }

    @Test(arguments: ["a.parquet", "a", "a.gz"])
    func aNameThatDoesNotSayIsRefused(path: String) {
        let error = #expect(throws: StageError.self) { try TextSource.kind(ofFile: path) }
        #expect(error?.message == "\(path) does not say how its rows are written")
    }
}
