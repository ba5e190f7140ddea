/// A site of no service in particular: pages with JSON-LD, an API that counts pages and also gives the next one's address.
extension Site {
    func plainPage(_ id: String, _ asked: Asked) -> Answer {
        guard let index = articles.firstIndex(where: { $0.aid == id }) else { return .missing }
        let article = articles[index]
        let page = """
            <!doctype html>
            <html><head><meta charset="utf-8"><meta name="publisher" content="\(SiteText.html(article.outlet))">
            <script type="application/ld+json">{"@type":"NewsArticle","headline":\(SiteText.json(article.title))}</script>
            </head><body><header><h1 class="headline">\(SiteText.html(article.title))</h1>
            <time datetime="\(SiteText.utc(article.publishedSeconds))">today</time></header>
            <div class="body">\(SiteText.html(article.body))</div></body></html>
            """
        return Answer.html(page).conditional(asked, modified: modifiedSeconds)
    }

    mutating func plainComments(_ parts: [String], _ asked: Asked) -> Answer {
        var list: [SiteComment]
        let index: Int
        var total: Int
        if parts == ["v2", "comments"],
            let found = articles.firstIndex(where: { $0.aid == asked.query["article"] })
        {
            index = found
            disturb(index, asked)
            list = articles[index].tops
        } else if parts.count == 4, parts[1] == "comments", parts[3] == "replies",
            let parent = Int64(parts[2]),
            let found = articles.firstIndex(where: { $0.comments.contains { $0.number == parent } })
        {
            index = found
            list = articles[index].replies(to: parent)
        } else {
            return .json(#"{"status":"error","error":{"text":"no such article"}}"#, status: 404)
        }
        total = articles[index].comments.count { !$0.isRemoved }
        if asked.query["sort"] == "new" { list.reverse() }
        let size = min(max(asked.number("per_page", 20), 1), 100)
        let pages = (list.count + size - 1) / size
        let number = max(asked.number("page", 1), 1)
        var shown = number
        if asked.faults.contains(.duplicatedPages) { shown = max(1, number - 1) }
        let page = list.dropFirst((shown - 1) * size).prefix(size)
        let loops = asked.faults.contains(.cursorLoop)
        let next = loops ? number : number < pages ? number + 1 : 0
        let query = asked.query.filter { $0.key != "page" }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        let link = next > 0 ? "\"\(asked.path)?\(query)&page=\(next)\"" : "null"
        return .json(
            """
            {"status":"ok","data":{"comments":[\(page.map { plainItem($0, index) }.joined(separator: ","))]},\
            "meta":{"page":\(shown),"pages":\(pages),"total":\(total)},"links":{"next":\(link)}}
            """)
    }

    private func plainItem(_ comment: SiteComment, _ index: Int) -> String {
        let replies = articles[index].comments.count { $0.parent == comment.number }
        return """
            {"id":\(comment.number),"parent":\(comment.parent.map(String.init) ?? "null"),\
            "body":{"plain":\(SiteText.json(comment.isRemoved ? "" : comment.text))},\
            "votes":{"up":\(comment.up),"down":\(comment.down)},"reply_count":\(replies),\
            "created":"\(SiteText.utc(comment.createdSeconds))","author":{"id":"\(comment.author)"},\
            "state":"\(comment.isRemoved ? "removed" : "shown")"}
            """
    }
}
