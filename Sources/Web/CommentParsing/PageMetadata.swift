internal import JSON
internal import WebPages

/// What pages say of themselves in forms that all sites share: JSON-LD first, then Open Graph, then plain HTML.
struct PageMetadata {
    var title: String?
    var outlet: String?
    /// Texts that may be the date of publication, the likeliest first.
    var dates: [String] = []
    var body: String?
    var canonical: String?

    init(_ root: PageNode) {
        let articles = Self.linkedData(root)
        func linked(_ path: [String]) -> String? {
            articles.lazy.compactMap { Self.text($0, path) }.first { !$0.isEmpty }
        }
        let metas = Self.metas(root)
        title = linked(["headline"]) ?? metas["og:title"] ?? metas["twitter:title"] ?? Self.title(root)
        outlet = linked(["publisher", "name"]) ?? metas["og:article:author"] ?? metas["og:site_name"]
        body = linked(["articleBody"]) ?? Self.articleElement(root)
        dates = [
            linked(["datePublished"]), metas["article:published_time"], metas["og:article:published_time"],
        ]
        .compactMap { $0 }
        dates += ["og:regdate", "datepublished", "pubdate", "date", "dc.date.issued"].compactMap { metas[$0] }
        dates += Self.times(root)
        canonical = Self.canonical(root) ?? metas["og:url"]
    }

    private static func elements(_ selector: String, _ root: PageNode) -> [PageNode] {
        (try? CSSSelector(selector).elements(in: root)) ?? []
    }

    /// Contents of `meta` elements by name or property in lower case; of a repeated name the first.
    private static func metas(_ root: PageNode) -> [String: String] {
        var metas: [String: String] = [:]
        for meta in elements("meta[content]", root) {
            let name = meta.attribute("property") ?? meta.attribute("name") ?? meta.attribute("itemprop")
            let content = meta.attribute("content")?.trimmedOfBlanks ?? ""
            guard let name = name?.lowercased(), !content.isEmpty, metas[name] == nil else { continue }
            metas[name] = content
        }
        return metas
    }

    private static func title(_ root: PageNode) -> String? {
        elements("title", root).first.map { $0.visibleText() }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func articleElement(_ root: PageNode) -> String? {
        let articles = elements("[itemprop=articleBody], article", root)
        return articles.lazy.map { $0.visibleText() }.first { !$0.isEmpty }
    }

    private static func times(_ root: PageNode) -> [String] {
        elements("time[datetime]", root).prefix(8).compactMap { $0.attribute("datetime") }
    }

    private static func canonical(_ root: PageNode) -> String? {
        elements("link[rel~=canonical][href]", root).first?.attribute("href")
    }

    /// The objects of all JSON-LD scripts that describe an article. Scripts that are no JSON are passed over.
    private static func linkedData(_ root: PageNode) -> [JSONValue] {
        elements("script[type='application/ld+json']", root).prefix(32).flatMap { script -> [JSONValue] in
            guard let node = try? JSONAnswer(Array(script.rawText.utf8)).root else { return [] }
            return articles(in: node, depth: 0)
        }
    }

    private static func articles(in node: JSONValue, depth: Int) -> [JSONValue] {
        guard depth < 4 else { return [] }
        if let elements = node.arrayValue { return elements.flatMap { articles(in: $0, depth: depth + 1) } }
        let types = node["@type"]?.arrayValue ?? node["@type"].map { [$0] } ?? []
        let isArticle = types.contains { type in
            guard let name = type.stringValue else { return false }
            return name.hasSuffix("Article") || name.hasSuffix("BlogPosting")
        }
        return (isArticle ? [node] : []) + (node["@graph"].map { articles(in: $0, depth: depth + 1) } ?? [])
    }

    /// The text at a path; where there is a list, its first item's.
    private static func text(_ node: JSONValue, _ path: [String]) -> String? {
        var node = node
        for key in path {
            if let first = node.arrayValue?.first { node = first }
            guard let next = node[key] else { return nil }
            node = next
        }
        return (node.arrayValue?.first ?? node).stringValue?.trimmedOfBlanks
    }
}
