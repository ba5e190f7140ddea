import Foundation
import LoopbackServer
import TestInputs
import Testing

/// Crawls that are killed at any moment and run again.
struct CrawlKillTests {
    /// 50 where SPLITVOTE_LONG is set.
    private static let kills = ProcessInfo.processInfo.environment["SPLITVOTE_LONG"] == nil ? 6 : 50

    @Test func nothingIsLostAndNothingAskedForTwice() async throws {
        var kills = 0
        var random = SystemRandomNumberGenerator()
        while kills < Self.kills {
            try await CrawlBench.run(articles: 200, comments: 12) { bench in
                try bench.write("revisit: []")
                var committed: Set<String> = []
                while kills < Self.kills {
                    bench.server.clearLog()
                    let process = try bench.shop.start("run", "crawl.yaml")
                    // The first tenth of a second is the start of the program.
                    try await Task.sleep(for: .milliseconds(Int.random(in: 60...600, using: &random)))
                    process.kill()
                    try await bench.wait(for: process)
                    let asked = Set(bench.server.log.map(\.target))
                    #expect(
                        asked.isDisjoint(with: committed), "asked again: \(asked.intersection(committed))")
                    if case .exited = process.wait() { break }
                    kills += 1
                    // Killed on its way out, with nothing left to do: the next crawl asks for the list again.
                    if try bench.hasEnded() { break }
                    committed = try bench.committedTargets()
                }
                bench.server.clearLog()
                let last = try bench.run()
                #expect(last.status == 0, "\(last.errors)")
                let stored = try bench.stored()
                #expect(stored == bench.served())
                #expect(try bench.shop.sqlite("SELECT count(*) FROM vote") == ["\(stored.count)"])
                #expect(try bench.states() == ["complete|200"])
                #expect(try bench.shop.sqlite("PRAGMA integrity_check") == ["ok"])
            }
        }
    }

    @Test func aStoppedCrawlEndsAtOnceAndContinues() async throws {
        try await CrawlBench.run(articles: 20, comments: 30) { bench in
            try bench.write()
            let slow = try bench.shop.read("crawl.yaml").replacing("delay: 0", with: "delay: 0.3")
            try bench.shop.write(slow, to: "crawl.yaml")
            let process = try bench.shop.start("run", "crawl.yaml")
            while bench.commentRequests < 2, process.isRunning {
                try await Task.sleep(for: .milliseconds(20))
            }
            let clock = ContinuousClock.now
            process.kill(SIGTERM)
            try await bench.wait(for: process)
            #expect(process.wait() == .exited(143))
            #expect(ContinuousClock.now - clock < .seconds(2))
            try bench.write()
            let next = try bench.run()
            #expect(next.status == 0, "\(next.errors)")
            #expect(try bench.stored() == bench.served())
        }
    }
}

extension CrawlBench {
    /// Waits without holding the thread.
    func wait(for process: ChildProcess) async throws {
        while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Whether a crawl has come to its end.
    func hasEnded() throws -> Bool {
        guard shop.exists("state.sqlite") else { return false }
        return try shop.sqlite("SELECT count(*) FROM crawl WHERE finished_at IS NOT NULL") != ["0"]
    }

    /// Targets of the requests whose answers the store has.
    func committedTargets() throws -> Set<String> {
        guard shop.exists("state.sqlite") else { return [] }
        let here = server.address()
        return Set(
            try shop.sqlite("SELECT request FROM fetch").map {
                String($0.dropFirst($0.hasPrefix(here) ? here.count : 0))
            })
    }
}
