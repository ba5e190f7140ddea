import Foundation
import ShardFormat
import Testing
import Training

/// Scores of tags as seqeval and KLUE's own program give them; see `Tests/Fixtures/metrics/make_entities.py`.
struct EntityScoresTests {
    private struct Fixture: Decodable {
        struct Case: Decodable {
            let truth: [String]
            let answers: [String]
            let entityF1: Double?
            let entityMacroF1: Double?
            let strictF1: Double?
            let strictMacroF1: Double?
            let klueEntityF1: Double?
            let klueCharF1: Double?

            var expected: [String: Double?] {
                [
                    "entity_f1": entityF1, "entity_macro_f1": entityMacroF1, "strict_f1": strictF1,
                    "strict_macro_f1": strictMacroF1, "klue_entity_f1": klueEntityF1,
                    "klue_char_f1": klueCharF1,
                ]
            }
        }

        let names: [String]
        let cases: [Case]
    }

    private let fixture: Fixture

    init() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metrics/entities.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        fixture = try decoder.decode(Fixture.self, from: Data(contentsOf: path))
    }

    /// Words whose answers are certain.
    private func rows(_ test: Fixture.Case, names: [String]) -> ScoredRows {
        func tags(_ texts: [String]) -> [Int] { texts.joined().map { $0.wholeNumberValue ?? 0 } }
        var sequences: [Range<Int>] = []
        for text in test.truth {
            let start = sequences.last?.upperBound ?? 0
            sequences.append(start..<start + text.count)
        }
        let answers = tags(test.answers).flatMap { tag in names.indices.map { $0 == tag ? 1.0 : 0 } }
        return ScoredRows(
            names: names, targets: tags(test.truth).map(Double.init), answers: answers, sequences: sequences)
    }

    private func figures(_ test: Fixture.Case) throws -> [String: Double] {
        let rows = rows(test, names: fixture.names)
        return try figures(rows)
    }

    private func figures(_ rows: ScoredRows) throws -> [String: Double] {
        ScoreFigures(try TrainingTask.tokens.scores(rows), of: rows).own ?? [:]
    }

    @Test func allScoresAreThoseOfTheReferences() throws {
        #expect(fixture.cases.count == 1_000)
        for (number, test) in fixture.cases.enumerated() {
            let found = try figures(test)
            for (name, expected) in test.expected {
                switch (found[name], expected) {
                case (nil, nil): continue
                case (let value?, let expected?):
                    #expect(abs(value - expected) < 1e-12, "case \(number): \(name)")
                default: Issue.record("case \(number): \(name) is \(String(describing: found[name]))")
                }
            }
        }
    }

    /// What one score in place of another would look like: each pair differs in many of the cases.
    @Test(arguments: [
        ("entity_f1", "strict_f1"), ("entity_macro_f1", "strict_macro_f1"), ("entity_f1", "entity_macro_f1"),
        ("strict_f1", "strict_macro_f1"), ("klue_entity_f1", "entity_macro_f1"),
    ])
    func noScoreStandsForAnother(one: String, other: String) throws {
        let different = try fixture.cases.count { test in
            let found = try figures(test)
            guard let expected = test.expected[other] ?? nil else { return false }
            return abs((found[one] ?? 0) - expected) > 1e-3
        }
        #expect(different > 200, "\(different) cases")
    }

    /// Entities that reach over the end of a text are what KLUE's one sequence makes of them.
    @Test func oneSequenceJoinsTexts() throws {
        let names = ["B-PS", "I-PS", "O"]
        func score(_ sequences: [Range<Int>]) throws -> [String: Double] {
            try figures(
                ScoredRows(
                    names: names, targets: [0, 1, 2], answers: [1, 0, 0, 0, 0, 1, 0, 0, 1],
                    sequences: sequences))
        }
        let apart = try score([0..<1, 1..<3])
        #expect(apart["strict_f1"] == 1, "an I that begins a text is nothing")
        #expect(apart["entity_f1"] == 2.0 / 3, "or another entity")
        #expect(apart["klue_entity_f1"] == 0)
        #expect(try score([0..<3])["strict_f1"] == 0)
    }

    @Test func tagsThatAreNoPartsOfSpansHaveTheirShareOfRightWords() throws {
        let rows = ScoredRows(
            names: ["NNG", "VV"], targets: [0, 1, 1], answers: [0.9, 0.1, 0.8, 0.2, 0.3, 0.7],
            sequences: [0..<3])
        let scores = try TrainingTask.tokens.scores(rows)
        #expect(scores.value(of: .entityF1) == 2.0 / 3)
        #expect(try figures(rows) == ["entity_f1": 2.0 / 3])
    }
}
