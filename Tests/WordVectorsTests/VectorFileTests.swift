import Foundation
import Testing
import TextBasics
import WordVectors

struct VectorFileTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    static let table = VectorTable(
        words: UTF8Rows(["의", "the", "##다", "\u{00E9}"]), size: 3,
        values: [1, -0.5, 1e-9, 0.1, 3.4e38, -0.0, 2, 4, 8, 1 / 3, 0, .leastNonzeroMagnitude])

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func read(_ bytes: [UInt8]) throws -> VectorTable {
        try Data(bytes).write(to: folder.appending(path: "vectors"))
        return try VectorFile.read(path("vectors"))
    }

    func problem(_ bytes: [UInt8]) -> String? {
        do {
            _ = try read(bytes)
            return nil
        } catch { return "\(error)".replacingOccurrences(of: path("vectors"), with: "FILE") }
    }

    @Test(arguments: VectorFile.Form.allCases)
    func whatIsWrittenReadsBackBitForBit(form: VectorFile.Form) throws {
        try VectorFile.write(Self.table, to: path("table"), as: form)
        let read = try VectorFile.read(path("table"))
        #expect(read.words == Self.table.words)
        #expect(read.values.map(\.bitPattern) == Self.table.values.map(\.bitPattern))
    }

    @Test func binaryRowsMayEndInALineBreakAsWord2vecWritesThem() throws {
        var bytes = Array("2 1\n".utf8)
        for (word, value) in [("a", Float(1.5)), ("b", -2)] {
            bytes += Array("\(word) ".utf8)
            bytes += withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } + [0x0A]
        }
        #expect(try read(bytes).values == [1.5, -2])
    }

    @Test func linesMayEndInASpaceOrAReturnAndOfAWordTheFirstCounts() throws {
        let table = try read(Array("3 2\na 1 2 \nb 3 4\r\na 5 6\n".utf8))
        #expect(table.words == UTF8Rows(["a", "b"]))
        #expect(table.values == [1, 2, 3, 4])
    }

    @Test func onlyWantedWordsAreKept() throws {
        try VectorFile.write(Self.table, to: path("table"), as: .binary)
        let read = try VectorFile.read(path("table")) { $0.elementsEqual("the".utf8) }
        #expect(read.words == UTF8Rows(["the"]) && read.values == [0.1, 3.4e38, 0])
    }

    static let broken: [(String, String)] = [
        (
            "",
            "FILE: it does not begin with a line that says how many words there are and how many numbers each has, as files of word2vec do"
        ),
        (
            "a 1 2\nb 3 4\n",
            "FILE: it does not begin with a line that says how many words there are and how many numbers each has, as files of word2vec do"
        ),
        (
            "3 2\na 1 2\nb 3 4\n",
            "FILE: there is no word 3 with a space after it; the first line says 3 words"
        ),
        ("1 2\na 1 2\nb 3 4\n", "FILE: its first line says 1 words; there are more, 6 bytes after them"),
        ("2 2\na 1 2\nb 3\n", "FILE: line 3 has 1 numbers after its word; the first line says 2"),
        ("2 2\na 1 2\nb 3 4 5\n", "FILE: line 3 has more than the 2 numbers that the first line says"),
        (
            "2 2\na \u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}b \u{1}",
            "FILE: it ends in the vector of word 2; the first line says 2 words of 2 numbers"
        ),
    ]

    @Test(arguments: broken)
    func brokenFilesAreRefusedInWords(text: String, expected: String) {
        #expect(problem(Array(text.utf8)) == expected)
    }

    @Test func aWordWithASpaceIsNotWritten() {
        let table = VectorTable(words: UTF8Rows(["a b"]), size: 1, values: [1])
        #expect(throws: WordVectorError.self) { try VectorFile.write(table, to: path("table"), as: .text) }
    }
}
