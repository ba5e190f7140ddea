internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A proxy of the loopback address that takes CONNECT and leads every tunnel to one server, whatever its name.
package final class LoopbackProxy: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let heads: Heads

    final class Heads: Sendable {
        let list = Mutex<[String]>([])
    }

    /// - Parameter server: where the tunnels end, at its first host.
    package init(to server: LoopbackServer) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let heads = Heads()
        self.heads = heads
        let (port, group) = (server.port(), group)
        channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        TunnelHandler(group: group, port: port, heads: heads))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// `127.0.0.1:PORT`.
    package var address: String { "127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// The heads of all requests for a tunnel, as they came.
    package var requests: [String] { heads.list.withLock { $0 } }

    package func stop() async throws {
        try? await channel.close().get()
        try await group.shutdownGracefully()
    }
}

/// Reads the request for a tunnel, then hands bytes through.
private final class TunnelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let group: MultiThreadedEventLoopGroup
    private let port: Int
    private let heads: LoopbackProxy.Heads
    private var head: [UInt8] = []
    private var peer: (any Channel)?

    init(group: MultiThreadedEventLoopGroup, port: Int, heads: LoopbackProxy.Heads) {
        self.group = group
        self.port = port
        self.heads = heads
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if let peer { return peer.writeAndFlush(bytes, promise: nil) }
        head += bytes.readableBytesView
        guard head.suffix(4).elementsEqual("\r\n\r\n".utf8) else { return }
        heads.list.withLock { $0.append(String(decoding: head, as: UTF8.self)) }
        let client = context.channel
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(BackHandler(client: client))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                guard case .success(let server) = result else { return client.close(promise: nil) }
                bound.value.peer = server
                let answer = ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n")
                client.writeAndFlush(answer, promise: nil)
            }
    }

    func channelInactive(context: ChannelHandlerContext) { peer?.close(promise: nil) }
}

private final class BackHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let client: any Channel

    init(client: any Channel) { self.client = client }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }
}
