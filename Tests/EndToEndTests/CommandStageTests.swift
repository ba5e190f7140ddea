import Foundation
import Testing

struct CommandStageTests {
    private func sandbox(_ stages: String, rest: String = "") throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(
            """
            splitvote: 1
            pipeline: own
            store: {state: state.sqlite, artifacts: artifacts}
            params: {top: 3}
            \(rest)
            stages:
            \(stages)

            """, to: "own.yaml")
        return sandbox
    }

    private static let counting = """
          count:
            uses: command
            with:
              command: [sh, -c, 'cat numbers.txt > {output}/n.txt; seq {params.top} >> {output}/n.txt; date +%N > {output}/when; echo "{{\\"n\\": {params.top}}}" > {output}/figures.json']
              files: [numbers.txt]
              params: {top: $params.top}
              outputs: [n.txt]
              publish: {n.txt: "out/{date}.txt"}
            checks: [{that: n, at_most: 5}]
          sum:
            uses: command
            from: count
            with: {command: [sh, -c, 'wc -l < {count}/n.txt > {output}/lines'], outputs: [lines]}
        """

    @Test func itIsSkippedRerunAndPublishedAsAnyStage() throws {
        let sandbox = try sandbox(Self.counting)
        try sandbox.write("zero\n", to: "numbers.txt")
        #expect(try sandbox.splitvote("run", "own.yaml", "--date", "2025-11-21").status == 0)
        #expect(try sandbox.read("out/2025-11-21.txt") == "zero\n1\n2\n3\n")
        let again = try sandbox.splitvote("run", "own.yaml", "--date", "2025-11-21")
        #expect(again.errors.contains("0 stages ran, 2 cached"))
        // Another value, another content of a declared file: each runs it again.
        let other = try sandbox.splitvote("run", "own.yaml", "--date", "2025-11-21", "-S", "top=2")
        #expect(other.errors.contains("count: parameter `params.top` 3 → 2"))
        try sandbox.write("nil\n", to: "numbers.txt")
        let changed = try sandbox.splitvote("run", "own.yaml", "--date", "2025-11-21")
        #expect(changed.errors.contains("file changed (`files`)"))
        #expect(try sandbox.read("out/2025-11-21.txt") == "nil\n1\n2\n3\n")
    }

    @Test func checksReadItsFigures() throws {
        let sandbox = try sandbox(Self.counting)
        try sandbox.write("zero\n", to: "numbers.txt")
        let outcome = try sandbox.splitvote("run", "own.yaml", "-S", "top=9")
        #expect(outcome.status == 3)
        #expect(
            outcome.errors.contains("count: check failed: n is 9, expected at most 5; its files are kept in"))
        #expect(!sandbox.exists("out"))
    }

    @Test func aProgramThatFailsSaysWhatItSaid() throws {
        let sandbox = try sandbox(
            "  bad: {uses: command, with: {command: [sh, -c, 'echo what went wrong >&2; exit 7']}}")
        let outcome = try sandbox.splitvote("run", "own.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("ended with status 7; it said last:\n  what went wrong"))
    }

    @Test func anOutputThatWasNotMadeIsNamed() throws {
        let sandbox = try sandbox(
            "  bad: {uses: command, with: {command: [\"true\"], outputs: [n.txt]}}")
        let outcome = try sandbox.splitvote("run", "own.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("the program has not made n.txt"))
    }

    @Test func aProgramThatTakesTooLongIsEnded() throws {
        let sandbox = try sandbox(
            "  slow: {uses: command, with: {command: [sleep, \"60\"], timeout: 1s}}")
        let started = ContinuousClock.now
        let outcome = try sandbox.splitvote("run", "own.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("'sleep 60' took too long and was ended"))
        #expect(ContinuousClock.now - started < .seconds(50))
    }

    static let refusals: [(with: String, expected: String)] = [
        ("{}", "stage kind 'command' needs 'command': a list, the program and its arguments"),
        ("{command: [echo, '{params.top}']}", "there is no 'top' under 'params'"),
        ("{command: [echo, '{date}']}", "'{date}' would make every run's result another one"),
        ("{command: [echo, '{open']}", "'{open' has a brace without its partner"),
        ("{command: [echo], outputs: [../x]}", "'../x' does not lie in the output folder"),
        ("{command: [echo], publish: {x: '{split}'}}", "'publish.x' has no placeholder '{split}'"),
        (
            "{command: [echo], params: {x: $secrets.key}}",
            "'params.x' is a secret, which would be written down here"
        ),
    ]

    @Test(arguments: refusals)
    func whatCannotWorkIsRefusedBeforeAnythingRuns(with: String, expected: String) throws {
        let sandbox = try sandbox(
            "  bad: {uses: command, with: \(with)}\n  good: {uses: command, with: {command: [touch, ran]}}",
            rest: "secrets: {key: {env: SPLITVOTE_TEST_KEY}}")
        let outcome = try sandbox.splitvote("run", "own.yaml")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains(expected), "\(outcome.errors)")
        #expect(!sandbox.exists("ran"))
    }

    /// A secret reaches the program, and nothing that is kept or said.
    @Test func aSecretIsFoundNowhere() throws {
        let secret = "s3cr3t-\(UUID().uuidString)"
        let sandbox = try sandbox(
            """
              ask:
                uses: command
                with:
                  command: [sh, -c, 'test -n "$KEY" && echo "$KEY" | wc -c > {output}/length']
                  environment: {KEY: $secrets.key}
              tell: {uses: command, from: ask, with: {command: [cat, '{ask}/length']}}
            """,
            rest: "secrets: {key: {env: SPLITVOTE_TEST_KEY}}\nhooks: {success: {command: [echo, '{run}']}}")
        let missing = try sandbox.splitvote("run", "own.yaml")
        #expect(missing.status == 1)
        #expect(
            missing.errors.contains(
                "the environment variable SPLITVOTE_TEST_KEY, which holds a secret, is not set"))
        let outcome = try sandbox.run(
            URL(filePath: "/usr/bin/env"),
            [
                "SPLITVOTE_TEST_KEY=\(secret)", Sandbox.command.path, "run", "own.yaml", "--log-format",
                "json",
            ])
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("\"message\":\"\(secret.utf8.count + 1)\""))
        #expect(!outcome.errors.contains(secret) && !outcome.output.contains(secret))
        for file in try sandbox.files(below: ".") {
            #expect(try sandbox.data(file).range(of: Data(secret.utf8)) == nil, "\(file)")
        }
        // The same secret with another value is the same stage.
        #expect(try sandbox.splitvote("plan", "own.yaml", "--exit-code").status == 0)
    }
}
