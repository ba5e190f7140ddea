import Foundation
import Models
import Testing

/// Parity with transformers where the next token is told; see `Tests/Fixtures/families/make_generation.py`. Tolerances as for
/// masked words: loss 1e-6 relative, each gradient 1e-5 of its norm, ten AdamW losses 1e-5.
struct NextTokenParityTests {
    private struct Golden: Decodable {
        struct Model: Decodable {
            let architecture: String
            let logits: [[Double]]
            let loss: Double
            /// By the tensor's published name: norm and three projections.
            let gradients: [String: [Double]]
            let losses: [Double]
        }

        let models: [String: Model]
    }

    private let fixture: FamilyFixture
    private let golden: Golden

    init() throws {
        fixture = try FamilyFixture.load()
        golden = try JSONDecoder().decode(
            Golden.self, from: Data(FamilyFixture.bytes("generation.json")))
    }

    private static func load(_ name: String, into parameters: ParameterSet) throws {
        let weights = try TinySafetensors(FamilyFixture.bytes("\(name)/model.safetensors"))
        for entry in parameters.entries {
            let values = try weights.floats(entry.name)
            try parameters.withValues(of: entry.name) { memory in
                for (place, value) in zip(memory.indices, values) { memory[place] = value }
            }
        }
    }

    private func model(_ name: String, threads: Int = 1, precision: Precision = .fp32) throws
        -> PretrainingModel
    {
        let model = try PretrainingModel(
            try FamilyFixture.configuration(name), objective: .nextTokens, seed: 1, threads: threads,
            precision: precision)
        try Self.load(name, into: model.parameters)
        return model
    }

    /// - Parameter shift: places between a token and what it is to tell.
    private func batch(_ number: Int, shift: Int = 1) -> PretrainingBatch {
        var batch = PretrainingBatch(
            tokens: PackedTokens(rows: fixture.batches[number].rows), masked: [], originals: [])
        for row in 0..<batch.tokens.rows {
            for place in batch.tokens.offsets[row]..<batch.tokens.offsets[row + 1] - 1 {
                batch.masked.append(place)
                batch.originals.append(batch.tokens.inputIDs[Int(place) + shift])
            }
        }
        return batch
    }

    private func step(
        _ model: PretrainingModel, _ batch: PretrainingBatch, counts: PretrainingBatch.Counts? = nil
    ) throws -> PretrainingResult {
        try model.trainStep(
            batch, dropout: DropoutKey(seed: 1, step: 0), dropsOut: false, counts: counts ?? batch.counts)
    }

    private func worstGradient(_ model: PretrainingModel, _ expected: Golden.Model) throws -> Double {
        #expect(Set(model.parameters.entries.map(\.name)) == Set(expected.gradients.keys))
        return try model.parameters.entries.reduce(0) { worst, entry in
            let wanted = try #require(expected.gradients[entry.name])
            let found = try model.parameters.withGradients(of: entry.name, Projections.init)
            return max(worst, found.distance(from: wanted))
        }
    }

    @Test(arguments: FamilyFixture.decoders, [1, 2])
    func lossAndGradientsAgree(name: String, threads: Int) throws {
        let expected = try #require(golden.models[name])
        let model = try model(name, threads: threads)
        let result = try step(model, batch(0))
        #expect(abs(result.words.loss / expected.loss - 1) < 1e-6)
        #expect(result.loss(.nextTokens) == result.words.loss)
        #expect(try worstGradient(model, expected) < 1e-5)
        #expect(model.architecture == expected.architecture)
    }

    @Test(arguments: FamilyFixture.decoders)
    func tenStepsGiveTheSameLosses(name: String) throws {
        let expected = try #require(golden.models[name])
        let rates = try #require(fixture.models[name]).training.learningRates
        let model = try model(name)
        let optimizer = AdamW(for: model.parameters)
        for (number, (rate, loss)) in zip(rates, expected.losses).enumerated() {
            model.parameters.zeroGradients()
            #expect(abs(try step(model, batch(number)).words.loss / loss - 1) < 1e-5, "step \(number + 1)")
            try optimizer.step(model.parameters, learningRate: rate, clipNorm: 1)
        }
    }

