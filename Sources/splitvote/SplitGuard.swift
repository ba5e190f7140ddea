internal import Diagnostics
internal import PipelinePlan
internal import RunStore
internal import StageKit

/// Keeps a split from becoming another one unnoticed: comments would move from test to train.
struct SplitGuard {
    private let plan: PlannedPipeline

    init(_ plan: PlannedPipeline) {
        self.plan = plan
    }

    /// - Throws: `DiagnosticsError` for each split stage whose salt is neither that of its last result nor one that the
    ///   store has a split for.
    func check() throws {
        guard let store = try StorePlace(plan).open() else { return }
        defer { try? store.close() }
        var findings: [Finding] = []
        for stage in plan.stages where stage.kind.name == "split" {
            guard let salt = stage.parameters["salt"]?.stringValue,
                let last = try store.lastState(pipeline: plan.name, stage: stage.name, withResult: true),
                let before = last.fields["parameters"]?["salt"]?.stringValue,
                !before.utf8.elementsEqual(salt.utf8), try !store.hasSplit(salt: salt)
            else { continue }
            findings.append(
                .error(
                    "stage '\(stage.name)': the salt changes from '\(before)' to '\(salt)', which makes another split: "
                        + "comments would move between its sides",
                    hint: "add --new-split if that is meant; the sides under '\(before)' are kept"))
        }
        if !findings.isEmpty { throw DiagnosticsError(file: plan.file, findings: findings) }
    }
}
