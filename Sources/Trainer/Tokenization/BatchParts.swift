import Dispatch
import Synchronization
import TextBasics

/// Batches are cut into parts of about a quarter of a megabyte, which threads take in turn.
enum BatchParts {
    private static let partBytes = 1 << 18

    /// The sequences of a batch, or of pairs.
    /// - Parameter run: makes the parts.
    /// - Throws: ``TokenizationError/invalidUTF8(row:byte:)`` for the first text that is not UTF-8 (of pairs, rows of second
    ///   texts count on after the first ones), ``TokenizationError/request(_:)`` for pairs that are not pairs.
    static func batch(
        _ rows: UTF8Rows, _ pairs: UTF8Rows?, _ run: () -> [BatchPart]
    ) throws(TokenizationError) -> EncodedBatch {
        if let pairs, pairs.count != rows.count {
            throw .request(
                "\(rows.count) first texts and \(pairs.count) second texts; pairs need one of each")
        }
        let parts = run()
        if let row = parts.compactMap(\.invalid).min(by: { $0.row < $1.row }) {
            throw .invalidUTF8(row: row.row, byte: row.byte)
        }
        return EncodedBatch(parts: parts, isPair: pairs != nil)
    }

    /// The rows of each part.
    static func ranges(_ rows: UTF8Rows, _ pairs: UTF8Rows?) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for row in 0..<rows.count {
            let bytes = rows.offsets[row + 1] - rows.offsets[start]
            let pairBytes = pairs.map { $0.offsets[row + 1] - $0.offsets[start] } ?? 0
            if bytes + pairBytes >= partBytes || row == rows.count - 1 {
                ranges.append(start..<row + 1)
                start = row + 1
            }
        }
        return ranges
    }

    /// Calls `work` once on each thread, with a supply of parts and a place for what became of them.
    /// - Returns: what was kept, in the order of the parts.
    static func run(
        _ ranges: [Range<Int>], threads: Int,
        _ work: @Sendable (_ next: () -> (Int, Range<Int>)?, _ keep: (Int, BatchPart) -> Void) -> Void
    ) -> [BatchPart] {
        let next = Atomic(0)
        let done = Mutex<[(Int, BatchPart)]>([])
        DispatchQueue.concurrentPerform(iterations: min(max(1, threads), max(1, ranges.count))) { _ in
            work(
                {
                    let index = next.add(1, ordering: .relaxed).oldValue
                    return index < ranges.count ? (index, ranges[index]) : nil
                }, { index, part in done.withLock { $0.append((index, part)) } })
        }
        return done.withLock { $0.sorted { $0.0 < $1.0 }.map(\.1) }
    }
}
