import Foundation
import JSON
import Models
import ShardFormat
import Testing
import Training

/// One class of each row, of classes in an order: scores beside scikit-learn's (`Tests/Fixtures/metrics/make_ordinal.py`),
/// folders, and what is refused.
struct OrdinalTests {
    private struct Fixture: Decodable {
        let cases: [Case]
    }

    private struct Case: Decodable {
        struct Expected: Decodable {
            let answers: [Int]
            let loss, mae, accuracy, macroF1: Double
            let qwk: Double?
        }

        let labels: [Int]
        let logits: [[Float]]
        let expected: Expected
    }

    private func cases() throws -> [Case] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metrics/ordinal.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Fixture.self, from: Data(contentsOf: path)).cases
    }

    private func scored(_ one: Case) -> ScoredRows {
        let classes = one.logits[0].count
        return ScoredRows(
            names: (0..<classes).map { "\($0)" }, targets: one.labels.map(Double.init),
            answers: TrainingTask.ordinal.answers(Array(one.logits.joined()), classes))
    }

    @Test func scoresAreThoseOfScikitLearn() throws {
        for one in try cases() {
            let rows = scored(one)
            let scores = try TrainingTask.ordinal.scores(rows)
            let figures = ScoreFigures(scores, of: rows).json
            #expect(ScoreFigures(json: figures)?.json == figures)
            func isClose(_ name: String, _ wanted: Double) -> Bool {
                figures[name]?.doubleValue.map { abs($0 - wanted) < 1e-9 } == true
            }
            #expect(isClose("accuracy", one.expected.accuracy))
            #expect(isClose("macro_f1", one.expected.macroF1))
            #expect(isClose("mae", one.expected.mae))
            #expect(isClose("ranked_loss", one.expected.loss))
            if let kappa = one.expected.qwk {
                #expect(isClose("qwk", kappa))
            } else {
                #expect(figures["qwk"] == nil)
            }
            #expect(abs(scores.loss - one.expected.loss) < 1e-9)
            #expect(
                scores.value(of: .quadraticKappa).map { abs($0 - (one.expected.qwk ?? 9)) < 1e-9 } ?? true)
            #expect(
                try JSONDecoder().decode(TaskScores.self, from: JSONEncoder().encode(scores)) == scores,
                "they are read back from a checkpoint")
        }
    }

    /// The most probable class is not the answer: with it some of the figures would be others.
    @Test func theMedianIsNotTheMostProbableClass() throws {
        let rows = ScoredRows(names: ["a", "b", "c"], targets: [1], answers: [0.4, 0.25, 0.35])
        let ordinal = ScoreFigures(try TrainingTask.ordinal.scores(rows), of: rows).json
        let single = ScoreFigures(try TrainingTask.singleLabel.scores(rows), of: rows).json
        #expect(ordinal["accuracy"]?.doubleValue == 1 && ordinal["mae"]?.doubleValue == 0)
        #expect(single["accuracy"]?.doubleValue == 0 && single["mae"] == nil && single["qwk"] == nil)
    }

    @Test func intervalsAreOfItsOwnScores() throws {
        let one = try #require(try cases().first { $0.labels.count > 10 })
        let found = TrainingTask.ordinal.intervals(scored(one), resamples: 200)
        #expect(Set(found.keys) == ["accuracy", "macro_f1", "mae", "qwk"])
        #expect(found.values.allSatisfy { $0.low <= $0.high })
    }

    private static func train(
        _ change: (inout TrainingOptions) -> Void = { _ in }
    ) throws -> (out: TemporaryFolder, outcome: FineTuning.Outcome?) {
        let (data, start, out) = (try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder())
        let head = try #require(HeadCase.all.first { $0.task.name == .ordinal })
        let family = try #require(FamilyCase.all.first)
        let shards = try Toy.shardFolder(
            in: data, devRows: 20, shard: { head.shard($0, seed: UInt64($0)) },
            change: { ($0.task, $0.labelNames) = (.ordinal, head.labels) })
        let source = try Combination(family: family, head: head).modelFolder(in: start)
        var options = FineTuningTests.options()
        change(&options)
        let outcome = try FineTuning(shards: shards, start: source, tokenizerDigest: nil, options: options)
            .run(
                .init(checkpoints: out.file("c"), output: out.file("model")))
        return (out, outcome)
    }

    /// transformers opens it as a classifier; what it was trained for is beside that.
    @Test func theFolderNamesTheTask() throws {
        let (out, outcome) = try Self.train { $0.epochs = 1 }
        let folder = try ModelFolder(out.file("model"))
        #expect(folder.task.name == .ordinal && folder.labels == ["bad", "fair", "good"])
        #expect(folder.configuration.problemType == "single_label_classification")
        #expect(folder.answers(["bad", "fair", "good"]).task.name == .ordinal)
        let text = String(decoding: try out.bytes("model/config.json"), as: UTF8.self)
        #expect(text.contains("\"task\": \"ordinal\"") && !text.contains("thresholds"), "\(text)")
        let card = String(decoding: try out.bytes("model/README.md"), as: UTF8.self)
        #expect(card.contains("# A classifier of texts: bad < fair < good"))
        #expect(card.contains("best qwk"))
        #expect(outcome?.state.evaluations.first?.scores.classification != nil)
        // The answer is the class in the middle, not the most probable one.
        let scores: [Float] = [log(0.4), log(0.25), log(0.35)]
        guard case .oneClass(let answer, _) = folder.answers(["bad", "fair", "good"]).answer(scores) else {
            Issue.record("another form of answer")
            return
        }
        #expect(answer == 1)
    }

    @Test func aTaskThatNobodyKnowsIsRefused() throws {
        let (out, _) = try Self.train { $0.epochs = 1 }
        try Toy.edit(out, "model/config.json") { object in
            var own = object["splitvote"] as? [String: Any] ?? [:]
            own["task"] = "ranking"
            object["splitvote"] = own
        }
        #expect(
            message { _ = try ModelFolder(out.file("model")) }
                == "\(out.file("model/config.json")): 'splitvote.task' must be one of single_label, multi_label, "
                + "regression, ordinal, tokens, answers")
    }

    /// The last linear map alone learns the order as well: a loss well below that of the shares of the classes.
    @Test func theFitOnFeaturesGoesByTheOrder() throws {
        let (out, outcome) = try Self.train {
            $0.method = .features
            $0.l2 = 0.01
        }
        let scores = try #require(outcome?.state.evaluations.last?.scores)
        #expect(scores.loss < 1.27, "\(scores)")
        let card = String(decoding: try out.bytes("model/README.md"), as: UTF8.self)
        #expect(card.contains("\nOrdinal regression on the pooler's output of the frozen model"), "\(card)")
    }

    static let refusals: [(change: @Sendable (inout TrainingOptions) -> Void, words: String)] = [
        ({ $0.metric = .rocAUC }, "metric is roc_auc; classes are in an order"),
        ({ $0.usesProbabilities = true }, "targets is votes; classes are in an order"),
        ({ $0.labelSmoothing = 0.1 }, "label_smoothing is 0.1; classes are in an order"),
        ({ $0.abstaining = 0.1 }, "abstain is 0.1; classes are in an order"),
    ]

    @Test(arguments: 0..<4)
    func whatMeansNothingForAnOrderIsRefused(number: Int) {
        let (change, words) = Self.refusals[number]
        let found = message { _ = try Self.train(change) }
        #expect(found.contains(words), "\(found)")
    }

    @Test func kappaIsForNoOtherTask() throws {
        var options = Toy.options(steps: 1)
        options.metric = .quadraticKappa
        for head in HeadCase.all where head.task.name != .ordinal {
            let model = try FamilyCase.all[0].configuration().makeModel(
                labelCount: head.labels.count, seed: 1, threads: 1)
            let found = message {
                _ = try Trainer(
                    model, options: options, training: head.rows(12, seed: 1), dev: nil, task: head.task)
            }
            let words =
                switch head.task.name {
                case .tokens: "words have a tag each"
                case .answers: "questions have answers somewhere in a context"
                default: "rows have "
                }
            #expect(found.contains("metric is qwk; \(words)"), "\(head.name): \(found)")
        }
    }

    /// A run of the same rows for classes without an order does not continue from its checkpoint.
    @Test func checkpointsOfClassesWithoutAnOrderAreRefused() throws {
        let folder = try TemporaryFolder()
        let head = try #require(HeadCase.all.first { $0.task.name == .ordinal })
        func trainer(_ task: TrainingTask) throws -> Trainer {
            try Trainer(
                FamilyCase.all[0].configuration().makeModel(labelCount: 3, seed: 1, threads: 1),
                options: Toy.options(steps: 4), training: head.rows(12, seed: 1), dev: nil, task: task,
                labels: head.labels)
        }
        let own = try trainer(.ordinal)
        _ = try own.next()
        try own.saveCheckpoint(to: folder.file("state"))
        try trainer(.ordinal).restore(from: folder.file("state"))
        let other = try trainer(.singleLabel)
        #expect(message { try other.restore(from: folder.file("state")) }.contains("is of another run"))
    }
}
