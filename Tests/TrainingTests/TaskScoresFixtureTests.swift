import Foundation
import Testing
import Training

/// Scores of several classes and of numbers, beside scikit-learn's and SciPy's; see
/// `Tests/Fixtures/metrics/make_tasks.py`.
struct TaskScoresFixtureTests {
    private struct Fixture: Decodable {
        let flags: [Flags]
        let numbers: [Numbers]
        let classes: [Classes]
    }

    private struct Flags: Decodable {
        let targets: [[Int]]
        let probabilities: [[Double]]
        let thresholds: [Double]
        let expected: FlagScores
    }

    private struct FlagScores: Decodable {
        let precision, recall, f1: [Double]
        let support: [Int]
        let exactMatch, microF1, macroF1, weightedF1, logLoss, mcc, ece: Double
        let rocAuc, prAuc: Double?
    }

    private struct Numbers: Decodable {
        let targets, predictions: [Double]
        let expected: NumberScores
    }

    private struct NumberScores: Decodable {
        let mse, mae: Double
        let r2, pearson, spearman: Double?
    }

    private struct Classes: Decodable {
        let labels: [Int]
        let probabilities: [[Double]]
        let expected: ClassScores
    }

    private struct ClassScores: Decodable {
        let mcc: Double
        let prAuc: Double?
    }

    private let fixture: Fixture

    init() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metrics/tasks.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        fixture = try decoder.decode(Fixture.self, from: Data(contentsOf: path))
    }

    private func isClose(_ found: Double?, _ expected: Double?, _ tolerance: Double = 1e-12) -> Bool {
        guard let found, let expected else { return found == nil && expected == nil }
        return abs(found - expected) <= tolerance * max(1, abs(expected))
    }

    @Test func severalClassesAreScoredAsByScikitLearn() throws {
        #expect(fixture.flags.count >= 80)
        for (index, test) in fixture.flags.enumerated() {
            let scores = try MultiLabelScores(
                targets: test.targets.joined().map { $0 == 1 },
                probabilities: test.probabilities.flatMap { $0 },
                classCount: test.thresholds.count, thresholds: test.thresholds)
            let expected = test.expected
            let pairs: [(String, Double?, Double?)] = [
                ("exact match", scores.exactMatch, expected.exactMatch),
                ("micro", scores.microF1, expected.microF1), ("macro", scores.macroF1, expected.macroF1),
                ("weighted", scores.weightedF1, expected.weightedF1),
                ("log loss", scores.logLoss, expected.logLoss), ("ROC AUC", scores.rocAUC, expected.rocAuc),
                ("PR AUC", scores.prAUC, expected.prAuc), ("MCC", scores.matthews, expected.mcc),
                ("ECE", scores.calibrationError, expected.ece),
            ]
            for (name, found, wanted) in pairs { #expect(isClose(found, wanted), "case \(index): \(name)") }
            for (number, own) in scores.classes.enumerated() {
                #expect(isClose(own.precision, expected.precision[number]), "case \(index)")
                #expect(isClose(own.recall, expected.recall[number]), "case \(index)")
                #expect(isClose(own.f1, expected.f1[number]), "case \(index)")
                #expect(own.support == expected.support[number], "case \(index)")
            }
        }
    }

    @Test func numbersAreScoredAsBySciPy() throws {
        #expect(fixture.numbers.contains { $0.expected.pearson == nil })
        for (index, test) in fixture.numbers.enumerated() {
            let scores = try RegressionScores(targets: test.targets, predictions: test.predictions)
            #expect(isClose(scores.squaredError, test.expected.mse), "case \(index)")
            #expect(isClose(scores.absoluteError, test.expected.mae), "case \(index)")
            #expect(isClose(scores.explained, test.expected.r2, 1e-9), "case \(index)")
            #expect(isClose(scores.pearson, test.expected.pearson, 1e-9), "case \(index)")
            #expect(isClose(scores.spearman, test.expected.spearman, 1e-9), "case \(index)")
        }
    }

    @Test func correlationAndPrecisionOfOneClassEachAreThoseOfScikitLearn() throws {
        for (index, test) in fixture.classes.enumerated() {
            let width = test.probabilities[0].count
            let scores = try ClassificationScores(
                labels: test.labels, probabilities: test.probabilities.flatMap { $0 }, classCount: width)
            #expect(isClose(scores.confusion.matthews, test.expected.mcc), "case \(index)")
            let area = RankingScores.averagePrecision(
                labels: test.labels, probabilities: test.probabilities.flatMap { $0 }, classCount: width)
            #expect(isClose(area, test.expected.prAuc), "case \(index)")
        }
    }

    /// No threshold among the probabilities gives a class a higher F1 than the tuned one.
    @Test func tunedThresholdsAreBest() throws {
        for test in fixture.flags {
            let (targets, probabilities) = (
                test.targets.joined().map { $0 == 1 }, test.probabilities.flatMap { $0 }
            )
            let width = test.thresholds.count
            func f1(_ thresholds: [Double]) throws -> [Double] {
                try MultiLabelScores(
                    targets: targets, probabilities: probabilities, classCount: width, thresholds: thresholds
                ).classes.map(\.f1)
            }
            let tuned = ThresholdTuning.thresholds(
                targets: targets, probabilities: probabilities, classCount: width)
            let best = try f1(tuned)
            for threshold in Set(probabilities) {
                for (own, other) in zip(best, try f1(Array(repeating: threshold, count: width))) {
                    #expect(own >= other - 1e-15)
                }
            }
        }
        #expect(
            ThresholdTuning.thresholds(targets: [false, false], probabilities: [0.2, 0.9], classCount: 1) == [
                0.5
            ])
        #expect(
            ThresholdTuning.thresholds(targets: [true, false], probabilities: [0.8, 0.3], classCount: 1) == [
                0.5
            ])
        #expect(
            ThresholdTuning.thresholds(targets: [true, false], probabilities: [0.4, 0.2], classCount: 1) == [
                0.30000000000000004
            ])
    }

    @Test func intervalsHoldTheScoreAndNarrowWithTheRows() {
        func width(_ rows: Int) -> Double {
            let values = (0..<rows).map { $0 % 2 == 0 ? 1.0 : 0.0 }
            let found = Bootstrap.intervals(rows: rows, resamples: 400) { sample in
                ["share": sample.reduce(0) { $0 + values[$1] } / Double(rows)]
            }["share"]
            guard let found else { return .infinity }
            #expect(found.low < 0.5 && found.high > 0.5)
            return found.high - found.low
        }
        // The standard deviation of a share of one half is 1 / (2 √rows), and 95 % lie within 1.96 of it on either side.
        for rows in [100, 1600] { #expect(abs(width(rows) * Double(rows).squareRoot() / 1.96 - 1) < 0.15) }
    }
}
