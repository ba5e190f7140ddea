import Foundation
import SeededRandom
import Testing
import Training

/// Several models of several seeds on the same rows; beside SciPy and statsmodels, see `Tests/Fixtures/metrics/make_comparison.py`.
struct ComparedScoresTests {
    private struct Fixture: Decodable {
        let seeds: [Case]
        let holm: [Holm]
    }

    private struct Case: Decodable {
        let labels: [Int]
        let one, other: [[Double]]
        let expected: [String: Expected]
    }

    private struct Expected: Decodable {
        let difference, low, high: Double
        let error: [Double]
    }

    private struct Holm: Decodable {
        let p, adjusted, bonferroni: [Double]
    }

    private static func fixture() throws -> Fixture {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metrics/comparison.json")
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
    }

    private static func rows(_ labels: [Int], _ probabilities: [Double]) -> ScoredRows {
        ScoredRows(
            names: ["no", "yes"], targets: labels.map(Double.init),
            answers: probabilities.flatMap { [1 - $0, $0] })
    }

    /// Random answers that are right with some skill.
    private static func model(_ seed: UInt64, skill: Double, labels: [Int]) -> ScoredRows {
        var random = SplitMix64(seed: seed)
        return rows(
            labels,
            labels.map { label in
                let noise = Double(random.integer(below: 1_000)) / 1_000
                return min(0.999, max(0.001, 0.5 + skill * (Double(label) - 0.5) + (noise - 0.5)))
            })
    }

    private static let labels = (0..<150).map { $0 % 2 }

    @Test func theMeansOfSeedsDifferAsSciPySays() throws {
        let cases = try Self.fixture().seeds
        #expect(cases.count == 2)
        for test in cases {
            let models = [test.one, test.other].map { $0.map { Self.rows(test.labels, $0) } }
            let found = ComparedScores.of(.singleLabel, models, against: 1, resamples: 1_000)
            var others: [Double] = []
            for (name, expected) in test.expected {
                let score = try #require(found[0].scores.first { $0.name == name })
                #expect(abs(try #require(score.difference) - expected.difference) < 1e-9)
                let interval = try #require(score.differenceInterval)
                #expect(abs(interval.low - expected.low) < 5 * expected.error[0], "\(name)")
                #expect(abs(interval.high - expected.high) < 5 * expected.error[1], "\(name)")
                // One seed for all of them is another matter.
                let one = ComparedScores.of(
                    .singleLabel, models.map { [$0[0]] }, against: 1, resamples: 1_000)[0].scores
                let difference = try #require(one.first { $0.name == name }?.difference)
                others.append(abs(difference - expected.difference))
            }
            #expect(try #require(others.max()) > 1e-3)
            #expect(found[1].scores.allSatisfy { $0.difference == nil && $0.probability == nil })
        }
    }

    @Test func holmsProcedureIsThatOfStatsmodels() throws {
        let cases = try Self.fixture().holm
        #expect(cases.count == 7)
        for test in cases {
            let found = ComparedScores.holm(test.p)
            #expect(zip(found, test.adjusted).allSatisfy { abs($0 - $1) < 1e-12 })
        }
        // Bonferroni's is another one.
        #expect(cases.count { ComparedScores.holm($0.p) != $0.bonferroni } >= 3)
    }

    @Test func ofOneSeedItIsTheComparisonOfTwoModels() throws {
        let models = [(1, 0.2), (2, 0.4), (3, 0.1)].map { Self.model($0, skill: $1, labels: Self.labels) }
        let found = ComparedScores.of(.singleLabel, models.map { [$0] }, against: 0, resamples: 1_000)
        for number in 1..<3 {
            let pair = ModelComparison.of(
                .singleLabel, models[number], against: [models[0]], resamples: 1_000)[0]
            for difference in pair.differences {
                let score = try #require(found[number].scores.first { $0.name == difference.score })
                #expect(score.runs == [difference.model] && score.differenceInterval == difference.interval)
                #expect(abs(try #require(score.difference) - difference.value) < 1e-15)
            }
            #expect(found[number].discordance == pair.discordance)
        }
        #expect(found[0].discordance == nil)
        #expect(found[0].scores.map(\.name) == ["macro_f1", "roc_auc", "accuracy"])
    }

