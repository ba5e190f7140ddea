internal import TextBasics

/// A day of the week, as `when: {weekday: …}` names it.
package enum Weekday: String, CaseIterable, Hashable, Sendable {
    case mon, tue, wed, thu, fri, sat, sun

    /// The weekday of a date written `YYYY-MM-DD` in the Gregorian calendar; `nil` if that is not a date.
    package init?(ofDate text: String) {
        guard let days = CivilTime.days(text) else { return nil }
        // 1 January 1970 was a Thursday.
        self = Self.allCases[((days + 3) % 7 + 7) % 7]
    }
}
