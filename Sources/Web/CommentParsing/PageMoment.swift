internal import FieldValues

/// Dates and times as pages and services write them.
package enum PageMoment {
    /// Seconds since 1970, UTC; `nil` if the text is not a date or time. Reads what ``/FieldValues/MomentText`` does.
    /// - Parameters:
    ///   - zoneSeconds: offset of times that give none, seconds east of Greenwich.
    ///   - seen: when the text was seen, for relative times; `nil`: these are rejected.
    package static func seconds(_ text: String, zoneSeconds: Int64, seen: Int64? = nil) -> Int64? {
        MomentText(zoneSeconds: zoneSeconds).seconds(text, seen: seen)
    }
}
