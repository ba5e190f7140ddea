import Foundation
import Testing
import TextBasics
import Tokenization

/// `tokenizer.json` of Unigram models and of BPE over characters, as `tokenizers` has them.
struct StepTests {
    @Test func theFixtureHoldsEveryKind() {
        #expect(StepFixture.names.count == 11)
        #expect(StepFixture.shared?.texts.count ?? 0 > 150)
    }

    @Test(arguments: StepFixture.names)
    func idsAndPlacesAreThoseOfTheReference(name: String) throws {
        let (expected, texts) = try StepFixture.named(name)
        let tokenizer = try expected.tokenizer()
        for (row, text) in texts.enumerated() {
            let encoding = try tokenizer.encode(Array(text.utf8), maxTokens: nil)
            #expect(encoding.ids == expected.ids[row], "\(name), row \(row): \(text.debugDescription)")
            let places = encoding.offsets.flatMap { [$0.lowerBound, $0.upperBound] }
            #expect(places == expected.places[row], "\(name), places of row \(row): \(text.debugDescription)")
        }
    }

    @Test(arguments: StepFixture.names, [1, 3])
    func batchesAndPairsGiveWhatSingleTextsGive(name: String, threads: Int) throws {
        let (expected, texts) = try StepFixture.named(name)
        let tokenizer = try expected.tokenizer()
        let many = Array(repeating: texts, count: 3).flatMap { $0 }
        let batch = try tokenizer.encodeBatch(UTF8Rows(many), threads: threads)
        for row in many.indices {
            #expect(Array(batch[row]) == expected.ids[row % texts.count], "\(name), row \(row)")
        }
        let pairs = try tokenizer.encodeBatch(
            UTF8Rows(texts.dropLast()), pairs: UTF8Rows(Array(texts.dropFirst())), threads: threads)
        for row in expected.pairs.indices {
            #expect(Array(pairs[row]) == expected.pairs[row], "\(name), row \(row)")
        }
    }

