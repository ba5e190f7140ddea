import Foundation
import Models
import Tensors
import Testing

/// States of layers and what is pooled of them, beside transformers (`Tests/Fixtures/families/make_features.py`), and the models
/// whose classifier reads that.
struct StatePoolingTests {
    private let batch: BERTFixture.Batch
    private let expected: TinySafetensors

    init() throws {
        batch = try FamilyFixture.load().batches[0]
        expected = try TinySafetensors(FamilyFixture.bytes("features.safetensors"))
    }

    private static func farthest(_ found: [Float], _ wanted: [Float]) -> Float {
        found.count == wanted.count
            ? zip(found, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
    }

    private static func pooled(
        _ name: String, _ pooling: StatePooling, labelCount: Int = 3, threads: Int = 1,
        precision: Precision = .fp32
    ) throws -> any TrainableModel {
        let configuration = try FamilyFixture.configuration(name)
        return try FamilyFixture.model(
            name, configuration.pooled(by: pooling), labelCount: labelCount, threads: threads,
            precision: precision, source: { $0 })
    }

    // MARK: Parity

    @Test(arguments: FamilyFixture.names)
    func statesOfEveryLayerAgree(name: String) throws {
        let model = try FamilyFixture.model(name)
        let wanted = try expected.floats("\(name).states")
        let layers = Array(0...model.layerCount)
        let found = try model.states(batch.packed, ofLayers: layers).flatMap(\.self)
        #expect(Self.farthest(found, wanted) < 1e-5)
        // The negative control: a layer is not its neighbor.
        let moved = try model.states(batch.packed, ofLayers: layers.reversed()).flatMap(\.self)
        #expect(Self.farthest(moved, wanted) > 1e-3)
    }

    @Test(arguments: FamilyFixture.names, [StatePooling.Tokens.mean, .max])
    func pooledVectorsOfEveryLayerAgree(name: String, tokens: StatePooling.Tokens) throws {
        let depth = try FamilyFixture.model(name).layerCount
        let wanted = try expected.floats("\(name).\(tokens.rawValue)")
        let other = try expected.floats("\(name).\(tokens == .mean ? "max" : "mean")")
        let size = wanted.count / (depth + 1)
        for layer in 0...depth {
            let found = try Self.pooled(name, StatePooling(tokens, layers: [layer])).features(batch.packed)
            let place = layer * size..<(layer + 1) * size
            #expect(Self.farthest(found, Array(wanted[place])) < 1e-5, "layer \(layer)")
            #expect(Self.farthest(found, Array(other[place])) > 1e-3, "layer \(layer), the negative control")
        }
    }

    @Test(arguments: FamilyFixture.encoders)
    func theFirstTokensOfSeveralLayersGoEndToEnd(name: String) throws {
        let depth = try FamilyFixture.model(name).layerCount
        let states = try expected.floats("\(name).states")
        let tokens = batch.packed.tokens
        let hidden = states.count / (depth + 1) / tokens
        let found = try Self.pooled(name, StatePooling(.first, layers: Array(0...depth))).features(
            batch.packed)
        var wanted: [Float] = []
        for first in batch.packed.offsets.dropLast() {
            for layer in 0...depth {
                let start = (layer * tokens + Int(first)) * hidden
                wanted += states[start..<start + hidden]
            }
        }
        #expect(Self.farthest(found, wanted) < 1e-5)
    }

    // MARK: What decides no bit

    @Test(arguments: FamilyFixture.encoders, [Precision.fp32, .bf16])
    func theNumberOfThreadsAndOtherRowsDecideNothing(name: String, precision: Precision) throws {
        // Elsewhere oneDNN multiplies, which may sum otherwise for other shapes.
        guard MatrixProduct.hasKernels(for: precision == .fp32 ? .float32 : .bfloat16) else { return }
        for pooling in [StatePooling(.mean, layers: [1, 2]), StatePooling(.first, layers: [2])] {
            let one = try Self.pooled(name, pooling, precision: precision)
            let all = try one.features(batch.packed)
            #expect(
                try Self.pooled(name, pooling, threads: 3, precision: precision).features(batch.packed) == all
            )
            let alone = try (0..<batch.rows.count).flatMap { row in
                try one.features(batch.packed.slice(row..<row + 1))
            }
            #expect(alone == all)
        }
    }

