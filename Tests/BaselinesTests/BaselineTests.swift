import Baselines
import Foundation
import JSON
import ShardFormat
import Testing
import TextBasics
import TextFeatures
import Training

/// Baselines of all kinds on made rows: what they learn, how the penalty is chosen, and folders of them.
struct BaselineTests {
    /// Texts of two or three sorts of words, some of which tell the class.
    static func side(
        _ count: Int, classes: Int = 2, task: TaskName = .singleLabel, seed: Int = 0, pairs: Bool = false
    ) throws -> BaselineTraining.Side {
        var shard = TokenShard(targetWidth: task == .singleLabel ? 0 : task == .regression ? 1 : classes)
        var texts: [String] = []
        for row in 0..<count {
            let number = row + 1000 * seed
            let label = number * 7 % classes
            let told = number % 5 != 0
            texts.append(
                (0..<3 + number % 4).map { word in
                    told && word == 1
                        ? ["좋은", "나쁜", "그저"][label]
                        : ["기사", "정부", "오늘", "word", "ㅋㅋ"][(number + word * 3) % 5]
                }.joined(separator: " "))
            let target: [Float] =
                switch task {
                case .singleLabel: []
                case .regression: [Float(label) + Float(number % 3) / 10]
                default: (0..<classes).map { $0 == label ? 1 : 0 }
                }
            shard.append(
                tokens: [2, 3], label: task == .singleLabel ? label : 0, comment: Int64(number),
                target: target)
        }
        let rows = try TokenRows(
            shards: [try shard.encoded(vocabularySize: 10)], vocabularySize: 10,
            labelCount: task == .regression ? 1 : classes)
        return BaselineTraining.Side(
            rows: rows, texts: UTF8Rows(texts), firsts: pairs ? UTF8Rows(texts.reversed()) : nil)
    }

    static func options(_ metric: TrainingOptions.Metric = .macroF1) -> TrainingOptions {
        var options = TrainingOptions()
        options.metric = metric
        options.threads = 2
        return options
    }

    static func training(
        _ kind: BaselineKind, task: TrainingTask = .singleLabel, labels: [String] = ["no", "yes"],
        costs: [Double] = [0.25, 4], metric: TrainingOptions.Metric = .macroF1
    ) -> BaselineTraining {
        BaselineTraining(
            .init(kind, costs: costs), options: options(metric), task: task, labels: labels)
    }

