import Foundation
import LoopbackServer

/// A loopback server that plays a comment service, and a sandbox with a pipeline that crawls it.
final class CrawlBench: Sendable {
    enum Service: String, CaseIterable, Sendable { case naver, daum, plain }

    let server: LoopbackServer
    let shop: Sandbox
    let service: Service

    private init(_ service: Service, _ server: LoopbackServer) throws {
        self.service = service
        self.server = server
        shop = try Sandbox()
    }

    /// Runs a test with both, and ends the server whatever happens.
    static func run<Result>(
        _ service: Service = .naver, articles: Int = 3, comments: Int = 30, hosts: Int = 1,
        _ body: (CrawlBench) async throws -> Result
    ) async throws -> Result {
        let server = try await LoopbackServer(
            hosts: hosts, site: Site(articles: articles, comments: comments))
        let outcome: Swift.Result<Result, any Error>
        do {
            let bench = try CrawlBench(service, server)
            try bench.writeSource()
            outcome = .success(try await body(bench))
        } catch {
            outcome = .failure(error)
        }
        try await server.stop()
        return try outcome.get()
    }

    /// The source files that are shipped, with the server in the place of the services.
    func writeSource(_ change: (String) -> String = { $0 }) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let name = service == .plain ? "example-news" : service.rawValue
        var text = try String(
            contentsOf: root.appending(path: "pipelines/sources/\(name).yaml"), encoding: .utf8)
        let here = server.address()
        for host in [
            "https://apis.naver.com", "https://n.news.naver.com", "https://alex.daum.net",
            "https://comment.daum.net",
            "https://v.daum.net", "https://*.news.example.com", "https://api.example.com",
            "https://news.example.com",
        ] {
            text = text.replacing(host, with: here)
        }
        let others = ["news.naver.com", "v.daum.net"]
        text = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            !(line.contains("- https://") && others.contains { line.contains($0) })
        }.joined(separator: "\n").replacing(", \"https://*.v.daum.net/v/{id}\"", with: "")
        try shop.write(change(text), to: "source.yaml")
    }

    /// The list that the server has for this service.
    var ranking: String {
        let kind = service == .naver ? "" : "?kind=\(service.rawValue)"
        return "{page: \"\(server.address())/ranking\(kind)\", links: a}"
    }

    /// Writes the pipeline file.
    func write(find: String? = nil, _ settings: String...) throws {
        let lines = settings.map { "\n      \($0)" }.joined()
        try shop.write(
            """
            splitvote: 1
            pipeline: crawl
            store: {state: state.sqlite, artifacts: artifacts}
            stages:
              comments:
                uses: ingest.web
                with:
                  source: source.yaml
                  contact: lab@example.org
                  find: [\(find ?? ranking)]
                  delay: 0
                  per_host: 4
                  back_off: 0.01\(lines)
            """, to: "crawl.yaml")
    }

    func run(_ options: String...) throws -> Sandbox.Outcome {
        try shop.run(Sandbox.command, ["run", "crawl.yaml"] + options)
    }

    /// Comments in the store as `key|text|up|down`, by key; removed ones as `key|removed`.
    func stored() throws -> [String] {
        try shop.sqlite(
            """
            SELECT CASE WHEN status = 'removed' THEN key || '|removed'
                ELSE key || '|' || replace(text, char(10), ' ') || '|' || up || '|' || down END
            FROM comment JOIN current_vote ON current_vote.comment = comment.id ORDER BY CAST(key AS INTEGER)
            """)
    }

    /// The same of what is served.
    func served() -> [String] {
        server.site.articles.flatMap(\.comments).sorted { $0.number < $1.number }.map { comment in
            comment.isRemoved
                ? "\(comment.number)|removed"
                : "\(comment.number)|\(comment.text.replacing("\n", with: " "))|\(comment.up)|\(comment.down)"
        }
    }

    func states() throws -> [String] {
        try shop.sqlite("SELECT state, count(*) FROM visit GROUP BY 1 ORDER BY 1")
    }

    /// Requests that came for the comments of articles.
    var commentRequests: Int {
        server.log.count { entry in
            ["/commentBox", "/apis/v1/posts", "/v2/comments"].contains { entry.target.hasPrefix($0) }
        }
    }
}
