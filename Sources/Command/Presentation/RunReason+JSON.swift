package import PipelinePlan
package import StageKit

extension RunReason {
    /// `code`, `text` for people, and what the code is about.
    package var json: JSONValue {
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
