import Diagnostics
import StageKit
import Testing

struct ParameterListTests {
    private func value(_ content: LocatedValue.Content) -> LocatedValue {
        LocatedValue(content, at: SourceSpan(file: "p.yaml", line: 3, column: 9))
    }

    private func reader(_ key: String, _ content: LocatedValue.Content) -> ParameterReader {
        let place = SourceSpan(file: "p.yaml", line: 3, column: 5)
        return ParameterReader(
            [LocatedValue.Entry(key: key, keySpan: place, value: value(content))], kind: "ingest.web",
            at: place)
    }

    private func map(_ pairs: KeyValuePairs<String, LocatedValue.Content>) -> LocatedValue {
        value(
            .map(
                pairs.map {
                    LocatedValue.Entry(
                        key: $0.key, keySpan: SourceSpan(file: "p.yaml", line: 4, column: 9),
                        value: value($0.value))
                }))
    }

    private func problems(_ reader: ParameterReader) -> [String] {
        do {
            try reader.finish()
            return []
        } catch {
            return error.findings.map(\.message)
        }
    }

    @Test func eachMapIsReadByItself() {
        var reader = reader(
            "find", .list([map(["feed": .string("a")]), map(["feed": .string("b"), "file": .string("f")])]))
        let found = reader.maps("find") { item, index in
            _ = item.file("file", required: false)
            return "\(index) \(item.string("feed", default: "none"))"
        }
        #expect(found == ["0 a", "1 b"])
        #expect(problems(reader) == [])
        #expect(reader.fileRequests.map(\.key) == ["find[1].file"])
        #expect(reader.resolved["find"] == .array([["feed": "a"], ["feed": "b"]]))
    }

    @Test func oneMapCountsAsAListOfOne() {
        var reader = reader("find", map(["feed": .string("a")]).content)
        #expect(reader.maps("find") { item, _ in item.string("feed", default: "") } == ["a"])
        #expect(problems(reader) == [])
    }

    @Test func everyFaultOfEveryItemIsSaid() {
        var reader = reader(
            "find", .list([map(["fed": .string("a")]), value(.string("b")), map(["feed": .integer(1)])]))
        _ = reader.maps("find") { item, _ in item.string("feed", default: "") }
        let found = problems(reader)
        #expect(found.count == 3)
        #expect(found.contains { $0.contains("has no parameter 'fed'") })
        #expect(found.contains("an item of 'find' is 'b'; it takes a map"))
        var empty = self.reader("find", .list([]))
        _ = empty.maps("find", required: true) { item, _ in item.string("feed", default: "") }
        #expect(problems(empty).count == 1)
    }

    @Test(arguments: [
        (["1h", "6h"], [3600, 21600]), (["90s"], [90]), ([], []),
    ])
    func spansRise(texts: [String], seconds: [Int]) {
        var reader = reader("revisit", .list(texts.map { value(.string($0)) }))
        #expect(reader.durations("revisit", default: [1]) == seconds)
        #expect(problems(reader) == [])
    }

    @Test(arguments: [["6h", "1h"], ["1h", "60m"], ["soon"]])
    func spansThatDoNotRiseAreRefused(texts: [String]) {
        var reader = reader("revisit", .list(texts.map { value(.string($0)) }))
        _ = reader.durations("revisit", default: [1])
        #expect(problems(reader).count == 1)
    }
}
