import Console
import Testing

/// Keeps what is written.
private final class Pieces {
    var all: [[UInt8]] = []
    var text: String { String(decoding: all.joined(), as: UTF8.self) }
}

struct OutputBufferTests {
    @Test func numbersAreWrittenAsLines() throws {
        let pieces = Pieces()
        var output = OutputBuffer(isTerminal: false) { pieces.all.append($0) }
        try output.writeLine(of: [0, 7, 10, 999, 2_147_483_647])
        try output.writeLine(of: [])
        try output.flush()
        #expect(pieces.text == "0 7 10 999 2147483647\n\n")
    }

    @Test func aTerminalIsGivenNothingThatItWouldObey() throws {
        for (isTerminal, expected) in [(true, "a\\u001b[2Jb\n"), (false, "a\u{1B}[2Jb\n")] {
            let pieces = Pieces()
            var output = OutputBuffer(isTerminal: isTerminal) { pieces.all.append($0) }
            try output.write("a\u{1B}[2Jb\n")
            try output.flush()
            #expect(pieces.text == expected)
        }
    }

    @Test func piecesHaveAtLeast64KiBButForTheLast() throws {
        let pieces = Pieces()
        var output = OutputBuffer(isTerminal: false) { pieces.all.append($0) }
        for _ in 0..<2000 { try output.write(String(repeating: "x", count: 99) + "\n") }
        try output.flush()
        #expect(pieces.all.map(\.count).reduce(0, +) == 200_000)
        #expect(pieces.all.dropLast().allSatisfy { $0.count > 1 << 16 })
        #expect(pieces.all.count == 4)
    }
}
