internal import Tensors

/// Low-rank adapters of the linear maps of a model's layers: what is trained in place of the maps themselves.
///
/// A map computes with W = W₀ + alpha / rank · B · A, where W₀ stays as it was; B begins with zeros, so that the model begins as it
/// was too. A backward pass gives the gradient of W, of which those of A and B follow exactly: passes cost what they cost without
/// adapters, and what is saved is the memory of an optimizer's moments and the size of what is kept. There is no dropout before A.
///
/// Shapes: W `[out, in]`, A `[rank, in]`, B `[out, rank]`, row-major; W `[in, out]` in families that store it so.
///
/// Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021), section 4.1, arXiv:2106.09685; A is drawn as
/// PEFT draws it.
package final class LowRankAdapters {
    /// A map with its adapter.
    package struct Adapter: Sendable {
        /// The map, in the parameters of the model.
        package let weight: ParameterSet.Entry
        /// A and B, in ``LowRankAdapters/parameters``.
        package let down: ParameterSet.Entry
        package let up: ParameterSet.Entry
        /// W₀.
        fileprivate let start: [Float]

        /// What published models call the map, such as `bert.encoder.layer.0.attention.self.query`.
        package var module: String { LowRankAdapters.module(of: weight) }
    }

    package let plan: LowRankPlan
    /// A and B of all maps, as PEFT calls them.
    package let parameters: ParameterSet
    package let adapters: [Adapter]
    /// Whether the family stores W as `[in, out]`.
    package let storesInputFirst: Bool
    private let model: ParameterSet
    private let threads: Int
    private let products: MatrixProduct

    /// Gives a model adapters in the layers that are not frozen, beside which only its head is trained.
    ///
    /// - Parameter seed: of A.
    /// - Throws: ``ConfigurationError`` for a model without such maps, or with maps narrower than the rank.
    package init(_ plan: LowRankPlan, of model: any TrainableModel, seed: UInt64) throws {
        self.plan = plan
        self.model = model.parameters
        let storesInputFirst = model.configuration.plan.storesInputFirst
        self.storesInputFirst = storesInputFirst
        threads = model.threads
        let weights = zip(model.parameters.entries, model.parameters.isFrozen)
            .filter { plan.includes($0.role) && !$1 }.map(\.0)
        guard !weights.isEmpty else {
            throw ConfigurationError(problems: [
                "a model of type '\(model.configuration.dialect.modelType)' has no layers with such maps that are not frozen"
            ])
        }
        if let narrow = weights.first(where: { plan.rank > ($0.shape.min() ?? 0) }) {
            throw ConfigurationError(problems: [
                "the rank is \(plan.rank), and '\(narrow.name)' has the shape \(narrow.shape)"
            ])
        }
        let names = Dictionary(uniqueKeysWithValues: weights.map { ($0.role, Self.module(of: $0)) })
        var layout: [ParameterSet.Item] = []
        for weight in weights {
            guard case .layer(let number, let map) = weight.role else { continue }
            let (inputs, outputs) =
                storesInputFirst
                ? (weight.shape[0], weight.shape[1]) : (weight.shape[1], weight.shape[0])
            layout.append(.init(role: .adapter(number, map, .down), shape: [plan.rank, inputs]))
            layout.append(.init(role: .adapter(number, map, .up), shape: [outputs, plan.rank]))
        }
        let set = ParameterSet(layout: layout) { role in
            guard case .adapter(let number, let map, let side) = role else { return "" }
            return "base_model.model.\(names[.layer(number, map)] ?? "").\(side.rawValue).weight"
        }
        let widths = Dictionary(uniqueKeysWithValues: set.entries.map { ($0.role, $0.shape[1]) })
        products = try Compute.run(threads: threads) {
            set.drawWeights(seed: seed, deviation: 0, padTokenID: -1) { role in
                guard case .adapter(_, _, .down) = role else { return .zero }
                return .uniform(1 / Double(widths[role] ?? 1).squareRoot())
            } where: { _ in
                true
            }
            return try MatrixProduct()
        }
        parameters = set
        adapters = weights.enumerated().map { place, weight in
            Adapter(
                weight: weight, down: set.entries[2 * place], up: set.entries[2 * place + 1],
                start: Array(model.parameters.valueStorage[weight.range]))
        }
        model.parameters.isKept = model.parameters.entries.map { $0.part != .head }
    }

    /// Factors of the learning rate of A and B, those of their maps.
    /// - Parameter rates: of the entries of the model.
    package func rates(_ rates: [Double]) -> [Double] {
        adapters.flatMap { adapter in
            let place = model.entries.firstIndex { $0.role == adapter.weight.role }
            return Array(repeating: place.map { rates[$0] } ?? 1, count: 2)
        }
    }

    private static func module(of weight: ParameterSet.Entry) -> String {
        weight.name.hasSuffix(".weight") ? String(weight.name.dropLast(7)) : weight.name
    }

    /// Brings the maps of the model up to date with A and B.
    package func apply() throws {
        try Compute.run(threads: threads) {
            for adapter in adapters {
                let storage = UnsafeMutableBufferPointer(rebasing: model.valueStorage[adapter.weight.range])
                _ = storage.update(fromContentsOf: adapter.start)
                let (weight, down) = (
                    Self.tensor(model.valueStorage, adapter.weight),
                    Self.tensor(parameters.valueStorage, adapter.down)
                )
                try withScaledUp(of: adapter) { up in
                    if storesInputFirst {
                        try products.multiply(
                            down, transposingLeft: true, by: up, transposingRight: true, accumulate: true,
                            into: weight)
                    } else {
                        try products.multiply(up, by: down, accumulate: true, into: weight)
                    }
                }
            }
        }
        model.halvesAreCurrent = false
    }

    /// Makes the gradients of A and B of those of the maps: scale · Bᵀ · dW and scale · dW · Aᵀ.
    package func projectGradients() throws {
        try Compute.run(threads: threads) {
            model.clearStale()
            let gradients = parameters.gradients
            for adapter in adapters {
                let gradient = Self.tensor(model.gradientStorage, adapter.weight)
                try withScaledUp(of: adapter) { up in
                    try products.multiply(
                        up, transposingLeft: true, by: gradient, transposingRight: storesInputFirst,
                        into: Self.tensor(gradients, adapter.down))
                }
                try products.multiply(
                    gradient, transposingLeft: storesInputFirst,
                    by: Self.tensor(parameters.valueStorage, adapter.down), transposingRight: true,
                    into: Self.tensor(gradients, adapter.up))
                for place in adapter.up.range { gradients[place] *= Float(plan.scale) }
            }
        }
    }

    private func withScaledUp(of adapter: Adapter, _ body: (Tensor) throws -> Void) throws {
        let scale = Float(plan.scale)
        var scaled = parameters.valueStorage[adapter.up.range].map { $0 * scale }
        try scaled.withUnsafeMutableBufferPointer { storage in
            guard let base = storage.baseAddress else { return }
            try body(Tensor(base, [adapter.up.shape[0], adapter.up.shape[1]]))
        }
    }

    private static func tensor(
        _ storage: UnsafeMutableBufferPointer<Float>, _ entry: ParameterSet.Entry
    ) -> Tensor {
        guard let base = storage.baseAddress else { preconditionFailure("a parameter has no memory") }
        return Tensor(base + entry.range.lowerBound, [entry.shape[0], entry.shape[1]])
    }
}
