internal import StageKit
internal import WebFetching

/// What a pipeline file says of a crawl.
struct CrawlRules: Sendable {
    var lists: [ListRule]
    var revisit: RevisitSchedule
    var followsReplies: Bool
    /// Whether the pages of articles are fetched for their title, outlet and date.
    var readsArticlePages: Bool
    /// Articles with known content, and what is in it.
    var canaries: [(address: String, text: String)]
    /// Visits under way at once.
    var atOnce: Int
    /// Share of visits that may stay incomplete, 0 ... 1, before the stage fails.
    var allowIncomplete: Double
    /// Whether a list of articles that cannot be read only warns; `nil`: `allowIncomplete` decides about lists too.
    var listsOnlyWarn: Bool?
    /// Crawls in which an article may fail to be read before it is given up.
    var giveUp: Int
    var fetch: FetchRules
}

extension CrawlRules {
    init(_ reader: inout ParameterReader) {
        lists = reader.maps(
            "find", required: true,
            help:
                "Where to find addresses of articles; each entry has one of articles, file, page, feed, sitemap."
        ) { item, index in ListRule(&item, index: index) }.compactMap { $0 }
        let hours = [1, 6, 24, 72, 168].map { $0 * 3600 }
        revisit = RevisitSchedule(
            reader.durations(
                "revisit", default: hours,
                help:
                    "When to visit an article's comments again, counted from its publication; [] for never."
            ).map(Int64.init))
        followsReplies = reader.bool(
            "replies", default: true,
            help: "Whether to fetch replies that need their own requests.")
        readsArticlePages = reader.bool(
            "article_pages", default: true,
            help: "Whether the pages of articles are fetched, for their title, outlet and date.")
        canaries = reader.texts(
            "canaries",
            help:
                "Addresses of articles with known content, each with a text that its title or comments must hold."
        ).map { ($0.key, $0.value) }
        atOnce = reader.int(
            "at_once", default: 8, in: 1...256, help: "Maximum number of articles read at once.")
        allowIncomplete = reader.number(
            "allow_incomplete", default: 0, in: 0...1,
            help:
                "Share of the articles of the last 7 days, and of the lists, that may stay incomplete; with more the stage fails (exit 5)."
        )
        listsOnlyWarn = reader.map(
            "lists",
            help:
                "What happens if a list of articles cannot be read, {else: warn} or {else: fail}; without it as many may fail as allow_incomplete says."
        ) { item in
            item.choice("else", default: "fail", of: ["fail", "warn"], help: "fail or warn.") == "warn"
        }
        giveUp = reader.int(
            "give_up", default: 3, in: 1...1000,
            help:
                "Crawls in a row that cannot read an article before it is left as partial, with the reason; later visits try again."
        )
        fetch = Self.fetchRules(&reader)
    }

    private static func fetchRules(_ reader: inout ParameterReader) -> FetchRules {
        let contact = reader.requiredString(
            "contact",
            help: "How a site's operators can reach you: a mail or web address. It is part of the User-Agent."
        )
        let isPlain = contact.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"()<>\\".utf8.contains($0) }
        if !contact.isEmpty, !isPlain || !(contact.contains("@") || contact.hasPrefix("http")) {
            reader.reject(
                "contact", "'contact' is '\(contact)'; it takes a mail address or a web address",
                hint: "site operators look for it in their logs, such as lab@example.org")
        }
        let agent = reader.string(
            "user_agent", default: "splitvote/0.1",
            help: "How the crawler names itself; the contact is appended to it.")
        if agent.isEmpty || !agent.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
            reader.reject("user_agent", "'user_agent' takes printable ASCII characters")
        }
        var rules = FetchRules()
        rules.userAgent = "\(agent) (+\(contact))"
        rules.delay = .seconds(
            reader.number(
                "delay", default: 1, in: 0...3600, unit: "seconds",
                help: "Minimum time between two requests to one host."))
        rules.perHost = reader.int(
            "per_host", default: 1, in: 1...64, help: "Maximum number of concurrent requests to one host.")
        rules.attempts = reader.int(
            "attempts", default: 5, in: 1...20, help: "How many times a request is tried before giving up.")
        rules.firstBackOff = .seconds(
            reader.number(
                "back_off", default: 1, in: 0...60, unit: "seconds",
                help: "About how long to wait before a second attempt; each further one waits twice as long.")
        )
        rules.obeysRobots =
            reader.choice(
                "robots", default: "obey", of: ["obey", "ignore"],
                help: "Whether robots.txt is obeyed (RFC 9309); ignore is for your own hosts.") == "obey"
        func span(_ key: String, _ standard: Int, _ help: String) -> Duration {
            .seconds(reader.duration(key, default: standard, help: help) ?? standard)
        }
        rules.connectTimeout = span("connect_timeout", 10, "How long a connection may take to come about.")
        rules.firstByteTimeout = span("first_byte_timeout", 30, "How long an answer may take to begin.")
        rules.wholeTimeout = span("whole_timeout", 120, "How long an answer may take to come whole.")
        rules.longestWait = span(
            "longest_wait", 600,
            "The longest wait that a host may ask for (Retry-After, Crawl-delay) before it is skipped in this run."
        )
        rules.mostBytes = Int(
            reader.size("size_limit", default: 20_000_000, help: "Maximum size of an answer.")
                ?? 20_000_000)
        return rules
    }
}
