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
        let now = new.fields
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
        reasons += inputReasons(old["inputs"], now["inputs"], stage)
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

    private static func inputReasons(_ old: JSONValue?, _ new: JSONValue?, _ stage: PlannedStage)
        -> [RunReason]
    {
        changedKeys(old, new).flatMap { port -> [RunReason] in
            let before = old?[port]?.arrayValue ?? []
            let now = new?[port]?.arrayValue ?? []
            let sources = stage.inputs.first { $0.port == port }?.stages ?? []
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
