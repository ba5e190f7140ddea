internal import CLibrary
internal import SeededRandom

/// How differently two groups of comments are spread over some classes, and how differently chance alone would spread
/// them.
///
/// The distance is that of Jensen and Shannon with logarithms to base 2: 0 for equal shares, 1 where no class has comments
/// of both. Comments of one article are alike, so chance deals out whole articles: the articles of both groups are
/// shuffled and dealt again ``resamples`` times, and the largest distance that came of it is what noise reaches. Where the
/// articles of both come from one source of chance, a larger distance is found once in ``resamples`` + 1 times.
///
/// Sources: Lin, "Divergence measures based on the Shannon entropy" (1991), doi:10.1109/18.61115; Endres and Schindelin,
/// "A new metric for probability distributions" (2003), doi:10.1109/TIT.2003.813506, for its square root; Davison and
/// Hinkley, "Bootstrap Methods and their Application" (1997), section 4.3, for the resampling.
package struct DriftTest: Hashable, Sendable {
    /// 0 ... 1.
    package let distance: Double
    /// The largest distance by chance, 0 ... 1.
    package let noise: Double

    /// Times that the articles are dealt again. Five tests a night then raise a false alarm in one night of a hundred.
    package static let resamples = 499
    /// Articles that each group needs.
    package static let fewestArticles = 10

    package var isBeyondNoise: Bool { distance > noise }

    /// Compares two groups.
    ///
    /// - Parameters:
    ///   - new: of each article, the class of each of its comments that is in one, 0 ..< `classes`.
    ///   - old: the same of the other group.
    ///   - seed: of the shuffling: equal seeds give equal results.
    /// - Returns: `nil` if a group has fewer than ``fewestArticles``, or no comment in a class.
    /// - Complexity: O(``resamples`` · n) for n comments of the group with fewer articles.
    package init?(new: [[Int]], old: [[Int]], classes: Int, seed: UInt64 = 0) {
        let fewest = min(new.count, old.count)
        guard fewest >= Self.fewestArticles else { return nil }
        let articles = (new + old).map(Self.counts)
        func sum(_ places: some Sequence<Int>) -> [Double] {
            var sums = [Double](repeating: 0, count: classes)
            for place in places { for entry in articles[place] { sums[entry.key] += entry.count } }
            return sums
        }
        let all = sum(articles.indices)
        let ofNew = sum(new.indices)
        let ofOld = zip(all, ofNew).map { $0 - $1 }
        guard ofNew.contains(where: { $0 > 0 }), ofOld.contains(where: { $0 > 0 }) else { return nil }
        distance = Self.distance(ofNew, ofOld)
        var random = SplitMix64(seed: seed)
        var order = Array(articles.indices)
        var most = 0.0
        for _ in 0..<Self.resamples {
            // The first places of a shuffled order are enough.
            for place in 0..<fewest {
                let other = place + Int(random.integer(below: UInt64(order.count - place)))
                order.swapAt(place, other)
            }
            let some = sum(order[..<fewest])
            most = max(most, Self.distance(some, zip(all, some).map { $0 - $1 }))
        }
        noise = most
    }

    /// Each class of an article once, in rising order.
    private static func counts(_ classes: [Int]) -> [(key: Int, count: Double)] {
        var counts: [(key: Int, count: Double)] = []
        for key in classes.sorted() {
            if counts.last?.key == key {
                counts[counts.count - 1].count += 1
            } else {
                counts.append((key, 1))
            }
        }
        return counts
    }

    /// The distance of Jensen and Shannon between two sets of counts, 0 ... 1; 0 where one has none.
    package static func distance(_ first: [Double], _ second: [Double]) -> Double {
        let sums = (first.reduce(0, +), second.reduce(0, +))
        guard sums.0 > 0, sums.1 > 0 else { return 0 }
        var divergence = 0.0
        for (a, b) in zip(first, second) {
            let (p, q) = (a / sums.0, b / sums.1)
            let mean = (p + q) / 2
            if p > 0 { divergence += p * log2(p / mean) / 2 }
            if q > 0 { divergence += q * log2(q / mean) / 2 }
        }
        return max(0, min(1, divergence)).squareRoot()
    }
}
