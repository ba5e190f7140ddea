import CommentParsing
import LoopbackServer
import Testing
import WebFetching
import WebFormats

/// What the server plays is what the parsers of real answers read.
struct LoopbackServerTests {
    private func address(_ source: String, _ server: LoopbackServer) throws -> WebAddress {
        try WebAddress(server.address() + WebAddress(source).target)
    }

    /// All comments of an article's list, by the source's own requests with the host replaced.
    private func comments(
        _ source: CommentSource, _ values: [String: String], _ bench: Bench, parent: String? = nil,
        headers: [(name: String, value: String)] = []
    ) async throws -> [FetchedComment] {
        var found: [FetchedComment] = []
        var values = values
        values["size"] = "7"
        values["page"] = "1"
        values["offset"] = "0"
        if let parent { values["parent"] = parent }
        var template = try #require(parent == nil ? source.comments.request : source.comments.replies)
        for page in 1..<100 {
            let planned = try template.filled(values)
            let target = try address(planned.address.description, bench.server)
            let answer = try await bench.fetcher.get(WebRequest(target, headers: planned.headers))
            let read = try source.page(answer.body, charset: answer.charset, parent: parent)
            #expect(read.refused.isEmpty)
            found += read.comments
            switch read.next {
            case .cursor(let mark)?:
                values["cursor"] = mark
                let following = parent == nil ? source.comments.following : source.comments.followingReplies
                template = following ?? template
            case NextPage.none?: return found
            default: if read.items == 0 { return found }
            }
            values["page"] = String(page + 1)
            values["offset"] = String(page * 7)
        }
        Issue.record("no end")
        return found
    }

    private func check(_ found: [FetchedComment], _ site: SiteArticle, parent: Int64? = nil) {
        let wanted = site.comments.filter { $0.parent == parent }
        #expect(Set(found.map(\.key)) == Set(wanted.map { String($0.number) }))
        #expect(found.count == wanted.count)
        for comment in found {
            guard let source = wanted.first(where: { String($0.number) == comment.key }) else { continue }
            #expect(comment.up == source.up && comment.down == source.down)
            #expect(comment.isDeleted == source.isRemoved)
            #expect(Array(comment.text.utf8) == Array((source.isRemoved ? "" : source.text).utf8))
            #expect(comment.createdSeconds == source.createdSeconds)
            #expect(comment.parent == source.parent.map(String.init))
        }
    }

    @Test func naverIsPlayed() async throws {
        try await Bench.run { bench async throws in
            let source = try CommentSource.naver()
            var removed = 0
            for site in bench.server.site.articles {
                let values = [
                    "oid": site.oid, "aid": site.aid,
                    "article_url": "https://n.news.naver.com/article/\(site.oid)/\(site.aid)",
                ]
                let tops = try await comments(source, values, bench)
                check(tops, site)
                #expect(tops.contains { $0.replies > 0 })
                removed += tops.count(where: \.isDeleted)
                for top in tops where top.replies > 0 {
                    let replies = try await comments(source, values, bench, parent: top.key)
                    check(replies, site, parent: Int64(top.key))
                }
            }
            #expect(removed > 0)
        }
    }

    @Test func daumIsPlayed() async throws {
        try await Bench.run { bench async throws in
            let source = try CommentSource.daum()
            for site in bench.server.site.articles {
                var values = ["id": site.daumID, "article_url": bench.server.address() + "/v/\(site.daumID)"]
                let page = try await bench.get("/v/\(site.daumID)")
                #expect(String(decoding: page.body, as: UTF8.self).contains("data-client-id=\"26BX"))
                #expect(try await bench.get("/apis/v1/ui/single/main/@\(site.daumID)").status == 401)
                values["token"] = "token-of-a-test"
                values["post"] = String(site.post)
                check(try await comments(source, values, bench), site)
            }
        }
    }

