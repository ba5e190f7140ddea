internal import ArgumentParser
internal import Console
internal import Diagnostics
private import Foundation
internal import PipelineEngine
internal import PipelinePlan
internal import StageKit

/// `splitvote explain`: a stage's fingerprint now and at its last result, field by field.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show what a stage's fingerprint is made of, now and at its last result.",
        discussion: """
            A stage runs when its fingerprint is not that of an earlier result. Lines that changed are marked with *.
            """)

    @OptionGroup var pipeline: PipelineOptions

    @Argument(help: "The stage.")
    var stage: String

    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        let plan = try pipeline.plan()
        _ = try StageNames.known([stage], in: plan, flag: "explain")
        let plans = try await Engine(plan, options: pipeline.engineOptions(plan), sink: NoEvents()).plan()
        guard let explained = plans.first(where: { $0.stage == stage }) else { return }
        let text = Explanation(explained)
        if json {
            print(text.json(plan).prettyText, terminator: "")
        } else {
            text.write()
        }
    }
}

/// A stage's fingerprint then and now.
struct Explanation {
    private let plan: StagePlan

    init(_ plan: StagePlan) {
        self.plan = plan
    }

    /// One field, readable; `nil` where it is not there.
    struct Field {
        var name: String
        var before: JSONValue?
        var now: JSONValue?

        var hasChanged: Bool { before?.canonicalText != now?.canonicalText }
    }

    var fields: [Field] {
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

    func write() {
        let why = plan.message ?? plan.reasons.map(\.text).joined(separator: ", ")
        print("\(plan.stage) (\(plan.kind)): \(plan.verdict.rawValue)\(why.isEmpty ? "" : ", \(why)")")
        let before = Self.digest(plan.fieldsBefore)
        let now = Self.digest(plan.fieldsNow)
        if let before, let run = plan.lastRun { print("last result  \(before.prefix(16)) of run \(run)") }
        if let now {
            print("now          \(now.prefix(16))\(now == before ? ", the same" : "")")
        } else {
            print("now          not known before the stages before it have run")
        }
        for (port, path) in plan.artifacts.sorted(by: { $0.key < $1.key }) { print("\(port): \(path)") }
        var table = TextTable(.left, .left, .left)
        for field in fields {
            let isChanged = now != nil && before != nil && field.hasChanged
            let value =
                isChanged
                ? "\(Self.show(field.before)) → \(Self.show(field.now))"
                : Self.show(field.now ?? field.before)
            table.add(isChanged ? "*" : " ", field.name, value)
        }
        table.write()
    }

    /// Digests are cut to what tells them apart.
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

    func json(_ pipeline: PlannedPipeline) -> JSONValue {
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

extension RunReason {
    /// `code`, `text` for people, and what the code is about.
    var json: JSONValue {
        var members: [String: JSONValue] = ["text": .string(text)]
        func set(_ code: String, _ facts: [String: JSONValue] = [:]) {
            members["code"] = .string(code)
            members.merge(facts) { $1 }
        }
        switch self {
        case .neverRan: set("never_ran")
        case .parameterChanged(let name, let old, let new):
            set("parameter_changed", ["name": .string(name), "old": old ?? .null, "new": new ?? .null])
        case .inputChanged(let port, let stage):
            set("input_changed", ["port": .string(port), "stage": .string(stage)])
        case .fileChanged(let key): set("file_changed", ["name": .string(key)])
        case .revisionChanged(let old, let new):
            set("revision_changed", ["old": .integer(old), "new": .integer(new)])
        case .kindChanged(let old, let new): set("kind_changed", ["old": .string(old), "new": .string(new)])
        case .figuresChanged: set("figures_changed")
        case .forced: set("forced")
        case .asksItsSource: set("asks_its_source")
        case .commentsForgotten: set("comments_forgotten")
        case .outputMissing(let path): set("output_missing", ["path": .string(path)])
        case .interrupted: set("interrupted")
        case .failedBefore: set("failed_before")
        case .upstreamWillRun(let stage): set("upstream_will_run", ["stage": .string(stage)])
        }
        return .object(members)
    }
}
