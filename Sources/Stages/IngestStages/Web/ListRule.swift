internal import CommentParsing
internal import GzipFormat
internal import StageKit
internal import WebFormats

/// A place where addresses of articles are found.
struct ListRule: Sendable {
    enum Form: Sendable {
        /// The addresses of articles themselves, in the pipeline file.
        case articles([WebAddress])
        /// A file with an address a line; the parameter that names it.
        case file(parameter: String)
        /// A page with links.
        case page(RequestText, LinkPage)
        /// RSS or Atom.
        case feed(RequestText)
        case sitemap(RequestText)
    }

    var form: Form
    /// Articles published longer ago are not wanted; seconds.
    var newerThan: Int64?
    /// Most lists that are read from here on: pages that follow, sitemaps of an index.
    var mostLists: Int

    /// The list's address on a day.
    /// - Parameter date: `YYYY-MM-DD`.
    func address(on date: String) throws -> WebAddress? {
        let compact = String(decoding: date.utf8.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
        let values = ["date": date, "compact_date": compact]
        switch form {
        case .articles, .file: return nil
        case .page(let text, _), .feed(let text), .sitemap(let text): return try text.address(values)
        }
    }

    /// Reads an answer of the list. One that is itself a gzip file, as `sitemap.xml.gz`, is taken apart, whatever its headers
    /// say.
    /// - Parameter mostBytes: how much may be in it.
    /// - Throws: ``PageError`` or ``GzipError``.
    func read(
        _ bytes: [UInt8], at address: WebAddress, charset: String?, zoneSeconds: Int64, mostBytes: Int
    ) throws -> FoundLinks {
        let isPacked = bytes.starts(with: [0x1F, 0x8B])
        let bytes = isPacked ? try Gzip.inflate(bytes, mostBytes: mostBytes) : bytes
        return switch form {
        case .articles, .file: FoundLinks()
        case .page(_, let page): try page.read(bytes, at: address, charset: charset)
        case .feed, .sitemap:
            try Feed.read(bytes, at: address, charset: charset, zoneSeconds: zoneSeconds)
        }
    }
}

extension ListRule {
    static let placeholders = [
        Placeholder("date", "The run's logical date, as in 2026-01-31."),
        Placeholder("compact_date", "The same without hyphens, as in 20260131."),
    ]

    /// Reads an item of `find`.
    init?(_ reader: inout ParameterReader, index: Int) {
        let articles = reader.strings("articles", default: [], help: "Addresses of articles.")
        let hasFile = reader.file(
            "file", required: false,
            help: "A file with one article address per line; lines that start with # are skipped.")
        let page = reader.optionalString("page", help: "A page with links to articles: a ranking, a section.")
        let feed = reader.optionalString("feed", help: "An RSS or Atom feed.")
        let sitemap = reader.optionalString("sitemap", help: "A sitemap, or an index of sitemaps.")
        let links = reader.optionalString(
            "links", help: "CSS selector of a page's links to articles; default a[href].")
        let xpath = reader.optionalString(
            "links_xpath", help: "XPath of the links, instead of a selector.")
        let next = reader.optionalString("next", help: "CSS selector of a page's link to the next one.")
        newerThan = reader.duration(
            "newer_than", default: nil,
            help: "Articles published longer ago are skipped; those of unknown age are visited first."
        )
        .map(Int64.init)
        mostLists = reader.int(
            "most_lists", default: 100, in: 1...10_000,
            help: "Maximum number of pages or sitemaps to read, following the links from one to the next.")
        let given = [!articles.isEmpty, hasFile, page != nil, feed != nil, sitemap != nil].count { $0 }
        guard given == 1 else {
            reader.reject(
                "articles",
                "an item of 'find' has \(given == 0 ? "none" : "several") of articles, file, page, feed and sitemap",
                hint: "give each its own map: find: [{feed: …}, {page: …, links: …}]")
            return nil
        }
        for (key, value) in [("links", links), ("links_xpath", xpath), ("next", next)]
        where page == nil && value != nil {
            reader.reject(key, "'find.\(key)' goes with 'page' only")
        }
        if links != nil, xpath != nil {
            reader.reject(
                "links_xpath", "'links' and 'links_xpath' do not go together", hint: "remove one of the two")
        }
        let form: Form?
        if hasFile {
            form = .file(parameter: "find[\(index)].file")
        } else if let page {
            let linkPage = Self.linkPage(&reader, links, xpath, next)
            form = Self.template(&reader, "page", page).flatMap { text in linkPage.map { .page(text, $0) } }
        } else if let feed {
            form = Self.template(&reader, "feed", feed).map(Form.feed)
        } else if let sitemap {
            form = Self.template(&reader, "sitemap", sitemap).map(Form.sitemap)
        } else {
            form = .articles(Self.addresses(&reader, articles))
        }
        guard let form else { return nil }
        self.form = form
    }

    private static func addresses(_ reader: inout ParameterReader, _ texts: [String]) -> [WebAddress] {
        texts.compactMap { text in
            do throws(WebAddressError) {
                return try WebAddress(text)
            } catch {
                reader.reject("articles", "'\(text)' is not the address of an article: \(error)")
                return nil
            }
        }
    }

    private static func template(
        _ reader: inout ParameterReader, _ key: String, _ text: String
    ) -> RequestText? {
        do {
            let template = try RequestText(text)
            if let name = template.names.first(where: { name in !placeholders.contains { $0.name == name } })
            {
                reader.reject(
                    key, "'find.\(key)' has no placeholder '{\(name)}'",
                    hint: "it may hold {date}, the run's date as 2026-01-31, and {compact_date}, 20260131")
                return nil
            }
            _ = try template.address(["date": "2026-01-31", "compact_date": "20260131"])
            return template
        } catch {
            reader.reject(key, "'find.\(key)' is not an address: \(error)")
            return nil
        }
    }

    private static func linkPage(
        _ reader: inout ParameterReader, _ links: String?, _ xpath: String?, _ next: String?
    ) -> LinkPage? {
        do throws(PatternError) {
            let rule =
                if let xpath { try FieldRule(xpath: xpath) } else { try FieldRule(css: links ?? "a[href]") }
            let following: FieldRule? = if let next { try FieldRule(css: next) } else { nil }
            return LinkPage(links: rule, next: following)
        } catch {
            let key = xpath != nil ? "links_xpath" : next != nil && links == nil ? "next" : "links"
            reader.reject(key, "a selector of 'find' cannot be read: \(error)")
            return nil
        }
    }
}
