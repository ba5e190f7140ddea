import Synchronization

/// What ``ChunkTable`` remembers, until the cache is let go of.
///
/// One thread at a time may use a cache; `ChunkCaches` hands them from thread to thread.
package final class ChunkCache: @unchecked Sendable {
    package let table: ChunkTable

    /// - Parameter wide: whether ids can be above 65,535.
    package init(wide: Bool) { table = ChunkTable(wide: wide) }

    deinit { table.deallocate() }
}

/// The caches of one tokenizer that no thread uses just now.
final class ChunkCaches: Sendable {
    private let resting = Mutex<[ChunkCache]>([])
    private let isWide: Bool

    /// - Parameter wide: whether ids can be above 65,535.
    init(wide: Bool) { isWide = wide }

    /// Gives `body` a cache that nobody else uses meanwhile.
    func withCache<Result>(_ body: (ChunkCache) -> Result) -> Result {
        let cache = resting.withLock { $0.popLast() } ?? ChunkCache(wide: isWide)
        defer { resting.withLock { $0.append(cache) } }
        return body(cache)
    }
}
