package import FieldValues
package import WebFormats

/// A place that comments come from: its articles, and how its service is asked for their comments.
///
/// A plain description; nothing in it reaches for the network. Placeholders of requests are the parts of the article's
/// address, what the preparation took, and `article_url`, `size`, `page`, `offset`, `cursor` and, for replies, `parent`.
package struct CommentSource: Hashable, Sendable {
    /// Name of the source; comments are kept apart by it.
    package var name: String
    package var articles: ArticleRules
    /// Requests made once for each article, before its comments are asked for.
    package var preparation: [PreparationStep]
    package var comments: CommentListing

    package init(
        name: String, articles: ArticleRules, preparation: [PreparationStep] = [], comments: CommentListing
    ) {
        self.name = name
        self.articles = articles
        self.preparation = preparation
        self.comments = comments
    }

    /// Placeholders that every request for comments may use beside the article's own.
    package static let listingNames = ["article_url", "size", "page", "offset", "cursor", "parent"]
}

/// How the articles of a site are told apart, and what is read from their pages.
package struct ArticleRules: Hashable, Sendable {
    /// Forms of their addresses; the first one that fits counts.
    package var patterns: [AddressPattern]
    /// The parts that make up an article's key, in their order.
    package var key: [String]
    /// The one address by which the article is known; `nil` for the one that it was found at.
    package var address: RequestText?
    package var fields: ArticleFields
    /// Offset of times that name none, seconds east of Greenwich.
    package var zoneSeconds: Int64
    /// The place whose clocks show times that name no zone; `nil`: ``zoneSeconds`` hold all the year round.
    package var place: TimeZoneRule?

    /// Where times that name none were written down.
    package var zone: TimeZoneRule { place ?? .offset(zoneSeconds) }

    package init(
        patterns: [AddressPattern], key: [String], address: RequestText? = nil,
        fields: ArticleFields = ArticleFields(),
        zoneSeconds: Int64 = 0
    ) {
        self.patterns = patterns
        self.key = key
        self.address = address
        self.fields = fields
        self.zoneSeconds = zoneSeconds
    }

    /// The article at an address; `nil` where the address is none of an article.
    package func article(at address: WebAddress) -> ArticleReference? {
        for pattern in patterns {
            guard var values = pattern.values(in: address) else { continue }
            let parts = key.compactMap { values[$0] }
            guard parts.count == key.count, !parts.contains("") else { continue }
            let known = try? self.address?.address(values)
            let page = (known ?? nil) ?? address.canonical()
            values["article_url"] = page.description
            return ArticleReference(key: Self.key(parts), address: page, values: values)
        }
        return nil
    }

    /// Parts joined by `/`; where there are several, `%` and `/` inside are written `%25` and `%2F`.
    private static func key(_ parts: [String]) -> String {
        guard parts.count > 1 else { return parts.first ?? "" }
        return parts.map { part in
            var bytes: [UInt8] = []
            for byte in part.utf8 {
                switch byte {
                case UInt8(ascii: "%"): bytes += "%25".utf8
                case UInt8(ascii: "/"): bytes += "%2F".utf8
                default: bytes.append(byte)
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }.joined(separator: "/")
    }
}

/// An article that was found.
package struct ArticleReference: Hashable, Sendable {
    /// Key within the source, such as `437/0000459026`.
    package var key: String
    package var address: WebAddress
    /// Parts of the address, for requests.
    package var values: [String: String]
}
