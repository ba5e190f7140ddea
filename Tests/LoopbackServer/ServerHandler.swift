internal import GzipFormat
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Answers the requests of one connection.
final class ServerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let shared: LoopbackServer.SharedState
    private let host: Int
    private var pending: (head: HTTPRequestHead, entry: Int)?
    private var body: [UInt8] = []

    init(shared: LoopbackServer.SharedState, host: Int) {
        self.shared = shared
        self.host = host
    }

    func handlerAdded(context: ChannelHandlerContext) { shared.state.withLock { $0.openConnections += 1 } }

    func handlerRemoved(context: ChannelHandlerContext) { shared.state.withLock { $0.openConnections -= 1 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let request = LoggedRequest(
                host: host, method: head.method.rawValue, target: head.uri,
                headers: head.headers.map { ($0.name, $0.value) },
                nanoseconds: NIODeadline.now().uptimeNanoseconds, status: 0)
            let entry = shared.state.withLock { state in
                state.log.append(request)
                return state.log.count - 1
            }
            pending = (head, entry)
            body = []
        case .body(let piece): body += piece.readableBytesView
        case .end:
            if let (head, entry) = pending { answer(head, entry, context) }
            pending = nil
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ head: HTTPRequestHead, _ entry: Int, _ context: ChannelHandlerContext) {
        let body = body
        let (answer, faults) = shared.state.withLock { state in
            let faults = state.take(head.uri)
            var asked = Asked(
                target: head.uri, headers: head.headers.map { ($0.name, $0.value) }, faults: faults)
            (asked.method, asked.body) = (head.method.rawValue, body)
            if faults.contains(.sameBody) { asked.askForTheFirst(of: state.site) }
            var answer = state.site.answer(asked)
            let accepts = asked.header("accept-encoding") ?? ""
            let isPacked =
                accepts.contains("gzip")
                && (state.site.pages[asked.path]?.isPacked ?? (answer.body.count > 500))
            for fault in faults { answer.change(fault, target: head.uri) }
            if isPacked, answer.status == 200, !faults.contains(where: \.isOfTheCoding) { answer.pack() }
            if entry < state.log.count, !faults.contains(.silence), !faults.contains(.hangUp) {
                state.log[entry].status = answer.status
            }
            return (answer, faults)
        }
        Delivery(context: context, isKeptAlive: head.isKeepAlive).send(answer, faults)
    }
}

extension LoopbackServer.State {
    /// The faults that befall a request, counted down.
    mutating func take(_ target: String) -> [Fault] {
        var taken: [Fault] = []
        for index in faults.indices where target.hasPrefix(faults[index].prefix) && faults[index].times > 0 {
            if faults[index].spared > 0 {
                faults[index].spared -= 1
            } else {
                faults[index].times -= 1
                taken.append(faults[index].fault)
            }
        }
        return taken
    }
}

extension Fault {
    /// Whether it sees to the Content-Encoding itself.
    var isOfTheCoding: Bool {
        switch self {
        case .truncatedGzip, .gzipBomb, .encoding, .short, .reset, .stall, .endless: true
        default: false
        }
    }

    /// 64 members of 1 MiB each.
    static let bomb: [UInt8] = {
        let member = Gzip.deflate([UInt8](repeating: 0, count: 1 << 20), level: 9)
        return (0..<64).flatMap { _ in member }
    }()
}

extension Asked {
    /// Makes this a request for the first article.
    mutating func askForTheFirst(of site: Site) {
        guard let first = site.articles.first else { return }
        if query["objectId"] != nil { query["objectId"] = "news\(first.oid),\(first.aid)" }
        if query["article"] != nil { query["article"] = first.aid }
        if path.hasPrefix("/article/") { path = "/article/\(first.oid)/\(first.aid)" }
        if path.hasPrefix("/articles/") { path = "/articles/\(first.aid)" }
        if path.hasPrefix("/v/") { path = "/v/\(first.daumID)" }
        let parts = path.split(separator: "/")
        if parts.count == 5, parts[2] == "posts" { path = "/apis/v1/posts/\(first.post)/comments" }
    }
}

extension Answer {
    mutating func change(_ fault: Fault, target: String) {
        switch fault {
        case .status(let status, let retryAfter):
            self = .html("<html><body><h1>\(status)</h1></body></html>", status: status)
            if let retryAfter { headers.append(("Retry-After", retryAfter)) }
        case .truncatedGzip:
            pack()
            body.removeLast(body.count / 2)
        case .gzipBomb:
            body = Fault.bomb
            headers.append(("Content-Encoding", "gzip"))
        case .contentType(let type):
            headers.removeAll { $0.name == "Content-Type" }
            headers.append(("Content-Type", type))
        case .encoding(let name): headers.append(("Content-Encoding", name))
        case .htmlError:
            self = .html("<html><body><p>일시적인 오류입니다. 잠시 후 다시 시도해 주세요.</p></body></html>")
        case .redirect(let status, let location):
            self = .html("<html><body>moved</body></html>", status: status)
            if !location.isEmpty { headers.append(("Location", location)) }
        case .redirectLoop:
            self = .html("<html><body>moved</body></html>", status: 302)
            headers.append(("Location", target))
        default: break
        }
    }

    mutating func pack() {
        body = Gzip.deflate(body)
        headers.append(("Content-Encoding", "gzip"))
    }
}
