/// The ids of many texts, laid end to end without padding.
package struct EncodedBatch: Hashable, Sendable {
    /// Ids of all sequences, special tokens included.
    package internal(set) var ids: [Int32] = []
    /// `count + 1` offsets into `ids`; sequence i is `ids[offsets[i]..<offsets[i + 1]]`.
    package internal(set) var offsets: [Int64] = [0]
    /// For pairs, 0 for each id of the first text ([CLS] and its [SEP] included) and 1 for the second's.
    package internal(set) var segmentIDs: [UInt8]?
    /// Ids that are [UNK].
    package internal(set) var unknownCount = 0
    /// Sequences that lost ids to the limit, and how many were lost.
    package internal(set) var truncatedCount = 0
    package internal(set) var droppedIDs = 0

    /// Number of sequences.
    package var count: Int { offsets.count - 1 }

    /// Ids of one sequence.
    package subscript(row: Int) -> ArraySlice<Int32> { ids[Int(offsets[row])..<Int(offsets[row + 1])] }

    /// Number of ids of one sequence.
    package func length(of row: Int) -> Int { Int(offsets[row + 1] - offsets[row]) }

    /// The ids as 16-bit numbers, or nil when one is above 65,535.
    package var ids16: [UInt16]? {
        guard ids.allSatisfy({ 0...0xFFFF ~= $0 }) else { return nil }
        return Array(unsafeUninitializedCapacity: ids.count) { buffer, count in
            for (index, id) in ids.enumerated() { buffer[index] = UInt16(truncatingIfNeeded: id) }
            count = ids.count
        }
    }
}

/// The pieces of one text or pair.
package struct Encoding: Hashable, Sendable {
    /// Ids, special tokens included where they were asked for.
    package internal(set) var ids: [Int32] = []
    /// 0 for the first text, 1 for the second.
    package internal(set) var segmentIDs: [UInt8] = []
    /// Bytes of its own text that each piece covers; empty at 0 for special tokens put around the texts.
    /// Characters dropped in between are inside; of a syllable taken apart each part covers the whole.
    package internal(set) var offsets: [Range<Int>] = []
    /// Ids lost to the limit.
    package internal(set) var droppedIDs = 0
}