    /// The comparison sees what one step less does: without it the ids are others.
    static let controls: [(name: String, step: String, instead: String)] = [
        ("albert", #"{"type":"NFKD"}"#, #"{"type":"NFC"}"#),
        ("albert", #"{"type":"Lowercase"}"#, #"{"type":"NFC"}"#),
        ("xlm-roberta", #""prepend_scheme":"always""#, #""prepend_scheme":"never""#),
        ("first", #""prepend_scheme":"first""#, #""prepend_scheme":"always""#),
        ("first", #""strip_right":true"#, #""strip_right":false"#),
        ("never", #""strip_left":true"#, #""strip_left":false"#),
        ("whole texts", #""prepend_scheme":"always""#, #""prepend_scheme":"never""#),
        ("kogpt2", #"{"type":"NFKC"}"#, #"{"type":"NFC"}"#),
        ("gpt", #""lowercase":true"#, #""lowercase":false"#),
        ("llama", #""byte_fallback":true"#, #""byte_fallback":false"#),
    ]

    @Test(arguments: controls)
    func eachStepCounts(name: String, step: String, instead: String) throws {
        let (expected, texts) = try StepFixture.named(name)
        var wasThere = false
        let tokenizer = try expected.tokenizer {
            wasThere = wasThere || $0.contains(step)
            return $0.replacing(step, with: instead)
        }
        let batch = try tokenizer.encodeBatch(UTF8Rows(texts))
        #expect(wasThere && texts.indices.contains { Array(batch[$0]) != expected.ids[$0] })
    }

    @Test func identitiesDiffer() throws {
        let all = try StepFixture.names.map { try StepFixture.named($0).expected.tokenizer() }
        // Of one tokenizer there is an older form of its file; it gives the same ids and may have another identity.
        #expect(Set(all.map(\.identity)).count >= all.count - 1)
        #expect(Set(all.map(\.kind)) == ["hf-unigram", "hf-bpe"])
        for tokenizer in all { #expect(WordPieceMode(ofKind: tokenizer.kind) != nil) }
    }

    static let refused: [(String, String)] = [
        (#""normalizer": {"type": "Nmt"}"#, "this normalizer is not supported"),
        (
            #""normalizer": {"type": "Sequence", "normalizers": [{"type": "BertNormalizer"}]}"#,
            "not 'BertNormalizer'"
        ),
        (
            #""normalizer": {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}"#,
            #"other regular expressions, as '\s+', are not supported"#
        ),
        (#""normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAA"}"#, "text in base64"),
        (#""normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}"#, "is broken"),
        (#""pre_tokenizer": {"type": "Digits"}"#, "'pre_tokenizer.type' must be"),
        (
            #""pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Punctuation"}]}"#,
            "'pre_tokenizer.pretokenizers[0].type' must be"
        ),
        (
            #""pre_tokenizer": {"type": "Metaspace", "prepend_scheme": "always", "add_prefix_space": false}"#,
            "'pre_tokenizer.add_prefix_space' must be true where prepend_scheme is 'always'"
        ),
        (
            #""pre_tokenizer": {"type": "BertPreTokenizer"}"#,
            "'normalizer' must be of the type BertNormalizer"
        ),
        (
            #""post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "a", "type_id": 2}}], "pair": [], "special_tokens": {"a": {"ids": [1]}}}"#,
            "a template whose segments are all 0"
        ),
    ]

    private static let model =
        #""model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["a", -1], ["b", -2.5]]}"#

    @Test(arguments: refused)
    func whatIsNotDoneExactlyIsRefusedByName(part: String, words: String) throws {
        let error = #expect(throws: TokenizationError.self) {
            try TokenizerFolderTests.with(["tokenizer.json": "{\(part), \(Self.model)}"]) {
                try TokenizerFolder.load($0)
            }
        }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
    }

    static let brokenModels: [(String, String)] = [
        (
            #"{"type": "Unigram", "unk_id": 3, "vocab": [["a", -1]]}"#,
            "'model.unk_id' must be the id of a piece: 0 to 0"
        ),
        (#"{"type": "Unigram", "unk_id": 0, "vocab": []}"#, "there are none"),
        (#"{"type": "Unigram", "vocab": [["a", -1]]}"#, "'model.unk_id' must be"),
        (
            #"{"type": "Unigram", "unk_id": 0, "vocab": [["a", -1], ["a", -2]]}"#,
            "'model.vocab[1]' must be a piece that is not there"
        ),
        (
            #"{"type": "Unigram", "unk_id": 0, "vocab": [["a"]]}"#,
            "'model.vocab[0]' must be a piece and its score"
        ),
        (
            #"{"type": "BPE", "continuing_subword_prefix": "@", "vocab": {"a": 0}, "merges": []}"#,
            "'model.continuing_subword_prefix' must be empty"
        ),
        (#"{"type": "BPE", "dropout": 0.1, "vocab": {"a": 0}, "merges": []}"#, "must not be drawn by lot"),
        (#"{"type": "BPE", "unk_token": "?", "vocab": {"a": 0}, "merges": []}"#, "has no piece '?'"),
    ]

    @Test(arguments: brokenModels)
    func brokenModelsAreRefusedInWords(model: String, words: String) throws {
        let error = #expect(throws: TokenizationError.self) {
            try TokenizerFolderTests.with(["tokenizer.json": #"{"model": \#(model)}"#]) {
                try TokenizerFolder.load($0)
            }
        }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
    }

    /// A SentencePiece model beside tokenizer.json counts, and its ids are sentencepiece's.
    @Test func aModelBesideItCounts() throws {
        let family = try #require(SubwordFixture.shared?.families["xlm-roberta"])
        let json = try #require(StepFixture.named("xlm-roberta").expected.files["tokenizer.json"])
        let (both, alone) = try family.with { folder in
            try Data(json.utf8).write(to: URL(filePath: folder + "/tokenizer.json"))
            let both = try #require(try TokenizerFolder.load(folder))
            try FileManager.default.removeItem(atPath: folder + "/sentencepiece.bpe.model")
            return (both, try #require(try TokenizerFolder.load(folder)))
        }
        #expect(both.kind == "sentencepiece-unigram" && alone.kind == "hf-unigram")
        #expect(alone.remarks.contains { $0.contains("as tokenizers does") })
        let text = Array("e\u{301} \u{1100}\u{1161}\u{11a8}".utf8)
        #expect(try both.encode(text, maxTokens: nil).ids != alone.encode(text, maxTokens: nil).ids)
    }
}
