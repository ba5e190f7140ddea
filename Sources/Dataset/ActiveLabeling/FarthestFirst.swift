/// Orders candidates so that each is as unlike as can be to what is labeled and to the candidates before it: greedy k-center.
///
/// Sources: Gonzalez, "Clustering to minimize the maximum intercluster distance" (1985),
/// doi:10.1016/0304-3975(85)90224-5; for active learning: Sener, Savarese, "Active learning for convolutional neural networks:
/// a core-set approach" (2018), arXiv:1708.00489.
package struct FarthestFirst: Hashable, Sendable {
    /// A candidate and how similar it is to the most similar of what is labeled or came before it.
    package struct Step: Hashable, Sendable {
        package let candidate: Int
        package let similarity: Double
    }

    package private(set) var steps: [Step] = []

    /// - Parameters:
    ///   - count: most candidates wanted.
    ///   - nearest: how similar each candidate is to the most similar labeled one, `[candidates]`; of equal ones the first
    ///     candidate comes first.
    ///   - similarities: of a candidate to all candidates, `[candidates]`.
    /// - Complexity: O(count · candidates).
    package init(
        _ count: Int, nearest: [Double], similarities: (_ candidate: Int) throws -> [Double]
    ) rethrows {
        var nearest = nearest
        var isTaken = [Bool](repeating: false, count: nearest.count)
        while steps.count < min(count, nearest.count) {
            var best = -1
            for candidate in nearest.indices where !isTaken[candidate] {
                if best < 0 || nearest[candidate] < nearest[best] { best = candidate }
            }
            steps.append(Step(candidate: best, similarity: nearest[best]))
            isTaken[best] = true
            for (candidate, similarity) in try similarities(best).enumerated() {
                nearest[candidate] = max(nearest[candidate], similarity)
            }
        }
    }
}
