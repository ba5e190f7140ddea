internal import Foundation

/// Where a crawl takes the time from.
enum CrawlClock {
    /// Seconds since 1970, UTC.
    static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}
