import CommentParsing
import Foundation
import TestInputs
import Testing
import WebFormats
import WebPages

/// Recorded answers and saved pages, if available: SPLITVOTE_DATA names their folder.
private enum Recorded {
    static let data: String = {
        let near = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("../shared/data").standardized.path
        return ProcessInfo.processInfo.environment["SPLITVOTE_DATA"] ?? near
    }()

    static func isThere(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(data)/\(folder)")
    }

    static func files(_ folder: String, _ ending: String) -> [String] {
        let all =
            FileManager.default.enumerator(atPath: "\(data)/\(folder)")?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        guard name.hasSuffix(".gz") else {
            return Array(try Data(contentsOf: URL(fileURLWithPath: "\(data)/\(name)")))
        }
        return Array(try ChildProcess.output(of: .init(shell: "exec gzip -dc \"$0\"", "\(data)/\(name)")))
    }

    /// The same by Foundation's own reader.
    static func json(_ bytes: [UInt8]) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }
}

struct RecordedAnswersTests {
    @Test(.enabled(if: Recorded.isThere("daum-comment-api-raw"), "daum-comment-api-raw is not at hand"))
    func everyDaumCommentIsRead() throws {
        let source = try CommentSource.daum()
        var comments = 0
        var empty = 0
        var keys: Set<String> = []
        let files = Recorded.files("daum-comment-api-raw/comment.daum.net/apis/v1/posts", ".json.gz")
        for file in files {
            let bytes = try Recorded.bytes(file)
            let page = try source.page(bytes, charset: "UTF-8")
            let items = try #require(try Recorded.json(bytes) as? [[String: Any]])
            #expect(page.refused.isEmpty && page.items == items.count && page.comments.count == items.count)
            for (comment, item) in zip(page.comments, items) {
                #expect(Array(comment.text.utf8) == Array((item["content"] as? String ?? "?").utf8))
                #expect(comment.key == (item["id"] as? Int).map { String($0) })
                #expect(
                    Int(comment.up) == item["likeCount"] as? Int
                        && Int(comment.down) == item["dislikeCount"] as? Int)
                #expect(Int(comment.replies) == item["childCount"] as? Int && comment.parent == nil)
                #expect(comment.createdSeconds != nil)
                keys.insert(comment.key)
                empty += comment.isDeleted ? 1 : 0
            }
            comments += page.comments.count
        }
        #expect(files.count == 37 && comments == 3211 && keys.count == 3211 && empty == 2)
    }

    @Test(.enabled(if: Recorded.isThere("daum-comment-api-raw"), "daum-comment-api-raw is not at hand"))
    func daumTokensAndPostsAreTaken() throws {
        let source = try CommentSource.daum()
        let token = try Recorded.bytes(Recorded.files("daum-comment-api-raw/alex.daum.net", ".json.gz")[0])
        #expect(try source.preparation[1].values(in: token) == ["token": "REDACTED"])
        let posts = Recorded.files("daum-comment-api-raw/comment.daum.net/apis/v1/ui", ".json.gz")
        let values = try posts.map { try source.preparation[2].values(in: Recorded.bytes($0)) }
        #expect(values.count == 4 && values.last == ["post": "144305965", "total": "4784"])
    }

    @Test(.enabled(if: Recorded.isThere("naver-comment-api-raw"), "naver-comment-api-raw is not at hand"))
    func everyNaverCommentIsRead() throws {
        let source = try CommentSource.naver()
        let files = Recorded.files("naver-comment-api-raw", ".jsonp")
        var counts: [Int] = []
        for file in files {
            let bytes = try Recorded.bytes(file)
            let page = try source.page(bytes, charset: "UTF-8")
            let text = String(decoding: bytes, as: UTF8.self)
            let start = try #require(text.firstIndex(of: "("))
            let end = try #require(text.lastIndex(of: ")"))
            let root = try #require(
                try Recorded.json(Array(text[text.index(after: start)..<end].utf8)) as? [String: Any])
            let result = try #require(root["result"] as? [String: Any])
            let items = try #require(result["commentList"] as? [[String: Any]])
            #expect(
                page.comments.map { Array($0.text.utf8) }
                    == items.map { Array(($0["contents"] as? String ?? "?").utf8) })
            #expect(page.comments.map(\.key) == items.map { $0["commentNo"] as? String })
            #expect(page.comments.map { Int($0.up) } == items.map { $0["sympathyCount"] as? Int })
            #expect(
                page.comments.allSatisfy { $0.parent == nil && !$0.isDeleted && $0.createdSeconds != nil })
            #expect(page.refused.isEmpty && page.repairs == 0)
            #expect(page.announced == (result["count"] as? [String: Any])?["total"] as? Int)
            counts.append(page.comments.count)
        }
        #expect(counts.sorted() == [1, 1, 10])
    }
}

