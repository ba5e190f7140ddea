internal import CLibrary
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Sends an answer, whole or as a fault of the transport has it.
struct Delivery {
    private let channel: any Channel
    private let isKeptAlive: Bool

    init(context: ChannelHandlerContext, isKeptAlive: Bool) {
        channel = context.channel
        self.isKeptAlive = isKeptAlive
    }

    func send(_ answer: Answer, _ faults: [Fault]) {
        if faults.contains(.silence) { return }
        if faults.contains(.hangUp) { return channel.close(promise: nil) }
        if faults.contains(.endless) { return sendEndlessly(answer) }
        let half = ByteBuffer(bytes: answer.body.prefix(answer.body.count / 2))
        if faults.contains(.stall) {
            writeHead(answer, length: answer.body.count)
            write(half)
        } else if faults.contains(.short) {
            writeHead(answer, length: answer.body.count)
            let channel = channel
            write(half).whenComplete { _ in channel.close(promise: nil) }
        } else if faults.contains(.reset) {
            writeHead(answer, length: answer.body.count)
            reset(after: write(half))
        } else {
            let hasBody = answer.status != 304
            writeHead(answer, length: hasBody ? answer.body.count : nil)
            if hasBody { write(ByteBuffer(bytes: answer.body)) }
            let ended = channel.writeAndFlush(HTTPServerResponsePart.end(nil))
            let channel = channel
            if !isKeptAlive { ended.whenComplete { _ in channel.close(promise: nil) } }
        }
    }

    private func writeHead(_ answer: Answer, length: Int?) {
        var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
        if let length { headers.add(name: "Content-Length", value: String(length)) }
        let status = HTTPResponseStatus(statusCode: answer.status)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
    }

    @discardableResult
    private func write(_ bytes: ByteBuffer) -> EventLoopFuture<Void> {
        channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(bytes)))
    }

    /// A close with no time to linger is a reset. It waits a moment, since a reset overtakes what has not been read.
    private func reset(after written: EventLoopFuture<Void>) {
        let channel = channel
        written.whenComplete { _ in
            channel.eventLoop.scheduleTask(in: .milliseconds(20)) {
                guard let socket = channel as? any SocketOptionProvider else {
                    return channel.close(promise: nil)
                }
                socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
                    channel.close(promise: nil)
                }
            }
        }
    }

    private func sendEndlessly(_ answer: Answer) {
        var endless = answer
        endless.headers.append(("Transfer-Encoding", "chunked"))
        writeHead(endless, length: nil)
        Self.pump(ByteBuffer(repeating: 0x20, count: 1 << 16), into: channel)
    }

    private static func pump(_ bytes: ByteBuffer, into channel: any Channel) {
        guard channel.isActive else { return }
        channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(bytes))).whenSuccess {
            channel.eventLoop.execute { pump(bytes, into: channel) }
        }
    }
}
