internal import RunStore
internal import StoreFile
internal import TextBasics
internal import VoteModel

/// Moments in human-readable form.
package enum Timestamp {
    /// Seconds since 1970 of a date or time; without an offset it is in UTC.
    package static func seconds(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { Moment.seconds(UnsafeRawBufferPointer($0), zoneSeconds: 0) }
    }

    /// The moment up to which `--as-of` looks: a date means its last second.
    package static func asOf(_ text: String) -> Int64? {
        guard let seconds = seconds(text) else { return nil }
        let isDate = text.utf8.count <= 10 && !text.utf8.allSatisfy { (48...57).contains($0) }
        return isDate || text.utf8.count == 8 ? seconds + 86_399 : seconds
    }

    /// Seconds from one moment of the store's to another.
    package static func seconds(from start: String, to end: String) -> Double? {
        guard let first = milliseconds(start), let last = milliseconds(end) else { return nil }
        return Double(max(0, last - first)) / 1000
    }

    /// `2025-11-21T07:16:44Z`
    package static func text(_ seconds: Int64) -> String {
        CivilTime.text(seconds: seconds)
    }

    /// Milliseconds since 1970 of a text like `2025-11-21T07:16:44.123Z`.
    package static func milliseconds(_ text: String) -> Int64? {
        guard let seconds = seconds(text) else { return nil }
        let digits = text.split(separator: ".").last.map { $0.filter(\.isWholeNumber) } ?? ""
        return seconds * 1000 + (digits.count == 3 ? Int64(digits) ?? 0 : 0)
    }
}