    @Test func majorityAnswersTheSharesOfTheClasses() throws {
        let train = try Self.side(90, classes: 3)
        let outcome = try Self.training(.majority, labels: ["a", "b", "c"]).run(train: train, dev: nil)
        let answers = outcome.model.answers(to: UTF8Rows(["", "whatever"]))
        let counts = train.rows.labelCounts(classCount: 3)
        for row in 0..<2 {
            for label in 0..<3 { #expect(abs(answers[row * 3 + label] - Double(counts[label]) / 90) < 1e-6) }
        }
    }

    @Test func lengthLooksAtNothingButTheLength() throws {
        let outcome = try Self.training(.length).run(
            train: try Self.side(80), dev: try Self.side(40, seed: 1))
        let answers = outcome.model.answers(to: UTF8Rows(["가나다", "xyz", "네글자다"]))
        #expect(answers[0] == answers[2])
        #expect(answers[0] != answers[4])
    }

    @Test func tfidfLearnsWhatWordsTell() throws {
        let outcome = try Self.training(.tfidf).run(
            train: try Self.side(200), dev: try Self.side(100, seed: 1))
        let scores = try #require(outcome.devScores?.classification)
        // Four rows of five say it.
        #expect(scores.accuracy > 0.85)
        let majority = try Self.training(.majority).run(
            train: try Self.side(200), dev: try Self.side(100, seed: 1))
        #expect(try #require(majority.devScores?.classification).accuracy < 0.6)
    }

    @Test func thePenaltyIsTheOneThatDidBestOnDev() throws {
        let outcome = try Self.training(.tfidf, costs: [1e-6, 1, 100]).run(
            train: try Self.side(200), dev: try Self.side(100, seed: 1))
        #expect(outcome.trials.map(\.cost) == [1e-6, 1, 100])
        let best = outcome.trials.compactMap(\.metric).max()
        #expect(outcome.trials.first { $0.cost == outcome.cost }?.metric == best)
        #expect(outcome.cost != 1e-6)
        #expect(!outcome.isCrossValidated)
    }

    /// Of the loss the lower value is the better one, on dev as on parts of the training rows.
    @Test(arguments: [false, true])
    func theLeastLossIsChosen(hasDev: Bool) throws {
        let outcome = try Self.training(.tfidf, costs: [1e-6, 1, 1e6], metric: .loss).run(
            train: try Self.side(200), dev: hasDev ? try Self.side(100, seed: 1) : nil)
        let least = try #require(outcome.trials.compactMap(\.metric).min())
        #expect(outcome.trials.first { $0.cost == outcome.cost }?.metric == least)
        #expect(outcome.trials.compactMap(\.metric).max() != least)
        #expect(outcome.trials.allSatisfy { $0.metric == $0.loss })
    }

    @Test func withoutDevPartsOfTheTrainingRowsChooseIt() throws {
        let train = try Self.side(200)
        let outcome = try Self.training(.tfidf, costs: [1e-6, 1]).run(train: train, dev: nil)
        #expect(outcome.isCrossValidated)
        #expect(outcome.cost == 1)
        #expect(outcome.trials.count == 2)
        #expect(outcome.devScores == nil)
        // The model is that of all rows.
        let alone = try Self.training(.tfidf, costs: [1]).run(train: train, dev: nil)
        #expect(alone.model.coefficients == outcome.model.coefficients)
    }

    @Test func anyNumberOfThreadsGivesTheSameModel() throws {
        let train = try Self.side(200, classes: 3)
        let models = try [1, 3].map { threads in
            var options = Self.options()
            options.threads = threads
            return try BaselineTraining(
                .init(.tfidf), options: options, task: .singleLabel, labels: ["a", "b", "c"]
            ).run(train: train, dev: nil).model
        }
        #expect(models[0].coefficients == models[1].coefficients)
        #expect(models[0].intercepts == models[1].intercepts)
    }

    @Test func multiLabelAndScoresAreLearnedToo() throws {
        let flags = try Self.training(.tfidf, task: .multiLabel, labels: ["a", "b", "c"], metric: .macroF1)
            .run(
                train: try Self.side(300, classes: 3, task: .multiLabel),
                dev: try Self.side(100, classes: 3, task: .multiLabel, seed: 1))
        guard case .flags(let scores)? = flags.devScores else {
            Issue.record("scores of several classes were expected")
            return
        }
        #expect(scores.macroF1 > 0.8)
        let numbers = try Self.training(.tfidf, task: .regression, labels: ["score"], metric: .pearson).run(
            train: try Self.side(300, classes: 3, task: .regression),
            dev: try Self.side(100, classes: 3, task: .regression, seed: 1))
        guard case .numbers(let found)? = numbers.devScores else {
            Issue.record("scores of numbers were expected")
            return
        }
        #expect(try #require(found.pearson) > 0.75)
    }

    @Test func rowsThatTeachNothingAreRefused() throws {
        var shard = TokenShard()
        for row in 0..<20 { shard.append(tokens: [2], label: 1, comment: Int64(row)) }
        let rows = try TokenRows(
            shards: [try shard.encoded(vocabularySize: 10)], vocabularySize: 10, labelCount: 2)
        let side = BaselineTraining.Side(
            rows: rows, texts: UTF8Rows((0..<20).map { "text \($0)" }))
        let one = #expect(throws: TrainingError.self) { try Self.training(.tfidf).run(train: side, dev: nil) }
        #expect(one?.problem.contains("at least two classes") == true)
        var settings = BaselineTraining.Settings(.tfidf)
        settings.ngrams = [TfidfVectorizer.Options(NgramRules(.words, lengths: 1...1), leastTexts: 500)]
        let rare = #expect(throws: TrainingError.self) {
            try BaselineTraining(settings, options: Self.options(), task: .singleLabel, labels: ["a", "b"])
                .run(
                    train: try Self.side(100), dev: nil)
        }
        #expect(rare?.problem.contains("no n-gram is in 500 or more of the 100 training texts") == true)
    }
}

/// Folders of baselines: what is written is read, and what is damaged is refused by name.
struct BaselineFolderTests {
    private let place = FileManager.default.temporaryDirectory.appending(
        path: "baseline-\(UUID().uuidString)"
    ).path

    private static let provenance = ModelProvenance(
        cleanRules: "none", cleanRevision: 3, tokenizerDigest: "", tokenizerKind: "", maxTokens: 0,
        labelSet: "l")

