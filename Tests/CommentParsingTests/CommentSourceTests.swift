import CommentParsing
import Testing
import WebFormats

struct CommentSourceTests {
    @Test func naverNumbersMayBeTextsOrNumbers() throws {
        let items = [
            SampleAnswers.naverItem("\"750015397515755651\"", text: "\"하나 (둘)\"", up: 6, down: 4, replies: 2),
            SampleAnswers.naverItem("750015397515755652", text: "\"답\"", parent: "\"750015397515755651\""),
            SampleAnswers.naverItem("3", text: "\"\"", more: ",\"extra\":1").replacing(
                "\"deleted\":false", with: "\"deleted\":true"),
            SampleAnswers.naverItem("4", text: "\"가려진 말\"").replacing(
                "\"blind\":false", with: "\"blind\":true"),
            SampleAnswers.naverItem("5", text: "null").replacing(
                "\"sympathyCount\":0", with: "\"sympathyCount\":null"),
        ]
        let page = try CommentSource.naver().page(
            SampleAnswers.naver(items, next: "n1", end: "e1", total: 92))
        #expect(page.refused.isEmpty && page.items == 5 && page.announced == 92 && page.next == .cursor("n1"))
        let first = page.comments[0]
        #expect(first.key == "750015397515755651" && first.parent == nil && first.text == "하나 (둘)")
        #expect(
            first.up == 6 && first.down == 4 && first.replies == 2 && !first.isDeleted && first.author == "u6"
        )
        #expect(first.createdAt == "2022-02-18T22:31:11+0900" && first.createdSeconds == 1_645_191_071)
        #expect(page.comments[1].key == "750015397515755652" && page.comments[1].parent == first.key)
        #expect(page.comments.map(\.isDeleted) == [false, false, true, true, true])
    }

    @Test func anItemThatCannotBeTakenLosesOnlyItself() throws {
        let items = [
            SampleAnswers.naverItem("1", text: "\"a\"", up: -1), SampleAnswers.naverItem("2", text: "\"b\""),
            SampleAnswers.naverItem("\"\"", text: "\"c\""), SampleAnswers.naverItem("4", text: "[1]"),
            SampleAnswers.naverItem("5", text: "\"e\"").replacing("2022-02-18T22:31:11+0900", with: "soon"),
            SampleAnswers.naverItem("6", text: "\"f\\u0000\""),
            SampleAnswers.naverItem("7", text: "\"g\"").replacing("\"antipathyCount\":0,", with: ""), "7",
        ]
        let page = try CommentSource.naver().page(SampleAnswers.naver(items, next: nil, end: nil))
        // A date is something that a comment can do without.
        #expect(page.comments.map(\.key) == ["2", "5"])
        #expect(page.comments[1].createdAt == "soon" && page.comments[1].createdSeconds == nil)
        #expect(
            page.refused.map(\.reason) == [
                "'sympathyCount': found -1, expected a number of 0 or more",
                "'commentNo': found \"\", expected the comment's number",
                "'contents': found [1], expected a text",
                "'contents': found \"f\\u0000\", expected a text without NUL",
                "'antipathyCount': found nothing, expected a number of 0 or more",
                "'commentNo': found nothing, expected the comment's number",
            ])
        #expect(page.refused.map(\.place) == [1, 3, 4, 6, 7, 8])
        #expect(page.next == NextPage.none)
    }

    @Test func aServiceThatRefusesOrChangesSaysSo() throws {
        let source = try CommentSource.naver()
        func message(_ text: String) -> String {
            do throws(AnswerError) {
                _ = try source.page(Array(text.utf8))
                return ""
            } catch {
                return error.description
            }
        }
        #expect(
            message("cb({\"success\":false,\"code\":\"3999\",\"message\":\"안 됩니다\"});")
                == "the service refused: 안 됩니다")
        #expect(message("{\"error\":1}") == "the service refused: 'success' is nothing, not true")
        #expect(
            message("{\"success\":true,\"result\":{}}")
                == "the answer has another form than the source describes: nothing at 'result.commentList', where the list of comments should be"
        )
        #expect(
            message("{\"success\":true,\"result\":{\"commentList\":{}}}")
                == "the answer has another form than the source describes: an object at 'result.commentList'; expected the list of comments"
        )
    }

    @Test func daumAnswersAreBareLists() throws {
        let source = try CommentSource.daum()
        let items = [
            SampleAnswers.daumItem(1, text: "\"줄\\n바꿈\"", up: 5, down: 5, replies: 1),
            SampleAnswers.daumItem(2, text: "\"답\"", parent: 1),
            SampleAnswers.daumItem(3, text: "\"\""), SampleAnswers.daumItem(4, text: "\"x\"", status: "D"),
        ]
        let page = try source.page(Array("[\(items.joined(separator: ","))]".utf8))
        #expect(page.comments.map(\.key) == ["1", "2", "3", "4"] && page.next == nil)
        #expect(page.comments.map(\.parent) == [nil, "1", nil, nil])
        #expect(page.comments[0].text == "줄\n바꿈" && page.comments[0].up == 5)
        #expect(page.comments.map(\.isDeleted) == [false, false, true, true])
        #expect(try source.page(Array("[]".utf8)).items == 0)
    }

    @Test func daumPreparesATokenAndAPost() throws {
        let source = try CommentSource.daum()
        let article = try #require(
            source.articles.article(at: WebAddress("https://news.v.daum.net/v/20200522093902880?x=1")))
        #expect(
            article.key == "20200522093902880"
                && article.address.description == "https://v.daum.net/v/20200522093902880")
        var values = article.values
        let answers = [
            "<div id=\"alex-area\" data-client-id=\"abc=\"></div>",
            "{\"access_token\":\"t0/k\",\"token_type\":\"bearer\"}",
            "{\"post\":{\"id\":-99,\"commentCount\":12,\"childCount\":2}}",
        ]
        var requests: [String] = []
        for (step, answer) in zip(source.preparation, answers) {
            requests.append(try step.request.filled(values).address.description)
            values.merge(try step.values(in: Array(answer.utf8))) { _, new in new }
        }
        #expect(
            requests == [
                "https://v.daum.net/v/20200522093902880",
                "https://alex.daum.net/oauth/token?grant_type=alex_credentials&client_id=abc%3D",
                "https://comment.daum.net/apis/v1/ui/single/main/@20200522093902880",
            ])
        let walk = CommentWalk(source, values: values)
        let request = try #require(try walk.request())
        #expect(
            request.address.description
                == "https://comment.daum.net/apis/v1/posts/-99/comments?parentId=0&offset=0&limit=100&sort=LATEST"
        )
        #expect(
            request.headers.map { "\($0.name): \($0.value)" } == [
                "Referer: https://v.daum.net/v/20200522093902880", "Authorization: Bearer t0/k",
            ])
        #expect(walk.report.announced == 12)
        #expect(throws: AnswerError.self) { try source.preparation[1].values(in: Array("{}".utf8)) }
        #expect(throws: AnswerError.self) { try source.preparation[0].values(in: Array("<p>".utf8)) }
    }

    @Test(arguments: [
        "https://n.news.naver.com/article/001/0009205077",
        "https://n.news.naver.com/mnews/article/001/0009205077?sid=100",
        "https://n.news.naver.com/article/comment/001/0009205077",
        "https://news.naver.com/main/read.naver?mode=LSD&mid=sec&oid=001&aid=0009205077&sid1=001",
        "http://news.naver.com/main/read.nhn?aid=0009205077&oid=001",
        "https://sports.news.naver.com/news?oid=001&aid=0009205077",
        "https://sports.news.naver.com/wfootball/news/read.naver?oid=001&aid=0009205077",
        "https://news.naver.com/main/ranking/read.naver?mode=LSD&mid=shm&oid=001&aid=0009205077&rankingType=RANKING",
        "https://news.naver.com/main/ranking/read.nhn?rankingType=popular_day&oid=001&aid=0009205077&type=1",
        "https://news.naver.com/main/hotissue/read.naver?mid=hot&sid1=100&cid=1&iid=2&oid=001&aid=0009205077",
        "https://n.news.naver.com/mnews/hotissue/article/001/0009205077?type=series&cid=1",
        "https://n.news.naver.com/mnews/ranking/article/001/0009205077?ntype=RANKING",
        "https://n.news.naver.com/mnews/article/comment/001/0009205077",
        "https://m.news.naver.com/read.naver?oid=001&aid=0009205077",
        "https://m.news.naver.com/hotissue/read.nhn?sid1=100&oid=001&aid=0009205077",
        "https://m.news.naver.com/rankingRead.naver?oid=001&aid=0009205077",
        "https://entertain.naver.com/read?oid=001&aid=0009205077",
        "https://entertain.naver.com/ranking/read?oid=001&aid=0009205077",
        "https://m.entertain.naver.com/article/001/0009205077",
        "https://m.entertain.naver.com/ranking/article/001/0009205077",
        "https://entertain.naver.com/comment/list?oid=001&aid=0009205077",
        "https://m.sports.naver.com/wfootball/article/001/0009205077",
        "https://m.sports.news.naver.com/news.nhn?oid=001&aid=0009205077",
    ])
    func naverArticlesHaveOneKey(address: String) throws {
        let article = try #require(CommentSource.naver().articles.article(at: WebAddress(address)))
        #expect(article.key == "001/0009205077")
        #expect(article.address.description == "https://n.news.naver.com/article/001/0009205077")
    }

    @Test func otherPagesAreNotArticles() throws {
        let articles = try CommentSource.naver().articles
        for address in [
            "https://n.news.naver.com/", "https://news.naver.com/main/read.naver?oid=001",
            "https://example.com/article/001/1",
        ] {
            #expect(try articles.article(at: WebAddress(address)) == nil)
        }
    }
}

