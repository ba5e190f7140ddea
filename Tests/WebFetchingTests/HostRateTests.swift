import Testing
import WebFetching

struct HostRateTests {
    private func pace(_ change: (inout FetchRules) -> Void = { _ in }) -> HostRate {
        var rules = FetchRules()
        change(&rules)
        return HostRate(rules)
    }

    @Test func theNextStartsOneDelayAfterTheStart() {
        var pace = pace { $0.perHost = 2 }
        #expect(pace.advice(at: .seconds(5)) == .start)
        pace.start(at: .seconds(5))
        #expect(pace.advice(at: .seconds(5)) == .wait(until: .seconds(6)))
        #expect(pace.advice(at: .milliseconds(5999)) == .wait(until: .seconds(6)))
        #expect(pace.advice(at: .seconds(6)) == .start)
        // With several at a time the answer does not matter.
        pace.heard(at: .milliseconds(5900))
        #expect(pace.advice(at: .seconds(6)) == .start)
    }

    @Test func oneByOneItAlsoWaitsForTheHead() {
        var pace = pace()
        pace.start(at: .seconds(5))
        pace.heard(at: .milliseconds(5300))
        #expect(pace.advice(at: .seconds(6)) == .wait(until: .milliseconds(6300)))
        // The end of the body does not matter then.
        pace.end(at: .seconds(8))
        #expect(pace.advice(at: .milliseconds(6300)) == .start)
    }

    @Test func aRequestWithoutAnAnswerCountsToItsEnd() {
        var pace = pace()
        pace.start(at: .seconds(5))
        pace.end(at: .seconds(9))
        #expect(pace.advice(at: .seconds(9)) == .wait(until: .seconds(10)))
    }

    @Test func aHostThatWantsToBeLeftAloneIs() {
        var pace = pace { $0.longestWait = .seconds(60) }
        pace.hold(until: .seconds(60), status: 429)
        #expect(pace.advice(at: .zero) == .wait(until: .seconds(60)))
        pace.hold(until: .seconds(30), status: 503)
        #expect(
            pace.advice(at: .zero) == .wait(until: .seconds(60)), "a shorter wish does not end a longer one")
        pace.hold(until: .seconds(61), status: 503)
        #expect(pace.advice(at: .zero) == .leaveAlone(until: .seconds(61), status: 503))
        #expect(pace.advice(at: .seconds(1)) == .wait(until: .seconds(61)))
        #expect(pace.advice(at: .seconds(61)) == .start)
    }

    @Test func tooManyRequestsDoubleTheDelayAndGoodAnswersBringItBack() {
        var pace = pace { $0.delay = .milliseconds(200) }
        pace.slowDown(at: .zero)
        #expect(pace.delay == .seconds(1), "at least one second")
        pace.slowDown(at: .zero)
        #expect(pace.delay == .seconds(2))
        for _ in 0..<10 { pace.slowDown(at: .zero) }
        #expect(pace.delay == .seconds(60), "at most sixty")
        var delays = [pace.delay]
        for _ in 0..<100 {
            pace.easeOff()
            delays.append(pace.delay)
        }
        #expect(delays[1] == .milliseconds(52_525))
        #expect(zip(delays, delays.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(delays.last == .milliseconds(200))
    }

    @Test func aCrawlDelayIsBelievedUpToTheLongestWait() {
        var pace = pace { $0.longestWait = .seconds(30) }
        pace.crawlDelay(.milliseconds(10))
        #expect(pace.delay == .seconds(1), "the rules ask for more")
        pace.crawlDelay(.seconds(10))
        #expect(pace.delay == .seconds(10))
        pace.slowDown(at: .zero)
        for _ in 0..<100 { pace.easeOff() }
        #expect(pace.delay == .seconds(10))
        pace.start(at: .seconds(1000))
        pace.crawlDelay(.seconds(100_000))
        #expect(
            pace.advice(at: .seconds(1000)) == .wait(until: .seconds(1030)), "the request before counts too")
        #expect(pace.delay == .seconds(30))
    }

    /// Whatever happens, two starts are one delay apart, and so are a head and the start after it.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func startsAreNeverTooClose(seed: UInt64) {
        var random = Random(state: seed &* 2_654_435_761 &+ 1)
        var pace = pace { $0.delay = .milliseconds(100) }
        var now = Duration.zero
        var last: (start: Duration, head: Duration)?
        for _ in 0..<100 {
            waiting: while true {
                switch pace.advice(at: now) {
                case .start: break waiting
                case .wait(let moment): now = moment
                case .leaveAlone:
                    Issue.record("seed \(seed)")
                    return
                }
            }
            if let last {
                #expect(
                    now - last.start >= .milliseconds(100) && now - last.head >= .milliseconds(100),
                    "seed \(seed)")
            }
            pace.start(at: now)
            let start = now
            now += .milliseconds(Int.random(in: 0...300, using: &random))
            if Bool.random(using: &random) { pace.heard(at: now) }
            if Int.random(in: 0..<8, using: &random) == 0 { pace.slowDown(at: now) } else { pace.easeOff() }
            let head = now
            pace.end(at: now)
            last = (start, head)
            now += .milliseconds(Int.random(in: 0...50, using: &random))
        }
    }

    @Test func pausesBetweenAttemptsDoubleUpToABound() {
        var most = Highest()
        var least = Lowest()
        for (failed, bound) in [(1, 1.0), (2, 2), (3, 4), (4, 8), (7, 60), (100, 60)] {
            #expect(
                BackOff.pause(after: failed, first: .seconds(1), most: .seconds(60), using: &least) == .zero)
            let longest = BackOff.pause(after: failed, first: .seconds(1), most: .seconds(60), using: &most)
            #expect(abs(longest / .seconds(1) - bound) < 1e-6)
        }
    }
}

private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

private struct Highest: RandomNumberGenerator {
    mutating func next() -> UInt64 { .max }
}

private struct Lowest: RandomNumberGenerator {
    mutating func next() -> UInt64 { 0 }
}
