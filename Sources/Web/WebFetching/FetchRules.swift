/// How politely and how patiently addresses are fetched.
package struct FetchRules: Hashable, Sendable {
    /// From one request to a host to the next; a host's own `Crawl-delay` may make it longer.
    package var delay: Duration = .seconds(1)
    /// Requests to one host that may be under way at the same time. At least 1.
    package var perHost = 1
    /// Tries for one address. At least 1.
    package var attempts = 5
    /// Longest pause before the second try; doubled for each one after it.
    package var firstBackOff: Duration = .seconds(1)
    package var mostBackOff: Duration = .seconds(60)
    /// Until there is a connection, TLS and all.
    package var connectTimeout: Duration = .seconds(10)
    /// From the request to the first byte of its answer.
    package var firstByteTimeout: Duration = .seconds(30)
    /// From the request to the last byte.
    package var wholeTimeout: Duration = .seconds(120)
    /// Largest body, packed or not.
    package var mostBytes = 20 << 20
    /// Redirects that are followed from one address.
    package var mostRedirects = 5
    /// Longest that a host may ask to be left alone; a host that asks for more is given up.
    package var longestWait: Duration = .seconds(600)
    /// Least delay after a host has said that it is asked too often (429, 503); good answers shorten it again.
    package var slowedDelay: Duration = .seconds(1)
    /// Longest delay that a host can bring about in this way.
    package var mostSlowedDelay: Duration = .seconds(60)
    /// Whether robots.txt is obeyed.
    package var obeysRobots = true
    /// The name that robots.txt has rules for.
    package var agent = "splitvote"
    /// The whole introduction, with a contact: `splitvote/0.1 (+mailto:lab@example.org)`.
    package var userAgent = "splitvote/0.1"

    package init() {}
}
