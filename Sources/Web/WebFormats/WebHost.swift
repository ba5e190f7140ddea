/// The host of an address: a name, or an address in digits.
package enum WebHost: Hashable, Sendable {
    /// In lower case and ASCII.
    case name(String)
    case address(NetworkAddress)

    /// Whether it may be a machine on the public Internet. Says no to private addresses, and to names that only mean
    /// something inside a house: one label, `localhost`, `.local` and their like. A name that passes must be looked at
    /// again when it is resolved, by ``NetworkAddress/isPublic``.
    package var mayBePublic: Bool {
        switch self {
        case .address(let address): return address.isPublic
        case .name(let name):
            let labels = name.split(separator: ".")
            guard labels.count > 1, let last = labels.last else { return false }
            return !Self.privateEndings.contains(String(last)) && !name.hasSuffix(".home.arpa")
        }
    }

    /// Source: RFC 6761, RFC 6762, RFC 7686, RFC 8375, and ICANN's reservation of `internal` (2024).
    private static let privateEndings: Set<String> = [
        "localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "invalid", "example",
        "onion",
        "localdomain",
    ]

    init(_ bytes: ArraySlice<UInt8>) throws(WebAddressError) {
        let shown = String(decoding: bytes.prefix(80), as: UTF8.self)
        if bytes.first == UInt8(ascii: "[") {
            guard bytes.last == UInt8(ascii: "]"),
                let address = NetworkAddress(
                    String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)),
                address.bytes.count == 16
            else { throw .host(shown) }
            self = .address(address)
            return
        }
        guard let plain = Percent.decoded(String(decoding: bytes, as: UTF8.self)) else { throw .host(shown) }
        var labels: [String] = []
        for label in plain.lowercased().unicodeScalars.split(
            omittingEmptySubsequences: false, whereSeparator: Self.isDot)
        {
            guard let ascii = Punycode.label(String(label)), ascii.utf8.count <= 63 else {
                throw .host(shown)
            }
            labels.append(ascii)
        }
        if labels.count > 1, labels.last == "" { labels.removeLast() }
        guard !labels.contains(""), labels.allSatisfy({ $0.utf8.allSatisfy(Self.isAllowed) }) else {
            throw .host(shown)
        }
        if let last = labels.last, Self.looksLikeNumber(last) {
            guard let address = Self.number(labels) else { throw .host(shown) }
            self = .address(address)
            return
        }
        let name = labels.joined(separator: ".")
        guard name.utf8.count <= 253 else { throw .host(shown) }
        self = .name(name)
    }

    private static func isDot(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "." || scalar == "\u{3002}" || scalar == "\u{FF0E}" || scalar == "\u{FF61}"
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }

    private static func looksLikeNumber(_ label: String) -> Bool {
        label.utf8.allSatisfy { (0x30...0x39).contains($0) } || part(label) != nil
    }

    /// Source: WHATWG URL Standard, "IPv4 parser".
    private static func number(_ labels: [String]) -> NetworkAddress? {
        guard labels.count <= 4 else { return nil }
        let parts = labels.compactMap(part)
        guard parts.count == labels.count, let last = parts.last, parts.dropLast().allSatisfy({ $0 < 256 }),
            last < 1 << UInt64(8 * (5 - parts.count))
        else { return nil }
        var value = last
        for (index, part) in parts.dropLast().enumerated() { value += part << UInt64(8 * (3 - index)) }
        return NetworkAddress(bytes: (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt64(24 - 8 * $0)) })
    }

    /// A number in decimal, octal (`017`) or hexadecimal (`0xf`).
    private static func part(_ label: String) -> UInt64? {
        let digits: Substring
        let radix: Int
        if label.hasPrefix("0x") {
            (digits, radix) = (label.dropFirst(2), 16)
            if digits.isEmpty { return 0 }
        } else if label.utf8.count > 1, label.hasPrefix("0") {
            (digits, radix) = (label.dropFirst(), 8)
        } else {
            (digits, radix) = (label[...], 10)
        }
        guard digits.utf8.count <= 16, digits.utf8.allSatisfy({ Percent.hexValue($0) != nil }) else {
            return nil
        }
        return UInt64(digits, radix: radix)
    }
}

extension WebHost: CustomStringConvertible {
    package var description: String {
        switch self {
        case .name(let name): name
        case .address(let address): address.bytes.count == 16 ? "[\(address)]" : "\(address)"
        }
    }
}
