import Foundation
import LoopbackServer
import Testing

/// Crawls by several workers into one spool.
struct ManyCrawlersTests {
    /// Three workers at once, one of which is killed, bring together what is served: each article by one of them, each
    /// request once.
    @Test func workersBringTogetherWhatIsServed() async throws {
        try await CrawlBench.run(articles: 24, comments: 15) { bench in
            try bench.write("revisit: []", "spool: spool")
            let shares = ["1/3", "2/3", "3/3"].shuffled()
            let processes = try shares.map { try bench.shop.start("gather", "crawl.yaml", "--share", $0) }
            try await Task.sleep(for: .milliseconds(Int.random(in: 60...400)))
            processes[0].kill()
            for process in processes { try await bench.wait(for: process) }
            #expect(processes[1...].allSatisfy { $0.wait() == .exited(0) })
            let last = try bench.shop.splitvote("gather", "crawl.yaml", "--share", shares[0])
            #expect(last.status == 0, "\(last.errors)")
            let asked = bench.server.log.map(\.target).filter {
                !$0.hasPrefix("/ranking") && !$0.hasPrefix("/robots")
            }
            let outcome = try bench.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try bench.stored() == bench.served())
            #expect(try bench.states() == ["complete|24"])
            #expect(
                bench.server.log.map(\.target).filter {
                    !$0.hasPrefix("/ranking") && !$0.hasPrefix("/robots")
                } == asked,
                "the run asked the site")
            // Only what the killed worker had in flight was asked for again.
            #expect(
                asked.count - Set(asked).count <= 8,
                "\(asked.count - Set(asked).count) requests were made twice")
            let again = try bench.run()
            #expect(again.errors.contains("nothing to do"), "\(again.errors)")
            // The same answers once more are the same answers.
            try FileManager.default.removeItem(at: bench.shop.folder.appending(path: "gather"))
            let fetches = try bench.shop.sqlite("SELECT count(*) FROM fetch")
            let forced = try bench.run("--force", "comments")
            #expect(forced.status == 0, "\(forced.errors)")
            #expect(try bench.shop.sqlite("SELECT count(*) FROM fetch") == fetches)
            #expect(try bench.stored() == bench.served())
        }
    }

    /// A second visit is another observation.
    @Test func laterVisitsAreObservations() async throws {
        try await CrawlBench.run(articles: 4, comments: 10) { bench in
            try bench.write("revisit: [2s]", "article_pages: false", "spool: spool")
            for _ in 0..<2 {
                for share in ["1/2", "2/2"] {
                    let outcome = try bench.shop.splitvote("gather", "crawl.yaml", "--share", share)
                    #expect(outcome.status == 0, "\(outcome.errors)")
                }
                #expect(try bench.run().status == 0)
                try await Task.sleep(for: .milliseconds(2100))
            }
            // Of a visit that took longer than that, no other one was due.
            #expect(
                try bench.shop.sqlite("SELECT count(*) FROM visit WHERE number = 1 AND state = 'complete'")
                    != ["0"])
            #expect(try bench.stored() == bench.served())
            #expect(try bench.shop.sqlite("SELECT count(*) FROM sighting") != ["0"])
        }
    }
}
