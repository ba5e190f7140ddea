package import WebFormats
package import WebPages

/// RSS (0.9 to 2.0, RDF too), Atom and sitemap files.
package enum Feed {
    /// The links of a feed or sitemap in their order, each place once. Sitemaps of an index are lists.
    ///
    /// - Parameters:
    ///   - address: where it was found.
    ///   - charset: `charset` of the Content-Type header.
    ///   - zoneSeconds: offset of times that give none, seconds east of Greenwich.
    /// - Throws: ``/WebPages/PageError`` where the bytes are no XML, or no feed.
    package static func read(
        _ bytes: [UInt8], at address: WebAddress, charset: String? = nil, zoneSeconds: Int64 = 0
    ) throws(PageError) -> FoundLinks {
        let text = PageText(bytes, headerCharset: charset)
        let (document, fault) = try document(text)
        guard let root = document.root else { throw .empty }
        var reader = FeedReader(address: address, zoneSeconds: zoneSeconds)
        switch root.name {
        case "rss", "RDF": reader.rss(root)
        case "feed": reader.atom(root)
        case "urlset", "sitemapindex": reader.sitemap(root)
        default:
            throw .malformed("the root is <\(root.name)>; expected rss, RDF, feed, urlset or sitemapindex")
        }
        reader.found.dropRepeats()
        reader.found.fault = fault
        return reader.found
    }

    /// The tree of a text, and what is wrong with it. Feed readers are lenient: XML that is not well-formed is repaired,
    /// and if that is not enough, read as far as possible.
    private static func document(_ text: PageText) throws(PageError) -> (PageDocument, fault: String?) {
        let problem: PageError
        do throws(PageError) {
            return (try PageDocument(xml: text), nil)
        } catch {
            guard case .malformed = error else { throw error }
            problem = error
        }
        let repaired = text.repairedFeed ?? text
        do throws(PageError) {
            return (try PageDocument(xml: repaired), "\(problem)")
        } catch {
            guard case .malformed = error else { throw error }
        }
        do throws(PageError) {
            let document = try PageDocument(xml: repaired, recovers: true)
            guard document.root != nil else { throw PageError.empty }
            return (document, "\(problem); what follows the fault may be missing")
        } catch {
            throw problem
        }
    }
}

private struct FeedReader {
    let address: WebAddress
    let zoneSeconds: Int64
    var found = FoundLinks()

    private func child(_ node: PageNode, _ names: String...) -> String? {
        for name in names {
            for child in node.children where child.name == name {
                let text = child.rawText.trimmedOfBlanks
                if !text.isEmpty { return text }
            }
        }
        return nil
    }

    private func moment(_ text: String?) -> Int64? {
        text.flatMap { PageMoment.seconds($0, zoneSeconds: zoneSeconds) }
    }

    /// Items are inside the channel, in RDF beside it. A permanent `guid` stands in for a missing link.
    ///
    /// Source: RSS 2.0 Specification (2009); RSS 1.0; Dublin Core for `dc:date`.
    mutating func rss(_ root: PageNode) {
        for container in [root] + root.children.filter({ $0.name == "channel" }) {
            for item in container.children where item.name == "item" {
                let guid = item.children.first { $0.name == "guid" && $0.attribute("isPermaLink") != "false" }
                let link = plainLink(item) ?? guid.map { $0.rawText.trimmedOfBlanks }
                guard let link, !link.isEmpty else { continue }
                found.add(
                    link, base: address, title: child(item, "title").map(Self.plain),
                    seconds: moment(child(item, "pubDate", "date", "published", "updated")))
            }
            for link in container.children where link.name == "link" && link.attribute("rel") == "next" {
                found.add(link.attribute("href") ?? "", base: address, isList: true)
            }
        }
    }

    /// The text of `link`; feeds may hold Atom links of the same name, which have none.
    private func plainLink(_ item: PageNode) -> String? {
        let links = item.children.filter { $0.name == "link" }
        for link in links {
            let text = link.rawText.trimmedOfBlanks
            if !text.isEmpty { return text }
        }
        return links.lazy.compactMap { $0.attribute("href") }.first
    }

    /// Source: RFC 4287; RFC 5005 for `next`.
    mutating func atom(_ root: PageNode) {
        let base = Self.base(root, address)
        for entry in root.children where entry.name == "entry" {
            let links = entry.children.filter { $0.name == "link" }
            let alternate = links.first { ($0.attribute("rel") ?? "alternate") == "alternate" } ?? links.first
            guard let target = alternate?.attribute("href") else { continue }
            found.add(
                target, base: Self.base(entry, base), title: child(entry, "title").map(Self.plain),
                seconds: moment(child(entry, "published", "issued", "updated", "modified")))
        }
        for link in root.children where link.name == "link" && link.attribute("rel") == "next" {
            found.add(link.attribute("href") ?? "", base: base, isList: true)
        }
    }

    private static func base(_ node: PageNode, _ base: WebAddress) -> WebAddress {
        node.attribute("base").flatMap { try? WebAddress($0, relativeTo: base) } ?? base
    }

    /// Source: sitemaps.org protocol 0.9; Google's news extension for the date of publication.
    mutating func sitemap(_ root: PageNode) {
        for entry in root.children where entry.name == "url" || entry.name == "sitemap" {
            guard let place = child(entry, "loc") else { continue }
            let news = entry.children.first { $0.name == "news" }
            let published = news.flatMap { child($0, "publication_date") }
            found.add(
                place, base: address, title: news.flatMap { child($0, "title") },
                seconds: moment(published) ?? moment(child(entry, "lastmod")), isList: entry.name == "sitemap"
            )
        }
    }

    /// Titles may be HTML inside XML.
    private static func plain(_ title: String) -> String {
        guard title.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C }) else { return title }
        guard
            let document = try? PageDocument(
                html: PageText(Array("<body>\(title)".utf8), headerCharset: "utf-8")),
            let text = document.root?.visibleText(), !text.isEmpty
        else { return title }
        return text
    }
}
