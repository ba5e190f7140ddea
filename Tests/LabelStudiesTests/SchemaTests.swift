import Foundation
import LabelStudies
import Labeling
import Testing
import VoteModel

/// Holds a document against the part of JSON Schema that the two schemas of this module use.
struct SchemaWalk {
    let root: [String: Any]

    init(_ name: String) throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.deletingLastPathComponent().appendingPathComponent("schemas/\(name)")
        root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
    }

    func problems(_ bytes: [UInt8]) throws -> [String] {
        problems(try JSONSerialization.jsonObject(with: Data(bytes)), root, "document")
    }

    private func problems(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        if let name = (schema["$ref"] as? String)?.split(separator: "/").last,
            let part = (root["$defs"] as? [String: Any])?[String(name)] as? [String: Any]
        {
            return problems(value, part, place)
        }
        if let choices = schema["oneOf"] as? [[String: Any]] {
            let fitting = choices.count { problems(value, $0, place).isEmpty }
            return fitting == 1 ? [] : ["\(place) fits \(fitting) of \(choices.count) forms"]
        }
        var found: [String] = []
        if let wanted = schema["const"], "\(wanted)" != "\(value)" { found.append("\(place) is \(value)") }
        if let types = schema["type"] as? String ?? (schema["type"] as? [String])?.joined(separator: "|"),
            !types.split(separator: "|").contains(where: { Self.isOf($0, value) })
        {
            found.append("\(place) is no \(types)")
        }
        if let number = value as? Double, let least = schema["minimum"] as? Double, number < least {
            found.append("\(place) is below \(least)")
        }
        if let list = value as? [Any] {
            if let most = schema["maxItems"] as? Int, list.count > most {
                found.append("\(place) is too long")
            }
            if let least = schema["minItems"] as? Int, list.count < least {
                found.append("\(place) is too short")
            }
            if let items = schema["items"] as? [String: Any] {
                for (index, item) in list.enumerated() {
                    found += problems(item, items, "\(place)[\(index)]")
                }
            }
        }
        if let object = value as? [String: Any] { found += members(object, schema, place) }
        return found
    }

    private func members(_ object: [String: Any], _ schema: [String: Any], _ place: String) -> [String] {
        let properties = schema["properties"] as? [String: Any] ?? [:]
        let required = schema["required"] as? [String] ?? []
        var found = required.filter { object[$0] == nil }.map { "\(place) lacks \($0)" }
        for (key, value) in object {
            if let part = properties[key] as? [String: Any] {
                found += problems(value, part, "\(place).\(key)")
            } else if schema["additionalProperties"] as? Bool == false {
                found.append("\(place) has \(key)")
            }
        }
        return found
    }

    private static func isOf(_ type: Substring, _ value: Any) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "null": value is NSNull
        case "integer": (value as? Double).map { $0 == $0.rounded() } ?? false
        default: value is Double
        }
    }
}

struct SchemaTests {
    func surface(former: [LabelState]?, confidence: Double? = nil) throws -> [UInt8] {
        let counts: [Int32] = [5, 30, 0]
        return try ThresholdSurface(
            of: ControversyRule(confidence: confidence),
            over: SweepAxes(minVotes: "5,10", bands: "0.4-0.6,0.3-0.7"),
            comments: SurfaceComments(
                ups: counts, downs: counts.reversed(), sources: [0, 1, 0], names: ["a", "b"], former: former)
        ).json(reference: "0123456789abcdef")
    }

    @Test func surfacesFollowTheirSchema() throws {
        let schema = try SchemaWalk("surface.schema.json")
        #expect(try schema.problems(surface(former: nil)) == [])
        #expect(
            try schema.problems(surface(former: [.controversial, .absent, .abstained], confidence: 0.5)) == []
        )
        // Negative control: the walk sees what does not belong.
        let text = String(decoding: try surface(former: nil), as: UTF8.self)
        for (good, bad) in [
            ("\"version\":1", "\"version\":2"), ("\"unsure\":", "\"doubtful\":"),
            ("\"flips\":null", "\"flips\":0"),
            ("[0.4,0.6]", "[0.4]"), ("\"comments\":3", "\"comments\":-3"),
        ] {
            #expect(text.contains(good))
            #expect(try !schema.problems(Array(text.replacing(good, with: bad).utf8)).isEmpty, "\(bad)")
        }
    }

    @Test func comparisonsFollowTheirSchema() throws {
        let fixture = try StudiesFixture.load().comparison
        let found = LabelComparison(
            from: try fixture.old.table(), LabelOrigin(rule: "1", clean: "1"), to: try fixture.new.table(),
            LabelOrigin(rule: "2", clean: "2"), rule: fixture.newRule.rule)
        let json = found.json(old: "a", new: "b", articles: [("naver:437/1", 3)])
        let schema = try SchemaWalk("label-diff.schema.json")
        #expect(try schema.problems(json) == [])
        let text = String(decoding: json, as: UTF8.self)
        #expect(
            text.hasPrefix("{\"format\":\"splitvote-label-diff\",\"version\":1,\"old\":\"a\",\"new\":\"b\","))
        #expect(
            try !schema.problems(Array(text.replacing("\"votes_moved\"", with: "\"votes\"").utf8)).isEmpty)
    }
}
