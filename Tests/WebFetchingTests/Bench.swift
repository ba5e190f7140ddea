import LoopbackServer
import Synchronization
import WebFetching
import WebFormats

/// A server and a fetcher that hardly waits, for one test.
struct Bench {
    let server: LoopbackServer
    let fetcher: WebFetcher

    /// Runs a test with both, and ends both whatever happens.
    static func run<Result>(
        hosts: Int = 1, rules: FetchRules = .quick(), kept: KeptRobots = KeptRobots(),
        _ body: (Bench) async throws -> Result
    ) async throws -> Result {
        let server = try await LoopbackServer(hosts: hosts)
        let fetcher = WebFetcher(
            rules: rules, environment: [:], recallRobots: { _ in kept.known },
            keepRobots: { _, record in kept.taken.withLock { $0.append(record) } })
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(Bench(server: server, fetcher: fetcher)))
        } catch {
            outcome = .failure(error)
        }
        await fetcher.close()
        try await server.stop()
        return try outcome.get()
    }

    func get(_ target: String, host: Int = 0, headers: [(name: String, value: String)] = []) async throws
        -> WebAnswer
    {
        try await fetcher.get(WebRequest(WebAddress(server.address(host) + target), headers: headers))
    }

    /// The failure that a request ends with; `nil` for an answer.
    func failure(_ target: String, host: Int = 0) async throws -> FetchFailure? {
        do {
            _ = try await get(target, host: host)
            return nil
        } catch let failure as FetchFailure {
            return failure
        }
    }

    /// The smallest pause between two requests that a host saw, in seconds; `nil` if none saw two.
    var smallestGap: Double? {
        let byHost = Dictionary(grouping: server.log, by: \.host)
        return byHost.values.flatMap { entries in
            let moments = entries.map(\.nanoseconds).sorted()
            return zip(moments, moments.dropFirst()).map { Double($1 - $0) / 1e9 }
        }.min()
    }
}

extension FetchRules {
    /// Rules for tests: no delay, few attempts, short pauses, robots.txt set aside.
    static func quick(_ change: (inout FetchRules) -> Void = { _ in }) -> FetchRules {
        var rules = FetchRules()
        rules.delay = .zero
        rules.attempts = 3
        rules.firstBackOff = .milliseconds(2)
        rules.slowedDelay = .milliseconds(5)
        rules.obeysRobots = false
        change(&rules)
        return rules
    }
}

/// What a store would keep of robots.txt.
final class KeptRobots: Sendable {
    let known: RobotsRecord?
    let taken = Mutex<[RobotsRecord]>([])

    init(_ known: RobotsRecord? = nil) { self.known = known }
}
