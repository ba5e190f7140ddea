internal import Diagnostics
private import Foundation
package import PipelinePlan
internal import Programs
package import StageKit

/// What a pipeline does when a run has ended: starts programs, sends mail, posts to webhooks.
package struct RunHook {
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

    /// Posts a body of JSON to an address.
    /// - Returns: why it was not taken; `nil` if it was.
    package typealias Post = @Sendable (_ body: String, _ address: String) async -> String?

    /// A hook that hangs must not keep the next night from being scheduled.
    private static let longestSeconds = 600.0
    private static let longestMailSeconds = 120.0

    private let plan: PlannedPipeline
    private let report: RunReport
    private let notes: RunNotes.Content
    private let host: String
    private let sendmail: String?
    private let deliver: Post
    private let screen: SecretScreen

    /// - Parameters:
    ///   - notes: what was said while it ran.
    ///   - host: name of this machine.
    ///   - sendmail: where that program is.
    package init(
        _ plan: PlannedPipeline, _ report: RunReport, notes: RunNotes.Content, host: String,
        sendmail: String? = Sendmail.path, post: @escaping Post
    ) {
        self.plan = plan
        self.report = report
        self.notes = notes
        self.host = host
        self.sendmail = sendmail
        deliver = post
        screen = SecretScreen(plan.secrets)
    }

    /// Does all that is due, one after the other. What fails is reported and changes nothing else.
    package func perform(_ sink: any EngineEventSink) async {
        for occasion in occasions {
            guard let hook = plan.hooks[occasion] else { continue }
            let notice = RunNotice(occasion, plan, report, notes, host: host, screen: screen)
            let name = "\(occasion.rawValue) hook"
            if let command = hook.command { await start(command, name, notice, sink) }
            if !hook.mail.isEmpty { await send(notice, to: hook.mail, name, sink) }
            if let address = hook.webhook { await post(notice, to: address, name, sink) }
        }
    }

    private var occasions: [Hooks.Occasion] {
        guard report.exitStatus == 0 else { return [.failure] }
        return notes.isWarning ? [.warning, .success] : [.success]
    }

    private func warn(_ name: String, _ words: String, hint: String? = nil, _ sink: any EngineEventSink) {
        let hint = hint.map { "\nhint: \($0)" } ?? ""
        sink.receive(.pipelineWarning(screen.of("warning: the \(name) \(words)\(hint)")))
    }

    // MARK: Programs

    private func start(
        _ command: [String], _ name: String, _ notice: RunNotice, _ sink: any EngineEventSink
    ) async {
        let values = notice.values
        let program = Program(
            command.map { PlaceholderText.filled($0, values) }, folder: plan.baseFolder,
            environment: Dictionary(
                values.map { ("SPLITVOTE_\($0.uppercased())", $1) }, uniquingKeysWith: { $1 }),
            timeoutSeconds: Self.longestSeconds)
        await run(program, name, shown: command.joined(separator: " "), sink)
    }

    private func run(
        _ program: Program, _ name: String, shown: String, _ sink: any EngineEventSink
    ) async {
        do {
            let ending = try await program.run { [screen] line in
                sink.receive(.log(stage: name, message: screen.of(line), metadata: [:]))
            }
            if ending != .exited(0) { warn(name, "\(ending.text): \(shown)", sink) }
        } catch let error as ProgramError {
            warn(name, "cannot be started: \(error.message)", hint: error.hint, sink)
        } catch {
            warn(name, "failed: \(error)", sink)
        }
    }

    // MARK: Mail

    private func send(
        _ notice: RunNotice, to addresses: [String], _ name: String, _ sink: any EngineEventSink
    ) async {
        guard let sendmail else {
            return warn(
                name, "sent no mail to \(addresses.joined(separator: ", ")): there is no sendmail", sink)
        }
        let message = MailMessage(
            to: addresses, subject: screen.of("splitvote: \(notice.headline)"), lines: notice.lines)
        let program = Program(
            [sendmail] + Sendmail.options, folder: plan.baseFolder, timeoutSeconds: Self.longestMailSeconds,
            input: message.text)
        await run(program, name, shown: program.command.joined(separator: " "), sink)
    }

    // MARK: Webhooks

    private func post(
        _ notice: RunNotice, to address: Hook.Address, _ name: String, _ sink: any EngineEventSink
    ) async {
        let url: String
        do {
            switch address {
            case .url(let text): url = text
            case .secret(_, let variable): url = try SecretVariable.value(of: variable)
            }
        } catch {
            return warn(name, "posted nothing: \(error.message)", hint: error.hint, sink)
        }
        if let reason = await deliver(notice.json.canonicalText, url) {
            warn(name, "could not post to \(address.shown): \(reason)", sink)
        }
    }
}
