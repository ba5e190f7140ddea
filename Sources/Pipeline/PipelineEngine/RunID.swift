internal import CLibrary
package import StoreFile
internal import TextBasics

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
        let tag = Hexadecimal.text(UInt16.random(in: .min ... .max), width: 4)
        return "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))-\(tag)"
    }
}
