import Console
import Foundation
import Prediction
import Testing
import Tokenization

/// A vocabulary and a text in a folder of their own, removed with the value.
private final class Lines {
    let path = NSTemporaryDirectory() + "lines-" + UUID().uuidString

    init(_ text: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n의견\n##들\nA\n"
        try vocabulary.write(toFile: path + "/vocab.txt", atomically: true, encoding: .utf8)
        try text.write(toFile: path + "/text", atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var source: LineSource { LineSource(path: path + "/text") }

    func tokenizer(maxTokens: Int? = nil, threads: Int = 1) throws -> LineTokenizer {
        LineTokenizer(
            try ModelFiles.tokenizer(in: path, flag: "--vocab"), maxTokens: maxTokens, threads: threads)
    }
}

struct LineTokenizerTests {
    static let details: [(LineTokenizer.Detail, String)] = [
        (.pieces, "[CLS] 의견 ##들 A [SEP]\n"),
        (.offsets, "0:0 0:6 6:9 10:11 0:0\n"),
        (
            .json,
            #"{"ids":[2,5,6,7,3],"offsets":[[0,0],[0,6],[6,9],[10,11],[0,0]],"pieces":["[CLS]","의견","\#u{23}#들","A","[SEP]"]}"#
                + "\n"
        ),
    ]

    @Test(arguments: details)
    func aLineIsShownInDetail(detail: LineTokenizer.Detail, text: String) throws {
        let tokenizer = try Lines("").tokenizer()
        let shown = try Array("의견들 A".utf8).withUnsafeBytes { try tokenizer.text(of: $0, detail) }
        #expect(shown == text)
    }

    @Test func batchesHoldEveryLineInOrder() throws {
        let lines = try Lines("의견\n\n의견들 A")
        for threads in [1, 3] {
            var rows: [[Int32]] = []
            try lines.tokenizer(maxTokens: 4, threads: threads).forEachBatch(of: lines.source) { batch in
                for row in 0..<batch.count { rows.append(Array(batch[row])) }
            }
            #expect(rows == [[2, 5, 3], [2, 3], [2, 5, 6, 3]])
        }
    }

    @Test func manyLinesComeInSeveralBatches() throws {
        let lines = try Lines(String(repeating: "A\n", count: 65_537))
        var counts: [Int] = []
        try lines.tokenizer(threads: 2).forEachBatch(of: lines.source) { counts.append($0.count) }
        #expect(counts == [65_536, 1])
    }

    @Test func withoutLinesThereIsNoBatch() throws {
        let lines = try Lines("")
        try lines.tokenizer().forEachBatch(of: lines.source) { _ in Issue.record("a batch of nothing") }
    }
}
