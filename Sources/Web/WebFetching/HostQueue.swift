internal import WebFormats

/// The line of requests before one host: so many under way, and a pause from each to the next.
actor HostQueue {
    private let origin: String
    private var pace: HostRate
    private let places: AsyncSemaphore
    /// Only the first in line looks at the pace, so that nobody overtakes.
    private let front = AsyncSemaphore()
    private let clock = ContinuousClock()
    private let begin: ContinuousClock.Instant

    init(origin: String, rules: FetchRules) {
        self.origin = origin
        pace = HostRate(rules)
        places = AsyncSemaphore(places: rules.perHost)
        begin = clock.now
    }

    private var now: Duration { begin.duration(to: clock.now) }

    /// Waits until a request may start; ``leave()`` gives its place back.
    /// - Throws: ``FetchFailure/leftAlone(origin:seconds:status:)`` or `CancellationError`.
    func enter() async throws {
        try await places.enter()
        do {
            try await front.enter()
        } catch {
            await places.leave()
            throw error
        }
        do {
            try await waitForTurn()
        } catch {
            await front.leave()
            await places.leave()
            throw error
        }
        await front.leave()
    }

    private func waitForTurn() async throws {
        while true {
            try Task.checkCancellation()
            switch pace.advice(at: now) {
            case .start: return pace.start(at: now)
            case .wait(let moment): try await clock.sleep(until: begin.advanced(by: moment), tolerance: .zero)
            case .leaveAlone(let moment, let status):
                throw FetchFailure.leftAlone(
                    origin: origin, seconds: Int64(((moment - now) / .seconds(1)).rounded(.up)),
                    status: status)
            }
        }
    }

    /// The request's answer has begun.
    func heard() { pace.heard(at: now) }

    func leave() async {
        pace.end(at: now)
        await places.leave()
    }

    /// The host has had too much of this, and may have said for how long it wants to be left alone.
    func slowDown(retryAfter: Int64?, status: Int) {
        pace.slowDown(at: now)
        hold(retryAfter, status: status)
    }

    func hold(_ seconds: Int64?, status: Int) {
        if let seconds { pace.hold(until: now + .seconds(seconds), status: status) }
    }

    func easeOff() { pace.easeOff() }

    func crawlDelay(_ seconds: Double) { pace.crawlDelay(.seconds(min(seconds, RobotsFile.longestDelay))) }
}
