import FieldValues
import Foundation
import Testing

struct MomentTextTests {
    private let seoul = MomentText(zoneSeconds: 9 * 3600)

    /// What a text means, as ISO 8601 in UTC.
    private func iso(_ text: String, _ reader: MomentText, seen: Int64? = nil) -> String? {
        reader.seconds(text, seen: seen).map {
            Date(timeIntervalSince1970: Double($0)).ISO8601Format()
        }
    }

    static let forms: [(String, String)] = [
        ("2020-01-02", "2020-01-01T15:00:00Z"), ("20200102", "2020-01-01T15:00:00Z"),
        ("2020-1-2 3:04", "2020-01-01T18:04:00Z"), ("2020-01-02T10:05:06.789", "2020-01-02T01:05:06Z"),
        ("2020-01-02 10:05:06 +0200", "2020-01-02T08:05:06Z"),
        ("2020-01-02T10:05:06Z", "2020-01-02T10:05:06Z"),
        ("2020-01-02 10:05:06 UTC", "2020-01-02T10:05:06Z"), ("2020-01-02 10:05 KST", "2020-01-02T01:05:00Z"),
        ("2020.01.02. 오전 10:05", "2020-01-02T01:05:00Z"), ("2018.10.28. 오후 10:00", "2018-10-28T13:00:00Z"),
        ("2018.10.28. 오전 12:00", "2018-10-27T15:00:00Z"), ("2018.10.28. 오후 12:00", "2018-10-28T03:00:00Z"),
        ("2018년 10월 28일", "2018-10-27T15:00:00Z"), ("2020년 1월 2일 19:30", "2020-01-02T10:30:00Z"),
        ("2020년 1월 2일 오후 7시 30분", "2020-01-02T10:30:00Z"), ("2020.01.02.", "2020-01-01T15:00:00Z"),
        ("2020.01.02.(목) 10:05", "2020-01-02T01:05:00Z"), ("2020. 05. 22. 09:39", "2020-05-22T00:39:00Z"),
        ("20200102100506", "2020-01-02T01:05:06Z"), ("202001021005", "2020-01-02T01:05:00Z"),
        ("Thu, 02 Jan 2020 10:05:06 GMT", "2020-01-02T10:05:06Z"),
        ("2020-01-02 10:05 PM", "2020-01-02T13:05:00Z"),
        ("1577934306", "2020-01-02T03:05:06Z"), ("1577934306.5", "2020-01-02T03:05:06Z"),
        ("1577934306123", "2020-01-02T03:05:06Z"), ("1577934306123456", "2020-01-02T03:05:06Z"),
        (" 2020-01-02 ", "2020-01-01T15:00:00Z"), ("２０２０-01-02", "2020-01-01T15:00:00Z"),
    ]

    @Test(arguments: forms)
    func aMomentIsReadInTheFormsInUse(text: String, expected: String) {
        #expect(iso(text, seoul) == expected)
    }

    static let none = [
        "", "NaT", "null", "2020-13-01", "2020-02-30", "2020-01-02 24:00", "2020-01-02 10:60", "20.01.02",
        "01/02/2020", "2020", "2020-01", "12345", "2020.01.02. 오후 13:00", "2020-01-02 foo", "3일 전", "방금",
        "157793430612", "99999999999999",
    ]

    @Test(arguments: none)
    func whatIsNotAMomentIsNone(text: String) {
        #expect(seoul.seconds(text) == nil)
    }

    static let relative: [(String, String)] = [
        ("방금", "2020-01-10T03:00:00Z"), ("방금 전", "2020-01-10T03:00:00Z"),
        ("just now", "2020-01-10T03:00:00Z"),
        ("30초 전", "2020-01-10T02:59:30Z"), ("5분 전", "2020-01-10T02:55:00Z"),
        ("2시간 전", "2020-01-10T01:00:00Z"),
        ("3일 전", "2020-01-07T03:00:00Z"), ("3일전", "2020-01-07T03:00:00Z"), ("1주 전", "2020-01-03T03:00:00Z"),
        ("1개월 전", "2019-12-11T03:00:00Z"), ("1년 전", "2019-01-10T03:00:00Z"),
        ("3일 전(수정됨)", "2020-01-07T03:00:00Z"), ("3 days ago", "2020-01-07T03:00:00Z"),
        ("a day ago", "2020-01-09T03:00:00Z"), ("an hour ago (edited)", "2020-01-10T02:00:00Z"),
        ("3d", "2020-01-07T03:00:00Z"), ("어제", "2020-01-08T15:00:00Z"), ("어제 10:05", "2020-01-09T01:05:00Z"),
        ("오늘 오전 9:30", "2020-01-10T00:30:00Z"), ("그저께", "2020-01-07T15:00:00Z"),
        ("Yesterday", "2020-01-08T15:00:00Z"),
    ]