struct SavedPagesTests {
    private func page(_ name: String) throws -> [UInt8] {
        try Recorded.bytes("korean-news-html/\(name).html.gz")
    }

    @Test(.enabled(if: Recorded.isThere("korean-news-html"), "korean-news-html is not at hand"))
    func everyPageIsTheUTF8ThatItIs() throws {
        var contradicted: [String?] = []
        for name in Recorded.files("korean-news-html", ".html.gz") {
            let bytes = try Recorded.bytes(name)
            let text = PageText(bytes)
            #expect(text.encoding == .utf8 && text.replacements == 0 && text.utf8 == bytes, "\(name)")
            contradicted.append(text.contradicted)
            let root = try #require(PageDocument(html: text).root)
            #expect(root.visibleText().unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) })
        }
        #expect(contradicted == [nil, nil, nil, nil, "euc-kr", "euc-kr", nil])
    }

    @Test(.enabled(if: Recorded.isThere("korean-news-html"), "korean-news-html is not at hand"))
    func articlesOfNaverAreRead() throws {
        var articles = try CommentSource.naver().articles
        articles.fields.wantsBody = true
        let old = try articles.facts(page("naver/news.naver.com_main_read.naver-0b6fd8"))
        #expect(old.title?.hasPrefix("[연천소식]") == true && old.outlet == "연합뉴스")
        #expect(old.publishedSeconds == 1_492_671_180)
        #expect((old.body?.utf8.count ?? 0) > 500 && old.body?.contains("function") == false)
        let sports = try articles.facts(page("naver/sports.news.naver.com_wfootball_news_read.naver-f745ac"))
        #expect(sports.title?.hasPrefix("인판티노 회장") == true && (sports.body?.utf8.count ?? 0) > 500)
        #expect(try articles.article(at: WebAddress(#require(old.canonical)))?.key == "001/0009205077")
        #expect(try articles.article(at: WebAddress(#require(sports.canonical)))?.key == "477/0000073768")
    }

    @Test(.enabled(if: Recorded.isThere("korean-news-html"), "korean-news-html is not at hand"))
    func articlesOfDaumAreReadAndPrepared() throws {
        let source = try CommentSource.daum()
        var articles = source.articles
        articles.fields.wantsBody = true
        let wanted: [(String, String, Int64)] = [
            ("20100101092104056", "연합뉴스", 1_262_305_260), ("20180516162315753", "뉴시스", 1_526_455_380),
            ("20200522093902880", "노컷뉴스", 1_590_107_940),
        ]
        for (id, outlet, seconds) in wanted {
            let bytes = try page("daum/\(id)")
            let facts = try articles.facts(bytes)
            #expect(facts.outlet == outlet && facts.publishedSeconds == seconds, "\(id): \(facts)")
            #expect((facts.title?.isEmpty == false) && (facts.body?.utf8.count ?? 0) > 300)
            #expect(
                try source.preparation[0].values(in: bytes)["client_id"] == String(repeating: "X", count: 24))
        }
    }

    @Test(.enabled(if: Recorded.isThere("korean-news-html"), "korean-news-html is not at hand"))
    func theListPageNamesItsArticles() throws {
        let address = try WebAddress(
            "https://news.naver.com/main/list.naver?mode=LS2D&mid=shm&sid1=100&sid2=267")
        let bytes = try page("naver/news.naver.com_main_list.naver-ada6ba")
        let list = LinkPage(
            links: try FieldRule(css: "ul.type06_headline a, ul.type06 a"),
            next: try FieldRule(css: ".paging a"))
        let found = try list.read(bytes, at: address)
        let articles = try CommentSource.naver().articles
        let keys = found.links.compactMap { articles.article(at: $0.address)?.key }
        // Twenty articles a page; each is linked by its picture and its title.
        #expect(keys.count == found.links.count && Set(keys).count == 20)
        #expect(found.lists.count == 7 && found.links.allSatisfy { $0.title?.isEmpty == false })
        #expect(found.refused.isEmpty)
    }
}
