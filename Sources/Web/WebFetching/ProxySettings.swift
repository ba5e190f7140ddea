package import WebFormats

/// A proxy that requests go through.
package struct ProxyServer: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case http, socks }

    package var kind: Kind
    package var host: String
    package var port: Int
    package var user: String?
    package var password: String?

    package init(kind: Kind, host: String, port: Int, user: String? = nil, password: String? = nil) {
        self.kind = kind
        self.host = host
        self.port = port
        self.user = user
        self.password = password
    }
}

/// The proxies that the environment names: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, each in lower case or,
/// where that is not set, in capitals. `HTTP_PROXY` counts for nothing in a CGI program, where anybody could set it with a
/// header (CVE-2016-5385).
package struct ProxySettings: Sendable {
    private let byScheme: [String: String]
    private let exceptions: [Substring]

    package init(_ environment: [String: String]) {
        func value(_ name: String) -> String? {
            if let value = environment[name] { return value.isEmpty ? nil : value }
            if name == "http_proxy", environment["REQUEST_METHOD"] != nil { return nil }
            return environment[name.uppercased()].flatMap { $0.isEmpty ? nil : $0 }
        }
        let all = value("all_proxy")
        var byScheme: [String: String] = [:]
        byScheme["http"] = value("http_proxy") ?? all
        byScheme["https"] = value("https_proxy") ?? all
        self.byScheme = byScheme
        exceptions = (value("no_proxy") ?? "").split { $0 == "," || $0 == " " }
    }

    /// The proxy for an address; `nil` where it is reached directly.
    /// - Throws: ``FetchFailure/connection(_:attempts:)`` where the environment names none that can be used.
    package func proxy(for address: WebAddress) throws(FetchFailure) -> ProxyServer? {
        guard let text = byScheme[address.scheme], !isExcepted(address) else { return nil }
        guard let proxy = Self.parse(text) else {
            throw .connection(
                "\(address.scheme)_proxy is no proxy that can be used; write it as http://HOST:PORT or socks5://HOST:PORT",
                attempts: 1)
        }
        return proxy
    }

    package static func parse(_ text: String) -> ProxyServer? {
        var rest = text[...]
        var kind = ProxyServer.Kind.http
        if let range = text.firstRange(of: "://") {
            switch text[..<range.lowerBound].lowercased() {
            case "http": kind = .http
            case "socks5", "socks5h", "socks": kind = .socks
            default: return nil
            }
            rest = text[range.upperBound...]
        }
        var user: String?
        var password: String?
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = Percent.decoded(String(parts[0]))
            password = parts.count > 1 ? Percent.decoded(String(parts[1])) : nil
            guard user != nil, parts.count == 1 || password != nil else { return nil }
            rest = rest[rest.index(after: at)...]
        }
        // The rest is read as an address is, with the port that proxies of its kind have where none is named.
        guard let address = try? WebAddress("https://\(rest.prefix { $0 != "/" })/") else { return nil }
        var host = address.host.description
        if host.hasPrefix("[") { host = String(host.dropFirst().dropLast()) }
        let hasOwnPort = rest.prefix { $0 != "/" }.hasSuffix(":443")
        let port = address.port ?? (hasOwnPort ? 443 : kind == .http ? 80 : 1080)
        return ProxyServer(kind: kind, host: host, port: port, user: user, password: password)
    }

    /// `no_proxy`: `*`, names with all below them, addresses and blocks of them, each with `:PORT` if it is for one only.
    private func isExcepted(_ address: WebAddress) -> Bool {
        let name = address.host.description
        let port = address.port ?? (address.scheme == "http" ? 80 : 443)
        return exceptions.contains { entry in
            if entry == "*" { return true }
            if case .address(let number) = address.host, Self.covers(entry, number) { return true }
            var pattern = entry.lowercased()[...]
            if let colon = pattern.lastIndex(of: ":"),
                let wanted = Int(pattern[pattern.index(after: colon)...]),
                !pattern[..<colon].contains(":") || pattern[..<colon].hasSuffix("]")
            {
                guard wanted == port else { return false }
                pattern = pattern[..<colon]
            }
            if pattern.hasPrefix("*.") { pattern = pattern.dropFirst() }
            if pattern.hasPrefix(".") { pattern = pattern.dropFirst() }
            return !pattern.isEmpty && (name == pattern || name.hasSuffix("." + pattern))
        }
    }

    /// `10.0.0.0/8`, or one address.
    private static func covers(_ entry: Substring, _ address: NetworkAddress) -> Bool {
        let parts = entry.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let block = NetworkAddress(String(first)),
            block.bytes.count == address.bytes.count
        else { return false }
        let bits = parts.count > 1 ? Int(parts[1]) ?? -1 : block.bytes.count * 8
        guard (0...(block.bytes.count * 8)).contains(bits) else { return false }
        return (0..<bits).allSatisfy { bit in
            (block.bytes[bit / 8] ^ address.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }
}
