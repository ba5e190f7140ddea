import Foundation
import LoopbackServer
import Testing

/// A secret goes to the site that the source file names, and nowhere else.
struct SecretTests {
    private typealias Bench = ScriptedBench
    private static let secret = "opensesame/1234"
    private static let prepare =
        "prepare: [{get: \"HERE/token\", take: {token: {json: token}}, secret: true}]"
    private static let post = """
        post: "HERE/c"
        body: {form: {article: "{id}", key: "{token}"}}
        paging: {by: link, next: next}
        list: comments
        """
    private static let get = """
        get: "HERE/c"
        headers: {X-Api-Key: "{token}"}
        paging: {by: link, next: next}
        list: comments
        """

    /// A service whose first page of comments names another site for the second one, which that site has.
    private static func site(next link: String) -> Bench.Script {
        Bench.site { request in
            switch request.path {
            case "/token": return .json("{\"token\":\"opensesame\\/1234\"}")
            case "/c":
                let isHome = request.header("host")?.hasPrefix("127.") ?? false
                let next = isHome ? "\"\(link)\"" : "null"
                return .json("{\"comments\":[\(Bench.item(isHome ? 1 : 2))],\"next\":\(next)}")
            default: return nil
            }
        }
    }

    private static let links = [
        (post, "http://other.example.com/c"), (get, "http://other.example.com/c?k={token}"),
        (get, "http://other.example.com/c?k=opensesame%2F1234"), (get, "//other.example.com/c?k={token}"),
    ]

    @Test(arguments: links)
    func noLinkCarriesASecretToAnotherSite(comments: String, link: String) async throws {
        try await Self.site(next: link).run { bench in
            let proxy = try await LoopbackProxy(to: bench.server)
            try bench.write(comments, prepare: Self.prepare)
            let outcome = try bench.run(through: proxy)
            try await proxy.stop()
            #expect(outcome.status == 5, "\(outcome.errors)")
            #expect(outcome.errors.contains("http://other.example.com/c"), "\(outcome.errors)")
            #expect(outcome.errors.contains(", another site, "), "\(outcome.errors)")
            #expect(proxy.requests.isEmpty, "the other site is not even connected to")
            #expect(try bench.count() == "1", "what came before the link is kept")
            #expect(!outcome.errors.contains("opensesame"))
            #expect(try !bench.isWritten("opensesame"))
        }
    }

    @Test func aLinkWithoutSecretsIsFollowedToAnotherSite() async throws {
        try await Self.site(next: "http://other.example.com/c").run { bench in
            let proxy = try await LoopbackProxy(to: bench.server)
            try bench.write(Self.get, prepare: Self.prepare)
            let outcome = try bench.run(through: proxy)
            try await proxy.stop()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.count() == "2")
            let others = bench.server.log.filter { $0.header("host") == "other.example.com" }
            #expect(others.map(\.target) == ["/robots.txt", "/c"])
            #expect(others.allSatisfy { $0.header("x-api-key") == nil })
            let own = bench.server.log.first { $0.target == "/c" }
            #expect(own?.header("x-api-key") == Self.secret)
        }
    }

    enum Failure: CaseIterable, Sendable {
        case noLocation, refusedRedirect, robots, serviceText

        /// What its message says.
        var words: String {
            switch self {
            case .noLocation: "without saying where to"
            case .refusedRedirect: "an address of a private network"
            case .robots: "robots.txt of"
            case .serviceText: "the service refused"
            }
        }

        func answer(_ path: String) -> ScriptedAnswer? {
            switch (self, path) {
            case (_, "/token"): .json("{\"token\":\"opensesame\\/1234\"}")
            case (.noLocation, "/c"): .html("", status: 302)
            case (.refusedRedirect, "/c"):
                .html("", status: 302, headers: [("Location", "http://10.0.0.1/?why=opensesame%2f1234")])
            case (.robots, "/robots.txt"):
                ScriptedAnswer("text/plain", Array("User-agent: *\nDisallow: /c\n".utf8))
            case (.serviceText, "/c"):
                .json("{\"error\":1,\"why\":\"no quota for opensesame\\/1234\",\"comments\":[]}")
            default: nil
            }
        }
    }

    @Test(arguments: Failure.allCases)
    func failuresTellNoSecrets(failure: Failure) async throws {
        try await Bench.site({ failure.answer($0.path) }).run { bench in
            try bench.write(
                "get: \"HERE/c?key={token}\"\nlist: comments\nrefused_if: {error: \"*\"}\nmessage: why",
                prepare: Self.prepare)
            let outcome = try bench.run()
            #expect(outcome.status == 5)
            #expect(outcome.errors.contains(failure.words), "\(outcome.errors)")
            #expect(outcome.errors.contains("{token}") && !outcome.errors.contains("opensesame"))
            let problems = try bench.shop.sqlite("SELECT problems FROM visit")
            #expect(problems.contains { $0.contains("{token}") })
            #expect(try !bench.isWritten("opensesame"))
        }
    }
}
