package import Diagnostics
package import PipelinePlan
internal import TextBasics

/// Stages of a pipeline, by what the command line says of them.
package enum StageNames {
    /// - Parameter flag: what the names were given with.
    /// - Returns: the names, all of which are stages.
    /// - Throws: `DiagnosticsError` for a name that is not.
    package static func known(
        _ names: [String], in plan: PlannedPipeline, flag: String
    ) throws(DiagnosticsError) -> Set<String> {
        for name in names where plan[name] == nil {
            let stages = plan.stages.map(\.name)
            throw DiagnosticsError(
                "\(flag) \(name): there is no such stage",
                hint: NearestName.hint(
                    for: name, among: stages, then: "the stages are \(stages.joined(separator: ", "))"))
        }
        return Set(names)
    }

    /// Whether stages of some kinds are among those chosen; of a choice of none, among all.
    package static func hasAny(
        of kinds: [String], in plan: PlannedPipeline, among chosen: Set<String>?
    ) -> Bool {
        plan.stages.contains { kinds.contains($0.kind.name) && chosen?.contains($0.name) != false }
    }

    /// - Returns: the stages of a kind, in their order; at least one.
    /// - Throws: `DiagnosticsError` if there is none.
    package static func ofKind(
        _ kind: String, in plan: PlannedPipeline
    ) throws(DiagnosticsError) -> [String] {
        let names = plan.stages.filter { $0.kind.name == kind }.map(\.name)
        guard names.isEmpty else { return names }
        let stages = plan.stages.map { "\($0.name) (\($0.kind.name))" }
        throw DiagnosticsError(
            "\(plan.file) has no stage of kind '\(kind)'",
            hint: "its stages are \(stages.joined(separator: ", "))")
    }
}
