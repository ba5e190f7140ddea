internal import Diagnostics
package import PipelinePlan
internal import Programs
package import StageKit

/// The command that a pipeline starts when a run has ended.
package struct RunHook {
    /// A hook that hangs must not keep the next night from being scheduled.
    private static let longestSeconds = 600.0

    private let name: String
    private let command: [String]?
    private let plan: PlannedPipeline
    private let report: RunReport

    package init(_ plan: PlannedPipeline, _ report: RunReport) {
        self.plan = plan
        self.report = report
        let isSuccess = report.exitStatus == 0
        name = isSuccess ? "success" : "failure"
        command = isSuccess ? plan.hooks.success : plan.hooks.failure
    }

    /// Starts it and waits for it. A failing hook is reported but does not change the run's outcome.
    package func perform(_ sink: any EngineEventSink) async {
        guard let command else { return }
        let program = Program(
            command.map { PlaceholderText.filled($0, values) }, folder: plan.baseFolder,
            environment: Dictionary(
                values.map { ("SPLITVOTE_\($0.uppercased())", $1) }, uniquingKeysWith: { $1 }),
            timeoutSeconds: Self.longestSeconds)
        do {
            let screen = SecretScreen(plan.secrets)
            let ending = try await program.run { [name] line in
                sink.receive(.log(stage: "\(name) hook", message: screen.of(line), metadata: [:]))
            }
            if ending != .exited(0) {
                sink.receive(.pipelineWarning("warning: the \(name) hook \(ending.text): \(shown)"))
            }
        } catch let error as ProgramError {
            sink.receive(
                .pipelineWarning(
                    "warning: the \(name) hook cannot be started: \(error.message)\nhint: \(error.hint)"))
        } catch {
            sink.receive(.pipelineWarning("warning: the \(name) hook failed: \(error)"))
        }
    }

    private var shown: String { (command ?? []).joined(separator: " ") }

    /// What the words of a hook may hold.
    package static let placeholders = [
        Placeholder("run", "The run's ID."),
        Placeholder("pipeline", "The pipeline's name."),
        Placeholder("date", "The run's logical date."),
        Placeholder("stage", "The stage that failed, was rejected or was interrupted; empty if none was."),
        Placeholder("exit", "The run's exit status."),
        Placeholder(
            "message", "Why the stage failed. Only as a separate argument, never inside of a shell's script."),
    ]

    /// Values of the placeholders.
    package var values: [String: String] {
        let culprit = report.stages.first { [.failed, .rejected, .interrupted].contains($0.verdict) }
        return [
            "run": report.run, "pipeline": plan.name, "date": plan.runDate, "stage": culprit?.stage ?? "",
            "exit": String(report.exitStatus), "message": culprit?.message ?? "",
        ]
    }
}
