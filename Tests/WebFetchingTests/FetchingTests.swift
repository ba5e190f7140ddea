import GzipFormat
import LoopbackServer
import Testing
import WebFetching
import WebFormats

struct FetchingTests {
    @Test func anAnswerComesWithWhatItsHeadSays() async throws {
        try await Bench.run { bench async throws in
            let article = bench.server.site.articles[0]
            let answer = try await bench.get("/article/\(article.oid)/\(article.aid)")
            #expect(answer.status == 200)
            #expect(answer.contentType == "text/html")
            #expect(answer.charset == "UTF-8")
            #expect(answer.etag != nil && answer.lastModified != nil)
            #expect(answer.redirects == 0)
            #expect(answer.seconds > 1_760_000_000)
            #expect(String(decoding: answer.body, as: UTF8.self).contains("title_area"))
            let request = try #require(bench.server.log.first)
            #expect(request.header("accept-encoding") == "gzip, deflate")
            #expect(request.header("user-agent") == "splitvote/0.1")
            #expect(request.header("cookie") == nil)
        }
    }

    @Test func headersOfTheSourceAreSentButForThoseOfTheFetcher() async throws {
        try await Bench.run(rules: .quick { $0.userAgent = "lab/1 (+mailto:lab@example.org)" }) {
            bench async throws in
            _ = try await bench.get(
                "/ranking",
                headers: [
                    ("Referer", "https://example.org/"), ("User-Agent", "x"), ("accept-ENCODING", "br"),
                    ("Accept", "a/b"),
                ])
            let request = try #require(bench.server.log.first)
            #expect(request.header("referer") == "https://example.org/")
            #expect(
                request.headers.filter { $0.name.lowercased() == "user-agent" }.map(\.value) == [
                    "lab/1 (+mailto:lab@example.org)"
                ])
            #expect(
                request.headers.filter { $0.name.lowercased() == "accept-encoding" }.map(\.value) == [
                    "gzip, deflate"
                ])
            #expect(request.headers.filter { $0.name.lowercased() == "accept" }.map(\.value) == ["a/b"])
        }
    }

    @Test func whatHasNotChangedIsNotSentAgain() async throws {
        try await Bench.run { bench async throws in
            let first = try await bench.get("/ranking")
            var request = WebRequest(first.address)
            request.etag = first.etag
            let second = try await bench.fetcher.get(request)
            #expect(second.status == 304 && second.body.isEmpty)
            request.etag = "\"other\""
            #expect(try await bench.fetcher.get(request).status == 200)
            request.etag = nil
            request.lastModified = first.lastModified
            #expect(try await bench.fetcher.get(request).status == 304)
            bench.server.fail(.status(304), on: "/ranking")
            #expect(try await bench.failure("/ranking") == .status(304, attempts: 1))
        }
    }

    /// A text as `deflate` spells it, in a stored block: bare, and as a zlib stream.
    private static func deflated(_ plain: [UInt8]) -> (bare: [UInt8], zlib: [UInt8]) {
        let (low, high) = (UInt8(plain.count & 0xFF), UInt8(plain.count >> 8))
        let bare = [1, low, high, ~low, ~high] + plain
        var sums: (UInt32, UInt32) = (1, 0)
        for byte in plain {
            sums.0 = (sums.0 + UInt32(byte)) % 65_521
            sums.1 = (sums.1 + sums.0) % 65_521
        }
        let check = sums.1 << 16 | sums.0
        return (
            bare,
            [0x78, 0x01] + bare + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: check >> UInt32($0)) }
        )
    }

    @Test func deflateIsTakenOffInBothItsForms() async throws {
        let text = Array(String(repeating: "가나다 ", count: 40).utf8)
        let (bare, zlib) = Self.deflated(text)
        let bodies = ["/bare": bare, "/zlib": zlib, "/cut": Array(zlib.dropLast(20)), "/none": []]
        try await Bench.run { bench async throws in
            bench.server.change { site in
                site.script = { request in
                    bodies[request.path].map {
                        ScriptedAnswer("text/plain", $0, headers: [("Content-Encoding", "deflate")])
                    }
                }
            }
            #expect(try await bench.get("/bare").body == text)
            #expect(try await bench.get("/zlib").body == text)
            #expect(try await bench.get("/none").body.isEmpty)
            guard case .broken(let reason, 3)? = try await bench.failure("/cut") else {
                Issue.record("a truncated body is no answer")
                return
            }
            #expect(reason.hasPrefix("the answer is truncated"), "\(reason)")
        }
    }

    @Test func whatDeflateHidesCountsTowardTheLimit() async throws {
        // A gzip stream without its head and its end is a bare one.
        let packed = Array(Gzip.deflate([UInt8](repeating: 0x20, count: 100_000)).dropFirst(10).dropLast(8))
        try await Bench.run(rules: .quick { $0.mostBytes = 99_999 }) { bench async throws in
            #expect(packed.count < 500)
            bench.server.change { site in
                site.script = { _ in
                    ScriptedAnswer("text/plain", packed, headers: [("Content-Encoding", "deflate")])
                }
            }
            #expect(try await bench.failure("/a") == .tooLarge(limit: 99_999))
        }
    }

    @Test func gzipIsTakenOffAndPlainBodiesStay() async throws {
        try await Bench.run { bench async throws in
            let text = Array(String(repeating: "가나다 ", count: 5000).utf8)
            bench.server.change { site in
                site.pages["/packed"] = SitePage(text, isPacked: true)
                site.pages["/plain"] = SitePage(text)
                site.pages["/empty"] = SitePage([])
            }
            #expect(try await bench.get("/packed").body == text)
            #expect(try await bench.get("/plain").body == text)
            #expect(try await bench.get("/empty").body == [])
        }
    }

    /// 404 and its like are answers: an article may be gone.
    @Test(arguments: [400, 401, 403, 404, 410, 418, 451])
    func refusalsOfOneAddressAreAnswers(status: Int) async throws {
        try await Bench.run { bench async throws in
            bench.server.fail(.status(status), on: "/")
            #expect(try await bench.get("/x").status == status)
            #expect(bench.server.log.count == 1)
        }
    }

    /// Foundation's parser and the server must see the address as it was written.
    @Test(arguments: [
        "/a%2Cb?objectId=news001%2C0009&x=1", "/a?q=%EA%B0%80&b=[1]", "/a?x=a|b&y={z}", "/a/b;c=1?d=%zz",
        "//double?e=f?g", "/a?", "/a?x=%25",
    ])
    func theTargetArrivesAsItWas(target: String) async throws {
        try await Bench.run { bench async throws in
            bench.server.fail(.status(404), on: "/")
            let address = try WebAddress(bench.server.address() + target)
            _ = try await bench.fetcher.get(WebRequest(address))
            let seen = try #require(bench.server.log.first?.target)
            let arrived = try WebAddress(bench.server.address() + seen)
            #expect(arrived.path == address.path)
            #expect(arrived.parameters == address.parameters)
            if !target.contains("|"), !target.contains("["), !target.contains("%zz"), target != "/a?" {
                #expect(seen == target)
            }
        }
    }
}
