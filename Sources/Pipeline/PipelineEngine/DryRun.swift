package import PipelinePlan
internal import RunStore
package import StageKit

/// What a run would do with a stage.
package struct StagePlan: Hashable, Sendable {
    package enum Verdict: String, Hashable, Sendable {
        case cached, restored, run, skip
        /// It cannot run as things are: a file is missing, or a stage it needs is neither selected nor done.
        case blocked
    }

    package var stage: String
    package var kind: String
    package var verdict: Verdict
    /// Why it would run, most definite first.
    package var reasons: [RunReason]
    /// Why it would be skipped or cannot run.
    package var message: String?
    /// What to do about it; of a stage that would run what else there is to say of that.
    package var hint: String?
    /// Figures of the current result; `null` if none does.
    package var figures: JSONValue
    /// Fingerprint now and at the last result, readable; `null` if it is not known yet or never was.
    package var fieldsNow: JSONValue
    package var fieldsBefore: JSONValue
    /// The run that gave the last result; `nil` if none did.
    package var lastRun: String?
    /// Where it is, absolute, by output port; empty if none does.
    package var artifacts: [String: String]
    /// Files of the current result that a run would publish.
    package var unpublished: [UnpublishedFile] = []

    package init(
        stage: String, kind: String, verdict: Verdict, reasons: [RunReason] = [], message: String? = nil,
        hint: String? = nil, figures: JSONValue = .null, fieldsNow: JSONValue = .null,
        fieldsBefore: JSONValue = .null, lastRun: String? = nil, artifacts: [String: String] = [:],
        unpublished: [UnpublishedFile] = []
    ) {
        self.stage = stage
        self.kind = kind
        self.verdict = verdict
        self.reasons = reasons
        self.message = message
        self.hint = hint
        self.figures = figures
        self.fieldsNow = fieldsNow
        self.fieldsBefore = fieldsBefore
        self.lastRun = lastRun
        self.artifacts = artifacts
        self.unpublished = unpublished
    }
}

/// Looks at each stage in order without running any.
struct DryRun {
    private let examiner: StageExaminer
    private let publisher: Publisher

    init(_ examiner: StageExaminer) {
        self.examiner = examiner
        publisher = Publisher(
            examiner,
            run: RunDescription(
                id: "", pipeline: examiner.pipeline.name, date: examiner.pipeline.runDate,
                hasOverrides: !examiner.pipeline.overrides.isEmpty))
    }

    func plans() throws -> [StagePlan] {
        var plans: [StagePlan] = []
        var results: [String: CurrentResult] = [:]
        /// Stages whose result is not known before they have run.
        var pending: Set<String> = []
        var missing: Set<String> = []
        /// Why stages that are not selected have none.
        var causes: [String: String] = [:]
        for stage in examiner.pipeline.stages where examiner.isNeeded(stage.name) {
            let isSelected = examiner.isSelected(stage.name)
            let last = try examiner.store?.lastState(
                pipeline: examiner.pipeline.name, stage: stage.name, withResult: true)
            var plan = StagePlan(
                stage: stage.name, kind: stage.kind.name, verdict: .run, reasons: [], figures: .null,
                fieldsNow: .null, fieldsBefore: last?.fields ?? .null, lastRun: last?.run, artifacts: [:])
            if examiner.options.pinned[stage.name] != nil {
                results[stage.name] = try examiner.pinnedResult(stage)
                if results[stage.name] == nil { missing.insert(stage.name) }
                continue
            }
            if let gone = stage.dependencies.first(where: missing.contains) {
                plan.verdict = isSelected ? .blocked : .skip
                plan.message = "'\(gone)' has no result" + (causes[gone].map { ": \($0)" } ?? "")
                missing.insert(stage.name)
            } else if let open = stage.dependencies.first(where: pending.contains) {
                if !isSelected || !examiner.isScheduled(stage) {
                    plan.verdict = .skip
                    plan.message = isSelected ? "not its day" : "not selected"
                } else {
                    plan.reasons = [.upstreamWillRun(stage: open)]
                }
                pending.insert(stage.name)
            } else {
                try look(at: stage, isSelected: isSelected, &plan, &results)
                if plan.verdict == .run { pending.insert(stage.name) }
                if results[stage.name] == nil, plan.verdict != .run { missing.insert(stage.name) }
            }
            if !isSelected, plan.verdict == .blocked { causes[stage.name] = plan.message }
            if plan.verdict == .run { plan.hint = stage.stage.planNote }
            if isSelected { plans.append(plan) }
        }
        return plans
    }

    private func look(
        at stage: PlannedStage, isSelected: Bool, _ plan: inout StagePlan,
        _ results: inout [String: CurrentResult]
    ) throws {
        do {
            let prepared = try examiner.prepare(stage, results: results)
            plan.fieldsNow = prepared.fingerprint.fields
            let decision = try examiner.decide(prepared)
            switch decision {
            case .stands(let result, let isRestored):
                plan.verdict = isRestored && isSelected ? .restored : .cached
                plan.figures = result.figures
                plan.artifacts = Dictionary(
                    result.artifacts.map { ($0.port, examiner.artifacts.absolute($0.path)) },
                    uniquingKeysWith: { first, _ in first })
                results[stage.name] = result
                if isSelected { plan.unpublished = try publisher.unpublished(result, of: prepared) }
            case .run(let reasons):
                plan.reasons = reasons
                if isSelected && examiner.isScheduled(stage) { return }
                plan.verdict = .skip
                plan.message = isSelected ? "not its day" : "not selected"
                if isSelected { results[stage.name] = try examiner.latestResult(stage) }
            }
        } catch let error as StageError {
            plan.verdict = .blocked
            plan.message = error.message
            plan.hint = error.hint
        }
    }
}
