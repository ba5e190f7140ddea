/// The part of Naver: article pages and the comment box.
extension Site {
    func naverPage(_ parts: [String], _ asked: Asked) -> Answer {
        guard parts.count >= 3, let index = article(oid: parts[parts.count - 2], aid: parts[parts.count - 1])
        else { return .missing }
        let article = articles[index]
        let paragraphs = article.body.split(separator: "\n").map { SiteText.html(String($0)) }
        let time = SiteText.korean(article.publishedSeconds, separator: " ")
        let page = """
            <!doctype html>
            <html lang="ko"><head><meta charset="utf-8"><title>\(SiteText.html(article.title)) : 시험 뉴스</title>
            <meta property="og:title" content="\(SiteText.html(article.title))"></head><body>
            <a class="media_end_head_top_logo" href="/press/\(article.oid)"><img alt="\(SiteText.html(article.outlet))"></a>
            <h2 id="title_area" class="media_end_head_headline"><span>\(SiteText.html(article.title))</span></h2>
            <span class="media_end_head_info_datestamp_time _ARTICLE_DATE_TIME" data-date-time="\(time)">\(time)</span>
            <div id="newsct_article"><article id="dic_area" class="go_trans _article_content">
            <strong class="media_end_summary">\(paragraphs.first ?? "")</strong><br><br>
            \(paragraphs.dropFirst().joined(separator: "<br><br>\n"))
            <span class="end_photo_org"><em class="img_desc">사진 설명</em></span></article></div>
            </body></html>
            """
        return Answer.html(page).conditional(asked, modified: modifiedSeconds)
    }

