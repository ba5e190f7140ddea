/// Signatures of many texts, side by side: what finding copies starts from, small enough to be kept.
///
/// Most texts have no copy, and their signatures show it. Only ``candidates()`` have to be compared as texts.
package struct CopySignatures: Sendable {
    /// In rising order.
    package private(set) var ids: [Int64] = []
    package private(set) var exact: [UInt64] = []
    /// For each band the keys of all texts; 0 for a text too short for shingles.
    package private(set) var bands: [[UInt32]]
    /// 1 for a text too short for shingles, 0 otherwise.
    package private(set) var short: [UInt8] = []

    package init(_ rule: NearDuplicateRule) {
        bands = Array(repeating: [], count: NearDuplicateRule.lanes / rule.rowsPerBand)
    }

    /// Signatures that were kept.
    /// - Returns: `nil` if the columns differ in length, or are not as many as the rule has bands.
    package init?(
        _ rule: NearDuplicateRule, ids: [Int64], exact: [UInt64], bands: [[UInt32]], short: [UInt8]
    ) {
        guard exact.count == ids.count, short.count == ids.count,
            bands.count == NearDuplicateRule.lanes / rule.rowsPerBand,
            bands.allSatisfy({ $0.count == ids.count })
        else { return nil }
        self.ids = ids
        self.exact = exact
        self.bands = bands
        self.short = short
    }

    package var count: Int { ids.count }

    package subscript(row: Int) -> CopySignature {
        CopySignature(exact: exact[row], bands: short[row] == 1 ? [] : bands.map { $0[row] })
    }

    /// Ids must come in rising order.
    package mutating func append(_ id: Int64, _ signature: CopySignature) {
        ids.append(id)
        exact.append(signature.exact)
        short.append(signature.bands.isEmpty ? 1 : 0)
        for band in bands.indices { bands[band].append(signature.bands.isEmpty ? 0 : signature.bands[band]) }
    }

    /// Ids must come in rising order.
    package mutating func append(_ other: CopySignatures, row: Int) {
        ids.append(other.ids[row])
        exact.append(other.exact[row])
        short.append(other.short[row])
        for band in bands.indices { bands[band].append(other.bands[band][row]) }
    }

    /// Rows that may have a copy among the others, in rising order; all that have one are among them.
    /// - Complexity: two passes over each band.
    package func candidates() -> [Int] {
        var isCandidate = [Bool](repeating: false, count: count)
        var filter = RepeatFilter(expected: count)
        filter.mark(exact.indices.lazy, { mixed(exact[$0]) }, &isCandidate)
        for band in bands {
            filter.mark(
                band.indices.lazy.filter { short[$0] == 0 }, { mixed(UInt64(band[$0])) }, &isCandidate)
        }
        return isCandidate.indices.filter { isCandidate[$0] }
    }
}

/// Finds numbers that occur more than once, with occasional false positives.
private struct RepeatFilter {
    private var once: [UInt64]
    private var twice: [UInt64]
    private let mask: Int

    init(expected: Int) {
        var slots = 1024
        // Each of some dozen filters lets one in this many through that comes only once.
        while slots < expected * 256 { slots *= 2 }
        once = Array(repeating: 0, count: slots / 64)
        twice = once
        mask = slots - 1
    }

    mutating func mark(
        _ rows: some Sequence<Int>, _ hash: (Int) -> UInt64, _ isMarked: inout [Bool]
    ) {
        for index in once.indices { (once[index], twice[index]) = (0, 0) }
        for row in rows {
            let slot = Int(truncatingIfNeeded: hash(row)) & mask
            let bit = UInt64(1) << UInt64(slot & 63)
            if once[slot >> 6] & bit != 0 { twice[slot >> 6] |= bit } else { once[slot >> 6] |= bit }
        }
        for row in rows {
            let slot = Int(truncatingIfNeeded: hash(row)) & mask
            if twice[slot >> 6] & UInt64(1) << UInt64(slot & 63) != 0 { isMarked[row] = true }
        }
    }
}
