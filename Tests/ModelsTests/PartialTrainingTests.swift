import Models
import Testing

/// Models of which a part is frozen, or whose activations are computed twice.
struct PartialTrainingTests {
    let fixture: BERTFixture

    init() throws { fixture = try BERTFixture.load() }

    private func model(_ precision: Precision = .fp32, dropout: Double = 0.1) throws -> any TrainableModel {
        var configuration = try ModelConfiguration(json: BERTFixture.bytes("config_gelu.json"))
        (configuration.plan.hiddenDropout, configuration.plan.attentionDropout) = (dropout, dropout)
        return try configuration.makeModel(labelCount: 3, seed: 1, threads: 1, precision: precision)
    }

    private func gradients(_ model: any TrainableModel, dropout: DropoutKey? = DropoutKey(seed: 3, step: 2))
        throws -> [Float]
    {
        model.parameters.zeroGradients()
        _ = try model.trainStep(fixture.batches[0].packed, dropout: dropout)
        return Array(model.parameters.gradients)
    }

    @Test(arguments: [Precision.fp32, .bf16], [true, false])
    func computingActivationsTwiceChangesNoBit(precision: Precision, shortened: Bool) throws {
        let (kept, twice) = (try model(precision), try model(precision))
        for model in [kept, twice] { model.shortensLastLayer = shortened }
        twice.recomputesActivations = true
        #expect(try gradients(twice) == gradients(kept))
        #expect(try gradients(twice) == gradients(kept), "once more, in memory that was used before")
        #expect(
            try gradients(kept, dropout: DropoutKey(seed: 3, step: 3)) != gradients(twice),
            "the negative control")
    }

    /// Twelve layers, so that what a layer keeps outweighs what one needs in passing.
    @Test func computingActivationsTwiceTakesAFractionOfTheMemory() throws {
        let configuration = ModelConfiguration(
            TransformerPlan(vocabularySize: 50, hiddenSize: 32, layers: 12, heads: 2, intermediateSize: 128))
        func peak(_ recomputes: Bool) throws -> Int {
            let model = try configuration.makeModel(labelCount: 2, seed: 1, threads: 1)
            model.recomputesActivations = recomputes
            let batch = PackedTokens(
                rows: Array(repeating: Array(repeating: 7, count: 60), count: 16),
                labels: Array(repeating: 1, count: 16))
            _ = try model.trainStep(batch, dropout: nil)
            return model.peakActivationBytes
        }
        #expect(try peak(true) * 3 < peak(false))
    }

    @Test(arguments: [Precision.fp32, .bf16], [false, true])
    func theEstimateOfActivationsIsClose(precision: Precision, recomputes: Bool) throws {
        let configuration = ModelConfiguration(
            TransformerPlan(vocabularySize: 50, hiddenSize: 64, layers: 6, heads: 2, intermediateSize: 256))
        let model = try configuration.makeModel(labelCount: 2, seed: 1, threads: 1, precision: precision)
        model.recomputesActivations = recomputes
        let rows = (0..<16).map { Array(repeating: Int32(7), count: 20 + $0) }
        _ = try model.trainStep(
            PackedTokens(rows: rows, labels: Array(repeating: 1, count: 16)), dropout: nil)
        let estimate = Double(model.activationBytes(tokens: rows.reduce(0) { $0 + $1.count }, rows: 16))
        let ratio = estimate / Double(model.peakActivationBytes)
        #expect(ratio > 0.9 && ratio < 1.4, "\(ratio) of the measured peak")
    }

    @Test(arguments: 0...2)
    func frozenPartsHaveNoGradientAndTheOthersTheirOwn(layers: Int) throws {
        let whole = try gradients(model(dropout: 0))
        let model = try model(dropout: 0)
        model.freeze(layers: layers)
        let found = try gradients(model)
        for (number, entry) in model.parameters.entries.enumerated() {
            let isFrozen =
                switch entry.part {
                case .embeddings: true
                case .layer(let layer): layer < layers
                case .head: false
                }
            #expect(model.parameters.isFrozen[number] == isFrozen)
            if isFrozen {
                #expect(found[entry.range].allSatisfy { $0 == 0 }, "\(entry.name)")
            } else {
                #expect(found[entry.range] == whole[entry.range], "\(entry.name)")
            }
        }
        model.freeze(layers: nil)
        #expect(try gradients(model) == whole)
    }

    @Test func frozenPartsRunWithoutDropout() throws {
        let model = try model(dropout: 0.5)
        let batch = fixture.batches[0].packed
        model.freeze(layers: 2)
        let features = try model.states(batch)
        // The last layer is frozen too: two masks differ in the head's dropout alone, and that has its own rate.
        #expect(try model.states(batch) == features)
        let losses = try (0..<4).map {
            try model.trainStep(batch, dropout: DropoutKey(seed: 1, step: $0)).loss
        }
        model.freeze(layers: nil)
        let free = try (0..<4).map { try model.trainStep(batch, dropout: DropoutKey(seed: 1, step: $0)).loss }
        #expect(losses != free)
    }

    @Test func anOptimiserMovesWhatIsTrainedAlone() throws {
        let model = try model()
        model.freeze(layers: 1)
        let before = Array(model.parameters.values)
        let optimiser = AdamW(for: model.parameters)
        for step in 0..<3 {
            _ = try gradients(model, dropout: DropoutKey(seed: 1, step: UInt32(step)))
            try optimiser.step(model.parameters, learningRate: 1e-2)
        }
        let after = Array(model.parameters.values)
        for (number, entry) in model.parameters.entries.enumerated() {
            #expect(
                (after[entry.range] == before[entry.range]) == model.parameters.isFrozen[number],
                "\(entry.name)")
        }
    }

    @Test func ratesFallFromTheHeadToTheEmbeddings() throws {
        let model = try model()
        let rates = model.learningRates(decay: 0.5)
        for (entry, rate) in zip(model.parameters.entries, rates) {
            let expected: Double =
                switch entry.part {
                case .head: 1
                case .layer(let layer): layer == 1 ? 0.5 : 0.25
                case .embeddings: 0.125
                }
            #expect(rate == expected, "\(entry.name)")
        }
        #expect(model.learningRates(decay: 1).allSatisfy { $0 == 1 })
    }

    /// With bias correction the first step of Adam moves each weight by its learning rate.
    @Test func eachPartMovesByItsOwnRate() throws {
        let model = try model(dropout: 0)
        let before = Array(model.parameters.values)
        var settings = AdamW.Settings()
        settings.weightDecay = 0
        let optimiser = AdamW(for: model.parameters, settings: settings)
        optimiser.rates = model.learningRates(decay: 0.5)
        _ = try gradients(model)
        try optimiser.step(model.parameters, learningRate: 1e-2, clipNorm: nil)
        let after = Array(model.parameters.values)
        for (entry, rate) in zip(model.parameters.entries, optimiser.rates)
        where entry.name.hasSuffix("dense.weight") {
            let moved = entry.range.map { abs(after[$0] - before[$0]) }.max() ?? 0
            #expect(abs(Double(moved) / (1e-2 * rate) - 1) < 1e-2, "\(entry.name): \(moved)")
        }
    }

    @Test func theFirstStrangeNumberIsNamedWithItsRows() throws {
        let model = try model()
        let batch = fixture.batches[0].packed
        #expect(try model.firstNonFiniteValue(batch, dropout: nil) == nil)
        try model.parameters.withValues(of: "bert.encoder.layer.1.output.dense.weight") { $0[0] = .infinity }
        #expect(
            try model.firstNonFiniteValue(batch, dropout: nil)?.place
                == "the weight 'bert.encoder.layer.1.output.dense.weight'")
        try model.parameters.withValues(of: "bert.encoder.layer.1.output.dense.weight") { $0[0] = 0 }
        try model.parameters.withValues(of: "bert.encoder.layer.0.output.dense.weight") { values in
            for index in values.indices { values[index] = 3e38 }
        }
        let found = try model.firstNonFiniteValue(batch, dropout: nil)
        #expect(found == NonFiniteValue(place: "the output of layer 0", rows: Array(0..<batch.rows)))
    }
}
