package import WebFormats
package import WebPages

/// Ranking and section pages: which links on them lead to articles, and which to the next page.
package struct LinkPage: Hashable, Sendable {
    /// The links to articles; an element that is not a link counts by the links inside.
    package var links: FieldRule
    /// The link to the next page of the list.
    package var next: FieldRule?

    package init(links: FieldRule, next: FieldRule? = nil) {
        self.links = links
        self.next = next
    }

    /// The links of a page in their order, each place once.
    /// - Parameters:
    ///   - address: where the page was found; a `base` element in it counts.
    ///   - charset: `charset` of the Content-Type header.
    /// - Throws: ``/WebPages/PageError`` if the bytes are not a page.
    package func read(
        _ bytes: [UInt8], at address: WebAddress, charset: String? = nil
    ) throws(PageError) -> FoundLinks {
        let document = try PageDocument(html: PageText(bytes, headerCharset: charset))
        guard let root = document.root else { throw .empty }
        let base = Self.base(root, address)
        var found = FoundLinks()
        for node in try links.nodes(in: root) {
            for link in Self.targets(node) {
                found.add(link.target, base: base, title: link.title)
            }
        }
        for node in try next?.nodes(in: root) ?? [] {
            for link in Self.targets(node) { found.add(link.target, base: base, isList: true) }
        }
        found.dropRepeats()
        return found
    }

    private static func base(_ root: PageNode, _ address: WebAddress) -> WebAddress {
        guard let element = try? CSSSelector("base[href]").elements(in: root).first,
            let target = element.attribute("href"), let base = try? WebAddress(target, relativeTo: address)
        else { return address }
        return base
    }

    private static func targets(_ node: PageNode) -> [(target: String, title: String?)] {
        guard node.isElement else { return usable(node.rawText, nil) }
        if let target = node.attribute("href") { return usable(target, node) }
        let inside = (try? CSSSelector("a[href]").elements(in: node)) ?? []
        return inside.flatMap { usable($0.attribute("href") ?? "", $0) }
    }

    /// Links to places in the page itself, to scripts and mail are neither links to articles nor faults.
    private static func usable(_ target: String, _ node: PageNode?) -> [(target: String, title: String?)] {
        let text = target.trimmedOfBlanks
        let lower = text.prefix(12).lowercased()
        if text.isEmpty || text.hasPrefix("#") { return [] }
        if ["javascript:", "mailto:", "tel:", "data:"].contains(where: { lower.hasPrefix($0) }) { return [] }
        let title = node?.visibleText() ?? ""
        return [(text, title.isEmpty ? node?.attribute("title") : title)]
    }
}
