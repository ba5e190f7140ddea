/// Which linear maps of a model's layers get adapters, and of what size.
package struct LowRankPlan: Hashable, Codable, Sendable {
    /// Maps of each layer.
    package enum Maps: String, CaseIterable, Codable, Sendable {
        /// Those to queries and to values, as in the paper; where one map gives queries, keys and values, that one.
        case queryValue = "query_value"
        /// All four of the attention.
        case attention
        /// Those, and both of the feed-forward part.
        case all

        /// In a sentence, as in "in the maps to queries and values of the layers".
        package var words: String {
            switch self {
            case .queryValue: "the maps to queries and values"
            case .attention: "the maps of the attention"
            case .all: "all maps"
            }
        }
    }

    /// Columns of B and rows of A, at least 1.
    package var rank: Int
    /// The product of both counts alpha / rank times; above 0.
    package var alpha: Double
    package var maps: Maps

    package init(rank: Int, alpha: Double, maps: Maps) {
        (self.rank, self.alpha, self.maps) = (rank, alpha, maps)
    }

    /// Factor of the product of B and A.
    package var scale: Double { alpha / Double(rank) }

    func includes(_ role: ParameterRole) -> Bool {
        guard case .layer(_, let map) = role else { return false }
        return switch map {
        case .query(.weight), .value(.weight), .projection(.weight): true
        case .key(.weight), .attentionOutput(.weight): maps != .queryValue
        case .up(.weight), .down(.weight): maps == .all
        default: false
        }
    }
}