    @Test(arguments: relative)
    func aRelativeTimeCountsFromWhenItWasSeen(text: String, expected: String) {
        // 2020-01-10, noon in Seoul.
        #expect(iso(text, seoul, seen: 1_578_625_200) == expected)
    }

    @Test(arguments: ["일 전", "3", "ago", "3 moons ago", "전", "99999999999 days ago", "3일 후"])
    func whatTellsNoSpanIsNone(text: String) {
        #expect(seoul.seconds(text, seen: 1_578_625_200) == nil)
    }

    @Test func clocksOfAPlaceChangeInSummer() throws {
        let berlin = MomentText(zone: try #require(TimeZoneRule("Europe/Berlin")))
        #expect(iso("2020-01-02 10:00", berlin) == "2020-01-02T09:00:00Z")
        #expect(iso("2020-07-02 10:00", berlin) == "2020-07-02T08:00:00Z")
        #expect(iso("2020-07-02 10:00Z", berlin) == "2020-07-02T10:00:00Z")
        #expect(iso("2020-07-02T10:00+09:00", berlin) == "2020-07-02T01:00:00Z")
        // Both sides of the change to summer, and of the change back: 02:30 is there twice then.
        #expect(iso("2020-03-29 01:59", berlin) == "2020-03-29T00:59:00Z")
        #expect(iso("2020-03-29 03:00", berlin) == "2020-03-29T01:00:00Z")
        #expect(iso("2020-10-25 02:30", berlin) == "2020-10-25T00:30:00Z")
        #expect(iso("2020-10-25 03:00", berlin) == "2020-10-25T02:00:00Z")
        let korea = MomentText(zone: try #require(TimeZoneRule("Asia/Seoul")))
        #expect(iso("2020년 1월 2일 19:30", korea) == "2020-01-02T10:30:00Z")
        // Korea had summer time in 1988.
        #expect(iso("1988-07-01 12:00", korea) == "1988-07-01T02:00:00Z")
    }

    @Test(arguments: ["Asia/Soul", "KST", "9", "", "+25:00", "../etc/passwd"])
    func aZoneThatIsUnknownIsNone(name: String) {
        #expect(TimeZoneRule(name) == nil)
    }

    static let formats: [(String, String, String?)] = [
        ("%d/%m/%Y %H:%M", "02/01/2020 10:05", "2020-01-02T01:05:00Z"),
        ("%m/%d/%y", "01/02/20", "2020-01-01T15:00:00Z"),
        ("%d %b %Y, %I:%M %p", "2 January 2020, 10:05 pm", "2020-01-02T13:05:00Z"),
        ("%F %T%z", "2020-01-02 10:05:06+0000", "2020-01-02T10:05:06Z"),
        ("%s", "1577934306", "2020-01-02T03:05:06Z"),
        ("%Y년 %m월 %d일", "2020년 1월 2일", "2020-01-01T15:00:00Z"), ("%d/%m/%Y", "31/02/2020", nil),
        ("%d/%m/%Y", "02-01/2020", nil), ("%d/%m/%Y", "02/01/2020 10:05", nil),
        // Another form than the one named is read as ever.
        ("%d/%m/%Y", "2020-01-02", "2020-01-01T15:00:00Z"),
    ]

    @Test(arguments: formats)
    func aFormThatIsNamedComesFirst(format: String, text: String, expected: String?) throws {
        let reader = MomentText(zone: .offset(9 * 3600), format: try DateFormat(format))
        #expect(iso(text, reader) == expected)
    }

    @Test(arguments: ["%d/%m", "%Q", "%Y-%m-%", "plain", "%H:%M"])
    func aFormThatNamesNoDayIsRefused(format: String) {
        #expect(throws: DateFormatError.self) { try DateFormat(format) }
    }
}