    @Test func chanceIsTwiceTheSmallerShareOfTheSamples() throws {
        let (good, bad) = (
            Self.model(5, skill: 0.6, labels: Self.labels), Self.model(6, skill: 0, labels: Self.labels)
        )
        let found = ComparedScores.of(.singleLabel, [[bad], [good], [bad]], against: 0, resamples: 1_000)
        let far = try #require(found[1].scores.first)
        // Of 1,000 samples none had the other sign.
        #expect(far.probability == 2.0 / 1_001 && far.adjusted == 4.0 / 1_001)
        let same = try #require(found[2].scores.first)
        #expect(same.difference == 0 && same.probability == 1 && same.adjusted == 1)
    }

    @Test func withoutSamplesThereAreNoIntervals() {
        let model = Self.model(1, skill: 0.2, labels: Self.labels)
        let found = ComparedScores.of(.singleLabel, [[model], [model]], against: 0, resamples: 0)
        #expect(
            found[1].scores.allSatisfy {
                $0.interval == nil && $0.differenceInterval == nil && $0.probability == nil
                    && $0.adjusted == nil
            })
        #expect(found[1].scores.allSatisfy { $0.difference == 0 })
    }

    @Test func anEnsembleIsTheMeanOfTheAnswers() {
        let (one, other) = (
            Self.model(1, skill: 0.2, labels: Self.labels), Self.model(2, skill: 0.4, labels: Self.labels)
        )
        let mean = ScoredRows.mean([one, other])
        #expect(zip(mean.answers, zip(one.answers, other.answers)).allSatisfy { $0 == ($1.0 + $1.1) / 2 })
        #expect(mean.targets == one.targets && mean.names == one.names && mean.thresholds == nil)
        #expect(ScoredRows.mean([one]).answers == one.answers)
    }

    /// Rows of any number of classes, and of scores.
    @Test func otherTasksAreComparedByTheirOwnScores() throws {
        func flags(_ answers: [Double]) -> ScoredRows {
            ScoredRows(
                names: ["a", "b"], targets: [1, 0, 0, 1, 1, 1, 0, 0], answers: answers,
                thresholds: [0.3, 0.5])
        }
        let (good, bad) = (
            flags([0.9, 0.1, 0.2, 0.8, 0.7, 0.9, 0.1, 0.2]), flags([0.2, 0.9, 0.7, 0.3, 0.4, 0.2, 0.6, 0.8])
        )
        let found = ComparedScores.of(.multiLabel, [[bad], [good]], against: 0, resamples: 1_000)
        #expect(found[1].scores.first?.name == "macro_f1" && found[1].scores.first?.runs == [1])
        #expect(try #require(found[1].scores.first?.difference) > 0)
        #expect(found[1].discordance == McNemarTest(onlyFirst: 4, onlySecond: 0))
        let mean = ScoredRows.mean([good, bad])
        #expect(mean.thresholds == nil && mean.answers[0] == 0.55)
        let numbers = [[1.0, 2, 3, 5], [2.0, 1, 5, 3]].map {
            ScoredRows(names: ["score"], targets: [1, 2, 3, 4], answers: $0)
        }
        let scores = ComparedScores.of(.regression, numbers.map { [$0] }, against: 1, resamples: 0)
        #expect(scores[0].scores.map(\.name) == ["pearson", "spearman"] && scores[0].discordance == nil)
    }

    @Test func seedsLieAroundTheirMean() {
        #expect(ComparedScores.deviation(of: [0.5]) == nil)
        #expect(abs((ComparedScores.deviation(of: [1, 2, 4]) ?? 0) - 1.527525231651947) < 1e-12)
    }
}
