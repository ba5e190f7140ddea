import Foundation
import PipelineEngine
import PipelinePlan
import RunStore
import StageKit
import Synchronization
import TestInputs
import Testing

struct RunHookTests {
    private static func report(_ outcome: EngineOutcome, _ stages: [RunReport.Stage]) -> RunReport {
        RunReport(
            run: "r1", outcome: outcome, exitStatus: outcome.exitStatus, stages: stages, seconds: 1)
    }

    private static let failed = report(
        .failed,
        [
            .init(stage: "a", kind: "k", verdict: .ran),
            .init(stage: "b", kind: "k", verdict: .failed, message: "no file"),
            .init(stage: "c", kind: "k", verdict: .skipped, message: "'b' failed"),
        ])

    private static let warned: RunNotes.Content = {
        var notes = RunNotes.Content()
        notes.warnings = [.init(stage: "a", "a few are odd")]
        return notes
    }()

    /// What webhooks were sent.
    private final class Posts: Sendable {
        private let list = Mutex<[(body: String, address: String)]>([])

        var all: [(body: String, address: String)] { list.withLock { $0 } }

        func note(_ body: String, _ address: String) { list.withLock { $0.append((body, address)) } }
    }

    private func perform(
        _ hooks: Hooks, _ report: RunReport, notes: RunNotes.Content = .init(), sendmail: String? = nil,
        secrets: [String: String] = [:], posts: Posts = Posts(), refusal: String? = nil
    ) async throws -> [String] {
        var plan = try TestBench().pipeline
        plan.baseFolder = "/"
        plan.hooks = hooks
        plan.secrets = secrets
        let log = EventLog()
        await RunHook(plan, report, notes: notes, host: "here", sendmail: sendmail) { body, address in
            posts.note(body, address)
            return refusal
        }.perform(log)
        return log.events.map { event in
            switch event {
            case .log(let stage, let message, _): "\(stage): \(message)"
            case .pipelineWarning(let message): message
            default: "\(event)"
            }
        }
    }

    private func notice(_ report: RunReport, notes: RunNotes.Content = .init()) throws -> RunNotice {
        RunNotice(
            .failure, try TestBench().pipeline, report, notes, host: "here", screen: SecretScreen([:]))
    }

    // MARK: Values

