import Foundation
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

    @Test func aHookThatFailsIsToldAndChangesNothing() throws {
        let sandbox = try sandbox("['true']")
        let text = try sandbox.read("hooked.yaml")
        try sandbox.write(
            text.replacing(
                "[sh, -c, 'echo \"good {pipeline} {exit} {date} {stage}\" > hook.txt']",
                with: "[no-such-program]"),
            to: "hooked.yaml")
        let outcome = try sandbox.splitvote("run", "hooked.yaml")
        #expect(outcome.status == 0)
        #expect(
            outcome.errors.contains(
                "warning: the success hook cannot be started: there is no program 'no-such-program'"))
    }
}