    private func model(_ kind: BaselineKind, pairs: Bool = false) throws -> BaselineModel {
        try BaselineTests.training(kind).run(train: try BaselineTests.side(120, pairs: pairs), dev: nil).model
    }

    @Test(arguments: BaselineKind.allCases, [false, true])
    func aFolderAnswersAsTheModelDid(kind: BaselineKind, pairs: Bool) throws {
        defer { try? FileManager.default.removeItem(atPath: place) }
        let model = try model(kind, pairs: pairs)
        try BaselineFolder(path: place, model: model, provenance: Self.provenance).write(card: "# A model\n")
        #expect(BaselineFolder.kind(ofFolder: place) == kind)
        let read = try BaselineFolder(place)
        #expect(read.provenance == Self.provenance)
        #expect(read.model.labels == ["no", "yes"])
        let texts = UTF8Rows(["좋은 기사", "", "나쁜 word ㅋㅋ", "never seen"])
        let firsts = pairs ? UTF8Rows(["오늘", "정부", "", "기사"]) : nil
        #expect(read.model.logits(of: texts, firsts: firsts) == model.logits(of: texts, firsts: firsts))
        let bytes = try Data(contentsOf: URL(filePath: place + "/model.safetensors"))
        try read.write(card: "# A model\n")
        #expect(try Data(contentsOf: URL(filePath: place + "/model.safetensors")) == bytes)
    }

    /// Each of these is a folder that someone has edited or half copied.
    @Test func damagedFoldersAreRefused() throws {
        defer { try? FileManager.default.removeItem(atPath: place) }
        let model = try model(.tfidf)
        func problem(_ damage: (inout JSONValue) -> Void) throws -> String? {
            try BaselineFolder(path: place, model: model, provenance: Self.provenance).write(card: "")
            let path = place + "/config.json"
            var node = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path))))
            damage(&node)
            try Data(node.encoded()).write(to: URL(filePath: path))
            do {
                _ = try BaselineFolder(place)
                return nil
            } catch { return "\(error)" }
        }
        #expect(try problem { _ in } == nil)
        #expect(
            try problem { $0["model_type"] = "bert" }?.contains(
                "model_type is none of majority, length, tfidf") == true)
        #expect(try problem { $0["problem_type"] = nil }?.contains("problem_type is none of") == true)
        #expect(try problem { $0["splitvote"] = nil }?.contains("how texts are cleaned") == true)
        #expect(try problem { $0["id2label"] = ["0": "a"] }?.contains("do not fit 1 classes") == true)
        #expect(try problem { $0["id2label"] = ["0": "a", "2": "b"] }?.contains("id2label") == true)
        #expect(
            try problem { $0["features"] = [["field": "text"]] }?.contains("'features' has an entry") == true)
        #expect(try problem { $0["features"] = [] }?.contains("do not fit") == true)
        try FileManager.default.removeItem(atPath: place + "/model.safetensors")
        #expect(throws: (any Error).self) { try BaselineFolder(place) }
    }

    @Test func otherFoldersAreNoBaselines() {
        #expect(BaselineFolder.kind(ofFolder: "/nowhere") == nil)
    }
}

/// What moved an answer.
struct ReasonTests {
    @Test func theWordThatTellsComesFirst() throws {
        let training = BaselineTests.training(.tfidf)
        let model = try training.run(train: try BaselineTests.side(200), dev: nil).model
        let text = UTF8Rows(["오늘 좋은 기사"])
        let reasons = model.reasons(for: 0, in: text, most: 5)
        #expect(reasons.count == 5)
        let first = try #require(reasons.first)
        #expect("좋은".contains(first.feature.trimmingCharacters(in: .whitespaces)))
        #expect(first.effect > 0 && first.weight > 0 && first.field == .text)
        let against = model.reasons(for: 1, in: text, most: 5)
        #expect(abs(try #require(against.first).effect + first.effect) < 1e-9)
        let sizes = reasons.map { abs($0.effect) }
        #expect(sizes == sizes.sorted(by: >))
    }

    /// All effects and the intercepts together are the difference of the scores.
    @Test func theEffectsAddUp() throws {
        let model = try BaselineTests.training(.tfidf).run(
            train: try BaselineTests.side(200, pairs: true), dev: nil
        ).model
        let (text, first) = (UTF8Rows(["오늘 좋은 기사"]), UTF8Rows(["정부 word"]))
        let reasons = model.reasons(for: 1, in: text, firsts: first, most: .max)
        #expect(Set(reasons.map(\.field)) == [.text, .first])
        let sum = reasons.reduce(0) { $0 + $1.effect }
        let scores = model.logits(of: text, firsts: first)
        let wanted = Double(scores[1] - scores[0]) - (model.intercepts[1] - model.intercepts[0])
        #expect(abs(sum - wanted) < 1e-5)
    }

