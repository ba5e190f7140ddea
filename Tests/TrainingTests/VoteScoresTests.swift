import Foundation
import Testing
import Training

/// Probabilities against those of the votes; beside SciPy, see `Tests/Fixtures/metrics/make_votes.py`.
struct VoteScoresTests {
    private struct Fixture: Decodable {
        let cases: [Case]
    }

    private struct Case: Decodable {
        let answers, implied: [Double]
        let softAccuracy, softMacroF1, divergence, kl: Double

        private enum CodingKeys: String, CodingKey {
            case answers, implied, divergence, kl
            case softAccuracy = "soft_accuracy"
            case softMacroF1 = "soft_macro_f1"
        }
    }

    private static func cases() throws -> [Case] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metrics/votes.json")
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path)).cases
    }

    @Test func theyAreThoseOfSciPy() throws {
        let cases = try Self.cases()
        #expect(cases.count == 6)
        for test in cases {
            let found = VoteScores(answers: test.answers, implied: test.implied)
            #expect(abs(found.softAccuracy - test.softAccuracy) < 1e-12)
            #expect(abs(found.softMacroF1 - test.softMacroF1) < 1e-12)
            #expect(abs(found.divergence - test.divergence) < 1e-12)
            // The divergence that is not symmetric is another one.
            #expect(abs(found.divergence - test.kl) > 1e-3)
        }
    }

    @Test func theVotesThemselvesScoreAll() {
        let found = VoteScores(answers: [0.2, 0.5, 1, 0], implied: [0.2, 0.5, 1, 0])
        #expect(found.softAccuracy == 1 && found.softMacroF1 == 1 && found.divergence == 0)
        let turned = VoteScores(answers: [1, 0], implied: [0, 1])
        #expect(turned.softAccuracy == 0 && turned.softMacroF1 == 0 && turned.divergence == 1)
    }
}