    @Test func whatALayerAboveWouldComputeIsNotMissed() throws {
        let model = try Self.pooled("distilbert", StatePooling(.mean, layers: [1]))
        let whole = try FamilyFixture.model("distilbert")
        #expect(
            try model.states(batch.packed, ofLayers: [3]) == whole.states(batch.packed, ofLayers: [3]))
        #expect(model.layerCount == 3)
    }

    @Test(arguments: ["bert", "electra", "roberta"])
    func scoresOfKnownFeaturesAreThoseOfTheRows(name: String) throws {
        for model in [
            try FamilyFixture.model(name), try Self.pooled(name, StatePooling(.max, layers: [1, 2])),
        ] {
            let features = try model.features(batch.packed)
            #expect(try model.logits(ofFeatures: features) == model.logits(batch.packed))
        }
    }

    // MARK: Training and folders

    /// Finite differences of the loss by the classifier's weights; the encoder has no gradient.
    @Test func onlyTheClassifierHasAGradient() throws {
        let model = try Self.pooled("bert", StatePooling(.mean, layers: [2]))
        model.parameters.zeroGradients()
        _ = try model.trainStep(batch.packed, dropout: nil)
        for entry in model.parameters.entries where entry.part != .head {
            #expect(model.parameters.gradients[entry.range].allSatisfy { $0 == 0 }, "\(entry.name)")
        }
        let weights = try #require(model.parameters.entry(for: .head(.classifier, .weight)))
        #expect(weights.name == "pooled_classifier.weight")
        let gradients = Array(model.parameters.gradients)
        for place in [0, 7, 30, weights.count - 1].map({ weights.range.lowerBound + $0 }) {
            let found = gradients[place]
            let before = model.parameters.values[place]
            func loss(_ change: Float) throws -> Double {
                model.parameters.values[place] = before + change
                defer { model.parameters.values[place] = before }
                let result = try model.trainStep(batch.packed, dropout: nil)
                return result.lossSum / result.weightSum
            }
            let slope = try (loss(0.01) - loss(-0.01)) / 0.02
            #expect(abs(Double(found) - slope) < 1e-3, "\(found), \(slope)")
        }
    }

    @Test func theConfigurationSaysWhatTheClassifierReads() throws {
        let configuration = try FamilyFixture.configuration("roberta")
        let pooling = StatePooling(.max, layers: [0, 2])
        let written = configuration.pooled(by: pooling).json(labels: ["a", "b"])
        let again = try ModelConfiguration(json: written)
        #expect(again.plan.pooling == pooling && again.featureWidth == 48)
        #expect(again.architectures == ["RobertaModel"])
        #expect(again.classifierNames == ["pooled_classifier.weight", "pooled_classifier.bias"])
        let plain = try ModelConfiguration(json: again.pooled(by: nil).json(labels: ["a", "b"]))
        #expect(plain.plan.pooling == nil)
        #expect(plain.architectures == ["RobertaForSequenceClassification"])
    }

    static let refusals: [(String, [Int], String)] = [
        ("mean", [3], "layers has 3; the model's layers are 1 ... 2, and 0 is what enters the first"),
        ("mean", [1, 1], "layers names a layer twice"),
        ("last_four", [], "pooling is last_four; the model has 2 layers"),
        ("sum", [], "pooling is 'sum'; it is one of cls, mean, max, last_four"),
    ]

    @Test(arguments: refusals)
    func layersThatAreNotThereAreRefused(name: String, layers: [Int], problem: String) {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try StatePooling(named: name, layers: layers, depth: 2)
        }
        #expect(error?.problems == [problem])
    }

    @Test func namesStandForTheirLayers() throws {
        #expect(try StatePooling(named: "last_four", layers: [], depth: 12).layers == [9, 10, 11, 12])
        #expect(
            try StatePooling(named: "last_four", layers: [], depth: 4)
                == StatePooling(.first, layers: [1, 2, 3, 4]))
        #expect(try StatePooling(named: "cls", layers: [], depth: 7) == StatePooling(.first, layers: [7]))
        #expect(try StatePooling(named: "max", layers: [3, 0], depth: 3).layers == [0, 3])
        #expect(StatePooling(.mean, layers: [4]).words == "the mean of the tokens' states in layer 4")
    }

    @Test func aTextCNNHasNoLayersToPool() throws {
        let json =
            #"{"model_type":"text_cnn","vocab_size":50,"pooled_features":{"pooling":"mean","layers":[1]}}"#
        let error = #expect(throws: ConfigurationError.self) {
            _ = try ModelConfiguration(json: Array(json.utf8))
        }
        #expect(error?.problems.first?.contains("'pooled_features' is for encoders") == true)
    }
}
