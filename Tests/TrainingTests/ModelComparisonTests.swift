import Foundation
import SeededRandom
import Testing
import Training

/// Two models on the same rows: the difference of their scores, its interval, and McNemar's test; beside statsmodels and SciPy,
/// see `Tests/Fixtures/metrics/make_comparison.py`.
struct ModelComparisonTests {
    private struct Fixture: Decodable {
        let mcnemar: [Counts]
        let intervals: [Case]
    }

    private struct Counts: Decodable {
        let onlyFirst, onlySecond: Int
        let exact: Bool
        let p: Double
        let uncorrected: Double?
    }

    private struct Case: Decodable {
        let labels: [Int]
        let one, other: [Double]
        let expected: [String: Expected]
    }

    private struct Expected: Decodable {
        let difference, low, high: Double
        let error: [Double]
    }

    private static func fixture() throws -> Fixture {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metrics/comparison.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Fixture.self, from: Data(contentsOf: path))
    }

    @Test func mcNemarIsThatOfStatsmodels() throws {
        let cases = try Self.fixture().mcnemar
        #expect(cases.count >= 50 && cases.contains { $0.exact } && cases.contains { !$0.exact })
        for test in cases {
            let found = McNemarTest(onlyFirst: test.onlyFirst, onlySecond: test.onlySecond)
            #expect(found.isExact == test.exact)
            #expect(abs(found.probability - test.p) <= 1e-12 + 1e-9 * test.p, "\(test)")
            let turned = McNemarTest(onlyFirst: test.onlySecond, onlySecond: test.onlyFirst)
            #expect(turned.probability == found.probability)
            // What the correction for continuity is worth is far more than the tolerance.
            if let uncorrected = test.uncorrected {
                #expect(abs(found.probability - uncorrected) > 1e-6 * uncorrected)
            }
        }
        #expect(McNemarTest(onlyFirst: 0, onlySecond: 0).probability == 1)
        #expect(
            !McNemarTest(onlyFirst: 12, onlySecond: 13).isExact
                && McNemarTest(onlyFirst: 12, onlySecond: 12).isExact)
    }

    private static func rows(_ labels: [Int], _ probabilities: [Double]) -> ScoredRows {
        ScoredRows(
            names: ["no", "yes"], targets: labels.map(Double.init),
            answers: probabilities.flatMap { [1 - $0, $0] })
    }

    @Test func intervalsAreThoseOfSciPyUpToTheDraws() throws {
        for test in try Self.fixture().intervals {
            let (one, other) = (Self.rows(test.labels, test.one), Self.rows(test.labels, test.other))
            let found = try #require(
                ModelComparison.of(.singleLabel, one, against: [other], resamples: 1_000).first)
            for (name, expected) in test.expected {
                let difference = try #require(found.differences.first { $0.score == name })
                #expect(abs(difference.value - expected.difference) < 1e-9)
                let interval = try #require(difference.interval)
                #expect(abs(interval.low - expected.low) < 5 * expected.error[0], "\(name)")
                #expect(abs(interval.high - expected.high) < 5 * expected.error[1], "\(name)")
                // Rows that are not drawn in pairs would give a wider one by far.
                let apart = Self.apart(test, name)
                #expect(apart - (interval.high - interval.low) > 10 * (expected.error[0] + expected.error[1]))
            }
        }
    }

    /// Width of the interval of the difference where each model is asked for other samples.
    private static func apart(_ test: Case, _ name: String) -> Double {
        let (one, other) = (rows(test.labels, test.one), rows(test.labels, test.other))
        let scores = [one, other].map(TrainingTask.singleLabel.sampled)
        let number = scores[0].names.firstIndex(of: name) ?? 0
        var random = SplitMix64(seed: 1)
        let values = (0..<1_000).map { _ in
            let drawn = scores.map { score -> Double in
                var times = [Int](repeating: 0, count: one.count)
                for _ in times { times[Int(random.integer(below: UInt64(times.count)))] += 1 }
                return score.values(times)[number] ?? 0
            }
            return drawn[0] - drawn[1]
        }.sorted()
        return values[974] - values[25]
    }

    @Test func theSameRowsGiveTheSameIntervalsOfAtLeastAThousandDraws() throws {
        let test = try Self.fixture().intervals[0]
        let (one, other) = (Self.rows(test.labels, test.one), Self.rows(test.labels, test.other))
        func compared(_ resamples: Int) -> ModelComparison {
            ModelComparison.of(.singleLabel, one, against: [other], resamples: resamples)[0]
        }
        #expect(compared(1_000) == compared(1_000))
        #expect(compared(1) == compared(1_000))
        #expect(compared(2_000) != compared(1_000))
        #expect(compared(0).differences.allSatisfy { $0.interval == nil })
        // Beside others a model has the same draws.
        let both = ModelComparison.of(.singleLabel, one, against: [one, other], resamples: 1_000)
        #expect(both[1] == compared(1_000))
        #expect(
            both[0].differences.allSatisfy {
                $0.value == 0 && $0.interval?.low == 0 && $0.interval?.high == 0
            })
        #expect(both[0].discordance == McNemarTest(onlyFirst: 0, onlySecond: 0))
    }

    /// Rows of a task with answers, with ties.
    private static func random(_ task: TrainingTask, _ seed: UInt64) -> ScoredRows {
        var random = SplitMix64(seed: seed)
        let (rows, width) = (12 + Int(random.integer(below: 20)), task.name == .regression ? 1 : 3)
        func share() -> Double { Double(random.integer(below: 8) + 1) / 10 }
        if task.name == .answers {
            let texts = ["서울", "서울 부산", "부산"]
            let questions = (0..<rows).map { (row: Int) -> AnsweredQuestion in
                let found = AnswerSearch.Found(place: 0..<2, score: share())
                let text = texts[Int(random.integer(below: 3))]
                let answers: [String] = row % 4 == 3 ? [] : [texts[row % 3]]
                return AnsweredQuestion(
                    comment: Int64(row), answers: answers, found: (found, text), nullScore: share())
            }
            return ScoredRows(
                names: ["start", "end"], targets: [], answers: [], thresholds: [0], questions: questions)
        }
        var (targets, answers): ([Double], [Double]) = ([], [])
        for _ in 0..<rows {
            switch task.name {
            case .regression:
                targets.append(Double(random.integer(below: 5)))
                answers.append(share())
            case .multiLabel:
                targets += (0..<width).map { _ in Double(random.integer(below: 2)) }
                answers += (0..<width).map { _ in share() }
            default:
                targets.append(Double(random.integer(below: 3)))
                let parts = (0..<width).map { _ in share() }
                answers += parts.map { $0 / parts.reduce(0, +) }
            }
        }
        return ScoredRows(
            names: (0..<width).map { "\($0)" }, targets: targets, answers: answers,
            thresholds: task.name == .multiLabel ? [0.3, 0.5, 0.4] : nil)
    }

    /// The scores of a sample are those of the rows written out as often as they were drawn.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func aSampleScoresAsItsRowsWrittenOut(seed: UInt64) throws {
        for task in TrainingTask.all {
            let rows = Self.random(task, seed)
            var random = SplitMix64(seed: seed &+ 1)
            let times = (0..<rows.count).map { _ in Int(random.integer(below: 4)) }
            let drawn = times.indices.flatMap { Array(repeating: $0, count: times[$0]) }
            guard !drawn.isEmpty else { continue }
            let figures = ScoreFigures(try task.scores(rows.some(drawn)), of: rows.some(drawn)).json
            let sampled = task.sampled(rows)
            #expect(sampled.names.count >= 2)
            for (name, value) in zip(sampled.names, sampled.values(times)) {
                let expected = figures[name]?.doubleValue
                #expect((value == nil) == (expected == nil), "\(task.name) \(name), seed \(seed)")
                if let value, let expected {
                    #expect(abs(value - expected) < 1e-9, "\(task.name) \(name), seed \(seed)")
                }
            }
        }
    }

    @Test func theMainScoreOfATaskComesFirst() {
        let names = TrainingTask.all.map { $0.sampled(Self.random($0, 1)).names[0] }
        #expect(names == ["macro_f1", "macro_f1", "pearson", "qwk", "macro_f1", "squad_f1"])
    }

    /// Right and wrong is whether all classes of a row are right; a score has neither.
    @Test func whatIsRightIsTheTasks() throws {
        let flags = ScoredRows(
            names: ["a", "b"], targets: [1, 0, 1, 1], answers: [0.9, 0.1, 0.9, 0.4], thresholds: [0.5, 0.5])
        let others = ScoredRows(
            names: ["a", "b"], targets: [1, 0, 1, 1], answers: [0.9, 0.6, 0.9, 0.6], thresholds: [0.5, 0.5])
        let found = ModelComparison.of(.multiLabel, flags, against: [others], resamples: 0)[0]
        #expect(found.discordance == McNemarTest(onlyFirst: 1, onlySecond: 1))
        let numbers = Self.random(.regression, 3)
        #expect(
            ModelComparison.of(.regression, numbers, against: [numbers], resamples: 0)[0].discordance == nil)
    }
}

