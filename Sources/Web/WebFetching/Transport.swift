internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
internal import WebFormats

/// The way to a host.
struct Route: Hashable, Sendable {
    var proxy: ProxyServer?
    var pin: Pin?
}

/// A name, and the address that is connected to for it.
struct Pin: Hashable, Sendable {
    let name: String
    let address: String

    init(_ host: WebHost, _ address: NetworkAddress) {
        name = host.description
        self.address = address.description
    }
}

/// Connections: requests an address once, and never retries on its own.
final class Transport: Sendable {
    private struct State: Sendable {
        var clients: [Route: HTTPClient] = [:]
        var isClosed = false
    }

    private let rules: FetchRules
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let state = Mutex(State())

    init(rules: FetchRules) { self.rules = rules }

    /// Asks for an address and hands over the head of the answer, whose body is read or left, but not kept.
    /// - Throws: ``FetchFailure``, or `CancellationError`.
    func head(
        _ address: WebAddress, headers: [(name: String, value: String)], body: String? = nil, route: Route
    ) async throws -> HTTPClientResponse {
        let client = try client(route)
        var request = HTTPClientRequest(url: Self.spelled(address))
        request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        if let body {
            request.method = .POST
            request.body = .bytes(ByteBuffer(string: body))
        }
        do {
            return try await client.execute(request, deadline: .now() + TimeAmount(rules.firstByteTimeout))
        } catch {
            try Task.checkCancellation()
            throw FetchFailure(transport: error, inBody: false, place: place(address))
        }
    }

    private func place(_ address: WebAddress) -> String {
        "\(address.host):\(address.port ?? (address.scheme == "http" ? 80 : 443))"
    }

    /// Reads the body of an answer.
    func body(_ response: HTTPClientResponse, _ limit: Int, _ excess: BodyReader.Excess) async throws
        -> [UInt8]
    {
        let encoding = response.headers["content-encoding"].joined(separator: ",")
        if excess == .refused,
            let length = response.headers.first(name: "content-length").flatMap({ Int($0) }),
            length > limit
        {
            throw FetchFailure.tooLarge(limit: limit)
        }
        var reader = try BodyReader(encoding: encoding, limit: limit, excess: excess)
        do {
            for try await piece in response.body {
                try reader.take(piece)
                if reader.isFull { break }
            }
        } catch {
            try Task.checkCancellation()
            throw FetchFailure(transport: error, inBody: true, place: "")
        }
        try Task.checkCancellation()
        try reader.finish()
        return reader.bytes
    }

    /// Ends all connections.
    func close() async {
        let clients = state.withLock { state in
            defer { state = State(isClosed: true) }
            return Array(state.clients.values)
        }
        for client in clients { try? await client.shutdown() }
        try? await group.shutdownGracefully()
    }

    private func client(_ route: Route) throws(FetchFailure) -> HTTPClient {
        let client = state.withLock { state -> HTTPClient? in
            if state.isClosed { return nil }
            if let client = state.clients[route] { return client }
            let client = HTTPClient(
                eventLoopGroupProvider: .shared(group), configuration: configuration(route))
            state.clients[route] = client
            return client
        }
        guard let client else { throw .connection(FetchFailure.ended, attempts: 1) }
        return client
    }

    private func configuration(_ route: Route) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(rules.connectTimeout)),
            // Servers close idle connections after a few seconds; a request that meets such a close is lost.
            connectionPool: .init(
                idleTimeout: .seconds(10), concurrentHTTP1ConnectionsPerHostSoftLimit: max(8, rules.perHost)),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        // A second connection would be a second attempt that is not counted.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.http1_1ConnectionDebugInitializer = { StatusGuard.add(to: $0) }
        if let pin = route.pin { configuration.dnsOverride = [pin.name: pin.address] }
        if let proxy = route.proxy { configuration.proxy = HTTPClient.Configuration.Proxy(proxy) }
        return configuration
    }

    /// The address in the narrow spelling of RFC 3986, which Foundation's parser takes as it is.
    static func spelled(_ address: WebAddress) -> String {
        var bytes = Array(address.origin.utf8)
        let target = Array(address.target.utf8)
        var isQuery = false
        for (index, byte) in target.enumerated() {
            let isPlain: Bool
            switch byte {
            case UInt8(ascii: "%"):
                isPlain = Percent.byte(in: target, at: index) != nil
            case UInt8(ascii: "?"):
                isPlain = true
                isQuery = true
            default: isPlain = isQuery && byte == 0x2F || isAllowed(byte)
            }
            if isPlain { bytes.append(byte) } else { Percent.append(encoding: byte, to: &bytes) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~!$&'()*+,;=:@/".utf8.contains(byte)
        }
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

extension HTTPClient.Configuration.Proxy {
    init(_ proxy: ProxyServer) {
        switch proxy.kind {
        case .socks: self = .socksServer(host: proxy.host, port: proxy.port)
        case .http:
            let authorization = proxy.user.map { user in
                HTTPClient.Authorization.basic(username: user, password: proxy.password ?? "")
            }
            self = .server(host: proxy.host, port: proxy.port, authorization: authorization)
        }
    }
}
