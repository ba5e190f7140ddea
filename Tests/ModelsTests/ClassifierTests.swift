import Models
import Tensors
import Testing

@Suite struct ClassifierTests {
    let fixture: BERTFixture

    init() throws { fixture = try BERTFixture.load() }

    private func dropoutModel(threads: Int = 1, precision: Precision = .fp32) throws -> any TrainableModel {
        var configuration = try ModelConfiguration(json: BERTFixture.bytes("config_gelu.json"))
        (configuration.plan.hiddenDropout, configuration.plan.attentionDropout) = (0.1, 0.2)
        let model = try configuration.makeModel(
            labelCount: 3, seed: 1, threads: threads, precision: precision)
        let other = try BERTFixture.classifier("gelu")
        withExtendedLifetime(other) {
            _ = model.parameters.values.update(fromContentsOf: other.parameters.values)
        }
        return model
    }

    /// Along the gradient g, the loss changes by ‖g‖² per unit: central differences with the mask frozen.
    @Test func gradientUnderDropoutAgreesWithDifferences() throws {
        let model = try dropoutModel()
        let batch = fixture.batches[0].packed
        let key = DropoutKey(seed: 9, step: 4)
        _ = try model.trainStep(batch, dropout: key)
        let gradient = Array(model.parameters.gradients)
        let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let start = Array(model.parameters.values)
        func loss(_ distance: Double) throws -> Double {
            let values = model.parameters.values
            for place in values.indices {
                values[place] = start[place] + Float(distance * Double(gradient[place]) / norm)
            }
            return try model.trainStep(batch, dropout: key).loss
        }
        let slope = try (loss(1e-3) - loss(-1e-3)) / 2e-3
        #expect(abs(slope / norm - 1) < 2e-4)
        let other = DropoutKey(seed: 9, step: 5)
        _ = try loss(0)
        #expect(try model.trainStep(batch, dropout: other).loss != model.trainStep(batch, dropout: key).loss)
    }

