import Foundation
import TestInputs
import Testing
import TextBasics
import Tokenization

/// Files of subword tokenizers that are broken, incomplete or do not belong together.
struct SubwordFileTests {
    private static let pieces = #"{"a": 0, "b": 1, "ab": 2, "<s>": 3, "</s>": 4, "<mask>": 5, "Ġ": 6}"#

    static let refused: [([String: String], String)] = [
        (["vocab.json": pieces], "vocab.json and merges.txt belong together, and only vocab.json is there"),
        (["vocab.json": "{}", "merges.txt": "#version"], "vocab.json has no pieces"),
        (["vocab.json": "[1]", "merges.txt": ""], "vocab.json holds no JSON object"),
        (["vocab.json": #"{"a": 1}"#, "merges.txt": ""], "gives 'a' the id 1 and has only 1 pieces"),
        (["vocab.json": #"{"a": 0, "b": 0}"#, "merges.txt": ""], "gives the id 0 or the piece 'b' twice"),
        (["vocab.json": #"{"a": -1}"#, "merges.txt": ""], "'a' must be an id from 0"),
        (["vocab.json": pieces, "merges.txt": "a b c"], "merges.txt, entry 1 is not two pieces"),
        (
            ["vocab.json": pieces, "merges.txt": "#version: 0.2\na b\nb a"],
            "merges.txt, entry 3 needs the piece 'ba'"
        ),
        (["vocab.json": pieces, "merges.txt": "a x"], "needs the piece 'x'"),
        (["spiece.model": "x"], "spiece.model is not a SentencePiece model"),
        (["sentencepiece.bpe.model": ""], "the model has 0 pieces"),
        (
            ["vocab.txt": TokenizerFolderTests.vocabulary, "spiece.model": "x"],
            "spiece.model is not a SentencePiece model"
        ),
        (
            ["other.model": "x"],
            "other.model is a SentencePiece model, and the folder does not say of which family"
        ),
        (
            [
                "tokenizer.json":
                    #"{"normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}"#
            ], "'normalizer' must be null"
        ),
        (
            ["tokenizer.json": #"{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a"]]}}"#],
            "'merges', entry 0 is not two pieces"
        ),
        (
            [
                "tokenizer.json":
                    #"{"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": {"a": 0}, "merges": []}}"#
            ], "'model.end_of_word_suffix' must be empty"
        ),
    ]

    @Test(arguments: refused)
    func brokenFilesAreRefusedInWords(files: [String: String], words: String) throws {
        let error = #expect(throws: TokenizationError.self) {
            try TokenizerFolderTests.with(files) { try TokenizerFolder.load($0) }
        }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
    }

    /// Old files hold merges as texts, new ones as lists of two.
    @Test func mergesOfBothFormsAreRead() throws {
        func ids(_ merges: String) throws -> [Int32] {
            let json = """
                {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
                 "model": {"type": "BPE", "vocab": \(Self.pieces), "merges": \(merges)}}
                """
            return try TokenizerFolderTests.with(["tokenizer.json": json]) {
                try #require(try TokenizerFolder.load($0)).encode(Array("ab ba".utf8), maxTokens: nil).ids
            }
        }
        #expect(try ids(#"["a b"]"#) == [2, 6, 1, 0])
        #expect(try ids(#"[["a", "b"]]"#) == [2, 6, 1, 0])
        #expect(try ids("[]") == [0, 1, 6, 1, 0])
    }

    /// Bytes without a piece are left out, as in the reference, and that is said.
    @Test func missingBytesAreSaid() throws {
        let files = ["vocab.json": Self.pieces, "merges.txt": "a b"]
        let (ids, remarks) = try TokenizerFolderTests.with(files) { folder in
            let tokenizer = try #require(try TokenizerFolder.load(folder))
            return (try tokenizer.encode(Array("abc".utf8), maxTokens: nil).ids, tokenizer.remarks)
        }
        #expect(ids == [3, 2, 4])
        #expect(remarks.contains { $0.contains("no piece for 253 of 256 bytes") })
    }

    /// Models changed a little: they are read, and texts with them, or refused in words.
    @Test(
        .timeLimit(.minutes(10)),
        arguments: ["unigram, bytes and symbols", "bpe, bytes and symbols", "unigram"])
    func mutatedModelsAreReadOrRefused(name: String) throws {
        let fixture = try #require(SubwordFixture.shared)
        let whole = Array(try #require(fixture.cases[name]?.model))
        let texts = UTF8Rows(fixture.texts.prefix(60))
        let pieces: [[UInt8]] = [
            [0x0A, 0x05, 0x0A, 0x01, 0x61, 0x18, 0x01], [0x18, 0x04], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0],
            [0x15, 0, 0, 0xC0, 0x7F], [0x12, 0xFF, 0x01], [0x80, 0, 0, 0], [0xE2, 0x96, 0x81],
        ]
        var random = RandomText.Generator(state: 77)
        var (accepted, refused) = (0, 0)
        for _ in 0..<min(fuzzCount, 100_000) / 3 {
            let bytes = mutated(whole, pieces: pieces, using: &random)
            do {
                let tokenizer = try SentencePieceFiles.plain(bytes, name: "x.model")
                _ = try tokenizer.encodeBatch(texts)
                accepted += 1
            } catch {
                #expect(error.description.contains("x.model"))
                refused += 1
            }
        }
        #expect(accepted > 0 && refused > 0, "\(accepted) read, \(refused) refused")
    }

    /// The character map of the normalizer alone changed: circles and places outside of it are found.
    @Test(.timeLimit(.minutes(10)))
    func mutatedCharacterMapsAreReadOrRefused() throws {
        let fixture = try #require(SubwordFixture.shared)
        let whole = Array(try #require(fixture.cases["unigram"]?.model))
        let texts = UTF8Rows(fixture.texts.prefix(60))
        var random = RandomText.Generator(state: 78)
        var (accepted, refused) = (0, 0)
        // The map is the last big field of the file.
        for _ in 0..<min(fuzzCount, 100_000) / 3 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: whole.count - 2_000..<whole.count - 60, using: &random)
                bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            do {
                _ = try SentencePieceFiles.plain(bytes, name: "x.model").encodeBatch(texts)
                accepted += 1
            } catch { refused += 1 }
        }
        #expect(accepted > 0 && refused > 0, "\(accepted) read, \(refused) refused")
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedPairEncodingsAreReadOrRefused() throws {
        let fixture = try #require(SubwordFixture.shared)
        var settings = ByteLevelTrainer.Settings()
        settings.vocabularySize = 300
        var trainer = try ByteLevelTrainer(settings: settings)
        try trainer.add(UTF8Rows(fixture.training.prefix(40)))
        let files = try trainer.train()
        var random = RandomText.Generator(state: 79)
        var (accepted, refused) = (0, 0)
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let texts = UTF8Rows(fixture.texts.prefix(20))
        for step in 0..<min(fuzzCount, 30_000) / 6 {
            let words = [Array("\" : 5,".utf8), Array("a b\n".utf8), [0xFF], Array("{".utf8)]
            let isFirst = step % 2 == 0
            let vocabulary =
                isFirst ? mutated(files.vocabulary, pieces: words, using: &random) : files.vocabulary
            let merges = isFirst ? files.merges : mutated(files.merges, pieces: words, using: &random)
            try Data(vocabulary).write(to: folder.appending(path: "vocab.json"))
            try Data(merges).write(to: folder.appending(path: "merges.txt"))
            do {
                _ = try TokenizerFolder.load(folder.path)?.encodeBatch(texts)
                accepted += 1
            } catch { refused += 1 }
        }
        #expect(accepted > 0 && refused > 0, "\(accepted) read, \(refused) refused")
    }
}
