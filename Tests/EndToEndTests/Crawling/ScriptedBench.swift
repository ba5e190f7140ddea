import Foundation
import LoopbackServer

/// A server that answers as a test says, and a sandbox with a source file and a pipeline that crawls it.
final class ScriptedBench: Sendable {
    let server: LoopbackServer
    let shop: Sandbox

    private init(_ server: LoopbackServer) throws {
        self.server = server
        shop = try Sandbox()
    }

    /// A server that is not running yet.
    struct Script: Sendable {
        let hosts: Int
        let answer: @Sendable (ScriptedRequest) -> ScriptedAnswer?
    }

    /// - Parameter answer: `nil` from it is an article's page or 404.
    static func site(
        hosts: Int = 1, _ answer: @escaping @Sendable (ScriptedRequest) -> ScriptedAnswer?
    ) -> Script {
        Script(hosts: hosts, answer: answer)
    }

    fileprivate static func run<Result>(
        _ plan: Script, _ body: (ScriptedBench) async throws -> Result
    ) async throws -> Result {
        let script = plan.answer
        var site = Site(articles: 0)
        site.script = { request in
            if let answer = script(request) { return answer }
            return request.path.hasPrefix("/a/") ? .html("<html><body><h1>T</h1></body></html>") : nil
        }
        let server = try await LoopbackServer(hosts: plan.hosts, site: site)
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(try ScriptedBench(server)))
        } catch {
            outcome = .failure(error)
        }
        try await server.stop()
        return try outcome.get()
    }

    /// Writes both files. `HERE` in them is the server's address.
    /// - Parameters:
    ///   - comments: the lines of `comments` but for its fields.
    ///   - settings: further settings of the stage.
    func write(
        _ comments: String, find: String = "{articles: [\"HERE/a/1\"]}", prepare: String = "",
        settings: String = "article_pages: false", store: String = ""
    ) throws {
        let indented = comments.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
        let source = """
            splitvote_source: 1
            source: site
            time_zone: "+09:00"
            articles:
              addresses: ["HERE/a/{id}"]
              key: id
              address: "HERE/a/{id}"
              title: h1
            \(prepare)
            comments:
            \(indented)
              fields: {key: id, text: text, up: up, down: down}
            """
        let pipeline = """
            splitvote: 1
            pipeline: crawl
            store: {state: state.sqlite, artifacts: artifacts\(store)}
            stages:
              comments:
                uses: ingest.web
                with: {source: site.yaml, contact: lab@example.org, find: [\(find)], delay: 0, back_off: 0, attempts: 2, \(settings)}
              clean: {uses: clean, from: comments, with: {rules: none}}
              labels: {uses: label, from: clean, with: {min_votes: 1}}
            """
        try shop.write(source.replacing("HERE", with: server.address()), to: "site.yaml")
        try shop.write(pipeline.replacing("HERE", with: server.address()), to: "crawl.yaml")
    }

    func run(_ options: String...) throws -> Sandbox.Outcome {
        try shop.run(Sandbox.command, ["run", "crawl.yaml"] + options)
    }

    /// A run that asks a proxy for all hosts but the server.
    func run(through proxy: LoopbackProxy) throws -> Sandbox.Outcome {
        let proxies = ["http_proxy": "http://\(proxy.address)", "no_proxy": "127.0.0.1"]
        return try shop.run(
            Sandbox.command, ["run", "crawl.yaml"],
            environment: Sandbox.environment.merging(proxies) { $1 })
    }

    /// Whether anything that the runs wrote holds a text.
    func isWritten(_ text: String) throws -> Bool {
        try shop.files(below: "").contains { try shop.data($0).range(of: Data(text.utf8)) != nil }
    }

    func count() throws -> String {
        try shop.sqlite("SELECT count(*) FROM comment WHERE status = 'present'").first ?? ""
    }

    /// `state|announced|seen` of the articles' visits.
    func states() throws -> [String] {
        try shop.sqlite("SELECT state, announced, seen FROM visit WHERE state <> 'waiting' ORDER BY id")
    }

    /// An item of a list of comments.
    static func item(_ number: Int, _ more: String = "") -> String {
        #"{"id":\#(number),"text":"text \#(number)","up":3,"down":2\#(more)}"#
    }

    static func list(_ numbers: some Sequence<Int>, total: Int? = nil) -> ScriptedAnswer {
        let items = numbers.map { item($0) }.joined(separator: ",")
        return .json(#"{"comments":[\#(items)]\#(total.map { #","total":\#($0)"# } ?? "")}"#)
    }

    /// A look each second, however slow the machine is.
    static let eachSecond = (1...3600).map { "\($0)s" }.joined(separator: ", ")

    static let byPage = """
        get: "HERE/c?article={id}&size={size}&page={page}"
        page_size: 10
        paging: {by: page}
        list: comments
        total: total
        """
}

extension ScriptedBench.Script {
    /// Runs a test with the server and a sandbox, and ends the server whatever happens.
    func run<Result>(_ body: (ScriptedBench) async throws -> Result) async throws -> Result {
        try await ScriptedBench.run(self, body)
    }
}
