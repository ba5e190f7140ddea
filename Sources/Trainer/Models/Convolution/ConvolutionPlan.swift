/// What a Text-CNN has in place of layers: filters over the vectors of neighboring tokens, of whose answers the largest counts.
///
/// Source: Kim, "Convolutional neural networks for sentence classification" (2014), arXiv:1408.5882. Rows are as if zeros
/// were on both sides without end; his are so up to the length of the longest one.
package struct ConvolutionPlan: Hashable, Sendable {
    /// Where the tokens' vectors come from, and what becomes of them.
    package enum Vectors: String, CaseIterable, Sendable {
        /// Drawn, and trained.
        case random
        /// Given, and left as they are.
        case fixed = "static"
        /// Given, and trained.
        case nonStatic = "non_static"
        /// Given twice: one copy is trained, the other stays; the filters see the sum of what they say of each.
        case multichannel

        /// Whether the model has a table that is trained, and one that stays as it is.
        package var isTrained: Bool { self != .fixed }
        package var isKept: Bool { self == .fixed || self == .multichannel }
    }

    /// Tokens that filters see, one number for each kind of filter; each at least 1, none twice.
    package var widths: [Int]
    /// Filters of each width.
    package var filters: Int
    package var vectors: Vectors
    /// Largest norm of what leads to one score, as it is when nothing is dropped and nothing is scaled, which is how the
    /// paper trains; `nil` for none. Weights here are scaled in training, so theirs is this times the share that is kept.
    package var maxNorm: Double?

    package init(
        widths: [Int] = [3, 4, 5], filters: Int = 100, vectors: Vectors = .random, maxNorm: Double? = 3
    ) {
        self.widths = widths
        self.filters = filters
        self.vectors = vectors
        self.maxNorm = maxNorm
    }

    /// Filters of all widths: numbers that a row comes to.
    package var outputs: Int { widths.count * filters }

    /// Range of a token's numbers where no vector is given, to both sides of 0.
    package static let tokenRange = 0.25

    var problems: [String] {
        var problems: [String] = []
        if widths.isEmpty || !widths.allSatisfy({ (1...100).contains($0) })
            || Set(widths).count < widths.count
        {
            problems.append("'filter_widths' is \(widths); it takes different numbers of 1 ... 100 tokens")
        }
        if !(1...100_000).contains(filters) {
            problems.append("'filters' is \(filters); it must lie in 1 ... 100000")
        }
        if let maxNorm, !(maxNorm > 0 && maxNorm.isFinite) {
            problems.append("'max_norm' is \(maxNorm); it must be above 0, or null for none")
        }
        return problems
    }
}
