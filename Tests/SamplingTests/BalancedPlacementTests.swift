import Crypto
import Foundation
import Sampling
import Testing

struct BalancedPlacementTests {
    typealias Group = BalancedPlacement.Group

    private static func groups(_ count: Int, seed: UInt64) -> [Group] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { number in
            let size = 1 + Int(120 / Double.random(in: 1..<120, using: &random))
            let ones = Int.random(in: 0...size, using: &random)
            return Group(key: Array("news:\(number)".utf8), classes: [size - ones, ones])
        }
    }

    /// The greedy once more, as its description says it, over dictionaries and in another order.
    private static func recomputed(_ groups: [Group], _ shares: [Double], salt: String) -> [String: Int] {
        var places: [String: Int] = [:]
        var sums = shares.map { _ in [0.0, 0.0, 0.0] }
        func measures(_ group: Group) -> [Double] {
            [Double(group.classes[0] + group.classes[1]), Double(group.classes[0]), Double(group.classes[1])]
        }
        let all = (0..<3).map { index in groups.reduce(0.0) { $0 + measures($1)[index] } }
        for group in groups where group.side != nil {
            for index in 0..<3 { sums[group.side!][index] += measures(group)[index] }
        }
        func rank(_ group: Group) -> String {
            SHA256.hash(data: Data(salt.utf8) + [0x1F] + Data(group.key)).map { String(format: "%02x", $0) }
                .joined()
        }
        let fresh = groups.filter { $0.side == nil }.map { ($0, rank($0)) }.sorted {
            let (one, other) = (measures($0.0)[0], measures($1.0)[0])
            return one != other ? one > other : $0.1 < $1.1
        }
        for (group, _) in fresh {
            let own = measures(group)
            let costs = shares.indices.map { side in
                (0..<3).filter { all[$0] > 0 }.reduce(0.0) { cost, index in
                    cost + own[index] * (own[index] + 2 * (sums[side][index] - shares[side] * all[index]))
                        / (all[index] * all[index])
                }
            }
            let best = costs.indices.min { costs[$0] < costs[$1] }!
            places[String(decoding: group.key, as: UTF8.self)] = best
            for index in 0..<3 { sums[best][index] += own[index] }
        }
        return places
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func anyOneCanRecomputeItAndOrderHasNoSay(seed: UInt64) {
        var random = SplitMix64(seed: seed ^ 0xABCD)
        var groups = Self.groups(150, seed: seed)
        for index in groups.indices where seed % 3 == 0 && index % 4 == 0 { groups[index].side = index % 3 }
        let shares = [0.7, 0.1, 0.2]
        let placement = BalancedPlacement(shares: shares, salt: "v\(seed)")
        let expected = Self.recomputed(groups, shares, salt: "v\(seed)")
        for _ in 0..<3 {
            let sides = placement.sides(of: groups)
            for (group, side) in zip(groups, sides) {
                let name = String(decoding: group.key, as: UTF8.self)
                #expect(side == group.side ?? expected[name], "seed \(seed): \(name)")
            }
            groups.shuffle(using: &random)
        }
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func rowsAndClassesComeNearTheShares(seed: UInt64) {
        let groups = Self.groups(400, seed: seed)
        let shares = [0.8, 0.1, 0.1]
        let sides = BalancedPlacement(shares: shares, salt: "s").sides(of: groups)
        for label in 0..<2 {
            let all = groups.reduce(0) { $0 + $1.classes[label] }
            for side in 0..<3 {
                let there = zip(groups, sides).reduce(0) { $0 + ($1.1 == side ? $1.0.classes[label] : 0) }
                #expect(abs(Double(there) / Double(all) - shares[side]) < 0.02, "seed \(seed), side \(side)")
            }
        }
    }

    @Test func whatHasASideKeepsItHoweverFarThatIs() {
        var groups = Self.groups(50, seed: 1)
        for index in 0..<30 { groups[index].side = 1 }
        let sides = BalancedPlacement(shares: [0.9, 0.1], salt: "s").sides(of: groups)
        #expect(sides[..<30].allSatisfy { $0 == 1 } && sides[30...].allSatisfy { $0 == 0 })
        #expect(BalancedPlacement(shares: [1], salt: "s").sides(of: []).isEmpty)
    }
}
