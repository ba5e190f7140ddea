import Foundation
import Models
import Testing

/// Parity with transformers of each family under the heads of pretraining; see `Tests/Fixtures/families/make_pretraining.py`.
/// Tolerances: loss 1e-6 relative, each gradient 1e-5 of its norm, ten AdamW losses 1e-5.
struct PretrainingParityTests {
    private struct Golden: Decodable {
        struct Result: Decodable {
            let loss: Double
            /// By the tensor's published name, a generator's behind `generator:`: norm and three projections.
            let gradients: [String: [Double]]
            let losses: [Double]
            let words: [Int32]?
        }

        let models: [String: [String: Result]]
    }

    struct Case: Hashable, Sendable, CustomStringConvertible {
        let family: String
        let title: String

        var description: String { "\(family), \(title)" }

        var objective: PretrainingObjective {
            switch title {
            case "replaced": .replacedTokens(.init())
            default: .maskedTokens(pairs: title == "pairs")
            }
        }
    }

    static let cases: [Case] =
        FamilyFixture.encoders.map { Case(family: $0, title: "words") }
        + ["bert", "ernie", "ernie-tasks", "albert", "albert-groups"].map { Case(family: $0, title: "pairs") }
        + ["electra", "electra-square"].map { Case(family: $0, title: "replaced") }

    private let fixture: FamilyFixture
    private let golden: Golden

    init() throws {
        fixture = try FamilyFixture.load()
        golden = try JSONDecoder().decode(
            Golden.self, from: Data(FamilyFixture.bytes("pretraining.json")))
    }

    /// - Parameter dropout: share that is dropped, wherever the family drops something.
    private func model(
        _ one: Case, threads: Int = 1, precision: Precision = .fp32, dropout: Double = 0
    ) throws -> PretrainingModel {
        let json = String(decoding: try FamilyFixture.bytes("\(one.family)/config.json"), as: UTF8.self)
            .replacing(/("[a-z_]*dropout[a-z_]*"): (0\.0|null)/) { "\($0.1): \(dropout)" }
        let configuration = try ModelConfiguration(json: Array(json.utf8))
        let model = try PretrainingModel(
            configuration, objective: one.objective, seed: 1, threads: threads, precision: precision)
        let weights = try TinySafetensors(FamilyFixture.bytes("\(one.family)/model.safetensors"))
        for (number, set) in model.parameterSets.enumerated() {
            for entry in set.entries {
                let isHead = entry.part == .head
                try set.withValues(of: entry.name) { memory in
                    if number == 0, !isHead {
                        for (place, value) in zip(memory.indices, try weights.floats(entry.name)) {
                            memory[place] = value
                        }
                    } else {
                        Self.fill(memory, entry.name)
                    }
                }
            }
        }
        return model
    }

    /// Heads and generators as the script draws them.
    private static func fill(_ memory: UnsafeMutableBufferPointer<Float>, _ name: String) {
        let gain = name.lowercased().contains("norm") && name.hasSuffix("weight") ? 1.0 : 0.0
        for place in memory.indices {
            memory[place] = Float(gain + 0.2 * cos(1.9 * Double(place + 1) + Double(name.utf8.count)))
        }
    }

    private func batch(_ number: Int, _ one: Case) -> PretrainingBatch {
        let source = fixture.batches[number]
        var batch = PretrainingBatch(tokens: source.packed, masked: [], originals: [])
        for row in 0..<batch.tokens.rows {
            let range = Int(batch.tokens.offsets[row])..<Int(batch.tokens.offsets[row + 1])
            for place in range.dropFirst().dropLast() where (place - range.lowerBound + row) % 4 == 1 {
                batch.masked.append(Int32(place))
                batch.originals.append(batch.tokens.inputIDs[place])
                batch.tokens.inputIDs[place] = 4
            }
        }
        if one.title == "pairs" { batch.pairs = source.labels.map { $0 % 2 } }
        return batch
    }

    private func step(_ model: PretrainingModel, _ batch: PretrainingBatch, _ number: Int) throws
        -> PretrainingResult
    {
        for set in model.parameterSets { set.zeroGradients() }
        return try model.trainStep(
            batch, dropout: DropoutKey(seed: 21, step: UInt32(number)), dropsOut: false, counts: batch.counts)
    }

    /// Farthest that a gradient is from the fixture's, and how many were compared.
    private func worstGradient(_ model: PretrainingModel, _ expected: Golden.Result) throws -> (Double, Int) {
        var (worst, compared) = (0.0, 0)
        for (number, set) in model.parameterSets.enumerated() {
            for entry in set.entries {
                if case .layer(_, .key(.bias)) = entry.role { continue }
                guard let wanted = expected.gradients[(number == 0 ? "" : "generator:") + entry.name] else {
                    continue
                }
                compared += 1
                let found = try set.withGradients(of: entry.name, Projections.init)
                worst = max(worst, found.distance(from: wanted))
            }
        }
        return (worst, compared)
    }

    @Test(arguments: cases)
    func lossAndGradientsAgree(one: Case) throws {
        let expected = try #require(golden.models[one.family]?[one.title])
        let model = try model(one)
        let result = try step(model, batch(0, one), 0)
        #expect(abs(result.loss(one.objective) / expected.loss - 1) < 1e-6)
        let (worst, compared) = try worstGradient(model, expected)
        let tensors = model.parameterSets.reduce(0) { $0 + $1.entries.count }
        let keyBiases = model.parameterSets.flatMap(\.entries).count {
            if case .layer(_, .key(.bias)) = $0.role { true } else { false }
        }
        #expect(compared == tensors - keyBiases)
        #expect(worst < 1e-5)
    }

