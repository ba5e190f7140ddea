internal import Diagnostics
package import StageKit

/// Why a stage has to run.
package enum RunReason: Hashable, Sendable {
    case neverRan
    /// `nil` for a parameter that did not exist.
    case parameterChanged(name: String, old: JSONValue?, new: JSONValue?)
    /// What the stage, or in its place another one, now gives to the input port.
    case inputChanged(port: String, stage: String)
    /// The content of the files that a parameter names.
    case fileChanged(key: String)
    case revisionChanged(old: Int, new: Int)
    /// The stage is of another kind now.
    case kindChanged(old: String, new: String)
    /// The figures of the stages before it.
    case figuresChanged
    case forced
    /// What the stage's source says is known only once it has been asked.
    case asksItsSource
    /// Comments were taken out of the store.
    case commentsForgotten
    /// An artifact of the earlier result is gone or damaged.
    case outputMissing(path: String)
    /// The previous run was interrupted in this stage.
    case interrupted
    case failedBefore
    /// It cannot be known before that stage has run.
    case upstreamWillRun(stage: String)

    package var text: String {
        switch self {
        case .neverRan: "never ran"
        case .parameterChanged(let name, let old, let new):
            "parameter `\(name)` \(Self.show(old)) → \(Self.show(new))"
        case .inputChanged(_, let stage): "input `\(stage)` changed"
        case .fileChanged(let key): "file changed (`\(key)`)"
        case .revisionChanged(let old, let new): "stage revision \(old) → \(new)"
        case .kindChanged(let old, let new): "kind `\(old)` → `\(new)`"
        case .figuresChanged: "figures of earlier stages changed"
        case .forced: "forced"
        case .asksItsSource: "asks its source"
        case .commentsForgotten: "comments were forgotten"
        case .outputMissing(let path): "output `\(path)` is missing"
        case .interrupted: "was interrupted"
        case .failedBefore: "failed last time"
        case .upstreamWillRun(let stage): "`\(stage)` will run"
        }
    }

    private static func show(_ value: JSONValue?) -> String {
        switch value {
        case nil: "(none)"
        case .array(let items): "[" + items.map { show($0) }.joined(separator: ", ") + "]"
        case .string(let text): text
        case let value? where value.intValue == nil:
            value.doubleValue.map(NumberText.of) ?? value.canonicalText
        case let value?: value.canonicalText
        }
    }
}

extension RunReason {
    /// Why a stage with this fingerprint runs although it ran before with another one. Empty if they are equal.
    ///
    /// - Parameters:
    ///   - old: `fields` of the fingerprint it last ran with; `nil` if it never ran.
    ///   - new: the fingerprint it has now.
    ///   - stage: names the stages after the ports.
    package static func reasons(
        from old: JSONValue?, to new: StageFingerprint, of stage: PlannedStage
    ) -> [RunReason] {
        guard let old else { return [.neverRan] }
        let sources = Dictionary(
            stage.inputs.map { ($0.port, $0.stages) }, uniquingKeysWith: { first, _ in first })
        return differences(from: old, to: new.fields, sources: sources)
    }

    /// Why two results of a stage are two. Empty if their fingerprints are equal, or differ in what only the engine knows.
    ///
    /// - Parameters:
    ///   - old: `fields` of the fingerprint of the one.
    ///   - now: those of the other.
    ///   - sources: the stages that give each port its inputs, where they are known.
    package static func differences(
        from old: JSONValue, to now: JSONValue, sources: [String: [String]] = [:]
    ) -> [RunReason] {
        if let before = old["kind"]?.stringValue, let kind = now["kind"]?.stringValue, before != kind {
            return [.kindChanged(old: before, new: kind)]
        }
        var reasons: [RunReason] = []
        if let before = old["revision"]?.intValue, let revision = now["revision"]?.intValue,
            before != revision
        {
            reasons.append(.revisionChanged(old: before, new: revision))
        }
        reasons += parameterReasons(old["parameters"], now["parameters"])
        reasons += inputReasons(old["inputs"], now["inputs"], sources)
        for key in changedKeys(old["files"], now["files"]) { reasons.append(.fileChanged(key: key)) }
        if old["figures"] != now["figures"] { reasons.append(.figuresChanged) }
        return reasons
    }

    private static func parameterReasons(_ old: JSONValue?, _ new: JSONValue?) -> [RunReason] {
        let before = flat(old)
        let now = flat(new)
        return Set(before.keys).union(now.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .filter { !same(before[$0], now[$0]) }
            .map { .parameterChanged(name: $0, old: before[$0], new: now[$0]) }
    }

    private static func inputReasons(
        _ old: JSONValue?, _ new: JSONValue?, _ stages: [String: [String]]
    ) -> [RunReason] {
        changedKeys(old, new).flatMap { port -> [RunReason] in
            let before = old?[port]?.arrayValue ?? []
            let now = new?[port]?.arrayValue ?? []
            let sources = stages[port] ?? []
            guard before.count == now.count, sources.count == now.count else {
                return [.inputChanged(port: port, stage: port)]
            }
            return now.indices.filter { before[$0] != now[$0] }
                .map { .inputChanged(port: port, stage: sources[$0]) }
        }
    }

    private static func changedKeys(_ old: JSONValue?, _ new: JSONValue?) -> [String] {
        let before = old?.objectValue ?? [:]
        let now = new?.objectValue ?? [:]
        return Set(before.keys).union(now.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .filter { !same(before[$0], now[$0]) }
    }

    /// Equal bytes: texts that only look the same are different.
    private static func same(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.canonicalText.utf8.elementsEqual(right.canonicalText.utf8)
    }

    /// Nested objects as one level, with a dot before each deeper key.
    private static func flat(_ value: JSONValue?, prefix: String = "") -> [String: JSONValue] {
        var result: [String: JSONValue] = [:]
        for (key, member) in value?.objectValue ?? [:] {
            if case .object = member {
                result.merge(flat(member, prefix: prefix + key + ".")) { first, _ in first }
            } else {
                result[prefix + key] = member
            }
        }
        return result
    }
}
