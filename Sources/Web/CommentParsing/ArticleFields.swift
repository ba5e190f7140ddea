internal import FieldValues
package import WebPages

/// Where article pages hold their title, outlet, date and text: rules in the order in which they are tried. What none of them
/// finds is looked for in JSON-LD and Open Graph, which most news pages have.
package struct ArticleFields: Hashable, Sendable {
    package var title: [FieldRule]
    package var outlet: [FieldRule]
    package var publishedAt: [FieldRule]
    package var body: [FieldRule]
    /// Whether the text of the article is taken at all.
    package var wantsBody: Bool

    package init(
        title: [FieldRule] = [], outlet: [FieldRule] = [], publishedAt: [FieldRule] = [],
        body: [FieldRule] = [],
        wantsBody: Bool = false
    ) {
        self.title = title
        self.outlet = outlet
        self.publishedAt = publishedAt
        self.body = body
        self.wantsBody = wantsBody
    }
}

/// What an article's page says of it.
package struct ArticleDetails: Hashable, Sendable {
    package var title: String?
    package var outlet: String?
    /// As the page says it, and as seconds since 1970.
    package var publishedAt: String?
    package var publishedSeconds: Int64?
    package var body: String?
    /// The address that the page says is its own; not yet checked or completed.
    package var canonical: String?

    package init() {}
}

extension ArticleRules {
    /// Reads an article's page.
    /// - Parameter charset: `charset` of the Content-Type header.
    /// - Throws: ``/WebPages/PageError`` if the bytes are not a page, or a rule cannot be followed.
    package func facts(_ bytes: [UInt8], charset: String? = nil) throws(PageError) -> ArticleDetails {
        let document = try PageDocument(html: PageText(bytes, headerCharset: charset))
        guard let root = document.root else { throw .empty }
        let general = PageMetadata(root)
        var facts = ArticleDetails()
        facts.title = try first(fields.title, in: root) ?? general.title
        facts.outlet = try first(fields.outlet, in: root) ?? general.outlet
        for date in try texts(fields.publishedAt, in: root) + general.dates {
            guard let seconds = MomentText(zone: zone).seconds(date) else { continue }
            facts.publishedAt = date
            facts.publishedSeconds = seconds
            break
        }
        if fields.wantsBody { facts.body = try first(fields.body, in: root) ?? general.body }
        facts.canonical = general.canonical
        return facts
    }

    private func first(_ rules: [FieldRule], in root: PageNode) throws(PageError) -> String? {
        for rule in rules {
            if let text = try rule.text(in: root) { return text }
        }
        return nil
    }

    private func texts(_ rules: [FieldRule], in root: PageNode) throws(PageError) -> [String] {
        var texts: [String] = []
        for rule in rules {
            if let text = try rule.text(in: root) { texts.append(text) }
        }
        return texts
    }
}
