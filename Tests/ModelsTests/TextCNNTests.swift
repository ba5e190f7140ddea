import Foundation
import Models
import Tensors
import Testing

/// Text-CNNs beside PyTorch's, by `Tests/Fixtures/textcnn`.
struct TextCNNTests {
    struct Numbers: Decodable, Sendable {
        let logits: [Double]
        let losses: [Double]

        /// The largest difference of two numbers.
        func apart(from other: Numbers) -> Double {
            zip(logits + losses, other.logits + other.losses).map { abs($0 - $1) }.max() ?? .infinity
        }
    }

    struct Case: Decodable, Sendable {
        let widths: [Int]
        let filters: Int
        let weights: [String: [Double]]
        let logits: [Double]
        let losses: [Double]
        let gradients: [String: [Double]]
        let trained: [String: [Double]]
        let mistakes: [String: Numbers]

        var numbers: Numbers { Numbers(logits: logits, losses: losses) }
    }

    struct Document: Decodable, Sendable {
        let vocabulary: Int
        let channels: Int
        let classes: Int
        let rho: Double
        let epsilon: Double
        let limit: Double
        let rows: [[Int32]]
        let labels: [Int32]
        let cases: [String: Case]
    }

    static let names = ["non_static", "multichannel", "static", "random"]
    static let document: Document? = {
        let place = URL(filePath: #filePath).appending(path: "../../Fixtures/textcnn/textcnn.json")
            .standardized
        // Names of tensors are keys too, so keys stay as they are.
        return (try? Data(contentsOf: place)).flatMap { try? JSONDecoder().decode(Document.self, from: $0) }
    }()

    static func plan(_ name: String, dropout: Double = 0.5) throws -> TransformerPlan {
        let document = try #require(document)
        let found = try #require(document.cases[name])
        let convolution = ConvolutionPlan(
            widths: found.widths, filters: found.filters,
            vectors: try #require(ConvolutionPlan.Vectors(rawValue: name)),
            // As Kim counts it: weights here are scaled by what is kept.
            maxNorm: document.limit / (1 - dropout))
        var plan = TransformerPlan(
            vocabularySize: document.vocabulary, hiddenSize: convolution.outputs, layers: 1, heads: 1,
            intermediateSize: 1, maxPositions: 64, segmentTypes: 0, hiddenDropout: dropout,
            attentionDropout: 0,
            initializerRange: 0.01, embeddingSize: document.channels)
        plan.ignoresSegments = true
        plan.convolution = convolution
        return plan
    }

    static func model(
        _ name: String, threads: Int = 1, _ change: (inout TransformerPlan) -> Void = { _ in }
    ) throws -> any TrainableModel {
        let document = try #require(document)
        var plan = try plan(name)
        change(&plan)
        let model = try ModelConfiguration(plan, dialect: .textCNN).makeModel(
            labelCount: document.classes, seed: 1, threads: threads)
        let weights = try #require(document.cases[name]).weights
        #expect(Set(weights.keys) == Set(model.parameters.entries.map(\.name)))
        for (tensor, numbers) in weights {
            try model.parameters.withValues(of: tensor) { values in
                #expect(values.count == numbers.count)
                for (place, number) in numbers.enumerated() { values[place] = Float(number) }
            }
        }
        return model
    }

    static func batch() throws -> PackedTokens {
        let document = try #require(document)
        return PackedTokens(rows: document.rows, labels: document.labels)
    }

    /// Scores before the first step, and the losses of each.
    static func train(
        _ model: any TrainableModel, steps: Int, rule: AdamW.Settings.Rule? = nil
    ) throws -> Numbers {
        let document = try #require(document)
        let batch = try batch()
        let logits = try model.logits(batch).map(Double.init)
        var settings = AdamW.Settings()
        settings.rule = rule ?? .adadelta(rho: document.rho)
        settings.epsilon = document.epsilon
        settings.weightDecay = 0
        let optimizer = AdamW(for: model.parameters, settings: settings, threads: model.threads)
        var losses: [Double] = []
        for _ in 0..<steps {
            model.parameters.zeroGradients()
            losses.append(try model.trainStep(batch, dropout: nil).loss)
            try optimizer.step(model.parameters, learningRate: 1, clipNorm: nil)
        }
        return Numbers(logits: logits, losses: losses)
    }

    static func apart(_ found: [Float], _ expected: [Double]) -> Double {
        zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
    }

    @Test(arguments: names)
    func scoresLossesAndWeightsAreThoseOfPyTorch(name: String) throws {
        let expected = try #require(Self.document?.cases[name])
        let model = try Self.model(name)
        let found = try Self.train(model, steps: expected.losses.count)
        #expect(found.apart(from: expected.numbers) < 2e-5)
        for (tensor, numbers) in expected.trained {
            let apart = try model.parameters.withValues(of: tensor) { Self.apart(Array($0), numbers) }
            #expect(apart < 5e-5, "\(tensor)")
        }
    }

    @Test(arguments: names)
    func gradientsAreThoseOfPyTorch(name: String) throws {
        let expected = try #require(Self.document?.cases[name])
        let model = try Self.model(name)
        for threads in [1, 3] {
            let model = threads == 1 ? model : try Self.model(name, threads: threads)
            model.parameters.zeroGradients()
            _ = try model.trainStep(Self.batch(), dropout: nil)
            for entry in model.parameters.entries {
                let found = try model.parameters.withGradients(of: entry.name) { Array($0) }
                // What stays as it is has none.
                let numbers = expected.gradients[entry.name] ?? [Double](repeating: 0, count: entry.count)
                #expect(Self.apart(found, numbers) < 1e-5, "\(entry.name), \(threads) threads")
            }
        }
        #expect(expected.gradients.values.contains { $0.contains { abs($0) > 0.01 } })
    }

    @Test(arguments: names)
    func theComparisonSeesEachMistake(name: String) throws {
        let expected = try #require(Self.document?.cases[name])
        let found = try Self.train(Self.model(name), steps: expected.losses.count)
        #expect(expected.mistakes.count >= 8)
        for (mistake, wrong) in expected.mistakes {
            #expect(found.apart(from: wrong) > 50 * 2e-5, "\(mistake)")
        }
    }

    @Test(arguments: names)
    func theNumberOfThreadsAndOtherRowsDecideNothing(name: String) throws {
        let one = try Self.model(name)
        let three = try Self.model(name, threads: 3)
        let losses = try Self.train(one, steps: 3).losses
        #expect(try Self.train(three, steps: 3).losses == losses)
        for entry in one.parameters.entries {
            let (first, second) = (
                try one.parameters.withValues(of: entry.name) { Array($0) },
                try three.parameters.withValues(of: entry.name) { Array($0) }
            )
            #expect(first == second, "\(entry.name)")
        }
        let rows = try #require(Self.document).rows
        let together = try Self.model(name).logits(Self.batch())
        let alone = try rows.flatMap { try Self.model(name).logits(PackedTokens(rows: [$0])) }
        #expect(zip(together, alone).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func keptVectorsStayAndTrainedOnesMove() throws {
        for name in ["static", "multichannel"] {
            let model = try Self.model(name)
            let before = model.parameters.withValues(of: .keptWords) { Array($0) }
            _ = try Self.train(model, steps: 2, rule: .adamW)
            let after = model.parameters.withValues(of: .keptWords) { Array($0) }
            #expect(before == after, "\(name)")
        }
        #expect(try Self.model("static").parameters.entry(for: .words) == nil)
    }

    @Test func scoresStayWithinTheLargestNormAfterEveryStep() throws {
        let model = try Self.model("non_static")
        let limit = try #require(Self.document).limit
        for _ in 0..<4 {
            _ = try Self.train(model, steps: 1, rule: .adamW)
            try model.parameters.withValues(of: "classifier.weight") { values in
                let width = values.count / 3
                for start in stride(from: 0, to: values.count, by: width) {
                    let norm = values[start..<start + width].reduce(0.0) { $0 + Double($1) * Double($1) }
                    #expect(norm.squareRoot() < limit * (1 + 1e-6))
                }
            }
        }
        let free = try Self.model("non_static") { $0.convolution?.maxNorm = nil }
        _ = try Self.train(free, steps: 4, rule: .adamW)
        let longest = try free.parameters.withValues(of: "classifier.weight") { $0.map(abs).max() ?? 0 }
        #expect(Double(longest) > limit / 2)
    }

    @Test func modelsStartAsInThePaper() throws {
        let model = try ModelConfiguration(try Self.plan("non_static"), dialect: .textCNN).makeModel(
            labelCount: 2, seed: 4, threads: 1)
        func range(_ name: String) throws -> (Float, Float) {
            try model.parameters.withValues(of: name) { ($0.min() ?? 0, $0.max() ?? 0) }
        }
        #expect(try range("classifier.weight") == (0, 0))
        #expect(try range("text_cnn.filters.3.bias") == (0, 0))
        let filters = try range("text_cnn.filters.5.weight")
        #expect(filters.0 < -0.009 && filters.0 >= -0.01 && filters.1 > 0.009 && filters.1 <= 0.01)
        let words = try range("text_cnn.embedding.weight")
        #expect(words.0 < -0.24 && words.0 >= -0.25 && words.1 > 0.24 && words.1 <= 0.25)
    }

    @Test func aConfigurationReadsBackAsItWasWritten() throws {
        for name in Self.names {
            let configuration = ModelConfiguration(try Self.plan(name), dialect: .textCNN)
            let read = try ModelConfiguration(json: configuration.json(labels: ["a", "b"]))
            #expect(read.plan == configuration.plan && read.dialect == .textCNN && read.labels == ["a", "b"])
        }
    }

    static let broken: [(String, String)] = [
        (
            #""filter_widths": [3, 3]"#,
            "'filter_widths' is [3, 3]; it takes different numbers of 1 ... 100 tokens"
        ),
        (#""filter_widths": []"#, "'filter_widths' is []; it takes different numbers of 1 ... 100 tokens"),
        (#""filter_widths": "3""#, "'filter_widths' is \"3\"; it must be a list of whole numbers"),
        (#""filters": 0"#, "'filters' is 0; it must lie in 1 ... 100000"),
        (#""max_norm": -1"#, "'max_norm' is -1.0; it must be above 0, or null for none"),
        (
            #""vectors": "fixed""#,
            "'vectors' is \"fixed\"; supported: \"random\", \"static\", \"non_static\", \"multichannel\""
        ),
    ]

    @Test(arguments: broken)
    func shapesThatAreNoneAreRefused(setting: String, problem: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try ModelConfiguration(
                json: Array(#"{"model_type": "text_cnn", "vocab_size": 9, \#(setting)}"#.utf8))
        }
        #expect(error?.problems == [problem])
    }
}
