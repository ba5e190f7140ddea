import JSON
import Testing

struct JSONRecordTests {
    struct Trip: JSONRecord {
        var kilometers: Double?
        var stops: [Stop]?
        var seats: Int?
        var isOver: Bool?
        var weather: JSONValue?
        var prices: [String: Int]?
        var hours: ClosedRange<Double>?

        static let fields: [JSONField<Trip>] = [
            JSONField("kilometers", \.kilometers, "length of the trip"), JSONField("stops", \.stops),
            JSONField("seats", \.seats), JSONField("is_over", \.isOver), JSONField("weather", \.weather),
            JSONField("prices", \.prices), JSONField("hours", \.hours),
        ]
    }

    struct Stop: JSONRecord {
        var name = ""
        var minutes: Int?

        static let fields: [JSONField<Stop>] = [
            JSONField(required: "name", \.name), JSONField("minutes", \.minutes),
        ]
    }

    private static let json: JSONValue = [
        "kilometers": 12.5, "stops": [["name": "Seoul", "minutes": 3], ["name": "Busan"]], "seats": 4,
        "is_over": true, "weather": .null, "prices": ["adult": 10], "hours": [9.5, 17.0],
    ]

    @Test func whatIsReadIsWrittenAgain() throws {
        let trip = try #require(Trip(json: Self.json))
        #expect(trip.stops?.map(\.name) == ["Seoul", "Busan"])
        #expect(trip.weather == .null)
        #expect(trip.hours == 9.5...17)
        #expect(trip.json == Self.json)
        #expect(Trip(json: trip.json) == trip)
    }

    @Test func membersComeInTheOrderOfTheirDeclarations() throws {
        var stop = Stop(name: "Seoul")
        stop.minutes = 2
        #expect(String(decoding: stop.json.encoded(), as: UTF8.self) == #"{"name":"Seoul","minutes":2}"#)
    }

    @Test func anEmptyObjectIsARecordOfNothing() {
        #expect(Trip(json: [:]) == Trip())
        #expect(Trip().json == .object([:]))
    }

    static let loose: [(JSONValue, Trip)] = [
        (["seats": 4.5, "kilometers": 12], Trip(kilometers: 12)),
        (["seats": "4", "is_over": 1, "kilometers": "far"], Trip()),
        (["stops": "none", "prices": ["adult": 10, "child": "free"]], Trip(prices: ["adult": 10])),
        (["hours": [17, 9]], Trip()), (["hours": [9]], Trip()), (["unknown": 1, "seats": 2], Trip(seats: 2)),
    ]

    /// A number with a fraction is no whole number, but a whole number may stand for one with a fraction.
    @Test(arguments: loose)
    func valuesOfAnotherTypeAndUnknownMembersArePassedOver(json: JSONValue, trip: Trip) {
        #expect(Trip(json: json) == trip)
    }

    @Test func withoutARequiredMemberThereIsNoRecord() {
        #expect(Stop(json: ["minutes": 3]) == nil)
        #expect(Stop(json: "Seoul") == nil)
        let stops: JSONValue = [["minutes": 3], ["name": "Seoul"], 7]
        #expect(Trip(json: ["stops": stops])?.stops == [Stop(name: "Seoul")])
    }

    @Test func aMemberIsNamedByItsPlace() {
        #expect(Trip.name(\.isOver) == "is_over")
        #expect(Trip.names(\.stops, \.seats) == ["stops", "seats"])
        #expect(Trip.field(\.kilometers).summary == "length of the trip")
    }
}
