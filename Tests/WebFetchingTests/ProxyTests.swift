import LoopbackServer
import Testing
import WebFetching
import WebFormats

struct ProxyTests {
    private func proxy(_ environment: [String: String], _ address: String) throws -> ProxyServer? {
        try ProxySettings(environment).proxy(for: WebAddress(address))
    }

    @Test func proxiesAreReadAsOtherProgramsReadThem() throws {
        let plain = ProxyServer(kind: .http, host: "proxy.lab", port: 3128)
        #expect(ProxySettings.parse("http://proxy.lab:3128") == plain)
        #expect(ProxySettings.parse("http://proxy.lab:3128/") == plain)
        #expect(ProxySettings.parse("proxy.lab:3128") == plain)
        #expect(ProxySettings.parse("HTTP://proxy.lab:3128") == plain)
        #expect(
            ProxySettings.parse("http://u%40x:p%3A:w@proxy.lab:3128")
                == ProxyServer(kind: .http, host: "proxy.lab", port: 3128, user: "u@x", password: "p::w"))
        #expect(
            ProxySettings.parse("http://u@[::1]:8080")
                == ProxyServer(kind: .http, host: "::1", port: 8080, user: "u"))
        #expect(ProxySettings.parse("http://proxy.lab")?.port == 80)
        #expect(ProxySettings.parse("proxy.lab:443")?.port == 443)
        #expect(
            ProxySettings.parse("socks5://proxy.lab")
                == ProxyServer(kind: .socks, host: "proxy.lab", port: 1080))
        for bad in ["https://proxy.lab:3128", "ftp://proxy.lab", "http://", "http://a b:1", "http://x:99999"]
        {
            #expect(ProxySettings.parse(bad) == nil, "\(bad)")
        }
    }

    @Test func lowerCaseGoesFirstAndCGIIsNotTrusted() throws {
        let address = "http://news.example.com/"
        #expect(try proxy(["http_proxy": "a:1", "HTTP_PROXY": "b:2"], address)?.host == "a")
        #expect(try proxy(["HTTP_PROXY": "b:2"], address)?.host == "b")
        #expect(try proxy(["HTTP_PROXY": "b:2", "REQUEST_METHOD": "GET"], address) == nil)
        #expect(try proxy(["http_proxy": "a:1", "REQUEST_METHOD": "GET"], address)?.host == "a")
        #expect(try proxy(["http_proxy": "", "HTTP_PROXY": "b:2"], address) == nil)
        #expect(try proxy(["https_proxy": "a:1"], address) == nil)
        #expect(try proxy(["HTTPS_PROXY": "a:1"], "https://news.example.com/")?.host == "a")
        #expect(try proxy(["all_proxy": "a:1"], address)?.host == "a")
        #expect(throws: FetchFailure.self) { _ = try proxy(["http_proxy": "ftp://a"], address) }
    }

    static let exceptions: [(String, String, Bool)] = [
        ("example.com", "http://example.com/", true), ("example.com", "http://news.example.com/", true),
        (".example.com", "http://news.example.com/", true),
        ("*.example.com", "http://news.example.com/", true),
        ("example.com", "http://badexample.com/", false), ("EXAMPLE.com", "http://example.com/", true),
        ("a.org, example.com", "http://example.com/", true),
        ("example.com:8080", "http://example.com/", false),
        ("example.com:8080", "http://example.com:8080/", true),
        ("example.com:80", "http://example.com/", true),
        ("*", "http://example.com/", true), ("", "http://example.com/", false),
        ("10.0.0.0/8", "http://10.1.2.3/", true), ("10.0.0.0/8", "http://11.1.2.3/", false),
        ("10.1.2.3", "http://10.1.2.3/", true), ("10.1.2.3", "http://10.1.2.30/", false),
        ("::1", "http://[::1]/", true), ("10.0.0.0/99", "http://10.1.2.3/", false),
    ]

    @Test(arguments: exceptions)
    func exceptionsAreKept(list: String, address: String, isExcepted: Bool) throws {
        #expect(try (proxy(["http_proxy": "p:1", "no_proxy": list], address) == nil) == isExcepted)
        #expect(try (proxy(["http_proxy": "p:1", "NO_PROXY": list], address) == nil) == isExcepted)
    }

    /// A fetcher to which every name is the server.
    private func behindAProxy(_ body: (LoopbackServer, WebFetcher) async throws -> Void) async throws {
        let server = try await LoopbackServer()
        let proxy = try await LoopbackProxy(to: server)
        let fetcher = WebFetcher(
            rules: .quick { $0.attempts = 1 }, environment: ["http_proxy": "http://\(proxy.address)"],
            resolve: { _ in [] })
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(server, fetcher))
        } catch {
            outcome = .failure(error)
        }
        await fetcher.close()
        try await proxy.stop()
        try await server.stop()
        try outcome.get()
    }

    private static let headers: [(name: String, value: String)] = [
        ("X-Api-Key", "geheim-1"), ("Authorization", "Bearer geheim-2"), ("Cookie", "s=geheim-3"),
        ("Accept-Language", "ko"), ("Referer", "http://news.example.com/?key=geheim-4"),
    ]

    @Test(arguments: [false, true], [false, true])
    func whatTellsWhoAsksReachesNoOtherSite(isLink: Bool, isRefererSecret: Bool) async throws {
        try await behindAProxy { server, fetcher in
            let (news, other) = ("http://news.example.com/a", "http://other.example.com/rss.xml")
            var request = try WebRequest(WebAddress(isLink ? other : news), headers: Self.headers)
            if isLink { request.home = try WebAddress(news) }
            if isRefererSecret { request.secretHeaders = ["referer"] }
            server.fail(.redirect(302, other), on: "/a")
            #expect(try await fetcher.get(request).address.description == other)
            func sent(_ host: String) -> Set<String> {
                let own = Set(Self.headers.map { $0.name.lowercased() })
                let headers = server.log.filter { $0.header("host") == host }.flatMap(\.headers)
                return Set(headers.map { $0.name.lowercased() }).intersection(own)
            }
            let harmless: Set = isRefererSecret ? ["accept-language"] : ["accept-language", "referer"]
            #expect(sent("other.example.com") == harmless)
            #expect(sent("news.example.com").count == (isLink ? 0 : 5), "at home all of them are sent")
        }
    }

    @Test(arguments: [false, true])
    func whatIsPostedReachesNoOtherSite(isLink: Bool) async throws {
        try await behindAProxy { server, fetcher in
            let (news, other) = ("http://news.example.com/a", "http://other.example.com/c")
            var request = try WebRequest(WebAddress(isLink ? other : news))
            if isLink { request.home = try WebAddress(news) }
            request.body = ("key=geheim", "application/x-www-form-urlencoded")
            server.fail(.redirect(307, other), on: "/a")
            let verb = isLink ? "leads" : "redirects"
            await #expect(
                throws: FetchFailure.redirect(
                    "\(news) \(verb) a POST to \(other), another site, which is not followed")
            ) { try await fetcher.get(request) }
            #expect(server.log.map { $0.header("host") ?? "" } == (isLink ? [] : ["news.example.com"]))
        }
    }

    /// 302 turns a POST into a GET, which sends nothing along.
    @Test func aPostThatBecomesAGetMayLeave() async throws {
        try await behindAProxy { server, fetcher in
            var request = try WebRequest(WebAddress("http://news.example.com/a"))
            request.body = ("key=geheim", "application/x-www-form-urlencoded")
            server.fail(.redirect(302, "http://other.example.com/rss.xml"), on: "/a")
            #expect(try await fetcher.get(request).status == 200)
            #expect(server.log.map(\.method) == ["POST", "GET"])
            #expect(server.log[1].header("host") == "other.example.com")
            #expect(server.log[1].header("content-type") == nil)
        }
    }

    @Test func requestsGoThroughTheProxyWithItsPassword() async throws {
        let server = try await LoopbackServer()
        let proxy = try await LoopbackProxy(to: server)
        var rules = FetchRules()
        rules.delay = .zero
        rules.attempts = 1
        let fetcher = WebFetcher(
            rules: rules,
            environment: ["http_proxy": "http://lab:geheim@\(proxy.address)", "no_proxy": "127.0.0.1"],
            resolve: { _ in
                Issue.record("names are the proxy's affair")
                return []
            })
        server.fail(.redirect(302, "http://other.example.com/rss.xml"), on: "/a")
        let answer = try await fetcher.get(WebRequest(WebAddress("http://news.example.com/a")))
        #expect(answer.status == 200 && answer.address.description == "http://other.example.com/rss.xml")
        let heads = proxy.requests
        #expect(
            heads.map { $0.prefix { $0 != "\r\n" } } == [
                "CONNECT news.example.com:80 HTTP/1.1", "CONNECT other.example.com:80 HTTP/1.1",
            ])
        // Base64 of lab:geheim.
        #expect(
            heads.allSatisfy {
                $0.lowercased().contains("proxy-authorization: basic " + "bGFiOmdlaGVpbQ==".lowercased())
            })
        #expect(
            server.log.map { $0.header("host") ?? "" } == [
                "news.example.com", "news.example.com", "other.example.com", "other.example.com",
            ])
        _ = try await fetcher.get(WebRequest(WebAddress(server.address() + "/ranking")))
        #expect(proxy.requests.count == 2)
        await fetcher.close()
        try await proxy.stop()
        try await server.stop()
    }
}