    @Test(arguments: FamilyFixture.decoders)
    func partsOfAStepAddUp(name: String) throws {
        let expected = try #require(golden.models[name])
        let (model, whole) = (try model(name), batch(0))
        var result = PretrainingResult()
        for rows in [0..<2, 2..<5] {
            result += try step(model, whole.slice(rows), counts: whole.counts)
        }
        #expect(abs(result.words.loss / expected.loss - 1) < 1e-6)
        #expect(try worstGradient(model, expected) < 1e-5)
    }

    /// What mistakes would give: tokens that tell themselves, the mean of another count, vectors that the sum forgot.
    @Test(arguments: FamilyFixture.decoders)
    func mistakesAreSeen(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try model(name)
        #expect(abs(try step(model, batch(0, shift: 0)).words.loss / expected.loss - 1) > 1e-3)
        model.parameters.zeroGradients()
        var counts = batch(0).counts
        counts.masked += 5
        _ = try step(model, batch(0), counts: counts)
        #expect(try worstGradient(model, expected) > 1e-2)
    }

    @Test(arguments: FamilyFixture.decoders)
    func scoresOfEveryTokenAgree(name: String) throws {
        let expected = try #require(golden.models[name])
        let model = try LanguageModel(
            try FamilyFixture.configuration(name), seed: nil, threads: 1)
        try Self.load(name, into: model.parameters)
        let row = fixture.batches[0].rows[0]
        let found = try model.scores(PackedTokens(rows: [row]))
        let distance = zip(found, expected.logits[0]).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(found.count == expected.logits[0].count && distance < 1e-5)
    }

    /// Texts read token by token, among others of other lengths, have the scores that they have as a whole; a memory whose
    /// position stands still does not.
    @Test(arguments: FamilyFixture.decoders, [Precision.fp32, .bf16])
    func whatIsKeptChangesNothing(name: String, precision: Precision) throws {
        let model = try LanguageModel(
            try FamilyFixture.configuration(name), seed: nil, threads: 2, precision: precision)
        try Self.load(name, into: model.parameters)
        let rows: [[Int32]] = [[5, 9, 33, 7, 12, 20], [8, 41, 3, 60, 17, 2]]
        let words = model.words
        let memories = rows.map { _ in model.memory(for: 6) }
        var scores = try model.read([Array(rows[0][..<3]), Array(rows[1][..<2])], memories)
        let ends = [[3, 4, 5, 6], [2, 3, 4, 5]]
        for step in 0..<4 {
            for (text, row) in rows.enumerated() {
                let end = ends[text][step]
                let whole = try model.scores(PackedTokens(rows: [Array(row[..<end])])).suffix(words)
                let own = scores[text * words..<(text + 1) * words]
                let tolerance: Float = precision == .fp32 ? 1e-5 : 0.1
                #expect(zip(own, whole).allSatisfy { abs($0 - $1) < tolerance }, "\(end) tokens")
            }
            if step < 3 {
                scores = try model.read(rows.enumerated().map { [$1[ends[$0][step]]] }, memories)
            }
        }
        #expect(memories.map(\.count) == [6, 5])
        let other = memories[1].copy()
        let one = try model.read([[4]], [memories[1]])
        #expect(try model.read([[4]], [other]) == one)
        #expect(throws: BatchError.self) { try model.read([[4]], [memories[0]]) }
        let moved = try model.scores(PackedTokens(rows: [[5, 9, 33, 7, 12, 12]])).suffix(words)
        #expect(zip(moved, scores[..<words]).contains { abs($0 - $1) > 1e-2 }, "the negative control")
    }

    @Test func whoSeesWhatFollowsIsRefused() throws {
        let bert = try FamilyFixture.configuration("bert")
        let refused = #expect(throws: ConfigurationError.self) {
            try LanguageModel(bert, seed: 1, threads: 1)
        }
        #expect(
            refused?.description
                == "config.json: 'model_type' is \"bert\", whose tokens see those behind them; texts are continued by gpt2, "
                + "openai-gpt")
        for (name, objective) in [
            ("bert", PretrainingObjective.nextTokens), ("gpt2", .maskedTokens(pairs: false)),
            ("gpt2", .replacedTokens(.init())),
        ] {
            let configuration = try FamilyFixture.configuration(name)
            #expect(throws: ConfigurationError.self) {
                try PretrainingModel(configuration, objective: objective, seed: 1, threads: 1)
            }
        }
    }
}
