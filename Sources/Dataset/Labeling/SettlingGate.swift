package import VoteModel

/// Holds back comments that are young and whose votes still change: their label would be that of the first readers.
///
/// A comment is unsettled when both hold:
///
/// - its age, the moment of the cut less its birth, is below ``age``; exactly that age is old enough;
/// - its counts changed between its last two readings. A comment begins with no votes, so the first reading of one
///   counts as a change when it shows any.
///
/// So a comment settles by growing old, or earlier by being read twice with the same counts.
package struct SettlingGate: Hashable, Sendable {
    /// From this age on a comment is settled, in seconds. 0 or more; at 0 every comment is.
    package var age: Int64

    package init(age: Int64) {
        self.age = age
    }

    /// What is known about a comment's time. Moments are seconds since 1970, UTC.
    package struct Readings: Hashable, Sendable {
        /// When the source says that it was written; `nil` if it does not.
        package var createdAt: Int64?
        /// When it was first seen.
        package var first: Int64
        /// When it was last seen, with whatever counts; at or after ``first``.
        package var last: Int64
        /// Whether its counts at ``last`` differ from those at the reading before.
        package var changed: Bool

        package init(createdAt: Int64?, first: Int64, last: Int64, changed: Bool) {
            self.createdAt = createdAt
            self.first = first
            self.last = last
            self.changed = changed
        }

        /// The moment from which the comment's age counts: when it was written, or first seen where that is not
        /// known. What was seen before it was written, says the source, was written by then.
        package var birth: Int64 { min(createdAt ?? first, first) }
    }

    /// Whether counts moved between two readings; `previous` is `nil` for a comment read once.
    ///
    /// Fewer votes are a change too: readers took them back, or the source shows them inexactly.
    package static func changed(from previous: VoteCount?, to last: VoteCount) -> Bool {
        last != previous ?? VoteCount(up: 0, down: 0)
    }

    /// Whether a comment's votes have come to rest.
    ///
    /// - Parameter moment: the moment of the cut. `nil` judges each comment at its own last reading, which asks more:
    ///   a comment read once, in its first hour, then stays unsettled for good, however old the archive.
    package func isSettled(_ readings: Readings, at moment: Int64?) -> Bool {
        guard readings.changed else { return true }
        let (age, overflows) = (moment ?? readings.last).subtractingReportingOverflow(readings.birth)
        // An overflow upwards is an age beyond all measure; a birth after the moment is an age below 0: young.
        return overflows ? (moment ?? readings.last) > 0 : age >= self.age
    }
}
