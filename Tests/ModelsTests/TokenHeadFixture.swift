import Foundation
import Models
import Testing

/// What PyTorch and transformers computed under a head for single tokens, with the models and batches of ``FamilyFixture``.
struct TokenHeadFixture {
    struct Result: Decodable {
        let architecture: String
        let loss: Double
        let logits: [[Double]]
        /// By the tensor's published name: norm and three projections.
        let gradients: [String: [Double]]
        let losses: [Double]
    }

    private struct Golden: Decodable {
        let models: [String: Result]
    }

    let family: FamilyFixture
    let models: [String: Result]

    /// - Parameter file: its name in `Tests/Fixtures/families`.
    init(_ file: String) throws {
        family = try FamilyFixture.load()
        models = try JSONDecoder().decode(Golden.self, from: Data(FamilyFixture.bytes(file))).models
    }

    /// A model whose head is drawn as the scripts draw it.
    static func model(_ name: String, _ use: TokenHeadPlan.Use, scores: Int) throws -> any TrainableModel {
        let configuration = try FamilyFixture.configuration(name).answeringTokens(use)
        let model = try FamilyFixture.model(name, configuration, labelCount: scores)
        try model.parameters.withValues(of: .head(.classifier, .weight)) { weights in
            for place in weights.indices { weights[place] = Float(0.3 * cos(0.7 * Double(place + 1))) }
        }
        model.parameters.withValues(of: .head(.classifier, .bias)) { biases in
            for place in biases.indices { biases[place] = Float(place + 1) / 10 }
        }
        return model
    }

    /// Farthest that a gradient is from the fixture's, as a share of its norm.
    static func worstGradient(
        _ model: any TrainableModel, _ expected: Result, least: Double = 0
    ) throws -> Double {
        try worstGradient(model, expected.gradients, least: least)
    }

    /// - Parameters:
    ///   - expected: by the tensor's published name, norm and three projections.
    ///   - least: norm below which a gradient is nothing but rounding; that of a tensor that no token reads is 0.
    static func worstGradient(
        _ model: any TrainableModel, _ expected: [String: [Double]], least: Double = 0
    ) throws -> Double {
        var worst = 0.0
        for entry in model.parameters.entries {
            if case .layer(_, .key(.bias)) = entry.role { continue }
            let wanted = try #require(expected[entry.name], "\(entry.name)")
            if wanted[0] <= least { continue }
            let found = try model.parameters.withGradients(of: entry.name, Projections.init)
            worst = max(worst, found.distance(from: wanted))
        }
        return worst
    }

    /// Expects the losses of the fixture's ten steps of AdamW.
    /// - Parameter batch: of a step, counted from 0.
    static func expectLosses(
        _ expected: [Double], rates: [Double], of model: any TrainableModel, batch: (Int) -> PackedTokens
    ) throws {
        let optimizer = AdamW(for: model.parameters)
        #expect(expected.count == rates.count)
        for (step, (rate, loss)) in zip(rates, expected).enumerated() {
            model.parameters.zeroGradients()
            let found = try model.trainStep(batch(step), dropout: nil).loss
            #expect(abs(found / loss - 1) < 1e-5, "step \(step + 1)")
            try optimizer.step(model.parameters, learningRate: rate, clipNorm: 1)
        }
    }
}
