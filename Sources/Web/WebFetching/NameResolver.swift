internal import CLibrary
internal import NIOPosix
package import WebFormats

/// Asks the system which addresses a name has.
package enum NameResolver {
    /// Waits on a thread of its own, since the system's call blocks; cancellation of the task does not wait for it.
    /// - Returns: all addresses; none where the name has none.
    package static func addresses(of name: String) async throws -> [NetworkAddress] {
        let (stream, continuation) = AsyncStream.makeStream(of: [NetworkAddress].self)
        NIOThreadPool.singleton.submit { _ in
            continuation.yield(lookUp(name))
            continuation.finish()
        }
        for await addresses in stream { return addresses }
        throw CancellationError()
    }

    private static func lookUp(_ name: String) -> [NetworkAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var entry = list
        while let current = entry?.pointee {
            if let address = current.ai_addr {
                switch current.ai_family {
                case AF_INET:
                    address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { inner in
                        withUnsafeBytes(of: inner.pointee.sin_addr) { bytes in
                            found += [NetworkAddress(bytes: bytes)].compactMap { $0 }
                        }
                    }
                case AF_INET6:
                    address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { inner in
                        withUnsafeBytes(of: inner.pointee.sin6_addr) { bytes in
                            found += [NetworkAddress(bytes: bytes)].compactMap { $0 }
                        }
                    }
                default: break
                }
            }
            entry = current.ai_next
        }
        return found
    }
}
