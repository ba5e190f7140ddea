package import VoteModel

/// Applies a split rule: takes group keys or moments, gives indexes of the rule's sides.
package struct SplitAssignment: Sendable {
    /// The sides, in order.
    package let sides: [Side]
    private let hash: KeyHash
    private let bounds: [Double]
    private let cuts: [Int64]?

    init(_ rule: SplitRule) {
        sides = rule.sides
        hash = KeyHash(prefix: rule.salt)
        switch rule.method {
        case .hash(let shares), .balanced(let shares):
            var sum = 0.0
            bounds = shares.map {
                sum += $0.part
                return sum
            }
            cuts = nil
        case .time(_, let moments):
            bounds = []
            cuts = moments
        }
    }

    /// Whether sides follow from time rather than from the hash of a group.
    package var isByTime: Bool { cuts != nil }

    /// The number u of a group, 0 ≤ u < 1.
    package func position(ofGroup key: UnsafeRawBufferPointer) -> Double {
        Double(hash.digest(of: key).words.0 >> 11) * 0x1p-53
    }

    /// The place, among ``sides``, of the group with this key, as UTF-8. For splits by hash.
    package func side(ofGroup key: UnsafeRawBufferPointer) -> Int {
        precondition(cuts == nil, "a split by time has no sides for groups")
        let position = position(ofGroup: key)
        return bounds.firstIndex { position < $0 } ?? bounds.count - 1
    }

    /// The place, among ``sides``, of the group with this key. For splits by hash.
    package func side(ofGroup key: String) -> Int {
        var key = key
        return key.withUTF8 { side(ofGroup: UnsafeRawBufferPointer($0)) }
    }

    /// The place, among ``sides``, of what was created at this moment, in seconds since 1970 UTC. For splits
    /// by time.
    package func side(at moment: Int64) -> Int {
        guard let cuts else { preconditionFailure("a split by hash has no sides for moments") }
        return cuts.firstIndex { moment < $0 } ?? cuts.count
    }
}