    mutating func naverComments(_ asked: Asked) -> Answer {
        let object = (asked.query["objectId"] ?? "").dropFirst("news".count).split(separator: ",")
        guard asked.path.hasPrefix("/commentBox/cbox/web_"), object.count == 2,
            let index = article(oid: String(object[0]), aid: String(object[1]))
        else {
            return naverEnvelope(
                #"{"success":false,"code":"3300","message":"잘못된 objectId 입니다.","result":{}}"#, asked)
        }
        disturb(index, asked)
        let all = naverList(articles[index], asked)
        let size = min(max(asked.number("pageSize", 20), 1), 100)
        var start = (max(asked.number("page", 1), 1) - 1) * size
        let cursor = asked.query["moreParam.next"]
        if let cursor { start = naverStart(cursor, all) }
        if asked.faults.contains(.duplicatedPages), start > 0 { start = max(0, start - size) }
        let page = Array(all.dropFirst(start).prefix(size))
        var next = page.last.map { naverCursor($0) } ?? cursor
        // A service gone wrong hands out a cursor that leads back to its own page.
        if asked.faults.contains(.cursorLoop), let cursor { next = cursor }
        return naverEnvelope(
            naverResult(articles[index], page: page, all: all, start: start, size: size, next: next, asked),
            asked)
    }

    /// The comments asked for, in the order asked for.
    private func naverList(_ article: SiteArticle, _ asked: Asked) -> [SiteComment] {
        if let parent = asked.query["parentCommentNo"].flatMap({ Int64($0) }) {
            return article.replies(to: parent)
        }
        let showsAll = asked.query["includeAllStatus"] == "true"
        let tops = article.tops.filter { top in
            showsAll || !top.isRemoved || article.comments.contains { $0.parent == top.number }
        }
        switch asked.query["sort"]?.uppercased() {
        case "OLD"?: return tops
        case "FAVORITE"?: return tops.sorted { ($0.up, $0.number) > ($1.up, $1.number) }
        default: return tops.reversed()
        }
    }

    private func naverCursor(_ comment: SiteComment) -> String {
        "0" + String(comment.number, radix: 36) + "w"
    }

    /// Where the page after a cursor starts; a comment that is gone by now is found by its number.
    private func naverStart(_ cursor: String, _ all: [SiteComment]) -> Int {
        if let place = all.firstIndex(where: { naverCursor($0) == cursor }) { return place + 1 }
        guard let number = Int64(cursor.dropFirst().dropLast(), radix: 36), let first = all.first,
            let last = all.last
        else { return all.count }
        let isRising = first.number < last.number
        return all.firstIndex { isRising ? $0.number > number : $0.number < number } ?? all.count
    }

    private func naverResult(
        _ article: SiteArticle, page: [SiteComment], all: [SiteComment], start: Int, size: Int, next: String?,
        _ asked: Asked
    ) -> String {
        func quoted(_ text: String?) -> String { text.map { SiteText.json($0) } ?? "null" }
        let pages = (all.count + size - 1) / size
        let number = start / size + 1
        let tops = article.tops
        let replies = article.comments.count { $0.parent != nil && !$0.isRemoved }
        let shown = tops.count { !$0.isRemoved }
        return """
            {"success":true,"code":"1000","message":"요청을 성공적으로 처리하였습니다.","lang":"ko","country":"KR","result":{\
            "commentList":[\(page.map { naverItem($0, article) }.joined(separator: ","))],"userInfo":{},\
            "pageModel":{"page":\(number),"pageSize":\(size),"indexSize":10,"startRow":\(start + 1),\
            "endRow":\(start + page.count),"totalRows":\(all.count),"startIndex":\(start),"totalPages":\(pages),\
            "firstPage":1,"prevPage":\(number - 1),"nextPage":\(number < pages ? number + 1 : 0),"lastPage":\(pages)},\
            "morePage":{"prev":\(quoted(page.first.map { naverCursor($0) })),"next":\(quoted(next)),\
            "start":\(quoted(all.first.map { naverCursor($0) })),"end":\(quoted(all.last.map { naverCursor($0) }))},\
            "exposureConfig":{"reason":null,"status":"COMMENT_ON"},\
            "count":{"comment":\(shown),"reply":\(replies),"exposeCount":\(shown),\
            "delCommentByUser":\(tops.count - shown),"delCommentByMon":0,"blindCommentByUser":0,\
            "blindReplyByUser":0,"total":\(shown + replies)},"listStatus":"current","sort":\(quoted(asked.query["sort"])),\
            "bestList":[]},"date":"2025-10-02T00:00:00+0000"}
            """
    }

    private func naverItem(_ comment: SiteComment, _ article: SiteArticle) -> String {
        let replies = article.comments.count { $0.parent == comment.number }
        let time = SiteText.korean(comment.createdSeconds) + "+0900"
        return """
            {"ticket":"news","objectId":"news\(article.oid),\(article.aid)","categoryId":"*","templateId":"default_society",\
            "commentNo":"\(comment.number)","parentCommentNo":"\(comment.parent ?? comment.number)",\
            "replyLevel":\(comment.parent == nil ? 1 : 2),"replyCount":\(replies),"replyAllCount":\(replies),\
            "commentType":"txt","contents":\(SiteText.json(comment.isRemoved ? "" : comment.text)),\
            "userIdNo":"\(comment.author)","idNo":"\(comment.author)","maskedUserId":"test****",\
            "modTime":"\(time)","regTime":"\(time)","sympathyCount":\(comment.up),"antipathyCount":\(comment.down),\
            "status":\(comment.isRemoved ? 1 : 0),"best":false,"visible":\(!comment.isRemoved),\
            "deleted":\(comment.isRemoved),"blind":false,"expose":\(!comment.isRemoved),"hiddenByCleanbot":false}
            """
    }

    /// JSON in the call of a function, unless the plain form of the service is asked.
    private func naverEnvelope(_ json: String, _ asked: Asked) -> Answer {
        guard asked.path.hasSuffix("_jsonp.json") else { return .json(json) }
        let callback = asked.query["_callback"] ?? "_callback"
        return Answer("application/javascript;charset=UTF-8", "\(callback)(\(json));")
    }
}
