import Foundation
import LoopbackServer
import Testing
import WebFetching
import WebFormats

struct PolitenessTests {
    private func gap(requests: Int, hosts: Int, delay: Duration) async throws -> Double? {
        try await Bench.run(hosts: hosts, rules: .quick { $0.delay = delay }) { bench async throws in
            try await withThrowingTaskGroup { group in
                for index in 0..<requests {
                    group.addTask { _ = try await bench.get("/ranking?\(index)", host: index % hosts) }
                }
                try await group.waitForAll()
            }
            #expect(bench.server.log.count == requests)
            #expect(Set(bench.server.log.map(\.host)).count == hosts)
            return bench.smallestGap
        }
    }

    @Test func noHostSeesTwoRequestsCloserThanTheDelay() async throws {
        let smallest = try #require(try await gap(requests: 60, hosts: 5, delay: .milliseconds(50)))
        #expect(smallest >= 0.05)
    }

    /// The check can fail: without a delay requests do come closer.
    @Test func withoutADelayTheyComeAtOnce() async throws {
        let smallest = try #require(try await gap(requests: 60, hosts: 5, delay: .zero))
        #expect(smallest < 0.05)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["SPLITVOTE_LONG"] == "1"))
    func fiveHundredRequestsOverFiveHosts() async throws {
        let smallest = try #require(try await gap(requests: 500, hosts: 5, delay: .milliseconds(200)))
        print("smallest gap of one host, 500 requests over 5 hosts, delay 200 ms: \(smallest * 1000) ms")
        #expect(smallest >= 0.2)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["SPLITVOTE_LONG"] == "1"))
    func pagesOfCommentsPerSecond() async throws {
        try await Bench.run { bench async throws in
            bench.server.change { $0.addComments(100, to: 0) }
            let article = bench.server.site.articles[0]
            let target =
                "/commentBox/cbox/web_naver_list_jsonp.json?objectId=news\(article.oid)%2C\(article.aid)&pageSize=100"
            let clock = ContinuousClock()
            let begin = clock.now
            for _ in 0..<1000 { _ = try await bench.get(target) }
            let seconds = begin.duration(to: clock.now) / .seconds(1)
            print("1000 pages of 100 comments, one after the other: \(1000 / seconds) pages a second")
        }
    }

    @Test func retriesWaitInLineToo() async throws {
        try await Bench.run(rules: .quick { $0.delay = .milliseconds(40) }) { bench async throws in
            bench.server.fail(.status(500), on: "/", times: 2)
            bench.server.fail(.hangUp, on: "/", times: 1, after: 2)
            async let one = bench.get("/ranking")
            async let two = bench.get("/rss.xml")
            async let three = bench.get("/atom.xml")
            let statuses = try await [one.status, two.status, three.status]
            #expect(statuses == [200, 200, 200])
            #expect(bench.server.log.count == 6)
            #expect(try #require(bench.smallestGap) >= 0.04)
        }
    }

    @Test(arguments: [1, 3])
    func severalAtATimeOnlyWhereTheRulesSaySo(perHost: Int) async throws {
        try await Bench.run(rules: .quick { $0.perHost = perHost }) { bench async throws in
            bench.server.fail(.silence, on: "/")
            try await withThrowingTaskGroup { group in
                for index in 0..<5 { group.addTask { _ = try await bench.failure("/\(index)") } }
                while bench.server.log.count < perHost { try await Task.sleep(for: .milliseconds(1)) }
                try await Task.sleep(for: .milliseconds(30))
                #expect(bench.server.log.count == perHost)
                group.cancelAll()
                while await group.nextResult() != nil {}
            }
        }
    }

    @Test func retryAfterHoldsTheWholeHostButNoOther() async throws {
        try await Bench.run(hosts: 2) { bench async throws in
            bench.server.fail(.status(429, retryAfter: "1"), on: "/ranking", times: 1)
            async let held = bench.get("/ranking")
            while bench.server.log.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            try await Task.sleep(for: .milliseconds(20))
            async let other = bench.get("/rss.xml")
            _ = try await bench.get("/atom.xml", host: 1)
            _ = try await (held, other)
            let log = bench.server.log
            let refused = try #require(log.first { $0.status == 429 }).nanoseconds
            let next = try #require(log.filter { $0.host == 0 }.dropFirst().first).nanoseconds
            #expect(Double(next - refused) / 1e9 >= 1)
            let elsewhere = try #require(log.first { $0.host == 1 }).nanoseconds
            #expect(Double(elsewhere - refused) / 1e9 < 0.9)
        }
    }

    @Test func retryAfterMayBeADate() async throws {
        try await Bench.run { bench async throws in
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = TimeZone(identifier: "GMT")
            formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            let far = formatter.string(from: Date(timeIntervalSinceNow: 7200))
            bench.server.fail(.status(503, retryAfter: far), on: "/ranking")
            guard case .leftAlone(_, let seconds, 503)? = try await bench.failure("/ranking") else {
                Issue.record("not left alone")
                return
            }
            #expect((7195...7200).contains(seconds))
        }
    }

    @Test func aHostThatAsksForTooMuchIsGivenUp() async throws {
        try await Bench.run(rules: .quick { $0.longestWait = .seconds(100) }) { bench async throws in
            bench.server.fail(.status(429, retryAfter: "101"), on: "/ranking", times: 1)
            let failure = try await bench.failure("/ranking")
            #expect(failure == .leftAlone(origin: bench.server.address(), seconds: 101, status: 429))
            // And nothing more is asked of it.
            guard case .leftAlone(_, 100...101, 429)? = try await bench.failure("/rss.xml") else {
                Issue.record("asked again")
                return
            }
            #expect(bench.server.log.count == 1)
        }
    }

    @Test func tooManyRequestsSlowTheHostDown() async throws {
        try await Bench.run(rules: .quick { $0.slowedDelay = .milliseconds(60) }) { bench async throws in
            bench.server.fail(.status(429), on: "/", times: 1)
            for _ in 0..<2 { _ = try await bench.get("/ranking") }
            let moments = bench.server.log.map(\.nanoseconds)
            try #require(moments.count == 3)
            #expect(Double(moments[1] - moments[0]) / 1e9 >= 0.06)
            #expect(Double(moments[2] - moments[1]) / 1e9 >= 0.05, "an eighth is taken back")
        }
    }

    @Test func cancellationEndsAWaitAtOnce() async throws {
        let clock = ContinuousClock()
        try await Bench.run(rules: .quick { $0.delay = .seconds(30) }) { bench async throws in
            _ = try await bench.get("/ranking")
            let begin = clock.now
            let waiting = (0..<3).map { _ in Task { try await bench.get("/rss.xml") } }
            try await Task.sleep(for: .milliseconds(20))
            for task in waiting { task.cancel() }
            for task in waiting {
                await #expect(throws: CancellationError.self) { try await task.value }
            }
            #expect(begin.duration(to: clock.now) < .seconds(2))
            #expect(bench.server.log.count == 1)
        }
    }

    @Test(arguments: [Fault.silence, .stall, .endless])
    func cancellationEndsARequestAndGivesItsPlaceBack(fault: Fault) async throws {
        let clock = ContinuousClock()
        try await Bench.run { bench async throws in
            bench.server.fail(fault, on: "/rss.xml")
            let task = Task { try await bench.get("/rss.xml") }
            while bench.server.log.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            let begin = clock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await bench.get("/ranking").status == 200)
            #expect(begin.duration(to: clock.now) < .seconds(2))
        }
    }

    @Test func cancellationEndsAPauseBetweenAttempts() async throws {
        let clock = ContinuousClock()
        try await Bench.run(
            rules: .quick {
                $0.firstBackOff = .seconds(1000)
                $0.mostBackOff = .seconds(1000)
            }
        ) { bench async throws in
            bench.server.fail(.status(500), on: "/")
            let task = Task { try await bench.get("/ranking") }
            while bench.server.log.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            let begin = clock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(begin.duration(to: clock.now) < .seconds(2))
        }
    }
}
