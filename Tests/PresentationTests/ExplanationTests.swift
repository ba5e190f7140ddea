import PipelineEngine
import PipelinePlan
import Presentation
import StageKit
import Testing

struct ExplanationTests {
    private static let digest = String(repeating: "0123456789abcdef", count: 4)

    private static func explanation(before: JSONValue, now: JSONValue) -> Explanation {
        Explanation(
            StagePlan(
                stage: "labels", kind: "label", verdict: .run,
                reasons: [.parameterChanged(name: "min_votes", old: 20, new: 30)], fieldsNow: now,
                fieldsBefore: before, lastRun: "r1", artifacts: ["labels": "/a/labels"]))
    }

    @Test func deeperFieldsHaveTheirPathsAsNamesInByteOrder() {
        let explanation = Self.explanation(
            before: ["parameters": ["b": 1, "a": ["x": 2, "empty": [:]]]],
            now: ["parameters": ["b": 3], "Z": 1])
        #expect(explanation.fields.map(\.name) == ["Z", "parameters.a.x", "parameters.b"])
        #expect(explanation.fields.map(\.hasChanged) == [true, true, true])
        #expect(explanation.fields.map(\.before) == [nil, 2, 1])
    }

    @Test func changedFieldsAreMarkedAndDigestsCut() {
        let inputs: JSONValue = .array([.string(Self.digest)])
        let lines = Self.explanation(
            before: ["inputs": inputs, "min_votes": 20], now: ["inputs": inputs, "min_votes": 30]
        ).lines
        #expect(lines.first == "labels (label): run, parameter `min_votes` 20 → 30")
        #expect(lines[1].hasPrefix("last result  ") && lines[1].hasSuffix(" of run r1"))
        #expect(lines[2].hasPrefix("now          ") && !lines[2].hasSuffix(", the same"))
        #expect(lines[3] == "labels: /a/labels")
        #expect(lines[4...] == ["   inputs     0123456789abcdef", "*  min_votes  20 → 30"])
    }

    @Test func whatIsTheSameSaysSo() {
        let lines = Self.explanation(before: ["a": 1], now: ["a": 1]).lines
        #expect(lines[2].hasSuffix(", the same"))
        #expect(lines.last == "   a  1")
    }

    @Test func whatIsNotKnownYetMarksNothing() {
        let lines = Self.explanation(before: ["a": 1], now: .null).lines
        #expect(lines.contains("now          not known before the stages before it have run"))
        #expect(lines.last == "   a  1")
    }

    @Test func moreThanFourDigestsAreCounted() {
        let many: JSONValue = .array(Array(repeating: .string(Self.digest), count: 6))
        let cut = "0123456789abcdef"
        #expect(
            Self.explanation(before: ["in": many], now: ["in": many]).lines.last
                == "   in  \(cut), \(cut), \(cut), \(cut), … (6)")
    }
}
