import Foundation
import LinearModels
import Models
import SeededRandom
import ShardFormat
import Testing
import Training

/// Logistic regression beside scikit-learn's, and models of which it is the last map.
struct FeatureTests {
    struct Case: Decodable {
        let name: String
        let featureCount: Int
        let classCount: Int
        let l2: Double
        let features: [Float]
        let labels: [Int]
        let weights: [Double]
        let coefficients: [[Double]]
        let intercepts: [Double]
        let probabilities: [Double]

        var rows: LogisticRegression.Rows {
            LogisticRegression.Rows(
                features: DenseFeatures(features, columnCount: featureCount),
                targets: labels.flatMap { label in (0..<classCount).map { $0 == label ? 1 : 0 } },
                classCount: classCount, weights: weights)
        }
    }

    struct Document: Decodable { let cases: [Case] }

    static let cases: [Case] = {
        let place = StoredWeightsTests.fixtures.appending(path: "../regression/regression.json")
        let data = (try? Data(contentsOf: place)) ?? Data()
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? decoder.decode(Document.self, from: data))?.cases ?? []
    }()

    private static func probabilities(_ fit: LogisticRegression, _ one: Case) -> [Double] {
        one.labels.indices.flatMap { row -> [Double] in
            let scores = (0..<one.classCount).map { label in
                (0..<one.featureCount).reduce(fit.intercepts[label]) { sum, column in
                    sum + fit.coefficients[label * one.featureCount + column]
                        * Double(one.features[row * one.featureCount + column])
                }
            }
            let highest = scores.max() ?? 0
            let powers = scores.map { exp($0 - highest) }
            return powers.map { $0 / powers.reduce(0, +) }
        }
    }

    /// Both stop where the gradient is next to nothing; the rest of it, over the curvature, stays below 1e-6.
    @Test(arguments: 0..<6)
    func fitsAsScikitLearnDoes(number: Int) throws {
        let one = try #require(Self.cases.indices.contains(number) ? Self.cases[number] : nil)
        let fit = LogisticRegression(fitting: one.rows, l2: one.l2)
        let found = Self.probabilities(fit, one)
        for (a, b) in zip(found, one.probabilities) { #expect(abs(a - b) < 1e-6, "\(one.name)") }
        if one.classCount == 2 {
            for column in 0..<one.featureCount {
                let difference = fit.coefficients[one.featureCount + column] - fit.coefficients[column]
                #expect(abs(difference - one.coefficients[0][column]) < 1e-5, "\(one.name)")
            }
        } else {
            #expect(
                zip(fit.coefficients, one.coefficients.joined()).allSatisfy { abs($0 - $1) < 1e-5 },
                "\(one.name)")
        }
        // The negative control: twice the penalty is another fit.
        let other = Self.probabilities(LogisticRegression(fitting: one.rows, l2: 2 * one.l2), one)
        #expect(zip(other, one.probabilities).contains { abs($0 - $1) > 1e-6 }, "\(one.name)")
    }

    @Test func softTargetsLieBetweenTheirClasses() throws {
        var rows = try #require(Self.cases.first).rows
        let hard = LogisticRegression(fitting: rows, l2: 1)
        rows.targets = rows.targets.map { 0.5 + 0.2 * ($0 - 0.5) }
        let soft = LogisticRegression(fitting: rows, l2: 1)
        func norm(_ fit: LogisticRegression) -> Double { fit.coefficients.reduce(0) { $0 + $1 * $1 } }
        #expect(norm(soft) < norm(hard) / 4)
        #expect(LogisticRegression(fitting: rows, l2: 1) == soft, "the same bits")
    }

    // MARK: From shards to a model

    private static func run(
        _ out: TemporaryFolder, _ name: String, stopAfter: Int? = nil
    ) throws -> FineTuning.Outcome? {
        let (data, start, shards, source) = try FineTuningTests.folders()
        defer { withExtendedLifetime((data, start)) {} }
        var options = TrainingOptions()
        options.method = .features
        options.l2 = 0.01
        let tuning = try FineTuning(shards: shards, start: source, tokenizerDigest: nil, options: options)
        var asked = 0
        var places = FineTuning.Paths(checkpoints: out.file(name + "-states"), output: out.file(name))
        places.removesCheckpoints = stopAfter == nil
        return try tuning.run(
            places,
            shouldStop: {
                asked += 1
                return stopAfter.map { asked > $0 } ?? false
            })
    }

    @Test func onlyTheClassifierIsTrained() throws {
        let out = try TemporaryFolder()
        let outcome = try #require(try Self.run(out, "model"))
        #expect(outcome.summary.bestMetric != nil)
        #expect(outcome.state.evaluations.count == 1)
        #expect(try out.names() == ["model"])
        let (model, _) = try ModelFolder(out.file("model")).makeTrainedModel(threads: 1)
        let start = try Toy.configuration.makeModel(labelCount: 2, seed: 42, threads: 1)
        for entry in model.parameters.entries {
            let isSame =
                Array(model.parameters.values[entry.range]) == Array(start.parameters.values[entry.range])
            #expect(isSame == !entry.name.hasPrefix("classifier."), "\(entry.name)")
        }
        let card = String(decoding: try out.bytes("model/README.md"), as: UTF8.self)
        #expect(card.contains("Logistic regression on the pooler's output of the frozen model"), "\(card)")
    }

    @Test func aStoppedRunContinuesWithItsStoredFeatures() throws {
        let out = try TemporaryFolder()
        _ = try #require(try Self.run(out, "straight"))
        #expect(try Self.run(out, "resumed", stopAfter: 0) == nil)
        _ = try #require(try Self.run(out, "resumed"))
        for name in try out.names(in: "straight") {
            #expect(try out.bytes("straight/" + name) == out.bytes("resumed/" + name), "\(name)")
        }
    }

    /// A damaged file of features is computed again.
    @Test func damagedFeaturesAreNotUsed() throws {
        let out = try TemporaryFolder()
        _ = try #require(try Self.run(out, "a", stopAfter: 100))
        let folder = try #require(try out.names(in: "a-states").first { $0.hasPrefix("features-") })
        let file = try #require(try out.names(in: "a-states/" + folder).first)
        var bytes = try out.bytes("a-states/\(folder)/\(file)")
        bytes[bytes.count - 1] ^= 1
        try out.write(bytes, to: "a-states/\(folder)/\(file)")
        let weights = try out.bytes("a/model.safetensors")
        _ = try #require(try Self.run(out, "a"))
        #expect(try out.bytes("a/model.safetensors") == weights)
    }

    // MARK: What is around a training

    @Test func theVerySameTrainingIsNotDoneTwice() throws {
        let (data, start, shards, source) = try FineTuningTests.folders()
        defer { withExtendedLifetime((data, start)) {} }
        let out = try TemporaryFolder()
        var places = FineTuning.Paths(checkpoints: out.file("states"), output: out.file("model"))
        places.skipsFinished = true
        func run(_ change: (inout TrainingOptions) -> Void = { _ in }) throws -> FineTuning.Outcome? {
            var options = FineTuningTests.options()
            change(&options)
            return try FineTuning(shards: shards, start: source, tokenizerDigest: nil, options: options).run(
                places)
        }
        let first = try #require(try run())
        #expect(!first.isFromBefore)
        #expect(try out.names(in: "model").contains("training.json"))
        let second = try #require(try run())
        #expect(second.isFromBefore && second.summary == first.summary)
        #expect(try #require(try run { $0.seed = 7 }).isFromBefore == false)
    }

    @Test func meansHaveTheirInterval() throws {
        let interval = try #require(MeanInterval([0.8, 0.82, 0.81, 0.79, 0.83]))
        // scipy.stats.t.interval(0.95, 4, 0.81, scipy.stats.sem([...]))
        #expect(abs(interval.mean - 0.81) < 1e-12)
        #expect(abs(interval.low - 0.7903676) < 1e-6 && abs(interval.high - 0.8296324) < 1e-6)
        #expect(MeanInterval([0.8]) == nil)
        #expect(try #require(MeanInterval(Array(repeating: 1, count: 100))).low == 1)
    }

    @Test func aRateIsFoundThatTrains() throws {
        let rows = try Toy.rows(200, seed: 1)
        var finder = try LearningRateFinder(Toy.model(), options: Toy.options(steps: 1), training: rows)
        var rates: [Double] = []
        while let report = try finder.next() { rates.append(report.learningRate) }
        #expect(rates.first == 1e-7)
        #expect(rates == rates.sorted())
        let found = try #require(finder.suggestion)
        #expect(found > 1e-5 && found < 1, "\(found)")
    }
}
