internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// Plays news sites and comment services over real sockets of the loopback addresses, with faults switched on one by one.
///
/// Naver: `/article/{oid}/{aid}`, `/commentBox/cbox/...`. Daum: `/v/{id}`, `/oauth/token`, `/apis/v1/...`. Neither:
/// `/articles/{aid}`, `/v2/comments`. Lists: `/ranking`, `/rss.xml`, `/atom.xml`, `/sitemap_index.xml`. And `/robots.txt`.
package final class LoopbackServer: Sendable {
    struct State: Sendable {
        var site = Site()
        var faults: [SetFault] = []
        var log: [LoggedRequest] = []
        var openConnections = 0
    }

    private let group: MultiThreadedEventLoopGroup
    private let channels: [any Channel]
    private let addresses: [String]
    private let shared: SharedState

    /// Guards what tests and connections share.
    final class SharedState: Sendable {
        let state = Mutex(State())
    }

    /// - Parameter hosts: listening addresses, 127.0.0.1 and those after it where the system has them; each has a port of its
    ///   own.
    package init(hosts: Int = 1, site: Site = Site()) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        shared = SharedState()
        shared.state.withLock { $0.site = site }
        var channels: [any Channel] = []
        for host in 0..<hosts {
            let bootstrap = Self.bootstrap(group, shared, host)
            let channel: any Channel
            do {
                channel = try await bootstrap.bind(host: "127.0.0.\(host + 1)", port: 0).get()
            } catch {
                channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            }
            channels.append(channel)
        }
        self.channels = channels
        addresses = channels.map { channel in
            let address = channel.localAddress
            return "http://\(address?.ipAddress ?? "127.0.0.1"):\(address?.port ?? 0)"
        }
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup, _ shared: SharedState, _ host: Int
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(ServerHandler(shared: shared, host: host))
                }
            }
    }

    /// `http://127.0.0.1:PORT` of a host.
    package func address(_ host: Int = 0) -> String { addresses[host] }

    /// Port of a host.
    package func port(_ host: Int = 0) -> Int { channels[host].localAddress?.port ?? 0 }

    /// What is served; all hosts serve the same.
    package var site: Site {
        get { shared.state.withLock { $0.site } }
        set { shared.state.withLock { $0.site = newValue } }
    }

    /// Changes what is served, in one step.
    package func change(_ body: @Sendable (inout Site) -> Void) {
        shared.state.withLock { body(&$0.site) }
    }

    /// Switches a fault on.
    /// - Parameters:
    ///   - prefix: start of the targets that it concerns, path and query.
    ///   - times: requests that it befalls.
    ///   - after: requests of these targets that are spared before.
    package func fail(_ fault: Fault, on prefix: String, times: Int = .max, after: Int = 0) {
        let set = SetFault(fault: fault, prefix: prefix, spared: after, times: times)
        shared.state.withLock { $0.faults.append(set) }
    }

    /// Switches all faults off.
    package func repair() { shared.state.withLock { $0.faults = [] } }

    /// Requests in the order in which their heads came.
    package var log: [LoggedRequest] { shared.state.withLock { $0.log } }

    /// Connections that clients hold at present.
    package var openConnections: Int { shared.state.withLock { $0.openConnections } }

    package func clearLog() { shared.state.withLock { $0.log = [] } }

    /// Closes all connections and ends the server's thread.
    package func stop() async throws {
        for channel in channels { try? await channel.close().get() }
        try await group.shutdownGracefully()
    }
}
