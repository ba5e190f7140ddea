package import Foundation
internal import VoteModel

/// Where times that name no zone were written down.
package enum TimeZoneRule: Hashable, Sendable {
    /// Seconds east of Greenwich.
    case offset(Int64)
    /// A place, whose clocks may change in summer.
    case place(TimeZone)

    package static let utc = TimeZoneRule.offset(0)

    /// The zone that a text names: `Z`, `+09:00`, or a name of the system's time zone database such as `Asia/Seoul`; `nil`
    /// where there is none.
    package init?(_ text: String) {
        if let seconds = Moment.zoneSeconds(text) {
            self = .offset(seconds)
        } else if text == "UTC" || text == "GMT" {
            self = .utc
        } else if text.contains("/"), !text.contains(".."), let zone = TimeZone(identifier: text) {
            self = .place(zone)
        } else {
            return nil
        }
    }

    /// What a text that names no zone is told.
    package static let expectation = "Z, an offset such as +09:00, or a place such as Asia/Seoul"

    /// The moment, in seconds since 1970, UTC, at which clocks there show a time, itself given as though it were UTC.
    ///
    /// A time that clocks show twice is the earlier one; one that they pass over is as far behind the last as it says.
    package func moment(ofLocal local: Int64) -> Int64 {
        switch self {
        case .offset(let seconds): return local - seconds
        case .place(let zone):
            func offset(_ moment: Int64) -> Int64 {
                Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment))))
            }
            // The offsets half a day before and behind bracket any change of clocks.
            let before = offset(local - 86_400)
            let first = local - before
            if offset(first) == before { return first }
            let second = local - offset(local + 86_400)
            return offset(second) == local - second ? second : first
        }
    }

    /// Seconds east of Greenwich at a moment.
    package func seconds(at moment: Int64) -> Int64 {
        switch self {
        case .offset(let seconds): seconds
        case .place(let zone): Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment))))
        }
    }
}
