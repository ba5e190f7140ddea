import Foundation
import LoopbackServer
import Synchronization
import TestInputs
import Testing

struct HookTests {
    private func sandbox(_ command: String) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(
            """
            splitvote: 1
            pipeline: hooked
            store: {state: state.sqlite, artifacts: artifacts}
            stages:
              work: {uses: command, with: {command: \(command), files: [input]}}
            hooks:
              success: {command: [sh, -c, 'echo "good {pipeline} {exit} {date} {stage}" > hook.txt']}
              failure: {command: [sh, -c, 'echo "bad {stage} {exit} $SPLITVOTE_MESSAGE" > hook.txt']}

            """, to: "hooked.yaml")
        try sandbox.write("x", to: "input")
        return sandbox
    }

    @Test func oneIsStartedWhenARunWentWell() throws {
        let sandbox = try sandbox("['true']")
        #expect(try sandbox.splitvote("run", "hooked.yaml", "--date", "2025-11-21").status == 0)
        #expect(try sandbox.read("hook.txt") == "good hooked 0 2025-11-21 \n")
    }

    @Test func theOtherIsStartedWhenAStageFailed() throws {
        let sandbox = try sandbox("['false']")
        #expect(try sandbox.splitvote("run", "hooked.yaml").status == 1)
        #expect(try sandbox.read("hook.txt") == "bad work 1 'false' ended with status 1\n")
    }

    @Test func noneIsStartedWhenNothingRan() throws {
        let sandbox = try sandbox("['true']")
        #expect(try sandbox.splitvote("run", "hooked.yaml", "-S", "no=1").status == 2)
        #expect(try sandbox.splitvote("run", "hooked.yaml", "-n").status == 0)
        #expect(!sandbox.exists("hook.txt"))
    }

    /// A pipeline whose stage ends as the command does, with these hooks.
    private func sandbox(_ command: String, hooks: String, head: String = "") throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(
            """
            splitvote: 1
            pipeline: hooked
            store: {state: state.sqlite, artifacts: artifacts}
            \(head)
            stages:
              work: {uses: command, with: {command: \(command)}}
            hooks: \(hooks)

            """, to: "hooked.yaml")
        return sandbox
    }

    @Test func aHookThatFailsIsReportedAndChangesNothing() throws {
        let sandbox = try sandbox("['true']", hooks: "{success: {command: [sh, -c, 'exit 7']}}")
        let outcome = try sandbox.splitvote("run", "hooked.yaml")
        #expect(outcome.status == 0)
        #expect(
            outcome.errors.contains("warning: the success hook ended with status 7: sh -c exit 7"))
    }

    @Test func aHookThatCannotWorkStopsTheRunBeforeItBegins() throws {
        let sandbox = try sandbox(
            "[touch, ran]",
            hooks: "{success: {command: [no-such-program]}, failure: {webhook: $secrets.chat}}",
            head: "secrets: {chat: {env: SPLITVOTE_NO_SUCH_KEY}}")
        for words in [["run"], ["validate"], ["plan"]] {
            let outcome = try sandbox.splitvote(words + ["hooked.yaml"])
            #expect(outcome.status == 2)
            #expect(
                outcome.errors.contains(
                    """
                    hooked.yaml:7:29: error: 'hooks.success': there is no program 'no-such-program'
                       7 | hooks: {success: {command: [no-such-program]}, failure: {webhook: $secr…
                         |                             ^~~~~~~~~~~~~~~
                    hint: install it, or write the path of the program

                    """
                ), "\(outcome.errors)")
            #expect(
                outcome.errors.contains("the environment variable SPLITVOTE_NO_SUCH_KEY, which holds"))
        }
        #expect(!sandbox.exists("ran") && !sandbox.exists("state.sqlite"))
        // A file may be checked where its programs are not.
        #expect(try sandbox.splitvote("validate", "--file-only", "hooked.yaml").status == 0)
        #expect(try sandbox.splitvote("runs", "hooked.yaml").status == 0)
    }

    // MARK: Mail and webhooks

    @Test func mailIsSentByTheSendmailOfThePath() throws {
        let sandbox = try sandbox(
            "[sh, -c, 'echo \"밤\"; exit 3']", hooks: "{failure: {mail: someone@example.org}}")
        try TestProgram.write(
            "#!/bin/sh\ncat > mail.txt\n", to: sandbox.folder.appending(path: "bin/sendmail").path)
        var environment = Sandbox.environment
        environment["PATH"] = sandbox.folder.appending(path: "bin").path + ":" + (environment["PATH"] ?? "")
        let outcome = try sandbox.run(
            Sandbox.command, ["run", "hooked.yaml"], environment: environment)
        #expect(outcome.status == 1, "\(outcome.errors)")
        let mail = try sandbox.read("mail.txt")
        #expect(mail.hasPrefix("To: someone@example.org\nSubject: splitvote: hooked: stage 'work' failed\n"))
        #expect(
            mail.contains("\n    'sh -c echo \"밤\"; exit 3' ended with status 3; it said last:\n      밤\n"))
        #expect(
            mail.contains("\n  splitvote runs hooked.yaml show ")
                && mail.contains("on \(ProcessInfo.processInfo.hostName)\n"))
    }

    @Test func aWebhookIsPostedToAndItsAddressIsSecret() async throws {
        let server = try await LoopbackServer()
        let bodies = Mutex<[String]>([])
        server.change { site in
            site.script = { request in
                bodies.withLock {
                    $0.append(
                        "\(request.method) \(request.path) \(request.header("content-type") ?? "") "
                            + String(decoding: request.body, as: UTF8.self))
                }
                return .json("{}", status: request.path.contains("gone") ? 404 : 200)
            }
        }
        let sandbox = try sandbox(
            "['true']", hooks: "{success: {webhook: $secrets.chat}, warning: {command: [touch, warned]}}",
            head: "secrets: {chat: {env: SPLITVOTE_TEST_CHAT}}")
        var environment = Sandbox.environment
        environment["SPLITVOTE_TEST_CHAT"] = "\(server.address())/services/hidden-token"
        let outcome = try sandbox.run(Sandbox.command, ["run", "hooked.yaml"], environment: environment)
        #expect(outcome.status == 0 && !outcome.errors.contains("hidden-token"), "\(outcome.errors)")
        let post = try #require(bodies.withLock { $0 }.first)
        let start = "POST /services/hidden-token application/json "
        #expect(post.hasPrefix(start))
        #expect(try JSONSchema("notification").problems(of: String(post.dropFirst(start.count))) == [])
        #expect(!sandbox.exists("warned"))
        environment["SPLITVOTE_TEST_CHAT"] = environment["SPLITVOTE_TEST_CHAT"]?.replacing(
            "hidden", with: "gone")
        let refused = try sandbox.run(Sandbox.command, ["run", "hooked.yaml"], environment: environment)
        #expect(refused.status == 0 && !refused.errors.contains("gone-token"))
        #expect(
            refused.errors.contains(
                "warning: the success hook could not post to $secrets.chat: status 404: {}"),
            "\(refused.errors)")
        try await server.stop()
    }

    @Test func aRunThatWarnsReachesSomeone() throws {
        let sandbox = try sandbox(
            "['true']", hooks: "{warning: {command: [touch, warned]}, success: {command: [touch, well]}}",
            head: "params: {unused: 1}")
        #expect(try sandbox.splitvote("run", "hooked.yaml").status == 0)
        #expect(sandbox.exists("warned") && sandbox.exists("well"))
    }
}
