import LoopbackServer
import Synchronization
import Testing
import WebFetching
import WebFormats

struct RedirectTests {
    private func failure(of fault: Fault, hosts: Int = 1, location: (LoopbackServer) -> String = { _ in "" })
        async throws -> String
    {
        try await Bench.run(hosts: hosts) { bench async throws in
            bench.server.fail(fault, on: "/a")
            let failure = try #require(try await bench.failure("/a"))
            guard case .redirect(let reason) = failure else {
                Issue.record("\(failure)")
                return ""
            }
            #expect(bench.server.log.count { $0.host > 0 } == 0)
            return reason.replacing(bench.server.address(), with: "HERE").replacing(
                bench.server.address(hosts - 1), with: "THERE")
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectsAreFollowed(status: Int) async throws {
        try await Bench.run { bench async throws in
            bench.server.fail(.redirect(status, "b?c=1"), on: "/x/a")
            bench.server.fail(.redirect(status, "/ranking"), on: "/x/b")
            let answer = try await bench.get("/x/a")
            #expect(answer.status == 200 && answer.redirects == 2)
            #expect(answer.address.target == "/ranking")
            #expect(bench.server.log.map(\.target) == ["/x/a", "/x/b?c=1", "/ranking"])
        }
    }

    @Test func loopsEnd() async throws {
        #expect(try await failure(of: .redirectLoop) == "more than 5 redirects, the last one at HERE/a")
    }

    @Test func otherSchemesAndPrivateAddressesAreNotFollowed() async throws {
        #expect(
            try await failure(of: .redirect(301, "https://example.com/a"))
                == "HERE/a redirects to https://example.com/a, of another scheme, which is not followed; write https:// in the address, if that is meant"
        )
        #expect(
            try await failure(of: .redirect(301, "ftp://example.com/a"))
                == "HERE/a redirects to 'ftp://example.com/a': the scheme 'ftp'; only http and https are fetched"
        )
        #expect(
            try await failure(of: .redirect(302, ""))
                == "HERE/a answers 302, a redirect, without saying where to (Location)")
        for target in [
            "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://0x7f.1/",
            "http://intranet/",
        ] {
            let reason = try await failure(of: .redirect(302, target))
            #expect(
                reason.hasSuffix("an address of a private network, which is not followed"),
                "\(target): \(reason)")
        }
    }

    @Test func anotherHostOfTheHouseIsNotFollowed() async throws {
        try await Bench.run(hosts: 2) { bench async throws in
            bench.server.fail(.redirect(302, bench.server.address(1) + "/ranking"), on: "/a")
            #expect(
                try await bench.failure("/a")
                    == .redirect(
                        "\(bench.server.address())/a redirects to \(bench.server.address(1))/ranking, an address of a private network, which is not followed"
                    ))
            #expect(bench.server.log.map(\.host) == [0])
        }
    }

    @Test func aNameThatLeadsIntoTheHouseIsNotFollowed() async throws {
        let server = try await LoopbackServer()
        var rules = FetchRules()
        rules.obeysRobots = false
        rules.attempts = 1
        let fetcher = WebFetcher(
            rules: rules, environment: [:],
            resolve: { _ in
                [NetworkAddress("93.184.216.34"), NetworkAddress("192.168.0.1")].compactMap { $0 }
            })
        server.fail(.redirect(302, "http://rebound.example.com/"), on: "/a")
        await #expect(
            throws: FetchFailure.redirect(
                "\(server.address())/a redirects to http://rebound.example.com/, an address of a private network, which is not followed"
            )
        ) { try await fetcher.get(WebRequest(WebAddress(server.address() + "/a"))) }
        await fetcher.close()
        try await server.stop()
    }

    @Test func otherStatusesOfThreeHundredAreNotRedirects() async throws {
        try await Bench.run { bench async throws in
            bench.server.fail(.redirect(300, "/ranking"), on: "/a")
            #expect(try await bench.failure("/a") == .status(300, attempts: 1))
        }
    }

    /// Asked again, a name may give another address than the one that was looked at.
    @Test func aNameThatWasLookedAtIsConnectedToByItsAddress() async throws {
        let server = try await LoopbackServer()
        var rules = FetchRules.quick()
        rules.attempts = 1
        rules.connectTimeout = .milliseconds(200)
        let asked = Mutex(0)
        let fetcher = WebFetcher(
            rules: rules, environment: [:],
            resolve: { _ in
                let isFirst = asked.withLock { count in
                    count += 1
                    return count == 1
                }
                return [NetworkAddress(isFirst ? "93.184.216.34" : "127.0.0.1")].compactMap { $0 }
            })
        server.fail(.redirect(302, "http://rebound.example.com:\(server.port())/"), on: "/a")
        for _ in 0..<2 {
            do {
                _ = try await fetcher.get(WebRequest(WebAddress(server.address() + "/a")))
                Issue.record("nothing answers there")
            } catch let failure as FetchFailure {
                #expect(!failure.description.contains("no address is known"), "the name was not asked again")
                #expect(!failure.description.contains("private"))
            }
        }
        #expect(asked.withLock { $0 } == 1)
        #expect(server.log.allSatisfy { $0.target == "/a" })
        await fetcher.close()
        try await server.stop()
    }

    @Test func aLinkIntoTheHouseIsNotFollowed() async throws {
        let plan: [(String, String)] = [
            ("X-Api-Key", "s3cret"), ("Accept-Language", "ko"), ("Authorization", "B"),
        ]
        try await Bench.run(hosts: 2) { bench async throws in
            var request = try WebRequest(WebAddress(bench.server.address() + "/ranking"), headers: plan)
            _ = try await bench.fetcher.get(request)
            #expect(bench.server.log[0].headers.contains { $0.name == "X-Api-Key" })
            // A link is checked as a redirect is.
            request = try WebRequest(WebAddress(bench.server.address(1) + "/ranking"), headers: plan)
            request.home = try WebAddress(bench.server.address() + "/ranking")
            await #expect(throws: FetchFailure.self) { try await bench.fetcher.get(request) }
            #expect(bench.server.log.count == 1)
        }
    }

    @Test func cookiesGoBackWhereTheyCameFrom() throws {
        let jar = CookieJar()
        let home = try WebAddress("https://news.site.co.kr/list/a")
        jar.take(
            [
                "a=1", "b=2; Domain=site.co.kr; Path=/", "c=3; Domain=co.kr", "d=4; Secure; Path=/",
                "e=5; Max-Age=0",
                "f=6; Path=/other", "g=7; Expires=Wed, 21-Oct-2015 07:28:00 GMT",
                "h=8; Domain=evil.example", "i=9; Max-Age=100; Path=/",
            ], from: home, now: 1_700_000_000)
        func header(_ address: String, _ now: Int64 = 1_700_000_001) throws -> String? {
            jar.header(for: try WebAddress(address), now: now)
        }
        #expect(try header("https://news.site.co.kr/list/b") == "a=1; b=2; d=4; i=9")
        #expect(try header("http://news.site.co.kr/") == "b=2; i=9")
        #expect(try header("https://api.site.co.kr/") == "b=2")
        #expect(try header("https://other.co.kr/") == nil)
        #expect(try header("https://news.site.co.kr/", 1_700_000_200) == "b=2; d=4")
    }
}
