import CommentParsing
import WebFormats

/// Answers in the shape of the services', with texts of the project's own.
enum SampleAnswers {
    static func naverItem(
        _ number: String, text: String, up: Int = 0, down: Int = 0, replies: Int = 0, parent: String? = nil,
        more: String = ""
    ) -> String {
        """
        {"ticket":"news","objectId":"news001,0000000001","categoryId":"*","commentNo":\(number),\
        "parentCommentNo":\(parent ?? number),"replyLevel":\(parent == nil ? 1 : 2),"replyCount":\(replies),"replyList":null,\
        "sortValue":1645191071116,"contents":\(text),"userIdNo":"u\(up)","lang":"ko","userName":"abcd****",\
        "modTime":"2022-02-18T22:31:11+0900","regTime":"2022-02-18T22:31:11+0900","sympathyCount":\(up),\
        "antipathyCount":\(down),"status":0,"best":false,"score":0.0,"visible":true,"deleted":false,"blind":false\(more)}
        """
    }

    static func naver(_ items: [String], next: String?, end: String?, total: Int = 3) -> [UInt8] {
        func mark(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "null" }
        let list = items.joined(separator: ",")
        return Array(
            """
            _callback({"success":true,"code":"1000","message":"요청을 성공적으로 처리하였습니다.","lang":"ko","country":"KR",\
            "result":{"commentList":[\(list)],"pageModel":{"page":1,"pageSize":100,"totalRows":\(total),"totalPages":1},\
            "morePage":{"prev":"p","next":\(mark(next)),"start":"s","end":\(mark(end))},"count":{"comment":\(total),"reply":0,\
            "total":\(total)},"sort":"NEW","bestList":[],"notice":{"content":"(안내)<br>"}},"date":"2022-02-18T13:49:34+0000"});
            """.utf8)
    }

    static func daumItem(
        _ id: Int, text: String, up: Int = 0, down: Int = 0, replies: Int = 0, parent: Int = 0,
        status: String = "S"
    )
        -> String
    {
        """
        {"id":\(id),"userId":-42,"postId":-7,"forumId":-99,"parentId":\(parent),"type":"COMMENT","status":"\(status)","flags":0,\
        "rating":0,"content":\(text),"createdAt":"2020-05-22T10:29:50+0900","updatedAt":"2020-05-22T10:29:50+0900",\
        "childCount":\(replies),"likeCount":\(up),"dislikeCount":\(down),"recommendCount":\(up - down),"screenedByKeeper":false,\
        "user":{"id":-42,"status":"S","displayName":"d"}}
        """
    }
}
