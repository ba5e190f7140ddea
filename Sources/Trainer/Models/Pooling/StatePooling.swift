/// How the states of a row's tokens become one vector: what is taken of the tokens, in some layers, end to end.
package struct StatePooling: Hashable, Sendable {
    /// What is taken of the tokens of a row, those that the tokenizer adds included.
    package enum Tokens: String, CaseIterable, Sendable {
        /// The state of the first token, [CLS].
        case first = "cls"
        /// The mean of all tokens' states.
        case mean
        /// Of each channel the largest number that a token has.
        case max
    }

    package let tokens: Tokens
    /// Numbers of layers, rising; 0 is the output of the embeddings, 1 that of the first layer.
    package let layers: [Int]
    /// Whether the vector is then scaled to length 1.
    package let isNormalized: Bool

    package init(_ tokens: Tokens, layers: [Int], isNormalized: Bool = false) {
        self.tokens = tokens
        self.layers = layers
        self.isNormalized = isNormalized
    }

    /// The first token's states in the last four layers.
    ///
    /// Source: Devlin, Chang, Lee, Toutanova, "BERT" (2019), table 7, arXiv:1810.04805.
    package static let lastFour = "last_four"

    /// What people call the ways to pool.
    package static let names = Tokens.allCases.map(\.rawValue) + [lastFour]

    /// - Parameters:
    ///   - name: one of ``names``.
    ///   - layers: numbers of layers; empty for the last one, or the last four.
    ///   - depth: layers of the model.
    ///   - isNormalized: whether the vector is scaled to length 1.
    /// - Throws: ``ConfigurationError`` where the model lacks such layers, or the two say different things.
    package init(
        named name: String, layers: [Int], depth: Int, isNormalized: Bool = false
    ) throws(ConfigurationError) {
        var problems: [String] = []
        if name == Self.lastFour {
            if !layers.isEmpty {
                problems.append("pooling is \(name), which says which layers; leave layers out, or set cls")
            }
            if depth < 4 { problems.append("pooling is \(name); the model has \(depth) layers") }
            self.init(
                .first, layers: Array(Swift.max(1, depth - 3)...Swift.max(1, depth)),
                isNormalized: isNormalized)
        } else {
            let sorted = Set(layers).sorted()
            if sorted.count != layers.count { problems.append("layers names a layer twice") }
            for layer in sorted where !(0...depth).contains(layer) {
                problems.append(
                    "layers has \(layer); the model's layers are 1 ... \(depth), and 0 is what enters the first"
                )
            }
            if !Self.names.contains(name) {
                problems.append("pooling is '\(name)'; it is one of \(Self.names.joined(separator: ", "))")
            }
            self.init(
                Tokens(rawValue: name) ?? .mean, layers: sorted.isEmpty ? [depth] : sorted,
                isNormalized: isNormalized)
        }
        if !problems.isEmpty { throw ConfigurationError(problems: problems) }
    }

    /// Numbers of a row's vector.
    package func width(hidden: Int) -> Int { layers.count * hidden }

    /// In words, such as `the mean of the tokens' states in layer 4`.
    package var words: String {
        let what =
            switch tokens {
            case .first: "the first token's state"
            case .mean: "the mean of the tokens' states"
            case .max: "the largest number of each channel in the tokens' states"
            }
        let numbers = layers.map { $0 == 0 ? "0 (the embeddings)" : "\($0)" }
        return what
            + " in \(layers.count == 1 ? "layer" : "each of the layers") \(numbers.joined(separator: ", "))"
            + (isNormalized ? ", scaled to length 1" : "")
    }
}