    @Test func dropoutDoesNotDependOnHowRowsAreGrouped() throws {
        let batch = fixture.batches[0].packed
        let whole = try dropoutModel()
        let result = try whole.trainStep(batch, dropout: DropoutKey(seed: 2, step: 1))
        let parts = try dropoutModel()
        var logits: [Float] = []
        for (start, end) in [(0, 2), (2, 3), (3, 6)] {
            let key = DropoutKey(seed: 2, step: 1, firstRow: UInt32(start))
            let part = batch.slice(start..<end)
            logits += try parts.trainStep(part, dropout: key, lossDenominator: 6).logits
        }
        for (a, b) in zip(logits, result.logits) { #expect(abs(a - b) < 1e-6) }
        #expect(relativeDistance(parts.parameters.gradients, whole.parameters.gradients) < 1e-6)
    }

    @Test(arguments: [1, 2])
    func repeatingAStepRepeatsEveryBit(threads: Int) throws {
        func run() throws -> [Float] {
            let model = try dropoutModel(threads: threads)
            let optimiser = AdamW(for: model.parameters, threads: threads)
            for (step, batch) in fixture.batches.enumerated() {
                model.parameters.zeroGradients()
                _ = try model.trainStep(batch.packed, dropout: DropoutKey(seed: 1, step: UInt32(step)))
                try optimiser.step(model.parameters, learningRate: 1e-3)
            }
            return Array(model.parameters.values)
        }
        let first = try run()
        #expect(try run() == first)
    }

    @Test func accumulatingFixedBlocksChangesNoBit() throws {
        let batch = fixture.batches[0].packed
        func gradients(_ steps: [[Range<Int>]]) throws -> [Float] {
            let model = try dropoutModel()
            for blocks in steps {
                for block in blocks {
                    _ = try model.trainStep(
                        batch.slice(block),
                        dropout: DropoutKey(seed: 1, step: 1, firstRow: UInt32(block.lowerBound)),
                        lossDenominator: 6)
                }
            }
            return Array(model.parameters.gradients)
        }
        let together = try gradients([[0..<2, 2..<4, 4..<6]])
        #expect(try gradients([[0..<2], [2..<4, 4..<6]]) == together)
    }

    @Test func softTargetsOfOneClassAreLabels() throws {
        var batch = fixture.batches[0].packed
        let model = try BERTFixture.classifier("gelu")
        let labelled = try model.trainStep(batch, dropout: nil)
        let gradients = Array(model.parameters.gradients)
        batch.targets = .probabilities(
            fixture.batches[0].labels.flatMap { label in (0..<3).map { $0 == label ? 1 : 0 } })
        model.parameters.zeroGradients()
        let soft = try model.trainStep(batch, dropout: nil)
        #expect(abs(soft.loss - labelled.loss) < 1e-7)
        #expect(relativeDistance(model.parameters.gradients, gradients) < 1e-6)
    }

    @Test func initialWeightsAreAsHuggingFaceDrawsThem() throws {
        let configuration = ModelConfiguration(
            TransformerPlan(vocabularySize: 500, hiddenSize: 64, layers: 2, heads: 4, intermediateSize: 128))
        let model = try configuration.makeModel(labelCount: 2, seed: 7, threads: 1)
        for entry in model.parameters.entries {
            try model.parameters.withValues(of: entry.name) { values in
                if entry.name.hasSuffix("LayerNorm.weight") {
                    #expect(values.allSatisfy { $0 == 1 })
                } else if entry.name.hasSuffix(".bias") {
                    #expect(values.allSatisfy { $0 == 0 })
                } else if values.count > 1000 {
                    let deviation = (values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count))
                        .squareRoot()
                    #expect(
                        abs(deviation / 0.02 - 1) < 4 / (2 * Double(values.count)).squareRoot() + 0.002,
                        "\(entry.name)")
                }
            }
        }
        try model.parameters.withValues(of: "bert.embeddings.word_embeddings.weight") { values in
            #expect(values[0..<64].allSatisfy { $0 == 0 })
        }
        let again = try configuration.makeModel(labelCount: 2, seed: 7, threads: 1)
        let other = try configuration.makeModel(labelCount: 2, seed: 8, threads: 1)
        #expect(Array(again.parameters.values) == Array(model.parameters.values))
        #expect(Array(other.parameters.values) != Array(model.parameters.values))
    }

    @Test func drawingOneTensorGivesItTheSameValues() throws {
        let configuration = ModelConfiguration(
            TransformerPlan(vocabularySize: 50, hiddenSize: 16, layers: 1, heads: 2, intermediateSize: 16))
        let all = try configuration.makeModel(labelCount: 2, seed: 7, threads: 1)
        let some = try configuration.makeModel(labelCount: 2, seed: nil, threads: 1)
        try some.drawWeights(seed: 7) { $0.name == "classifier.weight" }
        for entry in all.parameters.entries {
            let values = try some.parameters.withValues(of: entry.name) { Array($0) }
            if entry.name == "classifier.weight" {
                let expected = try all.parameters.withValues(of: entry.name) { Array($0) }
                #expect(values == expected)
            } else {
                #expect(values.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test func parameterNamesAreThoseOfTheCheckpoint() throws {
        let model = try BERTFixture.classifier("gelu")
        let weights = try TinySafetensors(BERTFixture.bytes("weights.safetensors"))
        for entry in model.parameters.entries { #expect(try weights.floats(entry.name).count == entry.count) }
        let error = #expect(throws: ParameterError.self) {
            try model.parameters.withValues(of: "bert.x") { _ in }
        }
        #expect(error?.description == "the model has no parameter 'bert.x'")
    }

    /// bfloat16 has 8 bits: a hundredth of the norm is what it can promise.
    @Test(arguments: Compute.variants)
    func halvesStayNearFloats(variant: String) throws {
        try Compute.run(threads: 2, kernels: variant) {
            let floats = try dropoutModel()
            let halves = try dropoutModel(threads: 2, precision: .bf16)
            let batch = fixture.batches[0].packed
            let key = DropoutKey(seed: 1, step: 1)
            let expected = try floats.trainStep(batch, dropout: key)
            let found = try halves.trainStep(batch, dropout: key)
            #expect(abs(found.loss - expected.loss) < 0.02)
            #expect(relativeDistance(found.logits, expected.logits) < 0.03)
            #expect(relativeDistance(halves.parameters.gradients, floats.parameters.gradients) < 0.03)
            #expect(relativeDistance(try halves.logits(batch), try floats.logits(batch)) < 0.03)
        }
    }

    @Test func halvesFollowTheOptimiser() throws {
        let batch = fixture.batches[1].packed
        let model = try dropoutModel(precision: .bf16)
        let optimiser = AdamW(for: model.parameters)
        for _ in 0..<3 {
            model.parameters.zeroGradients()
            _ = try model.trainStep(batch, dropout: nil)
            try optimiser.step(model.parameters, learningRate: 1e-2)
        }
        let kept = try model.logits(batch)
        _ = model.parameters.values  // renews the copies
        #expect(try model.logits(batch) == kept)
    }

    static let bad: [(change: @Sendable (inout PackedTokens) -> Void, message: String)] = [
        (
            { $0.inputIDs[3] = 60 },
            "token 3 of the batch has id 60; the model's vocabulary holds 60 ids from 0"
        ),
        (
            { $0.inputIDs[3] = -1 },
            "token 3 of the batch has id -1; the model's vocabulary holds 60 ids from 0"
        ),
        (
            { $0.segmentIDs?[1] = 2 },
            "token 1 of the batch is in segment 2; the model knows 2 segments from 0"
        ),
        ({ $0.segmentIDs = [0] }, "the batch has 1 segment ids for 126 tokens"),
        (
            { $0.targets = .classes([0, 1, 3, 0, 1, 2]) },
            "row 2 of the batch has label 3; the model has 3 from 0"
        ),
        ({ $0.targets = .classes([1]) }, "the batch has 1 labels for 6 rows"),
        ({ $0.targets = nil }, "the batch has no labels to learn from"),
        (
            { $0.weights = [1, 1, 1, 1, -1, 1] },
            "row 4 of the batch has weight -1.0; it must be finite, at least 0"
        ),
        ({ $0.offsets[1] = 0 }, "row 0 of the batch has 0 tokens; it needs at least one"),
        (
            { $0 = PackedTokens(rows: [[Int32](repeating: 5, count: 65)], labels: [0]) },
            "row 0 of the batch has 65 tokens; the model's position table ends at 64"
        ),
        (
            { $0 = PackedTokens(rows: [], labels: []) },
            "a batch needs at least one row, and offsets from 0 to its 0 tokens; found 0 rows from 0 to 0"
        ),
        ({ $0.targets = .probabilities([2]) }, "soft targets must be 6 x 3 probabilities"),
    ]

    @Test func batchesThatDoNotFitAreExplained() throws {
        let model = try BERTFixture.classifier("gelu")
        for (change, message) in Self.bad {
            var batch = fixture.batches[0].packed
            change(&batch)
            let error = #expect(throws: BatchError.self) { try model.trainStep(batch, dropout: nil) }
            #expect(error?.description == message)
        }
    }
}
