internal import VoteModel
internal import WebFormats

/// Dates and times as tables, services and pages write them: one reader for all of them.
package struct MomentText: Hashable, Sendable {
    /// Where times that name no zone were written down.
    package var zone: TimeZoneRule
    /// A form that is tried before all others.
    package var format: DateFormat?

    package init(zone: TimeZoneRule, format: DateFormat? = nil) {
        self.zone = zone
        self.format = format
    }

    package init(zoneSeconds: Int64) { self.init(zone: .offset(zoneSeconds)) }

    /// Texts longer than this, in bytes, are not dates.
    private static let longest = 100

    /// Seconds since 1970, UTC; `nil` if the text is not a date or time.
    ///
    /// Reads what ``/VoteModel/Moment`` and ``/WebFormats/MailDate`` read; ISO 8601 with blanks, short months and fractions;
    /// `20200522093902` (14 digits, or 12 without seconds); counts of seconds, milliseconds or microseconds since 1970,
    /// with a fraction too; the forms of Korean pages, `2017.04.20. 오후 3:53`, `2020. 05. 22. 09:39`,
    /// `2024년 9월 1일 23:55`; and, if it is known when they were seen, `방금`, `3일 전`, `어제`, `3 days ago`.
    /// - Parameter seen: when the text was seen, seconds since 1970, UTC; `nil`: relative times are refused.
    package func seconds(_ text: UnsafeRawBufferPointer, seen: Int64? = nil) -> Int64? {
        if format == nil, let known = standard(text) { return known }
        guard !text.isEmpty, text.count <= Self.longest else { return nil }
        return seconds(String(decoding: text, as: UTF8.self), seen: seen)
    }

    /// Reads a moment as ``seconds(_:seen:)-(UnsafeRawBufferPointer,_)`` does.
    package func seconds(_ text: String, seen: Int64? = nil) -> Int64? {
        guard text.utf8.count <= Self.longest else { return nil }
        let plain = PlainText.string(of: text)
        if let format { if let found = format.seconds(plain, zone: zone) { return found } }
        if let known = standard(plain) { return known }
        if let count = CivilText.epoch(plain) { return count }
        if let mail = MailDate.seconds(plain) { return mail }
        if let civil = CivilText(plain) { return civil.seconds(in: zone) }
        return seen.flatMap { RelativeMoment.seconds(plain, seen: $0, zone: zone) }
    }

    /// Whether a text is one that ``/VoteModel/Moment`` reads, and names its zone or needs none that changes.
    package func isStandard(_ text: UnsafeRawBufferPointer) -> Bool {
        guard format == nil, case .offset = zone else { return false }
        return standard(text) != nil
    }

    private func standard(_ text: UnsafeRawBufferPointer) -> Int64? {
        switch zone {
        case .offset(let seconds): return Moment.seconds(text, zoneSeconds: seconds)
        case .place:
            guard let local = Moment.seconds(text, zoneSeconds: 0) else { return nil }
            // A text with its own zone means the same moment whatever zone is assumed.
            return Moment.seconds(text, zoneSeconds: 3600) == local ? local : zone.moment(ofLocal: local)
        }
    }

    private func standard(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { standard(UnsafeRawBufferPointer($0)) }
    }
}
