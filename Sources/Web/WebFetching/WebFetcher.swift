internal import Foundation
internal import NIOHTTP1
internal import Synchronization
package import WebFormats

/// Fetches addresses politely: obeys robots.txt, keeps a pause between requests to one host, backs off when it is asked to,
/// and gives up in the end. Any number of tasks may use it.
package final class WebFetcher: Sendable {
    let rules: FetchRules
    let transport: Transport
    let proxies: ProxySettings
    let robots: RobotsCache
    let resolve: @Sendable (String) async throws -> [NetworkAddress]
    let cookies = CookieJar()
    let pins = PinBoard()
    private let lines: HostLines

    /// - Parameters:
    ///   - environment: where proxies are named; that of the process where it is `nil`.
    ///   - recallRobots: a robots.txt that was kept earlier, by its address; asked once for each origin.
    ///   - keepRobots: takes what was fetched; it is believed for a day at most.
    ///   - resolve: the addresses of a name, for redirects to other hosts.
    package init(
        rules: FetchRules, environment: [String: String]? = nil,
        recallRobots: @escaping @Sendable (WebAddress) async -> RobotsRecord? = { _ in nil },
        keepRobots: @escaping @Sendable (WebAddress, RobotsRecord) async -> Void = { _, _ in },
        resolve: @escaping @Sendable (String) async throws -> [NetworkAddress] = NameResolver.addresses(of:)
    ) {
        self.rules = rules
        self.resolve = resolve
        transport = Transport(rules: rules)
        proxies = ProxySettings(environment ?? ProcessInfo.processInfo.environment)
        robots = RobotsCache(recall: recallRobots, keep: keepRobots)
        lines = HostLines(rules: rules)
    }

    /// Fetches one address.
    ///
    /// Waits for its turn among all requests to its host. Cancellation of the task ends it at once, also while it waits.
    /// - Throws: ``FetchFailure`` after all attempts, or `CancellationError`.
    package func get(_ request: WebRequest) async throws -> WebAnswer {
        try await follow(FetchPlan(request, rules: rules), obeysRobots: rules.obeysRobots)
    }

    /// Ends all connections. To be called once, when nothing is fetched any more; requests after it fail.
    package func close() async { await transport.close() }

    func line(_ address: WebAddress) async -> HostQueue { await lines.line(address.origin) }

    /// Seconds since 1970.
    static var now: Int64 { Int64(Date().timeIntervalSince1970.rounded(.down)) }
}

/// The lines before all hosts.
private actor HostLines {
    private let rules: FetchRules
    private var lines: [String: HostQueue] = [:]

    init(rules: FetchRules) { self.rules = rules }

    func line(_ origin: String) -> HostQueue {
        if let line = lines[origin] { return line }
        let line = HostQueue(origin: origin, rules: rules)
        lines[origin] = line
        return line
    }
}

/// What is to be fetched, and how its answer is taken.
struct FetchPlan: Sendable {
    var request: WebRequest
    var limit: Int
    var excess: BodyReader.Excess

    init(_ request: WebRequest, rules: FetchRules) {
        self.request = request
        limit = rules.mostBytes
        excess = .refused
    }

    /// For the robots.txt of an origin.
    init(robots: WebAddress) {
        request = WebRequest(robots)
        limit = RobotsFile.mostBytes
        excess = .cutOff
    }

    private static let own: Set<String> = [
        "accept-encoding", "connection", "content-length", "host", "if-modified-since", "if-none-match",
        "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
    ]
    /// The headers that another site may get too, since they tell nothing of who asks.
    private static let harmless: Set<String> = [
        "accept", "accept-language", "cache-control", "content-type", "origin", "pragma", "referer",
        "x-requested-with",
    ]

    /// The headers of a request to `address`; what may be a secret goes only to the origin that the source named.
    /// - Parameter cookies: what the host has set.
    func headers(
        to address: WebAddress, rules: FetchRules, cookies: String? = nil
    ) -> [(name: String, value: String)] {
        let home = request.home ?? request.address
        let isAtHome = address.origin.utf8.elementsEqual(home.origin.utf8)
        var headers = [("User-Agent", rules.userAgent), ("Accept-Encoding", "gzip, deflate")]
        var names: Set<String> = []
        var cookies = cookies.map { [$0] } ?? []
        for (name, value) in request.headers {
            let lower = name.lowercased()
            let mayLeave = Self.harmless.contains(lower) && !request.secretHeaders.contains(lower)
            guard !Self.own.contains(lower), isAtHome || mayLeave else { continue }
            if lower == "cookie" {
                cookies.insert(value, at: 0)
                continue
            }
            headers.append((name, value))
            names.insert(lower)
        }
        if !cookies.isEmpty { headers.append(("Cookie", cookies.joined(separator: "; "))) }
        if !names.contains("accept") { headers.append(("Accept", "*/*")) }
        if let body = request.body, !names.contains("content-type") {
            headers.append(("Content-Type", body.contentType))
        }
        if let etag = request.etag { headers.append(("If-None-Match", etag)) }
        if let date = request.lastModified { headers.append(("If-Modified-Since", date)) }
        return headers
    }
}

/// Names whose addresses were looked at, with the one that is connected to: asked again, a name may give another.
final class PinBoard: Sendable {
    private let pins = Mutex<[String: NetworkAddress]>([:])

    subscript(name: String) -> NetworkAddress? {
        get { pins.withLock { $0[name] } }
        set { pins.withLock { $0[name] = newValue } }
    }
}
