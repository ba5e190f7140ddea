import Foundation
import Models
import Testing

/// Parity with PEFT of low-rank adapters beside the models of several families; see `Tests/Fixtures/families/make_adapters.py`.
/// Tolerances: logits 1e-5, loss 1e-6 relative, each gradient 1e-5 of its norm, ten AdamW losses 1e-5.
struct LowRankParityTests {
    private struct Golden: Decodable {
        struct Model: Decodable {
            let rank: Int
            let alpha: Double
            let maps: LowRankPlan.Maps
            let loss: Double
            let logits: [[Double]]
            /// By PEFT's name: norm and three projections.
            let gradients: [String: [Double]]
            let losses: [Double]
            let learningRates: [Double]

            enum CodingKeys: String, CodingKey {
                case rank, alpha, maps, loss, logits, gradients, losses
                case learningRates = "learning_rates"
            }

            var plan: LowRankPlan { LowRankPlan(rank: rank, alpha: alpha, maps: maps) }
        }

        let models: [String: Model]
    }

    static let names = ["bert", "roberta", "albert", "distilbert", "electra", "gpt2"]
    private let fixture: FamilyFixture
    private let golden: Golden

    init() throws {
        fixture = try FamilyFixture.load()
        golden = try JSONDecoder().decode(Golden.self, from: Data(FamilyFixture.bytes("adapters.json")))
    }

    /// A model with the fixture's adapters.
    private func adapted(
        _ name: String, threads: Int = 1, change: (inout LowRankPlan) -> Void = { _ in }
    ) throws -> (model: any TrainableModel, adapters: LowRankAdapters) {
        let model = try FamilyFixture.model(name, threads: threads)
        var plan = try #require(golden.models[name]).plan
        change(&plan)
        let adapters = try LowRankAdapters(plan, of: model, seed: 1)
        let file = try TinySafetensors(FamilyFixture.bytes("adapters/\(name)/adapter_model.safetensors"))
        for entry in adapters.parameters.entries {
            let values = try file.floats(entry.name)
            try adapters.parameters.withValues(of: entry.name) { memory in
                #expect(memory.count == values.count)
                for (place, value) in zip(memory.indices, values) { memory[place] = value }
            }
        }
        try adapters.apply()
        return (model, adapters)
    }

    private func distance(_ name: String, _ model: any TrainableModel) throws -> Double {
        let expected = try #require(golden.models[name]).logits.joined()
        let logits = try model.logits(fixture.batches[0].packed)
        #expect(logits.count == expected.count)
        return zip(logits, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
    }

    @Test(arguments: names, [1, 2])
    func logitsLossAndGradientsAgree(name: String, threads: Int) throws {
        let expected = try #require(golden.models[name])
        let (model, adapters) = try adapted(name, threads: threads)
        #expect(try distance(name, model) < 1e-5)
        model.parameters.zeroGradients()
        let result = try model.trainStep(fixture.batches[0].packed, dropout: nil)
        #expect(abs(result.loss / expected.loss - 1) < 1e-6)
        try adapters.projectGradients()
        var compared = 0
        func compare(_ name: String, _ found: Projections) {
            guard let wanted = expected.gradients[name] else {
                Issue.record("PEFT has no '\(name)'")
                return
            }
            compared += 1
            #expect(found.distance(from: wanted) < 1e-5, "\(name)")
        }
        for entry in adapters.parameters.entries {
            compare(entry.name, try adapters.parameters.withGradients(of: entry.name, Projections.init))
        }
        for entry in model.parameters.entries where entry.part == .head {
            compare(
                "base_model.model." + entry.name,
                try model.parameters.withGradients(of: entry.name, Projections.init))
        }
        #expect(compared == expected.gradients.count)
    }

    @Test(arguments: names)
    func tenStepsGiveTheSameLosses(name: String) throws {
        let expected = try #require(golden.models[name])
        let (model, adapters) = try adapted(name)
        let before = Array(model.parameters.values)
        let sets = [model.parameters, adapters.parameters]
        let optimizers = sets.map { AdamW(for: $0) }
        for (step, (rate, loss)) in zip(expected.learningRates, expected.losses).enumerated() {
            model.parameters.zeroGradients()
            let found = try model.trainStep(fixture.batches[step].packed, dropout: nil).loss
            #expect(abs(found / loss - 1) < 1e-5, "step \(step + 1)")
            try adapters.projectGradients()
            let norm = try AdamW.gradientNorm(of: sets, threads: 1)
            for (set, optimizer) in zip(sets, optimizers) {
                try optimizer.step(set, learningRate: rate, clipNorm: 1, norm: norm)
            }
            try adapters.apply()
        }
        // Nothing but the maps with adapters and the head has moved.
        let moved = Set(adapters.adapters.map(\.weight.name))
        for entry in model.parameters.entries {
            let same = entry.range.allSatisfy { before[$0] == model.parameters.values[$0] }
            #expect(same != (moved.contains(entry.name) || entry.part == .head), "\(entry.name)")
        }
    }

    @Test(arguments: names)
    func anotherFactorOrOtherMapsAreSeen(name: String) throws {
        #expect(try distance(name, try adapted(name) { $0.alpha *= 1.1 }.model) > 1e-5)
        let (model, adapters) = try adapted(name)
        for entry in adapters.parameters.entries where entry.name.hasSuffix("lora_B.weight") {
            try adapters.parameters.withValues(of: entry.name) { $0.update(repeating: 0) }
        }
        try adapters.apply()
        let plain = try FamilyFixture.model(name)
        #expect(Array(model.parameters.values) == Array(plain.parameters.values), "B = 0 changes nothing")
        #expect(try distance(name, model) > 1e-3)
    }

    @Test func whatHasNoSuchMapsIsRefused() throws {
        let model = try FamilyFixture.model("bert")
        let narrow = #expect(throws: ConfigurationError.self) {
            try LowRankAdapters(LowRankPlan(rank: 1000, alpha: 1, maps: .all), of: model, seed: 1)
        }
        #expect("\(narrow.map { "\($0)" } ?? "")".contains("the rank is 1000"))
    }
}
