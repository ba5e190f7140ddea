internal import Console
package import PipelineEngine
package import PipelinePlan
package import StageKit

/// A stage's fingerprint then and now.
package struct Explanation {
    private let plan: StagePlan

    package init(_ plan: StagePlan) {
        self.plan = plan
    }

    /// One field, readable; `nil` if it is not there.
    package struct Field: Hashable {
        package var name: String
        package var before: JSONValue?
        package var now: JSONValue?

        package var hasChanged: Bool { before?.canonicalText != now?.canonicalText }
    }

    package var fields: [Field] {
        let before = Self.flat(plan.fieldsBefore)
        let now = Self.flat(plan.fieldsNow)
        return Set(before.keys).union(now.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { Field(name: $0, before: before[$0], now: now[$0]) }
    }

    private static func digest(_ fields: JSONValue) -> String? {
        fields == .null ? nil : StageFingerprint(fields: fields).digest
    }

    /// Objects as one level, with a dot before each deeper key.
    private static func flat(_ value: JSONValue, prefix: String = "") -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for (key, member) in value.objectValue ?? [:] {
            if case .object(let inner) = member, !inner.isEmpty {
                result.merge(flat(member, prefix: prefix + key + ".")) { first, _ in first }
            } else if member != .object([:]) {
                result[prefix + key] = member
            }
        }
        return result
    }

    package var lines: [String] {
        let why = plan.message ?? plan.reasons.map(\.text).joined(separator: ", ")
        var lines = ["\(plan.stage) (\(plan.kind)): \(plan.verdict.rawValue)\(why.isEmpty ? "" : ", \(why)")"]
        let before = Self.digest(plan.fieldsBefore)
        let now = Self.digest(plan.fieldsNow)
        if let before, let run = plan.lastRun {
            lines.append("last result  \(before.prefix(16)) of run \(run)")
        }
        if let now {
            lines.append("now          \(now.prefix(16))\(now == before ? ", the same" : "")")
        } else {
            lines.append("now          not known before the stages before it have run")
        }
        for (port, path) in plan.artifacts.sorted(by: { $0.key < $1.key }) {
            lines.append("\(port): \(path)")
        }
        var table = TextTable(.left, .left, .left)
        for field in fields {
            let isChanged = now != nil && before != nil && field.hasChanged
            let value =
                isChanged
                ? "\(Self.show(field.before)) → \(Self.show(field.now))"
                : Self.show(field.now ?? field.before)
            table.add(isChanged ? "*" : " ", field.name, value)
        }
        return lines + table.lines
    }

    /// Digests are shortened to the part that differs.
    private static func show(_ value: JSONValue?) -> String {
        switch value {
        case nil: return "(none)"
        case .array(let items) where items.allSatisfy(isDigest):
            let shown = items.prefix(4).map { String(($0.stringValue ?? "").prefix(16)) }
            return shown.joined(separator: ", ") + (items.count > 4 ? ", … (\(items.count))" : "")
        case let value? where isDigest(value): return String((value.stringValue ?? "").prefix(16))
        case .string(let text): return text
        case let value?: return value.canonicalText
        }
    }

    private static func isDigest(_ value: JSONValue) -> Bool {
        guard let text = value.stringValue, text.utf8.count == 64 else { return false }
        return text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    package func json(_ pipeline: PlannedPipeline) -> JSONValue {
        [
            "format": "splitvote-explanation", "version": 1, "pipeline": .string(pipeline.name),
            "file": .string(pipeline.file), "stage": .string(plan.stage), "kind": .string(plan.kind),
            "verdict": .string(plan.verdict.rawValue),
            "reasons": .array(plan.reasons.map(\.json)),
            "message": plan.message.map(JSONValue.string) ?? .null,
            "last_run": plan.lastRun.map(JSONValue.string) ?? .null,
            "artifacts": .object(plan.artifacts.mapValues(JSONValue.string)),
            "before": Self.side(plan.fieldsBefore), "now": Self.side(plan.fieldsNow),
            "changed": .array(
                plan.fieldsBefore == .null || plan.fieldsNow == .null
                    ? [] : fields.filter(\.hasChanged).map { .string($0.name) }),
        ]
    }

    private static func side(_ fields: JSONValue) -> JSONValue {
        guard let digest = digest(fields) else { return .null }
        return ["fingerprint": .string(digest), "fields": fields]
    }
}