    @Test func listsNameEveryArticle() async throws {
        try await Bench.run { bench async throws in
            for list in ["/ranking", "/rss.xml", "/atom.xml"] {
                let text = String(decoding: try await bench.get(list).body, as: UTF8.self)
                for site in bench.server.site.articles {
                    #expect(text.contains("\(bench.server.address())/article/\(site.oid)/\(site.aid)"))
                }
                let daum = String(decoding: try await bench.get(list + "?kind=daum").body, as: UTF8.self)
                #expect(daum.contains("/v/\(bench.server.site.articles[0].daumID)"))
            }
            let index = String(decoding: try await bench.get("/sitemap_index.xml").body, as: UTF8.self)
            #expect(index.contains("/sitemap-1.xml") && index.contains("/sitemap-2.xml"))
            let parts = try await [bench.get("/sitemap-1.xml"), bench.get("/sitemap-2.xml")].map {
                String(decoding: $0.body, as: UTF8.self)
            }
            #expect(parts.map { $0.split(separator: "<loc>").count - 1 } == [2, 1])
        }
    }

    @Test func sitesOfOneSeedAreEqualAndVotesMove() async throws {
        #expect(Site(seed: 3).articles[1].comments == Site(seed: 3).articles[1].comments)
        #expect(Site(seed: 3).articles[1].comments != Site(seed: 4).articles[1].comments)
        var site = Site()
        let before = site.articles[0].comments
        site.moveVotes(of: 0)
        #expect(zip(before, site.articles[0].comments).allSatisfy { $0.up < $1.up && $0.number == $1.number })
        site.addComments(5, to: 0)
        #expect(site.articles[0].comments.count == before.count + 5)
        site.dropComments(3, of: 0)
        #expect(site.articles[0].comments.count == before.count + 2)
    }

    @Test func faultsOfTheListsBefallTheAnswers() async throws {
        try await Bench.run { bench async throws in
            let site = bench.server.site.articles[1]
            let target =
                "/commentBox/cbox/web_naver_list_jsonp.json?objectId=news\(site.oid)%2C\(site.aid)&pageSize=5&page=1"
            let source = try CommentSource.naver()
            let first = try source.page(try await bench.get(target).body)
            guard case .cursor(let mark)? = first.next else {
                Issue.record("no cursor")
                return
            }
            let second = try source.page(try await bench.get(target + "&moreParam.next=\(mark)").body)
            #expect(second.comments.map(\.key) != first.comments.map(\.key))
            bench.server.fail(.cursorLoop, on: "/commentBox", times: 1)
            #expect(
                try source.page(try await bench.get(target + "&moreParam.next=\(mark)").body).next
                    == .cursor(mark))
            bench.server.fail(.duplicatedPages, on: "/commentBox", times: 1)
            #expect(
                try source.page(try await bench.get(target + "&moreParam.next=\(mark)").body).comments
                    == first.comments)
            bench.server.fail(.commentsAdded(4), on: "/commentBox", times: 1)
            let more = try source.page(try await bench.get(target + "&moreParam.next=\(mark)").body)
            #expect(more.comments.map(\.key) == second.comments.map(\.key), "a cursor stays where it was")
            #expect(bench.server.site.articles[1].comments.count == site.comments.count + 4)
            bench.server.fail(.commentsRemoved(4), on: "/commentBox", times: 1)
            _ = try await bench.get(target)
            #expect(bench.server.site.articles[1].comments.count == site.comments.count)
            bench.server.fail(.htmlError, on: "/commentBox", times: 1)
            #expect(try await bench.get(target).contentType == "text/html")
            bench.server.fail(.contentType("image/png"), on: "/commentBox", times: 1)
            #expect(try await bench.get(target).contentType == "image/png")
            bench.server.fail(.sameBody, on: "/commentBox")
            let zero = bench.server.site.articles[0]
            #expect(
                try await bench.get(target).body
                    == bench.get(
                        target.replacing(
                            "news\(site.oid)%2C\(site.aid)", with: "news\(zero.oid)%2C\(zero.aid)")
                    ).body)
        }
    }
}
