import Foundation
import SeededRandom
import Testing
import Training

struct AnswerRuleTests {
    /// Scores of rows whose classes are drawn from the softmax of `scores / temperature`.
    private static func rows(
        _ count: Int, classes: Int, temperature: Double, seed: UInt64
    ) -> (scores: [Float], labels: [Int]) {
        var random = SplitMix64(seed: seed)
        func unit() -> Double { Double(random.next() >> 11) / 0x1p53 }
        var scores: [Float] = []
        var labels: [Int] = []
        for _ in 0..<count {
            let own = (0..<classes).map { _ in Float(8 * unit() - 4) }
            let weights = own.map { exp(Double($0) / temperature) }
            var rest = unit() * weights.reduce(0, +)
            labels.append(
                weights.firstIndex {
                    rest -= $0
                    return rest < 0
                } ?? classes - 1)
            scores += own
        }
        return (scores, labels)
    }

    @Test(arguments: [(2, 0.5), (2, 3.0), (4, 1.0), (4, 2.5)])
    func theTemperatureThatTheLabelsWereDrawnAtIsFound(classes: Int, temperature: Double) {
        let (scores, labels) = Self.rows(20_000, classes: classes, temperature: temperature, seed: 7)
        let rule = AnswerRule(tunedOn: scores, labels: labels, classCount: classes)
        #expect(abs(rule.temperature / temperature - 1) < 0.05, "\(rule.temperature)")
    }