/// The same in words.
struct BesideWordsTests {
    /// Two models that have these shares of the rows right.
    private static func beside(_ model: Double, _ other: Double) throws -> ScoreFigures.Beside {
        let labels = (0..<200).map { $0 % 2 }
        func rows(_ right: Double) -> ScoredRows {
            ScoredRows(
                names: ["no", "yes"], targets: labels.map(Double.init),
                answers: labels.enumerated().flatMap { row, label in
                    let yes = Double(row) < right * 200 ? Double(label) : Double(1 - label)
                    return [1 - yes, yes]
                })
        }
        let compared = ModelComparison.of(
            .singleLabel, rows(model), against: [rows(other)], resamples: 1_000)[0]
        return ScoreFigures.Beside(compared, name: "tfidf", title: "TF-IDF", scores: ScoreFigures())
    }

    @Test func whatIsBetterByMoreThanChanceIsSaid() throws {
        let beside = try Self.beside(0.6, 0.8)
        let sentence = try #require(beside.sentence)
        #expect(
            sentence.hasPrefix("macro F1 0.600, TF-IDF 0.800: TF-IDF is better by 0.200 (95% interval 0.1"))
        #expect(
            sentence.contains(
                "; McNemar p < 0.001); ROC AUC 0.600, TF-IDF 0.800: TF-IDF is better by 0.200 ("))
        #expect(beside.isAsGood)
        let better = try Self.beside(0.8, 0.6)
        #expect(try #require(better.sentence).contains("TF-IDF 0.600: the model is better by 0.200"))
        #expect(!better.isAsGood)
    }

    @Test func chanceIsNoVictory() throws {
        let beside = try Self.beside(0.6, 0.605)
        let sentence = try #require(beside.sentence)
        #expect(
            sentence.hasPrefix(
                "macro F1 0.600, TF-IDF 0.605: TF-IDF is ahead by 0.005, no more than chance gives (95% interval 0.000"
            ),
            "\(sentence)")
        #expect(sentence.contains("McNemar p = 1.000"))
        #expect(
            try Self.beside(0.6, 0.6).sentence
                == "macro F1 0.600, TF-IDF 0.600: no difference; ROC AUC 0.600, TF-IDF 0.600: no difference")
    }

    @Test func checksFindTheMainScoreUnderNamesOfItsOwn() throws {
        var figures = ScoreFigures()
        figures.set([try Self.beside(0.6, 0.8)])
        #expect(figures.tfidfScore == figures.baselines?[0].main?.other)
        #expect(abs(try #require(figures.overTfidf) + 0.2) < 1e-9)
        #expect(try #require(figures.overTfidfHigh) < 0 && #require(figures.overTfidfLow) < -0.1)
        #expect(try #require(figures.overTfidfP) < 0.001)
        #expect(figures.overMajority == nil)
        #expect(ScoreFigures(json: figures.json) == figures)
    }
}
