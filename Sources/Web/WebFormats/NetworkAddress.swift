/// An address of the Internet Protocol, version 4 or 6.
package struct NetworkAddress: Hashable, Sendable {
    /// 4 or 16 bytes in the order of the network.
    package let bytes: [UInt8]

    /// - Parameter bytes: 4 or 16 bytes in the order of the network, as a resolver gives them; otherwise `nil`.
    package init?(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count == 4 || self.bytes.count == 16 else { return nil }
    }

    /// `127.0.0.1` or `::1`, without brackets, port or zone; `nil` for anything else.
    package init?(_ text: String) {
        guard let bytes = Self.version4(text.utf8[...]) ?? Self.version6(text.utf8[...]) else { return nil }
        self.bytes = bytes
    }

    /// Whether a machine on the public Internet can have it: no loopback, private, link-local, shared, documentation,
    /// multicast or reserved address, nor one that carries such an address inside (mapped, 6to4, NAT64).
    ///
    /// Source: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates).
    package var isPublic: Bool {
        guard bytes.count == 16 else { return !Self.special4.contains { $0.covers(bytes) } }
        for carrier in Self.carriers where carrier.block.covers(bytes) {
            let inner = Array(bytes[carrier.offset..<(carrier.offset + 4)])
            return NetworkAddress(bytes: inner)?.isPublic ?? false
        }
        return Self.unicast6.covers(bytes) && !Self.special6.contains { $0.covers(bytes) }
    }

    /// A run of addresses that share their first bits.
    private struct Block: Sendable {
        let start: [UInt8]
        let bits: Int

        init(_ start: [UInt8], _ bits: Int) {
            self.start = start
            self.bits = bits
        }

        func covers(_ address: [UInt8]) -> Bool {
            for bit in stride(from: 0, to: bits, by: 8) {
                let wanted = bit / 8 < start.count ? start[bit / 8] : 0
                let mask: UInt8 = bits - bit >= 8 ? 0xFF : ~(0xFF >> UInt8(bits - bit))
                if (address[bit / 8] ^ wanted) & mask != 0 { return false }
            }
            return true
        }
    }

    private static let special4: [Block] = [
        Block([0], 8), Block([10], 8), Block([100, 64], 10), Block([127], 8), Block([169, 254], 16),
        Block([172, 16], 12), Block([192, 0, 0], 24), Block([192, 0, 2], 24), Block([192, 88, 99], 24),
        Block([192, 168], 16), Block([198, 18], 15), Block([198, 51, 100], 24), Block([203, 0, 113], 24),
        Block([224], 4), Block([240], 4),
    ]
    private static let unicast6 = Block([0x20], 3)
    private static let special6: [Block] = [
        Block([0x20, 0x01, 0x00], 23), Block([0x20, 0x01, 0x0D, 0xB8], 32), Block([0x3F, 0xFF, 0x00], 20),
    ]
    /// Blocks whose addresses carry one of version 4 at this offset.
    private static let carriers: [(block: Block, offset: Int)] = [
        (Block([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96), 12),
        (Block([0x00, 0x64, 0xFF, 0x9B], 96), 12),
        (Block([0x20, 0x02], 16), 2),
    ]
}

extension NetworkAddress {
    private static func version4(_ text: Substring.UTF8View) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
                part.count == 1 || part.first != 0x30, let byte = UInt8(String(Substring(part)))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Source: RFC 4291, section 2.2.
    private static func version6(_ text: Substring.UTF8View) -> [UInt8]? {
        var head: [UInt8] = []
        var tail: [UInt8]?
        let colon = UInt8(ascii: ":")
        var rest = text
        if rest.first == colon {
            guard rest.dropFirst().first == colon else { return nil }
        }
        while !rest.isEmpty {
            if rest.first == colon {
                rest = rest.dropFirst()
                guard rest.first == colon else {
                    if rest.isEmpty { return nil }
                    continue
                }
                guard tail == nil else { return nil }
                tail = []
                rest = rest.dropFirst()
                if rest.first == colon { return nil }
                continue
            }
            let group = rest.prefix { $0 != colon }
            rest = rest.dropFirst(group.count)
            guard
                let bytes = rest.isEmpty && group.contains(UInt8(ascii: "."))
                    ? version4(group) : hextet(group)
            else { return nil }
            if tail == nil { head += bytes } else { tail? += bytes }
        }
        let count = head.count + (tail?.count ?? 0)
        guard let tail else { return count == 16 ? head : nil }
        return count <= 14 ? head + [UInt8](repeating: 0, count: 16 - count) + tail : nil
    }

    private static func hextet(_ text: Substring.UTF8View) -> [UInt8]? {
        guard (1...4).contains(text.count), text.allSatisfy({ Percent.hexValue($0) != nil }),
            let value = UInt16(String(Substring(text)), radix: 16)
        else { return nil }
        return [UInt8(value >> 8), UInt8(value & 0xFF)]
    }
}

extension NetworkAddress: CustomStringConvertible {
    /// `127.0.0.1`, or the form of RFC 5952 such as `2001:db8::1`.
    package var description: String {
        guard bytes.count == 16 else { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(1, best.count) { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if best.isEmpty { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}
