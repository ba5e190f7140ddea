package import WebFormats

/// An address that a list, page, feed or sitemap names.
package struct FoundLink: Hashable, Sendable {
    package var address: WebAddress
    package var title: String?
    /// When the article was published or last changed, seconds since 1970; `nil` where the list does not say.
    package var seconds: Int64?

    package init(_ address: WebAddress, title: String? = nil, seconds: Int64? = nil) {
        self.address = address
        self.title = title
        self.seconds = seconds
    }

    /// Whether it is too old to be fetched. One of unknown age never is.
    /// - Parameter oldest: seconds since 1970; `nil` for no limit.
    package func isOlder(than oldest: Int64?) -> Bool {
        guard let seconds, let oldest else { return false }
        return seconds < oldest
    }
}

/// What a list of articles holds.
package struct FoundLinks: Hashable, Sendable {
    package var links: [FoundLink] = []
    /// Addresses of further lists: sitemaps of an index, the next page of a feed or ranking.
    package var lists: [FoundLink] = []
    /// Links that cannot be fetched, with the reason; the first hundred.
    package var refused: [RefusedLink] = []
    /// What is wrong with the list itself, which was read all the same; `nil` where nothing is.
    package var fault: String?

    package init() {}

    /// Links of one list: no more are taken, however long it is.
    package static let most = 50_000

    mutating func add(
        _ text: String, base: WebAddress, title: String? = nil, seconds: Int64? = nil, isList: Bool = false
    ) {
        do throws(WebAddressError) {
            let link = FoundLink(try WebAddress(text, relativeTo: base), title: title, seconds: seconds)
            if isList {
                if lists.count < Self.most { lists.append(link) }
            } else if links.count < Self.most {
                links.append(link)
            }
        } catch {
            guard refused.count < 100 else { return }
            refused.append(RefusedLink(text: String(text.prefix(200)), reason: error.description))
        }
    }

    /// Of several links to one place, the first one's place and title with the latest time.
    mutating func dropRepeats() {
        var places: [WebAddress: Int] = [:]
        var kept: [FoundLink] = []
        for link in links {
            guard let place = places[link.address] else {
                places[link.address] = kept.count
                kept.append(link)
                continue
            }
            if kept[place].title == nil { kept[place].title = link.title }
            kept[place].seconds = [kept[place].seconds, link.seconds].compactMap { $0 }.max()
        }
        links = kept
    }
}

/// A link that cannot be fetched.
package struct RefusedLink: Hashable, Sendable {
    package var text: String
    package var reason: String

    package init(text: String, reason: String) {
        self.text = text
        self.reason = reason
    }
}

/// A list of addresses as people write it: one a line, with comments behind `#` at the start of a line.
package enum AddressList {
    package static func read(_ bytes: [UInt8]) -> FoundLinks {
        var found = FoundLinks()
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        for line in rest.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let text = String(decoding: line, as: UTF8.self).trimmedOfBlanks
            if text.isEmpty || text.utf8.first == UInt8(ascii: "#") { continue }
            do throws(WebAddressError) {
                if found.links.count < FoundLinks.most { found.links.append(FoundLink(try WebAddress(text))) }
            } catch {
                found.refused.append(RefusedLink(text: String(text.prefix(200)), reason: error.description))
            }
        }
        found.dropRepeats()
        return found
    }
}
