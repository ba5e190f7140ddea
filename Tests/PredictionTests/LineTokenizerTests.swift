import Console
import Foundation
import Prediction
import StageKit
import Testing
import Tokenization

struct LineTokenizerTests {
    /// The next block is read while one is handed over: what was whole before a line that cannot be read is handed over too.
    @Test func aLineThatCannotBeReadTakesNothingFromTheBlocksBeforeIt() throws {
        let path = NSTemporaryDirectory() + "blocks-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let lines = String(repeating: "a\n", count: 2 * 65_536)
        try (Data(lines.utf8) + [0xFF, 0x0A]).write(to: URL(filePath: path))
        let vocabulary = try Vocabulary(bytes: Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n".utf8))
        let tokenizer = try WordPieceTokenizer(
            vocabulary: vocabulary, options: TokenizerOptions(mode: .hfFast, lowercase: false))
        var rows = 0
        let error = #expect(throws: StageError.self) {
            try LineTokenizer(tokenizer, maxTokens: nil, threads: 2).forEachBatch(of: LineSource(path: path))
            {
                rows += $0.count
            }
        }
        #expect(error?.message.contains("line 131073: byte 1 is not UTF-8") == true)
        #expect(rows == 2 * 65_536)
    }
}
