/// A site's robots.txt: who may fetch what.
///
/// Groups of one crawler are joined, the most exact rule wins, and of two that are equally exact the one that allows.
///
/// Source: RFC 9309.
package struct RobotsFile: Sendable {
    struct Rule: Sendable {
        let isAllowed: Bool
        let pattern: [UInt8]
    }

    struct Group: Sendable {
        var rules: [Rule] = []
        var delaySeconds: Double?
    }

    /// Groups by crawler, its name in lower case; `*` for all others.
    private var groups: [String: Group] = [:]
    /// Addresses of sitemaps, as written.
    package private(set) var sitemaps: [String] = []
    private var refusesAll = false

    /// Bytes that are read; what follows is passed over. 500 KiB.
    package static let mostBytes = 500 * 1024
    /// Seconds that a delay counts as at most: some 30 years, which any clock can add to any moment.
    package static let longestDelay = 1e9
    private static let longestLine = 16 * 1024
    private static let mostSitemaps = 1000

    private init(refusesAll: Bool) { self.refusesAll = refusesAll }

    /// What holds where a site has no robots.txt.
    package static let allowsAll = RobotsFile(refusesAll: false)
    /// What holds while nobody knows what a site's robots.txt says.
    package static let refusesAll = RobotsFile(refusesAll: true)

    /// Reads a robots.txt. Nothing in it is an error: what is not understood is passed over.
    package init(_ bytes: some Collection<UInt8>) {
        var lines = bytes.prefix(Self.mostBytes)[...]
        if lines.starts(with: [0xEF, 0xBB, 0xBF]) { lines = lines.dropFirst(3) }
        var agents: [String] = []
        var inRules = false
        for line in lines.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            guard let (key, value) = Self.field(line.prefix(Self.longestLine)) else { continue }
            switch key {
            case "user-agent":
                if inRules { agents = [] }
                inRules = false
                let agent = Self.productToken(value)
                guard !agent.isEmpty else { continue }
                agents.append(agent)
                if groups[agent] == nil { groups[agent] = Group() }
            case "allow", "disallow":
                inRules = true
                guard !value.isEmpty else { continue }
                let rule = Rule(isAllowed: key == "allow", pattern: RobotsPattern.normalized(pattern: value))
                for agent in agents { groups[agent]?.rules.append(rule) }
            case "crawl-delay":
                guard let seconds = Double(value), seconds.isFinite, seconds >= 0 else { continue }
                for agent in agents {
                    let known = groups[agent]?.delaySeconds ?? 0
                    groups[agent]?.delaySeconds = max(known, min(seconds, Self.longestDelay))
                }
            case "sitemap":
                if sitemaps.count < Self.mostSitemaps, !value.isEmpty { sitemaps.append(value) }
            default: continue
            }
        }
    }

    /// What an answer to the request for a robots.txt means.
    ///
    /// 2xx: what it says. 4xx: everything is allowed, except 429, which asks for patience. Anything else, redirects that lead
    /// nowhere among them: nothing is allowed until the site answers again.
    ///
    /// Source: RFC 9309, section 2.3.1.
    package init(status: Int, body: some Collection<UInt8>) {
        switch status {
        case 200...299: self.init(body)
        case 429: self = .refusesAll
        case 400...499: self = .allowsAll
        default: self = .refusesAll
        }
    }

    /// Whether a crawler may fetch an address of this site. The robots.txt itself may always be fetched.
    /// - Parameter agent: the crawler's product token, `splitvote`; a version behind it is passed over.
    package func allows(_ address: WebAddress, agent: String) -> Bool {
        if address.path == "/robots.txt", address.query == nil { return true }
        if refusesAll { return false }
        guard let rules = group(of: agent)?.rules else { return true }
        let target = RobotsPattern.normalized(path: address.target)
        var best: (length: Int, isAllowed: Bool) = (-1, true)
        for rule in rules where rule.pattern.count >= best.length {
            if rule.pattern.count == best.length, best.isAllowed || !rule.isAllowed { continue }
            if RobotsPattern.matches(rule.pattern, target) { best = (rule.pattern.count, rule.isAllowed) }
        }
        return best.isAllowed
    }

    /// Seconds between two requests that the site asks of a crawler; a hint that the standard does not know.
    package func delaySeconds(agent: String) -> Double? { group(of: agent)?.delaySeconds }

    private func group(of agent: String) -> Group? { groups[Self.productToken(agent)] ?? groups["*"] }

    /// The name at the start of a crawler's introduction, `ExampleBot/1.0 (...)`, in lower case.
    private static func productToken(_ text: String) -> String {
        if text.utf8.first == UInt8(ascii: "*"), text.utf8.dropFirst().allSatisfy({ $0 <= 0x20 }) {
            return "*"
        }
        let token = text.utf8.prefix { (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D || $0 == 0x5F }
        return String(Substring(token)).lowercased()
    }

    /// Key in lower case and value of `Key: value # comment`.
    private static func field(_ line: some Collection<UInt8>) -> (key: String, value: String)? {
        let text = String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let key = text[..<colon].trimmed.lowercased()
        return (key, String(text[text.utf8.index(after: colon)...].trimmed))
    }
}
