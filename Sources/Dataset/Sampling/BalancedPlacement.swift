/// Puts groups on sides so that the rows and the classes of each side come near its share: a plain greedy that any one can
/// recompute.
///
/// Measure 0 of a group is its rows, the others are its rows of each class. Let gₘ be measure m of a group, Nₘ the sum of
/// all groups, Tₛₘ the sum of those that are on side s by now, and pₛ the share of side s. Groups that have a side keep
/// it and count from the beginning. The others are taken by falling rows; of equally many by rising
/// SHA-256(salt ‖ 0x1F ‖ key), compared as bytes. Each goes to the side for which
///
/// Σₘ gₘ · (gₘ + 2 · (Tₛₘ − pₛ · Nₘ)) / (Nₘ · Nₘ)
///
/// is least, in 64-bit floating-point numbers, summed in the order of measures, those with Nₘ = 0 left out; of equal sides
/// to the first as written. That is by how much the squared distance from what the sides are to have, in shares of all,
/// grows.
///
/// The order in which groups are given has no say.
package struct BalancedPlacement: Sendable {
    /// What stays together.
    package struct Group: Hashable, Sendable {
        /// UTF-8.
        package var key: [UInt8]
        /// Rows by class.
        package var classes: [Int]
        /// The side that it has for good; `nil` for one that is to be placed.
        package var side: Int?

        package init(key: [UInt8], classes: [Int], side: Int? = nil) {
            self.key = key
            self.classes = classes
            self.side = side
        }

        var measures: [Double] { [Double(classes.reduce(0, +))] + classes.map(Double.init) }
    }

    private let shares: [Double]
    private let hash: KeyHash

    /// - Parameter shares: of the sides, in their written order; at least one.
    package init(shares: [Double], salt: String) {
        precondition(!shares.isEmpty, "no sides to put groups on")
        self.shares = shares
        hash = KeyHash(prefix: salt)
    }

    /// The side of each group, in the order of the groups, which all have equally many classes.
    /// - Complexity: O(n log n + n · sides · classes) for n groups.
    package func sides(of groups: [Group]) -> [Int] {
        let measures = groups.map(\.measures)
        var all = [Double](repeating: 0, count: measures.first?.count ?? 0)
        var sums = [[Double]](repeating: all, count: shares.count)
        for (group, measure) in zip(groups, measures) {
            for index in all.indices { all[index] += measure[index] }
            if let side = group.side {
                for index in all.indices { sums[side][index] += measure[index] }
            }
        }
        var sides = groups.map { $0.side ?? 0 }
        for group in order(groups, measures) {
            let side = best(measures[group], sums, all)
            sides[group] = side
            for index in all.indices { sums[side][index] += measures[group][index] }
        }
        return sides
    }

    private func order(_ groups: [Group], _ measures: [[Double]]) -> [Int] {
        let fresh = groups.indices.filter { groups[$0].side == nil }
        let ranks = Dictionary(
            uniqueKeysWithValues: fresh.map { ($0, groups[$0].key.withUnsafeBytes { hash.digest(of: $0) }) })
        return fresh.sorted { one, other in
            if measures[one][0] != measures[other][0] { return measures[one][0] > measures[other][0] }
            guard let left = ranks[one], let right = ranks[other] else { return one < other }
            return left < right
        }
    }

    private func best(_ group: [Double], _ sums: [[Double]], _ all: [Double]) -> Int {
        var best = (side: 0, cost: Double.infinity)
        for (side, share) in shares.enumerated() {
            var cost = 0.0
            for index in all.indices where all[index] > 0 {
                let distance = sums[side][index] - share * all[index]
                cost += group[index] * (group[index] + 2 * distance) / (all[index] * all[index])
            }
            if cost < best.cost { best = (side, cost) }
        }
        return best.side
    }
}
