import Foundation
import JSON
import TestInputs
import Testing
import TrackFormat

/// Records as TensorBoard's own messages and writer make them: `Tests/Fixtures/tracking/make_events.py`.
struct EventRecordTests {
    private static func fixture(_ name: String) throws -> String {
        let records = try JSONValue(parsing: Fixture.text("tracking/events.json"))
        return try #require(records[name]?.stringValue)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test func everyRecordHasTheBytesOfTensorBoardsOwn() throws {
        let start: Int64 = 1_769_817_600_250
        #expect(try Self.hex(EventRecord.version(at: start)) == Self.fixture("version"))
        let loss = TrackedPoint("train/loss", 0.6931, step: 300, time: 1_769_817_601_500)
        #expect(try Self.hex(EventRecord.scalar(loss)) == Self.fixture("scalar"))
        let mcc = TrackedPoint("dev/mcc", -0.125, step: 1, time: 1_769_817_602_000)
        #expect(try Self.hex(EventRecord.scalar(mcc)) == Self.fixture("negative"))
        let text = EventRecord.text("| a | 뉴스 |", name: "parameters", at: start)
        #expect(try Self.hex(text) == Self.fixture("text"))
    }

    @Test func theChecksumIsThatOfCastagnoli() {
        #expect(RecordFraming.checksum(Array("123456789".utf8)[...]) == 0xE306_9283)
    }

    @Test func aRecordIsFoundByItsStepAndName() throws {
        let bytes = EventRecord.scalar(TrackedPoint("dev/loss", 1, step: 70_000, time: 0))
        let record = try #require(RecordFraming.first(of: bytes[...]))
        #expect(record.size == bytes.count)
        let reading = EventRecord.reading(record.data)
        #expect(reading.step == 70_000 && reading.name == "dev/loss")
    }

    /// A file that was cut anywhere, or has one other bit, has no record there: nothing is read past the damage.
    @Test func aTornOrDamagedRecordIsNone() {
        let bytes = EventRecord.scalar(TrackedPoint("dev/loss", 1, step: 7, time: 0))
        for count in 0..<bytes.count { #expect(RecordFraming.first(of: bytes[..<count]) == nil, "\(count)") }
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(RecordFraming.first(of: damaged[...]) == nil, "bit \(bit)")
        }
    }
}
