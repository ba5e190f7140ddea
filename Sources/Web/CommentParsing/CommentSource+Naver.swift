package import WebFormats

extension CommentSource {
    /// Comments on Naver news.
    ///
    /// - Parameter name: the source's name in the store.
    ///
    /// Source: answers recorded in 2022 and crawlers of 2025; the service is not documented.
    package static func naver(name: String = "naver-news") throws(PatternError) -> CommentSource {
        let service =
            "https://apis.naver.com/commentBox/cbox/web_naver_list_jsonp.json?ticket=news&templateId=default_society"
            + "&pool=cbox5&lang=ko&country=KR&objectId=news{oid}%2C{aid}&pageSize={size}&indexSize=10&listType=OBJECT"
            + "&pageType=more&sort=NEW&includeAllStatus=true&page={page}"
        let headers = [RequestHeader("Referer", try RequestText("{article_url}"))]
        let first = RequestTemplate(try RequestText(service + "&initialize=true"), headers: headers)
        let next = "&moreParam.direction=next&moreParam.next={cursor}"
        var listing = CommentListing(
            request: first,
            paging: .cursor(
                next: try JSONPath("result.morePage.next"), end: try JSONPath("result.morePage.end")),
            pageSize: 100, list: try JSONPath("result.commentList"), fields: try naverFields())
        listing.following = RequestTemplate(try RequestText(service + next), headers: headers)
        let replies = service + "&parentCommentNo={parent}"
        listing.replies = RequestTemplate(try RequestText(replies), headers: headers)
        listing.followingReplies = RequestTemplate(try RequestText(replies + next), headers: headers)
        listing.accepts = [Expectation(try JSONPath("success"), is: "true")]
        listing.message = try JSONPath("message")
        listing.total = try JSONPath("result.count.total")
        listing.order = "newest"
        return CommentSource(name: name, articles: try naverArticles(), comments: listing)
    }

    private static func naverFields() throws(PatternError) -> CommentFieldPaths {
        var fields = CommentFieldPaths(
            key: try JSONPath("commentNo"), text: try JSONPath("contents"), up: try JSONPath("sympathyCount"),
            down: try JSONPath("antipathyCount"))
        fields.replies = try JSONPath("replyCount")
        fields.parent = try JSONPath("parentCommentNo")
        fields.createdAt = try JSONPath("regTime")
        fields.author = try JSONPath("userIdNo")
        fields.removedIf = [
            Expectation(try JSONPath("deleted"), is: "true"), Expectation(try JSONPath("blind"), is: "true"),
        ]
        return fields
    }

    private static let naverArticleAddresses = [
        "https://n.news.naver.com/article/{oid}/{aid}",
        "https://n.news.naver.com/*/article/{oid}/{aid}",
        "https://n.news.naver.com/*/*/article/{oid}/{aid}",
        "https://n.news.naver.com/article/comment/{oid}/{aid}",
        "https://n.news.naver.com/*/article/comment/{oid}/{aid}",
        "https://n.news.naver.com/*/*/article/comment/{oid}/{aid}",
        "https://*.news.naver.com/main/read.naver?oid={oid}&aid={aid}",
        "https://*.news.naver.com/main/read.nhn?oid={oid}&aid={aid}",
        "https://*.news.naver.com/main/*/read.naver?oid={oid}&aid={aid}",
        "https://*.news.naver.com/main/*/read.nhn?oid={oid}&aid={aid}",
        "https://m.news.naver.com/read.naver?oid={oid}&aid={aid}",
        "https://m.news.naver.com/read.nhn?oid={oid}&aid={aid}",
        "https://m.news.naver.com/rankingRead.naver?oid={oid}&aid={aid}",
        "https://m.news.naver.com/rankingRead.nhn?oid={oid}&aid={aid}",
        "https://m.news.naver.com/*/read.naver?oid={oid}&aid={aid}",
        "https://m.news.naver.com/*/read.nhn?oid={oid}&aid={aid}",
        "https://*.sports.news.naver.com/*/news/read.naver?oid={oid}&aid={aid}",
        "https://*.sports.news.naver.com/*/news/read.nhn?oid={oid}&aid={aid}",
        "https://*.sports.news.naver.com/news/read.naver?oid={oid}&aid={aid}",
        "https://*.sports.news.naver.com/news/read.nhn?oid={oid}&aid={aid}",
        "https://*.sports.news.naver.com/news?oid={oid}&aid={aid}",
        "https://*.sports.news.naver.com/news.naver?oid={oid}&aid={aid}",
        "https://*.sports.news.naver.com/news.nhn?oid={oid}&aid={aid}",
        "https://*.sports.news.naver.com/*/article/{oid}/{aid}",
        "https://*.sports.naver.com/article/{oid}/{aid}",
        "https://*.sports.naver.com/*/article/{oid}/{aid}",
        "https://*.sports.naver.com/news?oid={oid}&aid={aid}",
        "https://*.entertain.naver.com/read?oid={oid}&aid={aid}",
        "https://*.entertain.naver.com/read.naver?oid={oid}&aid={aid}",
        "https://*.entertain.naver.com/read.nhn?oid={oid}&aid={aid}",
        "https://*.entertain.naver.com/*/read?oid={oid}&aid={aid}",
        "https://*.entertain.naver.com/article/{oid}/{aid}",
        "https://*.entertain.naver.com/*/article/{oid}/{aid}",
        "https://*.entertain.naver.com/article/comment/{oid}/{aid}",
        "https://*.entertain.naver.com/comment/list?oid={oid}&aid={aid}",
    ]

    private static func naverArticles() throws(PatternError) -> ArticleRules {
        var patterns: [AddressPattern] = []
        for text in naverArticleAddresses { patterns.append(try AddressPattern(text)) }
        let fields = ArticleFields(
            title: [try FieldRule(css: "#title_area"), try FieldRule(css: "#articleTitle")],
            outlet: [
                try FieldRule(css: ".media_end_head_top_logo img", attribute: "alt"),
                try FieldRule(css: ".press_logo img", attribute: "title"),
                try FieldRule(css: "meta[property='me2:category1']", attribute: "content"),
            ],
            publishedAt: [
                try FieldRule(css: "._ARTICLE_DATE_TIME", attribute: "data-date-time"),
                try FieldRule(css: ".t11"),
            ],
            body: [
                try FieldRule(css: "#dic_area", without: ".img_desc"),
                try FieldRule(css: "#articleBodyContents"),
                try FieldRule(
                    css: "#newsEndContents", without: ".source, .byline, .reporter_area, .copyright"),
            ])
        return ArticleRules(
            patterns: patterns, key: ["oid", "aid"],
            address: try RequestText("https://n.news.naver.com/article/{oid}/{aid}"), fields: fields,
            zoneSeconds: 9 * 3600)
    }
}
