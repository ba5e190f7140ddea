import Synchronization

/// What ``ChunkTable`` remembers, until the cache is let go of.
///
/// One thread at a time may use a cache; `ChunkCaches` hands them from thread to thread.
package final class ChunkCache: @unchecked Sendable {
    package let table: ChunkTable

    /// - Parameters:
    ///   - wide: whether ids can be above 65,535.
    ///   - lines: size of the table, a power of two.
    package init(wide: Bool, lines: Int = ChunkTable.usualLines) {
        table = ChunkTable(wide: wide, lineCount: lines)
    }

    deinit { table.deallocate() }
}

/// The caches of one tokenizer that no thread uses just now.
final class ChunkCaches: Sendable {
    private let resting = Mutex<[ChunkCache]>([])
    private let isWide: Bool
    private let lines: Int

    /// - Parameters:
    ///   - wide: whether ids can be above 65,535.
    ///   - lines: size of each table, a power of two.
    init(wide: Bool, lines: Int = ChunkTable.usualLines) {
        isWide = wide
        self.lines = lines
    }

    /// Gives `body` a cache that nobody else uses meanwhile.
    func withCache<Result>(_ body: (ChunkCache) -> Result) -> Result {
        let cache = resting.withLock { $0.popLast() } ?? ChunkCache(wide: isWide, lines: lines)
        defer { resting.withLock { $0.append(cache) } }
        return body(cache)
    }
}
