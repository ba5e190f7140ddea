import Console
import Foundation
import StageKit
import Testing

struct LineSourceTests {
    /// Lines of a file with these bytes, or the error.
    private static func lines(_ bytes: [UInt8]) throws -> [String] {
        let path = NSTemporaryDirectory() + "lines-" + UUID().uuidString
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var lines: [String] = []
        do {
            try LineSource(path: path).forEachLine { lines.append(String(decoding: $0, as: UTF8.self)) }
        } catch let error as StageError {
            lines.append("error: \(error)".replacing(path, with: "FILE"))
        }
        return lines
    }

    static let texts: [(String, [String])] = [
        ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb", ["a", "", "b"]),
        ("a\r\nb\r\n", ["a", "b"]), ("a\rb\n", ["a\rb"]), ("\u{FEFF}a\n\u{FEFF}b\n", ["a", "\u{FEFF}b"]),
        ("하나\n둘", ["하나", "둘"]),
    ]

    @Test(arguments: texts)
    func linesEndWithLineFeedsAndLoseTheirReturnsAndByteOrderMark(text: String, expected: [String]) throws {
        #expect(try Self.lines(Array(text.utf8)) == expected)
    }

    /// A piece of the file has 256 KiB.
    @Test func aLineMayReachOverSeveralPieces() throws {
        let long = String(repeating: "가나다라", count: 60_000)
        #expect(try Self.lines(Array("a\n\(long)\nb\n".utf8)) == ["a", long, "b"])
    }

    @Test func whatIsNotUTF8IsNamedByLineAndByte() throws {
        #expect(
            try Self.lines([0x61, 0x0A, 0x62, 0xFF, 0x0A])
                == ["a", "error: FILE, line 2: byte 2 is not UTF-8\nhint: convert the text to UTF-8 first"])
    }

    @Test func compressedTextIsRefused() throws {
        let lines = try Self.lines([0x1F, 0x8B, 0x08, 0x00])
        #expect(lines.count == 1 && lines[0].hasPrefix("error: FILE is compressed with gzip"), "\(lines)")
    }

    @Test func aLineThatNeverEndsIsRefused() throws {
        let lines = try Self.lines(Array(repeating: 0x61, count: 1 << 24 + 1))
        #expect(lines.count == 1 && lines[0].hasPrefix("error: FILE, line 1 has more than 16 MiB"))
    }

    @Test func aFileThatIsNotThereIsNamed() {
        let error = #expect(throws: StageError.self) {
            try LineSource(path: "/nowhere/text").forEachLine { _ in }
        }
        #expect(error?.message == "cannot read /nowhere/text: No such file or directory")
    }

    @Test func blocksAreFullButForTheLast() throws {
        let path = NSTemporaryDirectory() + "blocks-" + UUID().uuidString
        try Data("1\n2\n3\n4\n5\n".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var sizes: [Int] = []
        try LineSource(path: path).forEachBlock(of: 2) { sizes.append($0.count) }
        #expect(sizes == [2, 2, 1])
    }

    @Test(arguments: [nil, "-"])
    func withoutAPathItIsStandardInput(path: String?) {
        #expect(LineSource(path: path).filePath == nil)
        #expect(LineSource(path: path).name == "standard input")
    }
}
