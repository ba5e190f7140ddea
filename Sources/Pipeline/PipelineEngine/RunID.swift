internal import CLibrary
package import StoreFile

/// Names of runs: the moment at which they began, and four hex digits against two in one second.
package enum RunID {
    package static var process: Int32 { getpid() }

    /// `20251121-071644-3f2a`, in UTC.
    /// - Parameter isTaken: whether a run has that name already.
    package static func make(_ clock: StoreClock, isTaken: (String) throws -> Bool) rethrows -> String {
        while true {
            let name = make(clock)
            if try !isTaken(name) { return name }
        }
    }

    /// The same, without asking.
    package static func make(_ clock: StoreClock) -> String {
        let digits = clock.timestamp().filter(\.isWholeNumber)
        let tag = String(UInt16.random(in: .min ... .max), radix: 16)
        let padded = String(repeating: "0", count: 4 - tag.count) + tag
        return "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))-\(padded)"
    }
}
