import Foundation
import Testing
import TextBasics
import Tokenization

/// Compares with what `Tests/Fixtures/tokenization/subword_parity.py` wrote; skipped unless SPLITVOTE_SUBWORDS names its
/// folder.
struct SubwordParityTests {
    static let folder = ProcessInfo.processInfo.environment["SPLITVOTE_SUBWORDS"]
    private static let rounds = 5

    struct Case: Decodable {
        var model: String
        var texts: String
        var expected: String
        var seconds: Double
    }

    @Test(.enabled(if: folder != nil, "SPLITVOTE_SUBWORDS names no folder"))
    func idsEqualThoseOfTheReferences() throws {
        let folder = URL(fileURLWithPath: try #require(Self.folder))
        let data = try Data(contentsOf: folder.appendingPathComponent("subwords.json"))
        for item in try JSONDecoder().decode([Case].self, from: data) { try compare(item, in: folder) }
    }

    private func compare(_ item: Case, in folder: URL) throws {
        func bytes(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: folder.appendingPathComponent(name)))
        }
        let tokenizer: any Tokenizer
        if item.model.hasSuffix(".model") {
            tokenizer = try SentencePieceFiles.plain(try bytes(item.model), name: item.model)
        } else {
            tokenizer = try #require(try TokenizerFolder.load(folder.appendingPathComponent(item.model).path))
        }
        let texts = ParityTests.rows(try bytes(item.texts))
        let expected = ParityTests.numbers(try bytes(item.expected))
        var seconds: [Double] = []
        var batch = try tokenizer.encodeBatch(texts)
        for _ in 0..<Self.rounds {
            // Microseconds of the processor, on Linux and macOS alike.
            let start = clock()
            batch = try tokenizer.encodeBatch(texts)
            seconds.append(Double(clock() - start) / 1e6)
        }
        let different = (0..<texts.count).filter { row in
            !batch[row].elementsEqual(expected[row]) { Int($0) == Int($1) }
        }
        #expect(different.isEmpty, "\(item.model) \(item.texts): \(different.count) rows differ")
        let median = seconds.sorted()[Self.rounds / 2]
        print(
            item.model, item.texts, "rows \(texts.count)", "tokens \(batch.ids.count)",
            "different \(different.count)",
            "seconds \(median)", "reference \(item.seconds)", "ratio \(item.seconds / median)")
        for row in different.prefix(5) {
            print("  ", row, ParityTests.shown(texts[row]), Array(batch[row]), Array(expected[row]))
        }
    }
}