    @Test func theStageThatFailedGivesTheValues() throws {
        #expect(
            try notice(Self.failed).values == [
                "run": "r1", "pipeline": "news", "date": "2025-11-21", "stage": "b", "exit": "1",
                "message": "no file",
            ])
        #expect(Set(try notice(Self.failed).values.keys) == Set(Hooks.placeholders))
    }

    @Test func aRunThatEndedWellNamesNoStage() throws {
        let values = try notice(Self.report(.done, [.init(stage: "a", kind: "k", verdict: .ran)])).values
        #expect(values["stage"] == "" && values["message"] == "" && values["exit"] == "0")
    }

    // MARK: Programs

    @Test func eachOutcomeHasItsOwnHooks() async throws {
        let hooks = Hooks(
            success: Hook(command: ["echo", "well {run}"]), warning: Hook(command: ["echo", "look"]),
            failure: Hook(command: ["sh", "-c", "echo $SPLITVOTE_STAGE $0", "{exit}"]))
        let done = Self.report(.done, [])
        #expect(try await perform(hooks, done) == ["success hook: well r1"])
        #expect(
            try await perform(hooks, done, notes: Self.warned)
                == ["warning hook: look", "success hook: well r1"])
        #expect(try await perform(hooks, Self.failed, notes: Self.warned) == ["failure hook: b 1"])
        #expect(try await perform(Hooks(), Self.failed) == [])
    }

    @Test func aHookThatFailsIsOnlyReported() async throws {
        #expect(
            try await perform(Hooks(failure: Hook(command: ["sh", "-c", "exit 3"])), Self.failed)
                == ["warning: the failure hook ended with status 3: sh -c exit 3"])
        let words = try await perform(Hooks(failure: Hook(command: ["no-such-program-here"])), Self.failed)
        #expect(words.count == 1)
        #expect(words.first?.hasPrefix("warning: the failure hook cannot be started: ") == true, "\(words)")
    }

    // MARK: Mail

    /// A program that keeps what it is given.
    private func sendmail(_ folder: String, status: Int = 0) throws -> String {
        let path = folder + "/sendmail"
        try TestProgram.write(
            "#!/bin/sh\necho \"$@\" > '\(folder)/arguments'\ncat > '\(folder)/mail'\nexit \(status)\n",
            to: path)
        return path
    }

    @Test func aMailSaysWhatHappenedAndWhatToDo() async throws {
        let bench = try TestBench()
        var notes = RunNotes.Content()
        notes.hints = ["b": "check the path"]
        notes.warnings = [.init(stage: "a", "3 rows are odd"), .init("param 'x' is not used")]
        notes.warningChecks = [.init(stage: "a", "rows is 3; at least 100 are expected")]
        let hooks = Hooks(failure: Hook(mail: ["a@example.org", "root"]))
        let words = try await perform(
            hooks, Self.failed, notes: notes, sendmail: try sendmail(bench.folder))
        #expect(words == [])
        #expect(try String(contentsOfFile: bench.folder + "/arguments", encoding: .utf8) == "-t -i\n")
        #expect(
            try String(contentsOfFile: bench.folder + "/mail", encoding: .utf8) == """
                To: a@example.org,
                 root
                Subject: splitvote: news: stage 'b' failed
                Auto-Submitted: auto-generated
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                news: stage 'b' failed.

                    no file
                    What to do: check the path

                Checks that warned:
                  a: rows is 3; at least 100 are expected

                Warnings:
                  a: 3 rows are odd
                  param 'x' is not used

                Stages:
                  ran         a, 0.0 s
                  failed      b
                  skipped     c: 'b' failed

                Run       r1 of 2025-11-21
                Ended     with status 1, after 1.0 s, on here
                Pipeline  //news.yaml

                To look at it:
                  cd /
                  splitvote status news.yaml
                  splitvote runs news.yaml show r1
                  splitvote report news.yaml --out report.html

                To continue, once the cause is fixed (what is done is kept):
                  splitvote run news.yaml

                """)
    }

    @Test func aMessageAddsNoHeader() async throws {
        let bench = try TestBench()
        let evil = "no\r\nBcc: victim@example.org\n\n.\nSubject: \u{1B}[2J win\u{202E}"
        let report = Self.report(.failed, [.init(stage: "b", kind: "k", verdict: .failed, message: evil)])
        _ = try await perform(
            Hooks(failure: Hook(mail: ["a@example.org"])), report, sendmail: try sendmail(bench.folder))
        let mail = try String(contentsOfFile: bench.folder + "/mail", encoding: .utf8)
        let parts = mail.split(separator: "\n\n", maxSplits: 1)
        #expect(parts.first?.split(separator: "\n").count == 6)
        #expect(!parts[0].contains("Bcc") && parts[1].contains("    Bcc: victim@example.org\n"))
        // Indented, a line with only a dot ends nothing, and what a terminal would obey is written out.
        #expect(parts[1].contains("\n    .\n") && parts[1].contains("\\u001b[2J win\\u202e"))
    }

    @Test func mailThatCannotBeSentIsReported() async throws {
        let bench = try TestBench()
        let hooks = Hooks(failure: Hook(mail: ["a@example.org"]))
        #expect(
            try await perform(hooks, Self.failed)
                == ["warning: the failure hook sent no mail to a@example.org: there is no sendmail"])
        let path = try sendmail(bench.folder, status: 75)
        #expect(
            try await perform(hooks, Self.failed, sendmail: path)
                == ["warning: the failure hook ended with status 75: \(path) -t -i"])
    }

    @Test(arguments: [
        ("plain words", "plain words"),
        ("a =?b", "=?utf-8?B?YSA9P2I=?="),
        ("댓글 실패", "=?utf-8?B?64yT6riAIOyLpO2MqA==?="),
        ("a\nBcc: b", "=?utf-8?B?YSBCY2M6IGI=?="),
        (
            String(repeating: "뉴", count: 16),
            "=?utf-8?B?\(Data(String(repeating: "뉴", count: 15).utf8).base64EncodedString())?=\n =?utf-8?B?64m0?="
        ),
    ])
    func aSubjectIsOneHeader(subject: String, encoded: String) {
        let text = MailMessage(to: ["a"], subject: subject, lines: []).text
        #expect(text.contains("\nSubject: \(encoded)\nAuto-Submitted: "))
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 84 })
    }

    @Test func linesAreNoLongerThanAMailMayHave() {
        let long = String(repeating: "가", count: 1000)
        let lines = MailMessage(to: ["a"], subject: "b", lines: [long]).text.split(separator: "\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 998 })
        #expect(lines.suffix(4).joined() == long)
    }

    // MARK: Webhooks

    @Test func aWebhookGetsWhatHappenedAsJSON() async throws {
        let posts = Posts()
        let report = Self.report(
            .rejected,
            [.init(stage: "b", kind: "k", verdict: .rejected, message: "<!channel> & @all\nmore", seconds: 2)]
        )
        let hooks = Hooks(failure: Hook(webhook: .url("https://example.org/T0/secret")))
        #expect(try await perform(hooks, report, notes: Self.warned, posts: posts) == [])
        let post = try #require(posts.all.first)
        #expect(post.address == "https://example.org/T0/secret")
        let json = try JSONValue(parsing: post.body)
        #expect(json["on"] == "failure" && json["outcome"] == "rejected" && json["exit_status"] == 3)
        #expect(json["stage"] == "b" && json["message"] == "<!channel> & @all\nmore")
        #expect(json["warnings"] == [["stage": "a", "message": "a few are odd"]])
        #expect(
            json["text"]?.stringValue == """
                news: a check of stage 'b' failed
                &lt;!channel&gt; &amp; @\u{2060}all
                more
                a: a few are odd
                run r1 of 2025-11-21 on here, //news.yaml
                """)
    }

    @Test func anAddressIsNeverShown() async throws {
        let variable = "SPLITVOTE_TEST_WEBHOOK_\(UUID().uuidString.prefix(8))"
        let url = "https://example.org/services/T0/hidden-token"
        setenv(variable, url, 1)
        defer { unsetenv(variable) }
        let posts = Posts()
        let secret = Hook.Address.secret(name: "chat", variable: variable)
        #expect(
            try await perform(
                Hooks(failure: Hook(webhook: secret)), Self.failed, secrets: ["chat": variable],
                posts: posts, refusal: "status 404: no \(url)")
                == [
                    "warning: the failure hook could not post to $secrets.chat: status 404: no [secret chat]"
                ])
        #expect(posts.all.map(\.address) == [url])
        #expect(
            try await perform(
                Hooks(failure: Hook(webhook: .url("https://me:word@example.org/T0?key=1"))), Self.failed,
                refusal: "status 500, 2 times")
                == [
                    "warning: the failure hook could not post to https://example.org/…: status 500, 2 times"
                ])
        unsetenv(variable)
        let words = try await perform(Hooks(failure: Hook(webhook: secret)), Self.failed)
        #expect(words.first?.hasPrefix("warning: the failure hook posted nothing: ") == true, "\(words)")
    }

    // MARK: What was said while it ran

    @Test func notesKeepWhatAPersonShouldHear() {
        let log = EventLog()
        let notes = RunNotes(log)
        notes.receive(.log(stage: "a", message: "x", metadata: [:]))
        #expect(!notes.content.isWarning)
        notes.receive(.pipelineWarning("warning: one"))
        notes.receive(.warning(stage: "a", message: "two"))
        notes.receive(.checkFailed(stage: "a", message: "three", isError: false, keptIn: nil))
        notes.receive(.checkFailed(stage: "a", message: "four", isError: true, keptIn: "b"))
        notes.receive(.stageFailed(stage: "a", kind: "k", message: "m", hint: "five", seconds: 0))
        notes.receive(.published(stage: "a", path: "/out"))
        let content = notes.content
        #expect(content.warnings == [.init("one"), .init(stage: "a", "two")])
        #expect(content.warningChecks == [.init(stage: "a", "three")])
        #expect(content.failedChecks == [.init(stage: "a", "four")])
        #expect(content.hints == ["a": "five"] && content.published == ["/out"] && content.isWarning)
        #expect(log.events.count == 7)
    }
}