    @Test func ofThreeClassesTheMeanOfTheOthersIsTakenOff() throws {
        let model = try BaselineTests.training(.tfidf, labels: ["a", "b", "c"]).run(
            train: try BaselineTests.side(200, classes: 3), dev: nil
        ).model
        let text = UTF8Rows(["오늘 그저 기사"])
        let sum = model.reasons(for: 2, in: text, most: .max).reduce(0) { $0 + $1.effect }
        let scores = model.logits(of: text).map(Double.init)
        func less(_ values: [Double]) -> Double { values[2] - (values[0] + values[1]) / 2 }
        #expect(abs(sum - less(scores) + less(model.intercepts)) < 1e-5)
    }

    @Test func lengthIsOneReasonAndMajorityHasNone() throws {
        let side = try BaselineTests.side(80)
        let length = try BaselineTests.training(.length).run(train: side, dev: nil).model
        #expect(length.reasons(for: 0, in: UTF8Rows(["가나다"]), most: 5).map(\.feature) == ["length"])
        let majority = try BaselineTests.training(.majority).run(train: side, dev: nil).model
        #expect(majority.reasons(for: 0, in: UTF8Rows(["가나다"]), most: 5).isEmpty)
    }
}

/// How far a training has come, and how much of the rows it takes.
struct BaselineWorkTests {
    @Test func eachFitIsToldWithWhatItTries() throws {
        var told: [BaselineTraining.Progress] = []
        let training = BaselineTests.training(.tfidf, costs: [0.25, 1, 4])
        _ = try training.run(train: try BaselineTests.side(100), dev: try BaselineTests.side(50, seed: 1)) {
            told.append($0)
        }
        #expect(told.map(\.done) == [0, 1, 2] && told.allSatisfy { $0.total == 3 })
        #expect(told.map(\.cost) == [0.25, 1, 4])
        told = []
        _ = try training.run(train: try BaselineTests.side(100), dev: nil) { told.append($0) }
        #expect(told.map(\.done) == Array(0..<16) && told.allSatisfy { $0.total == 16 })
    }

    @Test func aTrainingStopsBetweenFits() throws {
        struct Stopped: Error {}
        var fits = 0
        #expect(throws: Stopped.self) {
            _ = try BaselineTests.training(.tfidf).run(train: try BaselineTests.side(100), dev: nil) { _ in
                fits += 1
                if fits == 3 { throw Stopped() }
            }
        }
        #expect(fits == 3)
    }

    /// Of more rows than there may be the same ones are taken, whatever others are there.
    @Test func ofManyRowsSomeAreDrawnByTheirNumbers() throws {
        var settings = BaselineTraining.Settings(.tfidf, costs: [1])
        settings.mostRows = 100
        let training = BaselineTraining(
            settings, options: BaselineTests.options(), task: .singleLabel, labels: ["no", "yes"])
        let some = try training.run(train: try BaselineTests.side(200), dev: nil)
        #expect(some.trainRows == 100)
        settings.mostRows = 200
        let all = try BaselineTraining(
            settings, options: BaselineTests.options(), task: .singleLabel, labels: ["no", "yes"]
        ).run(train: try BaselineTests.side(200), dev: nil)
        #expect(all.trainRows == 200 && all.model.coefficients != some.model.coefficients)
        let unbounded = try BaselineTests.training(.tfidf, costs: [1]).run(
            train: try BaselineTests.side(200), dev: nil)
        #expect(unbounded.model.coefficients == all.model.coefficients)
        #expect(
            try training.run(train: try BaselineTests.side(200), dev: nil).model.coefficients
                == some.model.coefficients)
    }

    @Test func partsOfTheDrawnRowsChooseThePenalty() throws {
        var settings = BaselineTraining.Settings(.tfidf, costs: [1e-6, 1])
        settings.mostRows = 120
        let outcome = try BaselineTraining(
            settings, options: BaselineTests.options(), task: .singleLabel, labels: ["no", "yes"]
        ).run(train: try BaselineTests.side(200), dev: nil)
        #expect(outcome.isCrossValidated && outcome.cost == 1 && outcome.trainRows == 120)
        #expect(try #require(outcome.trials.last?.metric) > 0.8)
    }
}
