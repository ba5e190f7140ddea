import LoopbackServer
import Testing
import WebFetching
import WebFormats

struct RobotsTests {
    @Test func robotsIsAskedForOnceAndObeyed() async throws {
        try await Bench.run(rules: .quick { $0.obeysRobots = true }) { bench async throws in
            bench.server.change { $0.robots = "User-agent: *\nDisallow: /private\n" }
            try await withThrowingTaskGroup { group in
                for index in 0..<8 {
                    group.addTask { _ = try await bench.get("/ranking?\(index)") }
                }
                try await group.waitForAll()
            }
            let address = try WebAddress(bench.server.address() + "/private/1")
            #expect(try await bench.failure("/private/1") == .refusedByRobots(address))
            let targets = bench.server.log.map(\.target)
            #expect(targets.count { $0 == "/robots.txt" } == 1)
            #expect(targets.first == "/robots.txt")
            #expect(targets.count == 9)
        }
    }

    @Test func noRobotsMeansAllIsAllowedAndRulesMayBeSetAside() async throws {
        try await Bench.run(rules: .quick { $0.obeysRobots = true }) { bench async throws in
            #expect(try await bench.get("/ranking").status == 200)
        }
        try await Bench.run { bench async throws in
            bench.server.change { $0.robots = "User-agent: *\nDisallow: /\n" }
            #expect(try await bench.get("/ranking").status == 200)
            #expect(bench.server.log.count == 1)
        }
    }

    @Test(arguments: [
        Fault.status(500), .status(503), .hangUp, .redirectLoop,
        .redirect(301, "https://example.com/robots.txt"),
    ])
    func aSiteWhoseRobotsCannotBeReadIsLeft(fault: Fault) async throws {
        try await Bench.run(rules: .quick { $0.obeysRobots = true }) { bench async throws in
            bench.server.fail(fault, on: "/robots.txt")
            let failure = try #require(try await bench.failure("/ranking"))
            guard case .robotsUnreachable(let origin, let reason) = failure else {
                Issue.record("\(failure)")
                return
            }
            #expect(origin == bench.server.address())
            #expect(!reason.isEmpty && failure.isBlocking)
            let asked = bench.server.log.count
            // No one asks again at once.
            #expect(try await bench.failure("/rss.xml") == failure)
            #expect(bench.server.log.count == asked)
            #expect(bench.server.log.allSatisfy { $0.target == "/robots.txt" })
        }
    }

    @Test func robotsThatComesAtTheSecondTryCounts() async throws {
        try await Bench.run(rules: .quick { $0.obeysRobots = true }) { bench async throws in
            bench.server.fail(.status(503), on: "/robots.txt", times: 2)
            #expect(try await bench.get("/ranking").status == 200)
        }
    }

    @Test func aRedirectIntoWhatIsForbiddenIsNotFollowed() async throws {
        try await Bench.run(rules: .quick { $0.obeysRobots = true }) { bench async throws in
            bench.server.change { $0.robots = "User-agent: splitvote\nDisallow: /private\n" }
            bench.server.fail(.redirect(302, "/private/1"), on: "/a")
            let address = try WebAddress(bench.server.address() + "/private/1")
            #expect(try await bench.failure("/a") == .refusedByRobots(address))
        }
    }

    @Test func aCrawlDelayIsKept() async throws {
        try await Bench.run(rules: .quick { $0.obeysRobots = true }) { bench async throws in
            bench.server.change { $0.robots = "User-agent: *\nCrawl-delay: 0.06\n" }
            for _ in 0..<4 { _ = try await bench.get("/ranking") }
            let moments = bench.server.log.map(\.nanoseconds)
            let gaps = zip(moments, moments.dropFirst()).map { Double($1 - $0) / 1e9 }
            #expect(gaps.allSatisfy { $0 >= 0.06 }, "\(gaps)")
        }
    }

    @Test func whatWasKeptIsUsedForADay() async throws {
        let now = try await Bench.run { try await $0.get("/ranking").seconds }
        for (age, asks) in [(Int64(100), 0), (86_399 - 60, 0), (86_401, 1)] {
            let record = RobotsRecord(
                status: 200, body: Array("User-agent: *\nDisallow: /r".utf8), seconds: now - age)
            let kept = KeptRobots(record)
            try await Bench.run(rules: .quick { $0.obeysRobots = true }, kept: kept) { bench async throws in
                let failure = try await bench.failure("/ranking")
                #expect((failure == nil) == (asks == 1), "after \(age) s: \(failure as Any)")
                #expect(bench.server.log.count { $0.target == "/robots.txt" } == asks)
            }
            #expect(kept.taken.withLock { $0.map(\.status) } == (asks == 1 ? [404] : []))
        }
    }

    /// RFC 9309, section 2.4.
    @Test func anOldCopyServesWhileTheSiteCannotBeAsked() async throws {
        let record = RobotsRecord(
            status: 200, body: Array("User-agent: *\nDisallow: /rss".utf8), seconds: 1_000_000)
        try await Bench.run(rules: .quick { $0.obeysRobots = true }, kept: KeptRobots(record)) {
            bench async throws in
            bench.server.fail(.status(500), on: "/robots.txt")
            #expect(try await bench.get("/ranking").status == 200)
            let address = try WebAddress(bench.server.address() + "/rss.xml")
            #expect(try await bench.failure("/rss.xml") == .refusedByRobots(address))
            #expect(bench.server.log.count { $0.target == "/robots.txt" } == 3)
        }
    }
}
