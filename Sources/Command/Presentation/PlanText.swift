package import PipelineEngine
package import PipelinePlan
package import StageKit
internal import TextBasics

/// A plan in words and as JSON.
package enum PlanText {
    /// Whether a run would do something about the stage, or cannot.
    package static func isPending(_ stage: StagePlan) -> Bool {
        [.run, .blocked].contains(stage.verdict) || !stage.unpublished.isEmpty
    }

    /// A line or more for each stage, and what a run would do in total.
    package static func lines(_ stages: [StagePlan]) -> [String] {
        let width = stages.map(\.stage.count).max() ?? 0
        var lines: [String] = []
        for stage in stages {
            let name = stage.stage + String(repeating: " ", count: width - stage.stage.count)
            let why = stage.message ?? stage.reasons.map(\.text).joined(separator: ", ")
            lines.append("\(name)  \(stage.verdict.rawValue)\(why.isEmpty ? "" : "  \(why)")")
            for file in stage.unpublished { lines.append("  would write \(file.path), which \(file.reason)") }
            if let hint = stage.hint { lines.append("hint: \(hint)") }
        }
        return lines + [summary(of: stages)]
    }

    private static func summary(of stages: [StagePlan]) -> String {
        let count = stages.count { $0.verdict == .run }
        let blocked = stages.count { $0.verdict == .blocked }
        let files = stages.reduce(0) { $0 + $1.unpublished.count }
        if count == 0, blocked == 0, files == 0 { return "nothing to do" }
        let total = Counts.text(stages.count, "stage")
        return "\(count) of \(total) would run" + (blocked == 0 ? "" : ", \(blocked) cannot")
            + (files == 0 ? "" : ", \(Counts.text(files, "file")) would be written again")
    }

    package static func json(_ stages: [StagePlan], _ plan: PlannedPipeline) -> JSONValue {
        [
            "format": "splitvote-plan", "version": 1, "pipeline": .string(plan.name),
            "file": .string(plan.file),
            "date": .string(plan.runDate),
            "pending": .bool(stages.contains(where: isPending)),
            "stages": .array(
                stages.map { stage in
                    [
                        "stage": .string(stage.stage), "kind": .string(stage.kind),
                        "verdict": .string(stage.verdict.rawValue),
                        "reasons": .array(stage.reasons.map(\.json)),
                        "message": stage.message.map(JSONValue.string) ?? .null,
                        "hint": stage.hint.map(JSONValue.string) ?? .null, "figures": stage.figures,
                        "unpublished": .array(
                            stage.unpublished.map {
                                ["path": .string($0.path), "reason": .string($0.reason)]
                            }),
                    ]
                }),
        ]
    }
}
