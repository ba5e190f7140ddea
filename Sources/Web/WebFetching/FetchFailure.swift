package import WebFormats

/// What a request waited for in vain.
package enum TimeoutKind: String, Hashable, Sendable {
    case connect, firstByte, whole
}

/// Why an address was not fetched, after all attempts.
package enum FetchFailure: Error, Hashable, Sendable {
    /// robots.txt says no.
    case refusedByRobots(WebAddress)
    /// Nobody knows what robots.txt says, so that nothing may be fetched (RFC 9309, section 2.3.1.4).
    case robotsUnreachable(origin: String, reason: String)
    /// The host asks to be left alone for longer than the rules wait.
    case leftAlone(origin: String, seconds: Int64, status: Int)
    /// robots.txt asks for longer pauses than the rules wait.
    case slowerThanAllowed(origin: String, seconds: Double, longest: Duration)
    /// This status to the end: 408, 425, 429, 5xx, or at once one that is no answer to a GET.
    case status(Int, attempts: Int)
    case timeout(TimeoutKind, attempts: Int)
    /// No connection, or one that broke: the reason in words.
    case connection(String, attempts: Int)
    /// The answer itself is damaged: ended early, bad gzip, unknown encoding.
    case broken(String, attempts: Int)
    /// More bytes than the rules allow.
    case tooLarge(limit: Int)
    /// A redirect that is not followed, and why.
    case redirect(String)

    /// Whether the host refuses more than this one address.
    package var isBlocking: Bool {
        switch self {
        case .refusedByRobots, .robotsUnreachable, .leftAlone, .slowerThanAllowed: true
        default: false
        }
    }

    /// Whether another attempt may go better.
    var isPassing: Bool {
        switch self {
        case .status(let status, _): Self.isPassing(status)
        case .connection(let reason, _): reason != Self.ended
        case .timeout, .broken: true
        default: false
        }
    }

    static let ended = "fetching has been ended"

    static func isPassing(_ status: Int) -> Bool {
        status == 408 || status == 425 || status == 429 || (500...599).contains(status)
    }

    /// The same, after so many attempts.
    func after(_ attempts: Int) -> FetchFailure {
        switch self {
        case .status(let status, _): .status(status, attempts: attempts)
        case .timeout(let kind, _): .timeout(kind, attempts: attempts)
        case .connection(let reason, _): .connection(reason, attempts: attempts)
        case .broken(let reason, _): .broken(reason, attempts: attempts)
        default: self
        }
    }
}

extension FetchFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refusedByRobots(let address): "robots.txt of \(address.origin) does not allow \(address.target)"
        case .robotsUnreachable(let origin, let reason):
            "robots.txt of \(origin) cannot be read, so nothing of it may be fetched: \(reason)"
        case .leftAlone(let origin, let seconds, let status):
            "\(origin) asks to be left alone for another \(seconds) s (status \(status))"
        case .slowerThanAllowed(let origin, let seconds, let longest):
            "robots.txt of \(origin) asks for \(Int64(min(seconds, 1e9))) s between requests; 'longest_wait' allows \(longest.components.seconds) s"
        case .status(let status, let attempts): "status \(status)\(Self.times(attempts))"
        case .timeout(.connect, let attempts): "no connection in time\(Self.times(attempts))"
        case .timeout(.firstByte, let attempts): "no answer in time\(Self.times(attempts))"
        case .timeout(.whole, let attempts): "the answer did not end in time\(Self.times(attempts))"
        case .connection(let reason, let attempts): "\(reason)\(Self.times(attempts))"
        case .broken(let reason, let attempts): "\(reason)\(Self.times(attempts))"
        case .tooLarge(let limit): "the answer is larger than the \(limit) bytes allowed"
        case .redirect(let reason): reason
        }
    }

    private static func times(_ attempts: Int) -> String { attempts > 1 ? ", \(attempts) times" : "" }
}
