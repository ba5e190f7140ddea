package import WebFormats

extension CommentSource {
    /// Comments on Daum news as the service was until 2023; its answers were stored by many.
    ///
    /// - Parameter name: the source's name in the store.
    ///
    /// Source: answers recorded in 2022; the service is not documented.
    package static func daum(name: String = "daum-news") throws(PatternError) -> CommentSource {
        let referer = RequestHeader("Referer", try RequestText("{article_url}"))
        let token = RequestHeader("Authorization", try RequestText("Bearer {token}"))
        let preparation = [
            PreparationStep(
                RequestTemplate(try RequestText("{article_url}")),
                takes: [
                    .init("client_id", .page(try FieldRule(css: "#alex-area", attribute: "data-client-id")))
                ]),
            PreparationStep(
                RequestTemplate(
                    try RequestText(
                        "https://alex.daum.net/oauth/token?grant_type=alex_credentials&client_id={client_id}"),
                    headers: [referer]),
                takes: [.init("token", .json(try JSONPath("access_token")))], isSecret: true),
            PreparationStep(
                RequestTemplate(
                    try RequestText("https://comment.daum.net/apis/v1/ui/single/main/@{id}"),
                    headers: [referer, token]),
                takes: [
                    .init("post", .json(try JSONPath("post.id"))),
                    .init("total", .json(try JSONPath("post.commentCount"))),
                ]),
        ]
        let service = "https://comment.daum.net/apis/v1/posts/{post}/comments"
        let paging = "&offset={offset}&limit={size}&sort=LATEST"
        var listing = CommentListing(
            request: RequestTemplate(
                try RequestText(service + "?parentId=0" + paging), headers: [referer, token]),
            paging: .offset, pageSize: 100, list: try JSONPath("$"), fields: try daumFields())
        listing.replies = RequestTemplate(
            try RequestText(service + "?parentId={parent}" + paging), headers: [referer, token])
        listing.message = try JSONPath("message")
        listing.order = "newest"
        return CommentSource(
            name: name, articles: try daumArticles(), preparation: preparation, comments: listing)
    }

    private static func daumFields() throws(PatternError) -> CommentFieldPaths {
        var fields = CommentFieldPaths(
            key: try JSONPath("id"), text: try JSONPath("content"), up: try JSONPath("likeCount"),
            down: try JSONPath("dislikeCount"))
        fields.replies = try JSONPath("childCount")
        fields.parent = try JSONPath("parentId")
        fields.createdAt = try JSONPath("createdAt")
        fields.author = try JSONPath("userId")
        fields.removedUnless = [Expectation(try JSONPath("status"), is: "S")]
        return fields
    }

    private static func daumArticles() throws(PatternError) -> ArticleRules {
        let fields = ArticleFields(
            title: [try FieldRule(css: ".tit_view")],
            outlet: [
                try FieldRule(css: ".link_cp img", attribute: "alt"),
                try FieldRule(css: ".info_cp img", attribute: "alt"),
            ],
            publishedAt: [try FieldRule(css: ".num_date")],
            body: [
                try FieldRule(css: "#harmonyContainer", without: "figcaption, .txt_caption"),
                try FieldRule(css: ".article_view"),
            ])
        return ArticleRules(
            patterns: [
                try AddressPattern("https://v.daum.net/v/{id}"),
                try AddressPattern("https://*.v.daum.net/v/{id}"),
            ], key: ["id"], address: try RequestText("https://v.daum.net/v/{id}"), fields: fields,
            zoneSeconds: 9 * 3600)
    }
}
