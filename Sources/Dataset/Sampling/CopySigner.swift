/// What makes likely copies of a text easy to find. Depends on the rule and the text alone, so it can be kept.
package struct CopySignature: Hashable, Sendable {
    /// Equal for exact copies; for other texts equal once in 2^64.
    package let exact: UInt64
    /// Near copies agree in one of these at the same place, as good as always, and other texts rarely; empty
    /// for a text too short for shingles.
    package let bands: [UInt32]

    /// A signature that was kept.
    package init(exact: UInt64, bands: [UInt32]) {
        self.exact = exact
        self.bands = bands
    }
}

/// Makes signatures of texts: MinHash over shingles, cut into bands (locality-sensitive hashing).
///
/// Source: Broder, "On the resemblance and containment of documents" (1997); banding as in Leskovec, Rajaraman,
/// Ullman, "Mining of Massive Datasets", chapter 3.
package struct CopySigner {
    private let shingles: Shingles
    private let rows: Int
    /// Bands in a signature.
    package let bandCount: Int
    private let lowest: UnsafeLanes
    private let offsets: UnsafeLanes
    private let factors: UnsafeLanes

    /// A signature's worth of numbers at a fixed place.
    private final class UnsafeLanes {
        typealias Lane = SIMD8<UInt32>
        static let count = NearDuplicateRule.lanes / Lane.scalarCount
        let lanes: UnsafeMutablePointer<Lane>

        init(_ value: (UInt32) -> UInt32) {
            lanes = .allocate(capacity: Self.count)
            for group in 0..<Self.count {
                var lane = Lane()
                for index in 0..<Lane.scalarCount {
                    lane[index] = value(UInt32(group * Lane.scalarCount + index))
                }
                lanes[group] = lane
            }
        }

        deinit { lanes.deallocate() }

        subscript(index: Int) -> UInt32 { lanes[index / Lane.scalarCount][index % Lane.scalarCount] }
    }

    package init(_ rule: NearDuplicateRule) {
        precondition(rule.problems.isEmpty, "\(rule.problems)")
        shingles = Shingles(length: rule.shingle)
        rows = rule.rowsPerBand
        bandCount = NearDuplicateRule.lanes / rows
        lowest = UnsafeLanes { _ in .max }
        offsets = UnsafeLanes { UInt32(truncatingIfNeeded: mixed(UInt64($0))) }
        factors = UnsafeLanes { UInt32(truncatingIfNeeded: mixed(UInt64($0) + 1000)) | 1 }
    }

    /// The signature of one text, given as UTF-8.
    package func sign(_ text: UnsafeRawBufferPointer) -> CopySignature {
        var exact: UInt64 = 0
        for scalar in CodePoints(text) {
            if let folded = CodePoints.folded(scalar) { exact = mixed(exact ^ UInt64(folded)) }
        }
        let lanes = lowest.lanes
        let offsets = offsets.lanes
        let factors = factors.lanes
        for group in 0..<UnsafeLanes.count { lanes[group] = .init(repeating: .max) }
        let hasShingles = shingles.forEach(in: text) { shingle in
            let hash = SIMD8<UInt32>(repeating: UInt32(truncatingIfNeeded: mixed(shingle) >> 32))
            for group in 0..<UnsafeLanes.count {
                let value = (hash &+ offsets[group]) &* factors[group]
                lanes[group].replace(with: value, where: value .< lanes[group])
            }
        }
        guard hasShingles else { return CopySignature(exact: exact, bands: []) }
        let bands = (0..<bandCount).map { band in
            var hash = UInt64(band)
            for row in 0..<rows { hash = mixed(hash ^ UInt64(lowest[band * rows + row])) }
            return UInt32(truncatingIfNeeded: hash)
        }
        return CopySignature(exact: exact, bands: bands)
    }
}