struct CommentWalkTests {
    private func naverPage(
        _ numbers: [Int], next: String?, end: String? = "e", replies: Int = 0, parent: Int? = nil
    ) throws -> CommentPage {
        let items = numbers.map {
            SampleAnswers.naverItem("\($0)", text: "\"t\"", replies: replies, parent: parent.map { "\($0)" })
        }
        return try CommentSource.naver().page(
            SampleAnswers.naver(items, next: next, end: end, total: 5), parent: parent.map { "\($0)" })
    }

    private func walk(replies: Bool = true) throws -> CommentWalk {
        let source = try CommentSource.naver()
        let article = try #require(
            source.articles.article(at: WebAddress("https://n.news.naver.com/article/001/2")))
        return CommentWalk(source, values: article.values, replies: replies)
    }

    @Test func cursorsLeadThroughAllPagesAndReplies() throws {
        var walk = try walk()
        var requests: [String] = []
        let answers = [
            try naverPage([1, 2], next: "c1", replies: 0), try naverPage([3], next: "e", replies: 2),
            try naverPage([4, 5], next: "e", parent: 3),
        ]
        for answer in answers {
            let request = try #require(try walk.request())
            requests.append(request.address.query ?? "")
            #expect(request.headers.first?.value == "https://n.news.naver.com/article/001/2")
            walk.receive(answer)
        }
        #expect(walk.isFinished && walk.report.problems.isEmpty)
        #expect(
            walk.report.comments == 5 && walk.report.replies == 2 && walk.report.pages == 3
                && walk.report.missing == 0)
        #expect(
            requests[0].contains("objectId=news001%2C2") && requests[0].hasSuffix("page=1&initialize=true"))
        #expect(requests[1].hasSuffix("page=2&moreParam.direction=next&moreParam.next=c1"))
        #expect(requests[2].hasSuffix("page=1&parentCommentNo=3"))
    }

    @Test func theSameAnswersLeadToTheSamePlace() throws {
        var whole = try walk()
        var answers: [CommentPage] = []
        for answer in [
            try naverPage([1, 2], next: "c1", replies: 1), try naverPage([3], next: "e"),
            try naverPage([4], next: nil, parent: 1),
            try naverPage([5], next: nil, parent: 2),
        ] {
            var again = try walk()
            for earlier in answers { again.receive(earlier) }
            #expect(try again.request()?.address == whole.request()?.address && again.report == whole.report)
            whole.receive(answer)
            answers.append(answer)
        }
        #expect(whole.isFinished && whole.report.comments == 5)
    }

    @Test func aPageThatComesTwiceLosesNothing() throws {
        var walk = try walk()
        walk.receive(try naverPage([1, 2], next: "c1", replies: 1))
        walk.receive(try naverPage([1, 2], next: "c2", replies: 1))
        walk.receive(try naverPage([3], next: "e"))
        #expect(walk.report.comments == 3 && walk.report.repeats == 2)
        walk.receive(try naverPage([4], next: nil, parent: 1))
        walk.receive(try naverPage([5], next: nil, parent: 2))
        #expect(walk.isFinished && walk.report.comments == 5 && walk.report.problems.isEmpty)
    }

    @Test func listsThatGoInCirclesEnd() throws {
        var sameCursor = try walk()
        sameCursor.receive(try naverPage([1], next: "c1"))
        for _ in 0..<4 {
            #expect(!sameCursor.isFinished)
            sameCursor.receive(try naverPage([2], next: "c1"))
        }
        #expect(
            sameCursor.isFinished
                && sameCursor.report.problems == [
                    "the list gave the same comments again; it may not be complete"
                ])
        var samePage = try walk()
        for cursor in 1...4 {
            #expect(!samePage.isFinished)
            samePage.receive(try naverPage([1, 2], next: "c\(cursor)"))
        }
        #expect(samePage.isFinished && samePage.report.problems.count == 1 && samePage.report.repeats == 6)
        #expect(samePage.report.missing == 3)
        var replies = try walk()
        replies.receive(try naverPage([1], next: nil, replies: 3))
        replies.abandon("403 Forbidden")
        #expect(replies.isFinished && replies.report.problems == ["replies to 1: 403 Forbidden"])
    }

    @Test func repliesAreOnlyFollowedWhereAsked() throws {
        var walk = try walk(replies: false)
        walk.receive(try naverPage([1], next: nil, replies: 3))
        #expect(walk.isFinished)
    }

    /// A short page does not end a list by offset: services leave removed comments out of full pages.
    @Test func offsetsEndWithAnEmptyPage() throws {
        let source = try CommentSource.daum()
        var walk = CommentWalk(
            source,
            values: [
                "id": "1", "post": "9", "token": "t", "article_url": "https://v.daum.net/v/1", "total": "3",
            ])
        var offsets: [String] = []
        for ids in [[1, 2], [3], []] {
            offsets.append(try #require(try walk.request()).address.parameters["offset"] ?? "")
            let items = ids.map { SampleAnswers.daumItem($0, text: "\"t\"") }
            walk.receive(try source.page(Array("[\(items.joined(separator: ","))]".utf8)))
        }
        #expect(walk.isFinished && offsets == ["0", "2", "3"] && walk.report.missing == 0)
    }

    private func generic(_ paging: Paging) throws -> CommentSource {
        var source = try CommentSource.daum(name: "generic")
        source.comments.request = RequestTemplate(
            try RequestText("https://api.example.com/c?article={id}&page={page}&per={size}"))
        source.comments.replies = nil
        source.comments.list = try JSONPath("items")
        source.comments.paging = paging
        source.comments.pageSize = 2
        return source
    }

    private func answer(_ ids: [Int], more: String) -> [UInt8] {
        Array(
            "{\"items\":[\(ids.map { SampleAnswers.daumItem($0, text: "\"t\"") }.joined(separator: ","))]\(more)}"
                .utf8)
    }

    @Test func pagesAreCountedFromTheirFirstNumber() throws {
        let source = try generic(.page(first: 0, pages: JSONPath("pages")))
        var walk = CommentWalk(source, values: ["id": "7"])
        #expect(try walk.request()?.address.description == "https://api.example.com/c?article=7&page=0&per=2")
        walk.receive(try source.page(answer([1, 2], more: ",\"pages\":2")))
        #expect(try walk.request()?.address.parameters["page"] == "1")
        walk.receive(try source.page(answer([3], more: ",\"pages\":2")))
        #expect(try walk.isFinished && walk.request() == nil)
    }

    @Test func linksLeadToTheNextPage() throws {
        let source = try generic(.link(JSONPath("next")))
        var walk = CommentWalk(source, values: ["id": "7"])
        walk.receive(try source.page(answer([1], more: ",\"next\":\"/c2?after=1\"")))
        #expect(try walk.request()?.address.description == "https://api.example.com/c2?after=1")
        walk.receive(try source.page(answer([2], more: ",\"next\":null")))
        #expect(walk.isFinished && walk.report.comments == 2)
        let single = try generic(.single)
        var once = CommentWalk(single, values: ["id": "7"])
        once.receive(try single.page(answer([1], more: "")))
        #expect(once.isFinished)
    }

    @Test func aMissingValueIsNamed() throws {
        let walk = CommentWalk(try generic(.single), values: [:])
        #expect(throws: MissingValue(name: "id")) { try walk.request() }
    }
}
