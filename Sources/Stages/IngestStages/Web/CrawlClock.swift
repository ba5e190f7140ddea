internal import Foundation

/// The clock of a crawl.
enum CrawlClock {
    /// Seconds since 1970, UTC.
    static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}
