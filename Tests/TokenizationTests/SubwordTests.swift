import Foundation
import Testing
import TextBasics
import Tokenization

/// Byte-level BPE as `tokenizers` has it, SentencePiece as sentencepiece has it.
struct SubwordTests {
    @Test func theFixtureHoldsEveryKind() {
        #expect(SubwordFixture.names.count == 9)
        #expect(SubwordFixture.shared?.texts.count ?? 0 > 130)
    }

    @Test(arguments: SubwordFixture.names)
    func idsAndPlacesAreThoseOfTheReference(name: String) throws {
        let (tokenizer, expected, texts) = try SubwordFixture.named(name)
        for (row, text) in texts.enumerated() {
            let encoding = try tokenizer.encode(Array(text.utf8), maxTokens: nil)
            #expect(encoding.ids == expected.ids[row], "\(name), row \(row): \(text.debugDescription)")
            let places = encoding.offsets.flatMap { [$0.lowerBound, $0.upperBound] }
            #expect(places == expected.places[row], "\(name), places of row \(row): \(text.debugDescription)")
        }
    }

    /// Chunks that were kept are found again, in texts of any length and with any score in front of them.
    @Test(arguments: SubwordFixture.names, [1, 3])
    func batchesGiveWhatSingleTextsGive(name: String, threads: Int) throws {
        let (tokenizer, expected, texts) = try SubwordFixture.named(name)
        let many = Array(repeating: texts, count: 3).flatMap { $0 }
        let batch = try tokenizer.encodeBatch(UTF8Rows(many), threads: threads)
        for row in many.indices {
            #expect(Array(batch[row]) == expected.ids[row % texts.count], "\(name), row \(row)")
        }
        let joined = stride(from: 0, to: texts.count, by: 7).map { start in
            texts[start..<min(texts.count, start + 60)].joined(separator: " ")
        }
        let long = try tokenizer.encodeBatch(UTF8Rows(joined))
        for (row, text) in joined.enumerated() {
            #expect(
                try Array(long[row]) == tokenizer.encode(Array(text.utf8), maxTokens: nil).ids,
                "\(name), row \(row)")
        }
    }

    @Test(arguments: ["roberta", "gpt2"])
    func pairsAreJoinedAsTheFamilyHasThem(name: String) throws {
        let (tokenizer, expected, texts) = try SubwordFixture.named(name)
        let pairs = try #require(expected.pairs)
        let batch = try tokenizer.encodeBatch(
            UTF8Rows(texts.dropLast()), pairs: UTF8Rows(Array(texts.dropFirst())))
        for row in pairs.indices {
            #expect(Array(batch[row]) == pairs[row], "\(name), row \(row)")
            let single = try tokenizer.encode(
                Array(texts[row].utf8), pair: Array(texts[row + 1].utf8), maxTokens: nil, cutting: .right,
                addsSpecialTokens: true)
            #expect(single.ids == pairs[row])
        }
        #expect(batch.segmentIDs?.allSatisfy { $0 == 0 } == true)
    }

    @Test func limitsLeaveRoomForTheSpecialTokensOfTheFamily() throws {
        let (tokenizer, _, _) = try SubwordFixture.named("roberta")
        let text = Array("댓글이 정말 많다 정말".utf8)
        let whole = try tokenizer.encode(text, maxTokens: nil)
        let cut = try tokenizer.encode(text, maxTokens: 6)
        #expect(cut.ids == Array(whole.ids.prefix(5)) + [2] && cut.droppedIDs == whole.ids.count - 6)
        let left = try tokenizer.encodeBatch(UTF8Rows(["댓글이 정말 많다 정말"]), maxTokens: 6, cutting: .left)
        #expect(Array(left[0]) == [0] + whole.ids.suffix(5))
        #expect(left.truncatedCount == 1 && left.droppedIDs == whole.ids.count - 6)
        let pair = try tokenizer.encodeBatch(
            UTF8Rows(["댓글이 정말 많다"]), pairs: UTF8Rows(["정말 많다 댓글"]), maxTokens: 9)
        #expect(pair.length(of: 0) == 9 && Array(pair[0]).filter { $0 == 2 }.count == 3)
        #expect(throws: TokenizationError.self) { try tokenizer.encode(text, maxTokens: 2) }
        #expect(throws: TokenizationError.self) {
            try tokenizer.encode(text, pair: text, maxTokens: 5, cutting: .right, addsSpecialTokens: true)
        }
    }

    @Test(arguments: SubwordFixture.names)
    func whatIsNotUTF8IsRefusedWithItsPlace(name: String) throws {
        let (tokenizer, _, _) = try SubwordFixture.named(name)
        var rows = UTF8Rows(["가"])
        rows.append([0x61, 0xED, 0xA0, 0x80])
        #expect(throws: TokenizationError.invalidUTF8(row: 1, byte: 1)) { try tokenizer.encodeBatch(rows) }
        #expect(throws: TokenizationError.invalidUTF8(row: 0, byte: 0)) {
            try tokenizer.encode([0xFF], maxTokens: nil)
        }
    }

    /// Two tokenizers with the same identity give the same ids; what gives others has another one.
    @Test func identitiesDiffer() throws {
        let all = try SubwordFixture.names.map { try SubwordFixture.named($0).tokenizer }
        #expect(Set(all.map(\.identity)).count == all.count)
        #expect(Set(all.map(\.kind)) == ["byte-level-bpe", "sentencepiece-unigram", "sentencepiece-bpe"])
        for tokenizer in all { #expect(WordPieceMode(ofKind: tokenizer.kind) != nil) }
    }

    @Test(arguments: ["xlm-roberta", "albert", "kobert"])
    func foldersOfFamiliesGiveTheIdsOfTheirOwnTokenizers(name: String) throws {
        let fixture = try #require(SubwordFixture.shared)
        let family = try #require(fixture.families[name])
        let found = try family.with { try #require(try TokenizerFolder.find(in: $0)) }
        #expect(Set(found.files) == Set(family.folder.keys))
        let texts = fixture.familyTexts
        let batch = try found.tokenizer.encodeBatch(UTF8Rows(texts))
        for (row, text) in texts.enumerated() {
            #expect(Array(batch[row]) == family.ids[row], "\(name), row \(row): \(text.debugDescription)")
            let single = try found.tokenizer.encode(Array(text.utf8), maxTokens: nil)
            #expect(single.ids == family.ids[row])
            #expect(single.offsets.allSatisfy { $0.upperBound <= text.utf8.count })
        }
        let pairs = try found.tokenizer.encodeBatch(
            UTF8Rows(texts.dropLast()), pairs: UTF8Rows(Array(texts.dropFirst())))
        for row in 0..<pairs.count { #expect(Array(pairs[row]) == family.pairs[row], "\(name), pair \(row)") }
    }

    /// The ids of a KoBERT are the lines of vocab.txt: the model alone gives others, and a list of another model is refused.
    @Test func aKoBERTNeedsItsOwnList() throws {
        var family = try #require(SubwordFixture.shared?.families["kobert"])
        let model = Array(try #require(family.folder["tokenizer_78b3253a26.model"]))
        let text = Array("댓글이 정말 많다".utf8)
        let plain = try SentencePieceFiles.plain(model, name: "x.model").encode(text, maxTokens: nil).ids
        let own = try family.with { try #require(try TokenizerFolder.load($0)) }.encode(text, maxTokens: nil)
            .ids
        #expect(plain != Array(own.dropFirst().dropLast()) && own.first == 2 && own.last == 3)
        family.folder["vocab.txt"] = Data("[UNK]\n[PAD]\n[CLS]\n[SEP]\n[MASK]\n가\n".utf8)
        let error = #expect(throws: TokenizationError.self) {
            try family.with { try TokenizerFolder.load($0) }
        }
        #expect(error?.description.contains("the two do not belong together") == true)
    }

    /// `tokenizers` gives the same pieces and merges for the same texts.
    @Test func aTrainedByteLevelVocabularyIsThatOfTheReference() throws {
        let fixture = try #require(SubwordFixture.shared)
        var settings = ByteLevelTrainer.Settings()
        settings.vocabularySize = 600
        var trainer = try ByteLevelTrainer(settings: settings)
        try trainer.add(UTF8Rows(fixture.training))
        let files = try trainer.train()
        let folder = [
            "vocab.json": String(decoding: files.vocabulary, as: UTF8.self),
            "merges.txt": String(decoding: files.merges, as: UTF8.self),
        ]
        #expect(files.pieceCount == 600)
        struct Reference: Decodable {
            struct Model: Decodable {
                var vocab: [String: Int]
                var merges: [[String]]
            }
            var model: Model
        }
        let text = try #require(fixture.cases["gpt2"]?.files?["tokenizer.json"])
        let model = try JSONDecoder().decode(Reference.self, from: Data(text.utf8)).model
        let vocabulary = try JSONDecoder().decode([String: Int].self, from: Data(files.vocabulary))
        #expect(vocabulary == model.vocab)
        let merges = folder["merges.txt"]?.split(separator: "\n").dropFirst().map {
            $0.split(separator: " ").map(String.init)
        }
        #expect(merges == model.merges)
        let ids = try TokenizerFolderTests.with(folder) { folder in
            let tokenizer = try #require(try TokenizerFolder.load(folder))
            return try fixture.texts.map { try tokenizer.encode(Array($0.utf8), maxTokens: nil).ids }
        }
        let expected = try #require(fixture.cases["roberta"]?.ids)
        #expect(ids == expected)
    }
}
