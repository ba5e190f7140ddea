import Foundation
import Models
import Testing
import Training

/// Parity with transformers on the trained weights of MiniLM (6 layers, 384 wide) under every head, where
/// `Tests/interop/real_weights.py` has made a folder of them and `SPLITVOTE_REAL_WEIGHTS` names it; too large to lie here.
///
/// Trained weights have outliers that random ones lack. Logits 1e-5, loss 1e-6 relative, each gradient 1e-5 of its norm, ten
/// AdamW losses 1e-5; each with a control that must fail.
@Suite(.enabled(if: RealWeights.folder != nil, "SPLITVOTE_REAL_WEIGHTS names no folder"))
struct RealWeightsTests {
    struct Golden: Decodable {
        struct Batch: Decodable {
            let rows: [[Int32]]
            let segments: [[UInt8]]
            let targets: [[Float]]
        }

        let logits: [[Double]]
        let loss: Double
        /// By the tensor's name: norm and three projections.
        let gradients: [String: [Double]]
        let batches: [Batch]
        let losses: [Double]
        let learningRates: [Double]
        /// Losses of PyTorch itself in float32, which tell how far rounding goes.
        let rounded: [Double]
    }

    static let heads = ["classes", "flags", "scores", "pairs"]

    static func golden(_ head: String) throws -> Golden {
        let path = "\(RealWeights.folder ?? "")/\(head).json"
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(filePath: path)))
    }

    private func model(_ head: String) throws -> any TrainableModel {
        try ModelFolder("\(RealWeights.folder ?? "")/\(head)").makeTrainedModel(threads: 2).model
    }

    private func batch(_ golden: Golden, _ number: Int, _ head: String) -> PackedTokens {
        let one = golden.batches[number]
        var batch = PackedTokens(rows: one.rows)
        batch.segmentIDs = one.segments.flatMap { $0 }
        let targets = one.targets.flatMap { $0 }
        batch.targets =
            head == "flags" || head == "scores" ? .numbers(targets) : .classes(targets.map { Int32($0) })
        return batch
    }

    private func objective(_ head: String) -> any Objective {
        switch head {
        case "flags": BinaryCrossEntropyObjective()
        case "scores": SquaredErrorObjective()
        default: CrossEntropyObjective()
        }
    }

    private func step(_ model: any TrainableModel, _ batch: PackedTokens, _ head: String) throws -> Double {
        try model.trainStep(batch, toward: objective(head), dropout: nil, lossDenominator: nil).loss
    }

    @Test(arguments: heads)
    func logitsLossAndGradientsAgree(head: String) throws {
        let golden = try Self.golden(head)
        let model = try model(head)
        let batch = batch(golden, 0, head)
        let logits = try model.logits(batch)
        let distance = zip(logits, golden.logits.joined()).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(distance < 1e-5)
        let loss = abs(try step(model, batch, head) / golden.loss - 1)
        #expect(loss < 1e-6)
        var worst = (name: "", distance: 0.0)
        for entry in model.parameters.entries {
            if case .layer(_, .key(.bias)) = entry.role { continue }
            let wanted = try #require(golden.gradients[entry.name])
            let found = try model.parameters.withGradients(of: entry.name) { values in
                Self.distance(Array(values), wanted)
            }
            #expect(found < 1e-5, "\(entry.name)")
            if found > worst.distance { worst = (entry.name, found) }
        }
        print(
            "real weights, \(head): logits differ by \(distance), loss by \(loss) of it, gradients by at most "
                + "\(worst.distance) of their norm (\(worst.name))")
    }

    private static func distance(_ values: [Float], _ wanted: [Double]) -> Double {
        let norm = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard norm.isFinite, wanted.count == 4 else { return .infinity }
        let scale = wanted[0] * Double(values.count).squareRoot()
        return (1...3).reduce(abs(norm - wanted[0]) / wanted[0]) { worst, number in
            let projected = values.enumerated().reduce(0.0) {
                $0 + Double($1.element) * cos(0.37 * Double($1.offset + 1) * Double(number))
            }
            return max(worst, abs(projected - wanted[number]) / scale)
        }
    }

    @Test(arguments: heads)
    func tenStepsGiveTheSameLosses(head: String) throws {
        let golden = try Self.golden(head)
        let model = try model(head)
        let optimizer = AdamW(for: model.parameters)
        var worst = 0.0
        for (number, (rate, loss)) in zip(golden.learningRates, golden.losses).enumerated() {
            model.parameters.zeroGradients()
            let distance = abs(try step(model, batch(golden, number, head), head) / loss - 1)
            #expect(distance < 1e-5, "step \(number + 1)")
            worst = max(worst, distance)
            try optimizer.step(model.parameters, learningRate: rate, clipNorm: 1)
        }
        let rounded = zip(golden.rounded, golden.losses).map { abs($0 / $1 - 1) }.max() ?? 0
        #expect(golden.losses.count == 10)
        print("real weights, \(head): ten losses differ by at most \(worst) of them; PyTorch's by \(rounded)")
    }

    @Test(arguments: heads)
    func mistakesWouldBeNoticed(head: String) throws {
        let golden = try Self.golden(head)
        let folder = "\(RealWeights.folder ?? "")/\(head)"
        let source = try ModelFolder(folder)
        func distance(_ change: (inout TransformerPlan) -> Void) throws -> Double {
            var configuration = source.configuration
            change(&configuration.plan)
            let right = try model(head)
            let wrong = try configuration.makeModel(labelCount: right.labelCount, seed: 1, threads: 2)
            withExtendedLifetime(right) {
                _ = wrong.parameters.values.update(fromContentsOf: right.parameters.values)
            }
            let found = try wrong.logits(batch(golden, 0, head))
            return zip(found, golden.logits.joined()).map { abs(Double($0) - $1) }.max() ?? 0
        }
        #expect(try distance { _ in } < 1e-5)
        #expect(try distance { $0.layerNormEpsilon = 1e-5 } > 1e-5)
        #expect(try distance { $0.activation = .geluNew } > 1e-5)
        #expect(try distance { $0.ignoresSegments = true } > 1e-5 || head != "pairs")
    }
}

/// Where the folder of trained weights is; nil if there is none.
enum RealWeights {
    static let folder = ProcessInfo.processInfo.environment["SPLITVOTE_REAL_WEIGHTS"]
}
