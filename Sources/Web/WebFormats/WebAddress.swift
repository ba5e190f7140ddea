/// An absolute `http` or `https` address as a request needs it: parsed, checked and without a fragment.
///
/// Follows what browsers do with the addresses that pages hold (white space trimmed, `\` taken for `/`, letters outside
/// ASCII encoded, `0x7f.1` read as 127.0.0.1), except that names with a password and other schemes are refused.
///
/// Source: WHATWG URL Standard; RFC 3986, sections 5.2 and 6.2.
package struct WebAddress: Hashable, Sendable {
    /// `http` or `https`.
    package let scheme: String
    package let host: WebHost
    /// `nil` for the scheme's own, 80 or 443.
    package let port: Int?
    /// Encoded; starts with `/`.
    package let path: String
    /// Encoded, without the question mark.
    package let query: String?

    /// Most bytes that an address may have.
    package static let longest = 8192

    /// - Throws: ``WebAddressError`` where the text is no such address; a relative one needs a base.
    package init(_ text: String) throws(WebAddressError) {
        try self.init(text, base: nil)
    }

    /// An address as a page at `base` means it.
    package init(_ text: String, relativeTo base: WebAddress) throws(WebAddressError) {
        try self.init(text, base: base)
    }

    init(scheme: String, host: WebHost, port: Int?, path: String, query: String?) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query = query
    }

    /// What a request line and the rules of robots.txt are about: the path with its query.
    package var target: String { query.map { "\(path)?\($0)" } ?? path }

    /// Scheme, host and port: what politeness counts by.
    package var origin: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }

    /// Where the robots.txt that rules over this address is.
    package var robots: WebAddress {
        WebAddress(scheme: scheme, host: host, port: port, path: "/robots.txt", query: nil)
    }

    /// The values of the query by name, decoded; of a repeated name the first.
    package var parameters: [String: String] {
        var values: [String: String] = [:]
        for part in (query ?? "").split(separator: "&") {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Percent.decoded(pieces[0], plusIsBlank: true), values[name] == nil,
                let value = Percent.decoded(pieces.count > 1 ? pieces[1] : "", plusIsBlank: true)
            else { continue }
            values[name] = value
        }
        return values
    }
}

extension WebAddress: CustomStringConvertible {
    package var description: String { origin + target }
}

/// Why a text is no address that can be fetched.
package enum WebAddressError: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    case tooLong(Int)
    case scheme(String)
    case relative
    case noHost
    case host(String)
    case port(String)
    case password

    package var description: String {
        switch self {
        case .empty: "an empty address"
        case .tooLong(let count): "an address of \(count) bytes; at most \(WebAddress.longest) are allowed"
        case .scheme(let scheme): "the scheme '\(scheme)'; only http and https are fetched"
        case .relative: "a relative address, which nothing completes; write it with https:// and its host"
        case .noHost: "an address without a host"
        case .host(let host): "'\(host)' is no name or address of a host"
        case .port(let port): "'\(port)' is no port; ports are 1 ... 65535"
        case .password: "an address with a name or password before the host; remove it"
        }
    }
}
