import Foundation
import Testing
import TextBasics
import Tokenization

/// Unigram vocabularies, piece for piece those of sentencepiece.
struct UnigramTrainerTests {
    /// Made by `Tests/Fixtures/tokenization/make_unigram.py`.
    struct Fixture: Decodable {
        struct Case: Decodable {
            var size: Int
            var coverage: Double
            var pieces: [String]
            var ids: [[Int32]]
        }

        var cases: [Case]

        static let shared: Fixture? = {
            let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Fixtures/tokenization/unigram.json")
            return try? JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
        }()
    }

    private func trained(
        _ texts: [String], size: Int, coverage: Double = 0.9995, threads: Int = 2
    ) throws -> UnigramTrainer.Model {
        var settings = UnigramTrainer.Settings()
        settings.vocabularySize = size
        settings.coverage = coverage
        var trainer = try UnigramTrainer(settings: settings)
        try trainer.add(UTF8Rows(texts))
        return try trainer.train(threads: threads)
    }

    @Test(arguments: 0..<3)
    func piecesAndIdsAreThoseOfTheReference(number: Int) throws {
        let expected = try #require(Fixture.shared).cases[number]
        let fixture = try #require(SubwordFixture.shared)
        let model = try trained(fixture.training, size: expected.size, coverage: expected.coverage)
        let tokenizer = try SentencePieceFiles.plain(model.file, name: "x.model")
        #expect(model.pieceCount == expected.pieces.count)
        #expect((0..<tokenizer.vocabularySize).map { tokenizer.text(of: $0) } == expected.pieces)
        for (row, text) in fixture.texts.enumerated() {
            let ids = try tokenizer.encode(Array(text.utf8), maxTokens: nil).ids
            #expect(ids == expected.ids[row], "row \(row): \(text.debugDescription)")
        }
    }

    @Test func theNumberOfThreadsDoesNotMatter() throws {
        let texts = try #require(SubwordFixture.shared).training
        #expect(try trained(texts, size: 600, threads: 1) == trained(texts, size: 600, threads: 5))
    }

    /// Other texts, and as many of them, give another model: the comparison sees a difference.
    @Test func otherTextsGiveAnotherModel() throws {
        let texts = try #require(SubwordFixture.shared).training
        #expect(try trained(texts, size: 600).file != trained(Array(texts.dropFirst()), size: 600).file)
    }

    @Test func whatCannotBeMetIsRefusedInWords() throws {
        func words(_ change: (inout UnigramTrainer.Settings) -> Void, _ texts: [String]) -> String {
            var settings = UnigramTrainer.Settings()
            change(&settings)
            do {
                var trainer = try UnigramTrainer(settings: settings)
                try trainer.add(UTF8Rows(texts))
                _ = try trainer.train()
                return ""
            } catch { return "\(error)" }
        }
        #expect(words({ $0.vocabularySize = 5 }, ["가"]).contains("give 6 (the special tokens and one piece)"))
        #expect(words({ $0.coverage = 0 }, ["가"]).contains("character_coverage is 0.0"))
        #expect(words({ $0.unknown = "?" }, ["가"]).contains("'?' one of them"))
        #expect(words({ _ in }, ["", " "]).contains("no vocabulary can be trained; 2 texts were read"))
        #expect(
            words({ $0.vocabularySize = 8 }, ["가나다라마바사"]).contains(
                "have 8 characters that must be pieces, and a vocabulary of 8 has room for 3"))
    }

    @Test func whatIsNotUTF8IsRefusedWithItsPlace() throws {
        var rows = UTF8Rows(["가"])
        rows.append([0x61, 0xFF])
        var trainer = try UnigramTrainer()
        #expect(throws: TokenizationError.invalidUTF8(row: 1, byte: 1)) { try trainer.add(rows) }
    }

    /// Compares with the models in the folder that SPLITVOTE_UNIGRAM names.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["SPLITVOTE_UNIGRAM"] != nil,
            "SPLITVOTE_UNIGRAM names no folder"))
    func largeModelsAreThoseOfTheReference() throws {
        let folder = URL(filePath: ProcessInfo.processInfo.environment["SPLITVOTE_UNIGRAM"] ?? "")
        let texts = try String(contentsOf: folder.appending(path: "texts.txt"), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            guard file.hasSuffix(".model"), let size = Int(file.dropLast(6)) else { continue }
            let expected = try SentencePieceFiles.plain(
                Array(Data(contentsOf: folder.appending(path: file))), name: file)
            let start = ContinuousClock.now
            let model = try trained(texts, size: size)
            let tokenizer = try SentencePieceFiles.plain(model.file, name: "own")
            let own = (0..<tokenizer.vocabularySize).map { tokenizer.text(of: $0) }
            let other = (0..<expected.vocabularySize).map { expected.text(of: $0) }
            print(
                file,
                "pieces \(own.count) and \(other.count), different \(Set(own).symmetricDifference(other).count)",
                "words \(model.distinctWords) seeds \(model.seeds) rounds \(model.rounds)",
                "seconds \((ContinuousClock.now - start) / .seconds(1))")
            #expect(own == other)
        }
    }
}