    @Test(arguments: cases)
    func tenStepsGiveTheSameLosses(one: Case) throws {
        let expected = try #require(golden.models[one.family]?[one.title])
        let rates = try #require(fixture.models[one.family]).training.learningRates
        let model = try model(one)
        let optimizers = model.parameterSets.map { AdamW(for: $0) }
        for (number, (rate, loss)) in zip(rates, expected.losses).enumerated() {
            let found = try step(model, batch(number, one), number).loss(one.objective)
            #expect(abs(found / loss - 1) < 1e-5, "step \(number + 1)")
            let norm = try AdamW.gradientNorm(of: model.parameterSets, threads: 1)
            for (set, optimizer) in zip(model.parameterSets, optimizers) {
                try optimizer.step(set, learningRate: rate, clipNorm: 1, norm: norm)
            }
        }
    }

    /// A step in parts, and on two threads, is the step as a whole.
    @Test(arguments: cases)
    func partsAndThreadsChangeNothing(one: Case) throws {
        let expected = try #require(golden.models[one.family]?[one.title])
        let whole = batch(0, one)
        let model = try model(one, threads: 2)
        for set in model.parameterSets { set.zeroGradients() }
        var result = PretrainingResult()
        for part in [0..<2, 2..<whole.tokens.rows] {
            result += try model.trainStep(
                whole.slice(part), dropout: DropoutKey(seed: 21, step: 0, firstRow: UInt32(part.lowerBound)),
                dropsOut: false, counts: whole.counts)
        }
        #expect(abs(result.loss(one.objective) / expected.loss - 1) < 1e-6)
        #expect(try worstGradient(model, expected).0 < 1e-5)
    }

    /// What mistakes would give: a gradient that one use of the shared tables forgot, other words, another mean.
    @Test(arguments: cases)
    func mistakesAreSeen(one: Case) throws {
        let expected = try #require(golden.models[one.family]?[one.title])
        let model = try model(one)
        var wrong = batch(0, one)
        wrong.originals[0] = (wrong.originals[0] + 1) % 61
        #expect(abs(try step(model, wrong, 0).loss(one.objective) / expected.loss - 1) > 1e-4)
        #expect(try worstGradient(model, expected).0 > 1e-3)
        var counts = wrong.counts
        counts.masked += 1
        for set in model.parameterSets { set.zeroGradients() }
        _ = try model.trainStep(
            batch(0, one), dropout: DropoutKey(seed: 21, step: 0), dropsOut: false, counts: counts)
        #expect(try worstGradient(model, expected).0 > 1e-3)
    }

    /// bfloat16 products round to 8 bits: the loss is near, the gradients point the same way.
    @Test(arguments: cases)
    func bfloat16IsNear(one: Case) throws {
        let expected = try #require(golden.models[one.family]?[one.title])
        let model = try model(one, precision: .bf16)
        let result = try step(model, batch(0, one), 0)
        #expect(abs(result.loss(one.objective) / expected.loss - 1) < 0.02)
    }

    /// Dropout is decided by its key alone, in the heads too.
    @Test(arguments: cases)
    func dropoutIsDecidedByItsKey(one: Case) throws {
        let model = try model(one, dropout: 0.1)
        let batch = batch(0, one)
        func loss(_ step: UInt32, dropsOut: Bool = true) throws -> Double {
            for set in model.parameterSets { set.zeroGradients() }
            return try model.trainStep(
                batch, dropout: DropoutKey(seed: 21, step: step), dropsOut: dropsOut, counts: batch.counts
            ).loss(one.objective)
        }
        let first = try loss(1)
        #expect(try loss(1) == first)
        #expect(try loss(2) != first)
        #expect(try loss(1, dropsOut: false) != first)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let one = Case(family: "bert", title: "pairs")
        let model = try model(one)
        var batch = batch(0, one)
        batch.pairs = []
        #expect(throws: BatchError.self) { try step(model, batch, 0) }
        batch = self.batch(0, one)
        batch.originals[0] = 61
        #expect(throws: BatchError.self) { try step(model, batch, 0) }
        batch = self.batch(0, one)
        batch.masked[0] = 4_000
        #expect(throws: BatchError.self) { try step(model, batch, 0) }
        let roberta = try FamilyFixture.configuration("roberta")
        #expect(throws: ConfigurationError.self) {
            try PretrainingModel(roberta, objective: .maskedTokens(pairs: true), seed: 1, threads: 1)
        }
        #expect(throws: ConfigurationError.self) {
            try PretrainingModel(roberta, objective: .replacedTokens(.init()), seed: 1, threads: 1)
        }
    }

    /// Drawn words come as often as the generator holds them for probable.
    @Test func replacementsFollowTheGeneratorsProbabilities() throws {
        let one = Case(family: "electra", title: "replaced")
        let model = try model(one)
        let batch = batch(0, one)
        var replaced = 0
        for step in 0..<400 {
            replaced += try model.evaluate(batch, sampling: DropoutKey(seed: 5, step: UInt32(step)))
                .replacements
        }
        // The generator is near to uniform over 61 words: nearly all draws are other words than the masked one.
        let share = Double(replaced) / Double(400 * batch.masked.count)
        #expect(share > 0.9 && share < 1)
    }
}
