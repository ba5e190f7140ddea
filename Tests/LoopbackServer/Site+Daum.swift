/// The part of Daum: article pages, the token and the comments after it.
extension Site {
    private static let client = "26BXAvKny5WF5Z09lr5k77Y8-test"
    private static let token = "token-of-a-test"

    func daumPage(_ id: String, _ asked: Asked) -> Answer {
        guard let index = article(daum: id) else { return .missing }
        let article = articles[index]
        let paragraphs = article.body.split(separator: "\n").map { "<p>\(SiteText.html(String($0)))</p>" }
        let page = """
            <!doctype html>
            <html lang="ko"><head><meta charset="utf-8"><title>\(SiteText.html(article.title))</title></head><body>
            <em class="info_cp"><a class="link_cp" href="#"><img alt="\(SiteText.html(article.outlet))"></a></em>
            <h3 class="tit_view">\(SiteText.html(article.title))</h3>
            <span class="info_view">입력 <span class="num_date">\(SiteText.korean(article.publishedSeconds, separator: " "))</span></span>
            <div class="news_view"><div class="article_view" id="harmonyContainer">\(paragraphs.joined())</div></div>
            <div id="alex-area" class="alex-area" data-client-id="\(Self.client)" data-post-id="@\(id)"></div>
            </body></html>
            """
        return Answer.html(page).conditional(asked, modified: modifiedSeconds)
    }

    mutating func daumService(_ parts: [String], _ asked: Asked) -> Answer {
        if parts == ["oauth", "token"] {
            guard asked.query["client_id"] == Self.client else {
                return .json(#"{"error":"invalid_client","error_description":"unknown"}"#, status: 401)
            }
            let token = Self.token
            return .json(#"{"access_token":"\#(token)","token_type":"bearer","expires_in":43200,"jti":"1"}"#)
        }
        guard asked.header("authorization") == "Bearer \(Self.token)" else {
            return .json(#"{"error":"unauthorized","message":"token"}"#, status: 401)
        }
        if parts.count == 6, parts[2...4] == ["ui", "single", "main"], parts[5].hasPrefix("@"),
            let index = article(daum: String(parts[5].dropFirst()))
        {
            return daumPost(articles[index])
        }
        if parts.count == 5, parts[2] == "posts", parts[4] == "comments", let index = article(post: parts[3])
        {
            disturb(index, asked)
            return daumComments(articles[index], asked)
        }
        return .json(#"{"message":"not found"}"#, status: 404)
    }

    private func daumPost(_ article: SiteArticle) -> Answer {
        let shown = article.comments.count { !$0.isRemoved }
        let replies = article.comments.count { $0.parent != nil && !$0.isRemoved }
        return .json(
            """
            {"post":{"id":\(article.post),"forumId":-99,"postKey":"\(article.daumID)",\
            "title":\(SiteText.json(article.title)),"commentCount":\(shown),"childCount":\(replies)}}
            """)
    }

    private func daumComments(_ article: SiteArticle, _ asked: Asked) -> Answer {
        let parent = Int64(asked.number("parentId", 0))
        var list = parent == 0 ? article.tops.reversed() : article.replies(to: parent)
        if asked.query["sort"] == "RECOMMEND" {
            list.sort { ($0.up - $0.down, $0.number) > ($1.up - $1.down, $1.number) }
        }
        let limit = min(max(asked.number("limit", 10), 1), 100)
        var offset = max(asked.number("offset", 0), 0)
        if asked.faults.contains(.duplicatedPages) { offset = max(0, offset - limit) }
        if asked.faults.contains(.cursorLoop) { offset = 0 }
        let page = list.dropFirst(offset).prefix(limit)
        return .json("[\(page.map { daumItem($0, article) }.joined(separator: ","))]")
    }

    private func daumItem(_ comment: SiteComment, _ article: SiteArticle) -> String {
        let replies = article.comments.count { $0.parent == comment.number }
        let time = SiteText.korean(comment.createdSeconds) + "+0900"
        return """
            {"id":\(comment.number),"userId":\(comment.author.dropFirst()),"postId":\(article.post),"forumId":-99,\
            "parentId":\(comment.parent ?? 0),"type":"COMMENT","status":"\(comment.isRemoved ? "D" : "S")","flags":0,\
            "rating":0,"content":\(SiteText.json(comment.isRemoved ? "" : comment.text)),"createdAt":"\(time)",\
            "updatedAt":"\(time)","childCount":\(replies),"likeCount":\(comment.up),"dislikeCount":\(comment.down),\
            "recommendCount":\(comment.up - comment.down),"screenedByKeeper":false}
            """
    }
}