    @Test func noOtherTemperatureHasALowerLoss() throws {
        let (scores, labels) = Self.rows(400, classes: 3, temperature: 2, seed: 3)
        func loss(_ temperature: Double) throws -> Double {
            let probabilities = AnswerRule(temperature: temperature).probabilities(scores, classCount: 3)
            return try ClassificationScores(labels: labels, probabilities: probabilities, classCount: 3)
                .logLoss
        }
        let found = AnswerRule(tunedOn: scores, labels: labels, classCount: 3).temperature
        for factor in [0.9, 0.98, 1.02, 1.1] { #expect(try loss(found) < loss(found * factor)) }
    }

    /// With each row's own class ahead the loss falls with the temperature without end.
    @Test(arguments: [2, 3])
    func rowsThatAreAllRightTellNoTemperature(classes: Int) {
        let (scores, _) = Self.rows(200, classes: classes, temperature: 1, seed: 5)
        var labels = (0..<200).map { row in
            let own = Array(scores[row * classes..<(row + 1) * classes])
            return own.firstIndex(of: own.max() ?? 0) ?? 0
        }
        #expect(AnswerRule(tunedOn: scores, labels: labels, classCount: classes).temperature == 1)
        // The negative control: one row that is wrong.
        labels[0] = (labels[0] + 1) % classes
        #expect(AnswerRule(tunedOn: scores, labels: labels, classCount: classes).temperature < 1)
    }

    /// All thresholds tried one by one.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func noOtherThresholdHasABetterMacroF1(seed: UInt64) throws {
        var (scores, labels) = Self.rows(150, classes: 2, temperature: 3, seed: seed)
        // Rare positives, for which 0.5 is hardly the best.
        labels = labels.enumerated().map { $0.offset % 4 == 0 ? $0.element : 0 }
        let rule = AnswerRule(tunedOn: scores, labels: labels, classCount: 2)
        let probabilities = rule.probabilities(scores, classCount: 2)
        func macroF1(_ threshold: Double?) -> Double {
            var confusion = ConfusionMatrix(classCount: 2)
            let rule = AnswerRule(threshold: threshold)
            for row in labels.indices {
                let own = probabilities[2 * row..<2 * row + 2]
                confusion.add(label: labels[row], predicted: rule.bestClass(own))
            }
            return confusion.macroF1
        }
        let tried = stride(from: 0.0, through: 1, by: 0.001).map { (value: Double) -> Double in macroF1(value)
        }
        let best = tried.max() ?? 0
        #expect(macroF1(rule.threshold) >= best - 1e-12)
        if rule.threshold == nil { #expect(macroF1(0.5) >= best - 1e-12) }
    }

    @Test(arguments: [2, 3])
    func asManyRowsAsAreAskedForGoWithoutAnAnswerAndTheyAreTheLeastSure(classes: Int) {
        let (scores, labels) = Self.rows(500, classes: classes, temperature: 1, seed: 11)
        let rule = AnswerRule(tunedOn: scores, labels: labels, classCount: classes, abstaining: 0.1)
        let probabilities = rule.probabilities(scores, classCount: classes)
        var (silent, answered): ([Double], [Double]) = ([], [])
        for row in labels.indices {
            let own = Array(probabilities[row * classes..<(row + 1) * classes])
            if rule.answer(own) == nil {
                silent.append(own.max() ?? 0)
            } else {
                answered.append(own.max() ?? 0)
            }
        }
        #expect(45...50 ~= silent.count)
        if classes == 3 || rule.threshold == nil {
            #expect((silent.max() ?? 1) <= (answered.min() ?? 0))
        }
        #expect(AnswerRule(tunedOn: scores, labels: labels, classCount: classes).abstention == nil)
    }

    @Test func theRuleDecidesByThresholdAndBand() {
        let rule = AnswerRule(threshold: 0.7, abstention: 0.6...0.75)
        #expect(rule.answer([0.45, 0.55]) == 0)
        #expect(rule.answer([0.35, 0.65]) == nil)
        #expect(rule.bestClass([0.35, 0.65]) == 0)
        #expect(rule.answer([0.2, 0.8]) == 1)
        #expect(AnswerRule(abstention: 0...0.5).answer([0.4, 0.35, 0.25]) == nil)
        #expect(AnswerRule(abstention: 0...0.5).answer([0.6, 0.2, 0.2]) == 0)
    }

    @Test func temperatureChangesProbabilitiesAndNoAnswer() {
        let scores: [Float] = [2, -1, 0.5, 0.4]
        let plain = AnswerRule.plain.probabilities(scores, classCount: 2)
        let cooler = AnswerRule(temperature: 2).probabilities(scores, classCount: 2)
        #expect(abs(plain[0] - 1 / (1 + exp(-3.0))) < 1e-7)
        #expect(abs(cooler[0] - 1 / (1 + exp(-1.5))) < 1e-7)
        #expect(AnswerRule.plain.bestClass(plain[2...]) == AnswerRule(temperature: 2).bestClass(cooler[2...]))
    }

    @Test func theFolderKeepsTheRule() throws {
        let folder = try TemporaryFolder()
        let source = try Toy.modelFolder(in: folder)
        for rule in [
            AnswerRule(temperature: 1.25, threshold: 0.375, abstention: 0.25...0.5),
            AnswerRule(temperature: 0.5),
        ] {
            var provenance = ModelFolderTests.provenance
            provenance.answers = rule
            let out = try TemporaryFolder()
            try TrainedModel(
                model: try Toy.model(), labels: ["calm", "split"], source: source, provenance: provenance,
                lowercase: false, card: "# card\n"
            ).write(to: out.file("model"))
            let back = try ModelFolder(out.file("model"))
            #expect(back.provenance?.answers == rule)
            #expect(back.answers(["calm", "split"]).rule == rule)
        }
    }

    @Test(arguments: [
        (#"{"temperature": 0}"#, "temperature"), (#"{"threshold": 1.5}"#, "threshold"),
        (#"{"abstain": [0.6, 0.4]}"#, "abstain"), (#"{"abstain": [0.6]}"#, "abstain"),
    ])
    func aRuleOutOfRangeIsRefused(json: String, key: String) throws {
        let folder = try TemporaryFolder()
        _ = try Toy.modelFolder(in: folder)
        let text = String(decoding: Toy.configuration.json(labels: ["a", "b"]), as: UTF8.self)
        let provenance =
            #""splitvote": {"clean_rules": "none", "tokenizer_digest": "a", "tokenizer_kind": "hf-fast", "#
            + #""max_tokens": 16, "label_set": "l", "answers": \#(json)}, "#
        try folder.write(
            ("{" + provenance + text.trimmingPrefix("{")).utf8, to: "config.json")
        #expect(message { _ = try ModelFolder(folder.path) }.contains("'splitvote.answers.\(key)' must be"))
    }
}

struct ModelAnswersTests {
    private func folder(_ problem: String?, labels: [String]) throws -> ModelAnswers {
        let folder = try TemporaryFolder()
        _ = try Toy.modelFolder(in: folder)
        var json =
            try JSONSerialization.jsonObject(
                with: Data(Toy.configuration.json(labels: labels))) as? [String: Any] ?? [:]
        json["problem_type"] = problem
        try folder.write(JSONSerialization.data(withJSONObject: json), to: "config.json")
        return try ModelFolder(folder.path).answers(labels)
    }

    /// As the text-classification pipeline of transformers 5.24 does.
    @Test func theProblemDecidesHowScoresAreRead() throws {
        #expect(try folder("regression", labels: ["점수"]).answer([0.25]) == .numbers([0.25]))
        guard
            case .anyClasses(let chosen, let flags) = try folder(
                "multi_label_classification", labels: ["가", "나", "다"]
            ).answer([0, -3, 2])
        else { return #expect(Bool(false)) }
        #expect(chosen == [0, 2])
        #expect(abs(flags[1] - 0.04742587317756678) < 1e-9)
        guard case .anyClasses(_, let alone) = try folder(nil, labels: ["가"]).answer([1.5]) else {
            return #expect(Bool(false))
        }
        #expect(abs(alone[0] - 0.8175744761936437) < 1e-9)
        for problem in [nil, "single_label_classification"] {
            guard
                case .oneClass(let label, let shares) = try folder(problem, labels: ["가", "나"]).answer([1, 2])
            else { return #expect(Bool(false)) }
            #expect(label == 1)
            #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
        }
    }
}
