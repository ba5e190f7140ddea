/// Lists of articles: a ranking, feeds and sitemaps. `?kind=daum` or `?kind=plain` lists the pages of those services.
extension Site {
    func list(_ asked: Asked) -> Answer? {
        let entries = articles.map { (address: asked.base + path($0, asked.query["kind"]), article: $0) }
        let kind = asked.query["kind"].map { "?kind=\($0)" } ?? ""
        let answer: Answer
        switch asked.path {
        case "/ranking": answer = ranking(entries)
        case "/rss.xml": answer = rss(entries)
        case "/atom.xml": answer = atom(entries)
        case "/sitemap_index.xml":
            let parts = ["1", "2"].map {
                "<sitemap><loc>\(asked.base)/sitemap-\($0).xml\(kind)</loc></sitemap>"
            }
            answer = .xml(
                "<?xml version=\"1.0\"?><sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
                    + parts.joined() + "</sitemapindex>")
        case "/sitemap-1.xml": answer = sitemap(entries.prefix((entries.count + 1) / 2))
        case "/sitemap-2.xml": answer = sitemap(entries.dropFirst((entries.count + 1) / 2))
        default: return nil
        }
        return answer.conditional(asked, modified: modifiedSeconds)
    }

    private typealias Entry = (address: String, article: SiteArticle)

    private func path(_ article: SiteArticle, _ kind: String?) -> String {
        switch kind {
        case "daum"?: "/v/\(article.daumID)"
        case "plain"?: "/articles/\(article.aid)"
        default: "/article/\(article.oid)/\(article.aid)"
        }
    }

    private func ranking(_ entries: [Entry]) -> Answer {
        let items = entries.map { entry in
            "<li class=\"as_thumb\"><a href=\"\(entry.address)?ntype=RANKING\" class=\"_es_pc_link\">"
                + "<strong class=\"list_title\">\(SiteText.html(entry.article.title))</strong></a></li>"
        }
        return .html(
            """
            <!doctype html><html><head><meta charset="utf-8"><title>댓글 많은 기사</title></head><body>
            <a href="/login">로그인</a><ol class="press_ranking_list">\(items.joined(separator: "\n"))</ol></body></html>
            """)
    }

    private func rss(_ entries: [Entry]) -> Answer {
        let items = entries.map { entry in
            "<item><title>\(SiteText.html(entry.article.title))</title><link>\(entry.address)</link>"
                + "<guid>\(entry.address)</guid>"
                + "<pubDate>\(SiteText.mail(entry.article.publishedSeconds))</pubDate></item>"
        }
        return Answer(
            "application/rss+xml; charset=UTF-8",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>시험</title>"
                + items.joined() + "</channel></rss>")
    }

    private func atom(_ entries: [Entry]) -> Answer {
        let items = entries.map { entry in
            "<entry><title>\(SiteText.html(entry.article.title))</title><link href=\"\(entry.address)\"/>"
                + "<id>\(entry.address)</id><updated>\(SiteText.utc(entry.article.publishedSeconds))</updated></entry>"
        }
        return Answer(
            "application/atom+xml; charset=UTF-8",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>시험</title>"
                + items.joined() + "</feed>")
    }

    private func sitemap(_ entries: ArraySlice<Entry>) -> Answer {
        let items = entries.map { entry in
            "<url><loc>\(entry.address)</loc><lastmod>\(SiteText.utc(entry.article.publishedSeconds))</lastmod></url>"
        }
        return .xml(
            "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
                + items.joined() + "</urlset>")
    }
}
