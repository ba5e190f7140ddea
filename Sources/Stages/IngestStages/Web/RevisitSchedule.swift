/// When articles are visited again: this long after they were published, or found if the publication time is unknown.
package struct RevisitSchedule: Hashable, Sendable {
    /// Seconds, rising.
    package let offsets: [Int64]

    package init(_ offsets: [Int64]) { self.offsets = offsets }

    /// The next look at an article. Looks that were missed are not caught up with: one now is as good as all of them.
    /// - Parameters:
    ///   - visitedAt: when it was looked at; seconds since 1970, UTC.
    ///   - base: when it was published.
    /// - Returns: seconds since 1970, UTC; `nil` if all looks are past.
    package func next(after visitedAt: Int64, base: Int64) -> Int64? {
        offsets.lazy.map { base + $0 }.first { $0 > visitedAt }
    }
}
