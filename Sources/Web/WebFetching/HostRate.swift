/// When the next request to a host may start. Knows no clock: moments come in, as durations since any fixed one.
///
/// A request starts at the earliest one delay after the former one started. Where requests follow one another one by one,
/// it also starts no earlier than one delay after the head of the former one's answer came: the server had seen the former
/// request by then, so that its own log shows the delay too, however long either connection took.
package struct HostRate: Sendable {
    /// What a request is told that wants to start.
    package enum Advice: Hashable, Sendable {
        case start
        case wait(until: Duration)
        /// The host asked for more patience than there is: until then, with this status.
        case leaveAlone(until: Duration, status: Int)
    }

    private let isOneByOne: Bool
    private let longestWait: Duration
    private let slowedDelay: Duration
    private let mostDelay: Duration
    /// What the rules and robots.txt ask for.
    private var calmDelay: Duration
    /// From one request to the next, at present.
    package private(set) var delay: Duration
    private var dueAt: Duration?
    private var awaitsHead = false
    private var held: (until: Duration, status: Int)?

    package init(_ rules: FetchRules) {
        isOneByOne = rules.perHost == 1
        longestWait = rules.longestWait
        slowedDelay = rules.slowedDelay
        calmDelay = rules.delay
        delay = rules.delay
        mostDelay = max(rules.delay, min(rules.mostSlowedDelay, rules.longestWait))
    }

    package func advice(at now: Duration) -> Advice {
        if let held, held.until > now {
            if held.until - now > longestWait { return .leaveAlone(until: held.until, status: held.status) }
            return .wait(until: max(held.until, dueAt ?? held.until))
        }
        if let dueAt, dueAt > now { return .wait(until: dueAt) }
        return .start
    }

    package mutating func start(at now: Duration) {
        put(off: now)
        awaitsHead = true
    }

    /// The head of an answer came.
    package mutating func heard(at now: Duration) {
        if isOneByOne { put(off: now) }
        awaitsHead = false
    }

    /// A request is over. Where no head came, the server may have seen it as late as now.
    package mutating func end(at now: Duration) {
        if awaitsHead { heard(at: now) }
    }

    /// The host wants no request for a while, as Retry-After says.
    package mutating func hold(until moment: Duration, status: Int) {
        if moment > held?.until ?? .zero { held = (moment, status) }
    }

    /// The host is asked too often: twice the delay.
    package mutating func slowDown(at now: Duration) {
        delay = min(max(delay * 2, slowedDelay), max(mostDelay, calmDelay))
        put(off: now)
    }

    /// A good answer: an eighth of what was added to the delay is taken back.
    package mutating func easeOff() {
        guard delay > calmDelay else { return }
        let rest = delay - (delay - calmDelay) / 8
        delay = rest - calmDelay < .milliseconds(5) ? calmDelay : rest
    }

    /// What robots.txt asks for, believed up to the longest wait.
    package mutating func crawlDelay(_ asked: Duration) {
        let former = delay
        calmDelay = max(calmDelay, min(asked, longestWait))
        delay = max(delay, calmDelay)
        if let dueAt { self.dueAt = dueAt + (delay - former) }
    }

    private mutating func put(off moment: Duration) { dueAt = max(dueAt ?? .zero, moment + delay) }
}
