import Foundation
import Testing
import Training

/// Scores against scikit-learn's on random cases; see `Tests/Fixtures/metrics/make_metrics.py`.
struct MetricsFixtureTests {
    struct Fixture: Decodable {
        let versions: [String: String]
        let cases: [Case]
    }

    struct Case: Decodable {
        let labels: [Int]
        let probabilities: [[Double]]
        let expected: Expected
    }

    struct Expected: Decodable {
        let confusion: [[Int]]
        let accuracy: Double
        let precision: [Double]
        let recall: [Double]
        let f1: [Double]
        let support: [Int]
        let macroF1: Double
        let weightedF1: Double
        let rocAuc: Double?
        let logLoss: Double
        let brier: Double
        let calibrationError: Double
        let majorityAccuracy: Double
        let majorityMacroF1: Double
    }

    static let fixture: Fixture? = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metrics/metrics.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? Data(contentsOf: path)).flatMap { try? decoder.decode(Fixture.self, from: $0) }
    }()

    /// Sums of a few dozen terms in another order differ by a few units in the last place.
    static let tolerance = 1e-12

    static func scores(_ test: Case) throws -> ClassificationScores {
        try ClassificationScores(
            labels: test.labels, probabilities: test.probabilities.flatMap { $0 },
            classCount: test.probabilities[0].count)
    }

    /// Names of the scores that are not what scikit-learn says.
    static func differences(_ scores: ClassificationScores, _ expected: Expected) -> [String] {
        var pairs: [(String, Double, Double)] = [
            ("accuracy", scores.accuracy, expected.accuracy), ("macro_f1", scores.macroF1, expected.macroF1),
            ("weighted_f1", scores.weightedF1, expected.weightedF1),
            ("log_loss", scores.logLoss, expected.logLoss),
            ("brier", scores.brier, expected.brier),
            ("calibration_error", scores.calibrationError, expected.calibrationError),
            ("majority_accuracy", scores.majority.accuracy, expected.majorityAccuracy),
            ("majority_macro_f1", scores.majority.macroF1, expected.majorityMacroF1),
            ("roc_auc", scores.rocAUC ?? -1, expected.rocAuc ?? -1),
        ]
        for (label, scores) in scores.classes.enumerated() {
            pairs.append(("precision \(label)", scores.precision, expected.precision[label]))
            pairs.append(("recall \(label)", scores.recall, expected.recall[label]))
            pairs.append(("f1 \(label)", scores.f1, expected.f1[label]))
            pairs.append(("support \(label)", Double(scores.support), Double(expected.support[label])))
        }
        // The log loss reaches 36 where a certain answer is wrong, so its bound is relative.
        var wrong = pairs.filter { abs($0.1 - $0.2) > tolerance * max(1, abs($0.2)) }.map(\.0)
        if scores.confusion.counts != expected.confusion.flatMap({ $0 }) { wrong.append("confusion") }
        return wrong
    }

    @Test func everyScoreIsThatOfScikitLearn() throws {
        let fixture = try #require(Self.fixture)
        #expect(fixture.cases.count >= 200)
        #expect(fixture.versions["scikit-learn"] != nil)
        for (index, test) in fixture.cases.enumerated() {
            let wrong = Self.differences(try Self.scores(test), test.expected)
            #expect(wrong.isEmpty, "case \(index): \(wrong)")
        }
    }

    @Test func theCasesHoldEveryAwkwardKind() throws {
        let cases = try #require(Self.fixture).cases
        #expect(cases.contains { Set($0.labels).count == 1 })
        #expect(cases.contains { $0.labels.count == 1 })
        #expect(cases.contains { $0.expected.support.contains(0) && Set($0.labels).count > 1 })
        #expect(cases.contains { $0.expected.precision.contains(0) })
        #expect(
            cases.contains { $0.expected.rocAuc == nil } && cases.contains { $0.expected.rocAuc != nil })
        #expect(cases.contains { Set($0.probabilities.map { $0[0] }).count < $0.probabilities.count / 2 })
        #expect(cases.contains { $0.probabilities[0].count > 2 })
    }

    /// Ten wrong definitions, each a likely mistake: the comparison above must catch every one.
    @Test func aWrongDefinitionWouldBeNoticed() throws {
        let cases = try #require(Self.fixture).cases
        func caught(
            _ name: String, _ wrong: (Case, ClassificationScores) -> Double?, _ right: (Expected) -> Double?
        ) {
            let differs = cases.contains { test in
                guard let scores = try? Self.scores(test) else { return false }
                return abs((wrong(test, scores) ?? -1) - (right(test.expected) ?? -1)) > Self.tolerance
            }
            #expect(differs, "\(name)")
        }
        func present(_ scores: ClassificationScores) -> [ClassificationScores.OfClass] {
            scores.classes.filter { $0.support > 0 }
        }
        caught(
            "macro F1 over present classes only",
            { present($1).map(\.f1).reduce(0, +) / Double(present($1).count) },
            { $0.macroF1 })
        caught("macro F1 unweighted for weighted", { $1.macroF1 }, { $0.weightedF1 })
        caught("precision for recall", { $1.classes[0].precision }, { $0.recall[0] })
        caught("accuracy for macro F1", { $1.accuracy }, { $0.macroF1 })
        caught("Brier not halved", { $1.brier * 2 }, { $0.brier })
        caught("log loss in bits", { $1.logLoss / 0.6931471805599453 }, { $0.logLoss })
        caught("AUC without ties", { test, _ in Self.aucIgnoringTies(test) }, { $0.rocAuc })
        caught(
            "F1 of 1 for an empty class", { $1.classes.last.map { $0.support == 0 ? 1 : $0.f1 } },
            { $0.f1.last })
        caught("majority by prediction", { $1.classes[0].recall }, { $0.majorityAccuracy })
        caught(
            "calibration without bins", { test, _ in Self.calibrationInOneBin(test) },
            { $0.calibrationError })
    }

    private static func aucIgnoringTies(_ test: Case) -> Double? {
        guard test.expected.rocAuc != nil, test.probabilities[0].count == 2 else {
            return test.expected.rocAuc
        }
        var wins = 0
        var pairs = 0
        for (one, label) in test.labels.enumerated() where label == 1 {
            for (other, otherLabel) in test.labels.enumerated() where otherLabel == 0 {
                pairs += 1
                wins += test.probabilities[one][1] > test.probabilities[other][1] ? 1 : 0
            }
        }
        return Double(wins) / Double(pairs)
    }

    private static func calibrationInOneBin(_ test: Case) -> Double {
        let top = test.probabilities.map { $0.max() ?? 0 }
        return abs(test.expected.accuracy - top.reduce(0, +) / Double(top.count))
    }
}
