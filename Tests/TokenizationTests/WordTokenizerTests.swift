import Foundation
import Testing
import TextBasics
import Tokenization

/// Whole words as ids, read from a folder like any other tokenizer.
struct WordTokenizerTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    private func tokenizer(_ words: [String]) throws -> any Tokenizer {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, bytes) in WordTokenizer.files(words: UTF8Rows(words)) {
            try Data(bytes).write(to: folder.appending(path: name))
        }
        return try #require(try TokenizerFolder.load(folder.path))
    }

    @Test func wordsStandBetweenWhiteSpaceAndOthersAreUnknown() throws {
        let tokenizer = try tokenizer(["좋다!!", "the", "ㅋㅋ"])
        #expect(tokenizer.kind == "words" && tokenizer.vocabularySize == 7 && tokenizer.text(of: 4) == "좋다!!")
        let text = Array("the \u{3000}좋다!!\u{A0}좋다 ㅋㅋ ".utf8)
        let encoding = try tokenizer.encode(text, maxTokens: nil)
        #expect(encoding.ids == [2, 5, 4, 1, 6, 3])
        #expect(
            encoding.offsets.map { String(decoding: text[$0], as: UTF8.self) } == [
                "", "the", "좋다!!", "좋다", "ㅋㅋ", "",
            ])
    }

    @Test func batchesGiveWhatSingleTextsGiveAndCountWhatIsCut() throws {
        let tokenizer = try tokenizer(["a", "b", "c"])
        let rows = UTF8Rows(["a b c a", "", "x b"])
        let batch = try tokenizer.encodeBatch(rows, maxTokens: 4)
        #expect(batch.ids == [2, 4, 5, 3, 2, 3, 2, 1, 5, 3] && batch.offsets == [0, 4, 6, 10])
        #expect(batch.truncatedCount == 1 && batch.droppedIDs == 2 && batch.unknownCount == 1)
        let last = try tokenizer.encodeBatch(rows, maxTokens: 4, cutting: .left)
        #expect(last[0] == [2, 6, 4, 3])
        let pairs = try tokenizer.encodeBatch(rows, pairs: UTF8Rows(["c", "c", "c"]), maxTokens: 5)
        #expect(pairs[0] == [2, 4, 3, 6, 3] && pairs.segmentIDs?.prefix(5) == [0, 0, 0, 1, 1])
    }

    @Test func listsWithoutTheirBeginningOrWithAWordTwiceAreRefused() throws {
        _ = try tokenizer(["a"])
        let place = folder.appending(path: "vocab.txt")
        try Data("[UNK]\na\n".utf8).write(to: place)
        #expect(throws: TokenizationError.self) { try TokenizerFolder.load(folder.path) }
        try Data("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\na\n".utf8).write(to: place)
        let error = #expect(throws: TokenizationError.self) { try TokenizerFolder.load(folder.path) }
        #expect(error?.description == "the list of words has 1 of them twice")
    }
}
