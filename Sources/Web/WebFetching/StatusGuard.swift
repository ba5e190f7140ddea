internal import NIOCore
internal import NIOHTTP1

/// An answer whose status is no status of HTTP.
struct ImpossibleStatus: Error {
    let code: Int
}

/// Ends a connection whose answer has a status below 100, which the client behind it takes for a fault of its own.
///
/// Source: RFC 9110, section 15: statuses are 100 ... 599.
final class StatusGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private var isBroken = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isBroken { return }
        if case .head(let head) = unwrapInboundIn(data), head.status.code < 100 {
            isBroken = true
            context.fireErrorCaught(ImpossibleStatus(code: Int(head.status.code)))
            return context.close(promise: nil)
        }
        context.fireChannelRead(data)
    }

    /// Puts a guard behind the decoder of a connection.
    static func add(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(StatusGuard(), position: .after(decoder))
        }
    }
}
