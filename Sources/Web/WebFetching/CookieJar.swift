internal import Synchronization
package import WebFormats

/// The cookies of one run, in memory: what hosts set, given back to them as long as the run lasts.
///
/// Source: RFC 6265, as far as a program needs it that follows no scripts.
package final class CookieJar: Sendable {
    struct Cookie: Sendable {
        var name: String
        var value: String
        var domain: String
        /// Only the very host that set it gets it back.
        var isHostOnly: Bool
        var path: String
        var isSecure: Bool
        /// Seconds since 1970; `nil` for the length of the run.
        var expires: Int64?
        var number: Int
    }

    private struct State {
        var cookies: [Cookie] = []
        var count = 0
    }

    /// Most cookies in all, most of one domain, and most bytes of one (RFC 6265, section 6.1).
    private static let most = 3000
    private static let mostOfDomain = 50
    private static let mostBytes = 4096
    private let state = Mutex(State())

    package init() {}

    /// Takes what an answer sets.
    /// - Parameters:
    ///   - headers: the Set-Cookie headers.
    ///   - now: seconds since 1970.
    package func take(_ headers: [String], from address: WebAddress, now: Int64) {
        for header in headers {
            guard let cookie = Self.cookie(header, address, now) else { continue }
            state.withLock { Self.put(cookie, into: &$0, now) }
        }
    }

    private static func put(_ cookie: Cookie, into state: inout State, _ now: Int64) {
        state.cookies.removeAll { other in
            let isSame =
                other.name == cookie.name && other.domain == cookie.domain && other.path == cookie.path
            return isSame || other.expires.map { $0 <= now } ?? false
        }
        guard cookie.expires.map({ $0 > now }) ?? true else { return }
        if state.cookies.count(where: { $0.domain == cookie.domain }) >= mostOfDomain,
            let oldest = state.cookies.firstIndex(where: { $0.domain == cookie.domain })
        {
            state.cookies.remove(at: oldest)
        }
        if state.cookies.count >= most { state.cookies.removeFirst() }
        var cookie = cookie
        cookie.number = state.count
        state.count += 1
        state.cookies.append(cookie)
    }

    /// The Cookie header of a request; `nil` where there is nothing for it.
    package func header(for address: WebAddress, now: Int64) -> String? {
        let host = address.host.description
        let fitting = state.withLock { state in
            state.cookies.filter { cookie in
                (cookie.isHostOnly ? host == cookie.domain : Self.matches(host, cookie.domain, address.host))
                    && (!cookie.isSecure || address.scheme == "https")
                    && Self.covers(cookie.path, address.path)
                    && cookie.expires.map { $0 > now } ?? true
            }
        }
        if fitting.isEmpty { return nil }
        return fitting.sorted { ($1.path.utf8.count, $0.number) < ($0.path.utf8.count, $1.number) }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }

    /// Source: RFC 6265, section 5.2.
    private static func cookie(_ header: String, _ address: WebAddress, _ now: Int64) -> Cookie? {
        guard header.utf8.count <= mostBytes, header.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return nil
        }
        let parts = header.split(separator: ";", omittingEmptySubsequences: false)
        let pair = parts[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { return nil }
        let name = trimmed(pair[0])
        guard !name.isEmpty else { return nil }
        let host = address.host.description
        var cookie = Cookie(
            name: name, value: trimmed(pair[1]), domain: host, isHostOnly: true,
            path: defaultPath(address.path), isSecure: false, number: 0)
        var age: Int64?
        for part in parts.dropFirst() {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pieces.count > 1 ? trimmed(pieces[1]) : ""
            switch trimmed(pieces.first ?? "").lowercased() {
            case "expires": cookie.expires = moment(value) ?? cookie.expires
            case "max-age": age = Int64(value) ?? age
            case "secure": cookie.isSecure = true
            case "path" where value.hasPrefix("/"): cookie.path = value
            case "domain" where !value.isEmpty:
                let domain = String(value.hasPrefix(".") ? value.dropFirst() : value[...]).lowercased()
                if domain == host { continue }
                guard matches(host, domain, address.host), !isShared(domain) else { return nil }
                (cookie.domain, cookie.isHostOnly) = (domain, false)
            default: continue
            }
        }
        // Max-Age wins over Expires.
        if let age { cookie.expires = age <= 0 ? now : now + min(age, 1 << 40) }
        return cookie
    }

    private static func moment(_ text: String) -> Int64? {
        MailDate.seconds(text) ?? MailDate.seconds(text.replacing("-", with: " "))
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text
        while rest.first == " " || rest.first == "\t" { rest = rest.dropFirst() }
        while rest.last == " " || rest.last == "\t" { rest = rest.dropLast() }
        return String(rest)
    }

    /// Source: RFC 6265, section 5.1.3: hosts in digits have no domains above them.
    private static func matches(_ name: String, _ domain: String, _ host: WebHost) -> Bool {
        if name == domain { return true }
        guard case .name = host else { return false }
        return name.hasSuffix("." + domain)
    }

    /// Whether a domain belongs to many: one label, or a country's own second level such as `co.kr`.
    private static func isShared(_ domain: String) -> Bool {
        let labels = domain.split(separator: ".")
        guard labels.count > 1 else { return true }
        let second = ["ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org", "pe", "re"]
        return labels.count == 2 && labels[1].utf8.count == 2 && second.contains(String(labels[0]))
    }

    /// Source: RFC 6265, section 5.1.4.
    private static func defaultPath(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    private static func covers(_ path: String, _ asked: String) -> Bool {
        if path == asked { return true }
        guard asked.hasPrefix(path) else { return false }
        return path.hasSuffix("/") || asked.utf8.dropFirst(path.utf8.count).first == UInt8(ascii: "/")
    }
}
