import Foundation
import Testing

/// What others write, and places that are not as they should be.
struct HostileInputTests {
    private func sandbox(_ stages: String, _ rest: String = "") throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(
            """
            splitvote: 1
            pipeline: own
            store: {state: state.sqlite, artifacts: artifacts}
            \(rest)
            stages:
            \(stages)

            """, to: "p.yaml")
        return sandbox
    }

    private func shell(_ sandbox: Sandbox, _ script: String) throws -> Sandbox.Outcome {
        try sandbox.run(URL(filePath: "/bin/sh"), ["-c", script, Sandbox.command.path])
    }

    private static let tiny = """
          comments: {uses: ingest.files, with: {paths: a.csv, source: mine, columns: {text: t, up: u, down: d, article: a, key: k, title: h}}}
          clean: {uses: clean, from: comments, with: {rules: none}}
          labels: {uses: label, from: clean, with: {min_votes: 1}}
        """

    // MARK: Terminals

    @Test func noCommandPassesEscapesOn() throws {
        let sandbox = try sandbox(Self.tiny)
        let escape = "\u{1B}[2J\u{1B}]0;owned\u{07}\u{202E}"
        try sandbox.write(
            "t,u,d,a,k,h\ntext\(escape)end,5,5,art\(escape),key\(escape),title\(escape)\n\(escape),x,1,a,k2,h\n",
            to: "a.csv")
        let run = try sandbox.splitvote("run", "p.yaml")
        let key = try sandbox.sqlite("SELECT key FROM comment")
        #expect(key.first?.contains(escape) == true)
        var outcomes = [
            run, try sandbox.splitvote("run", "p.yaml", "--log-format", "json", "--force", "comments"),
        ]
        outcomes.append(try sandbox.splitvote("why", "p.yaml", key.first ?? ""))
        #expect(outcomes[2].output.contains("text\\u001b[2J\\u001b]0;owned\\u0007\\u202eend"))
        outcomes.append(try sandbox.splitvote("why", "p.yaml", key.first ?? "", "--json"))
        let trace = try JSONSerialization.jsonObject(with: Data(outcomes[3].output.utf8)) as? [String: Any]
        #expect(trace?["text"] as? String == "text\(escape)end")
        outcomes.append(try sandbox.splitvote("why", "p.yaml", "no\(escape)"))
        #expect(outcomes[4].status == 2)
        try sandbox.write("t,u,d,a,k,h\ntext,9,1,art\(escape),key\(escape),title\(escape)\n", to: "a.csv")
        outcomes.append(try sandbox.splitvote("run", "p.yaml"))
        for words in [
            ["status", "p.yaml"], ["runs", "p.yaml", "show", ""], ["labels", "p.yaml", "ls"],
            ["labels", "p.yaml", "diff", "latest", "promoted"], ["plan", "p.yaml"],
            ["explain", "p.yaml", "comments"],
        ] { outcomes.append(try sandbox.splitvote(words)) }
        // A file is given every byte of a list; a terminal is not.
        for format in ["tsv", "json"] {
            let command =
                "'\(Sandbox.command.path)' labels p.yaml diff previous latest --list --format \(format)"
            let script = ["-qec", command, "/dev/null"]
            outcomes.append(try sandbox.run(URL(filePath: "/usr/bin/script"), script))
            #expect(outcomes.last?.output.contains("key\\u001b") == true, "\(outcomes.last?.output ?? "")")
        }
        for outcome in outcomes {
            for text in [outcome.output, outcome.errors] {
                #expect(
                    !text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{07}" || $0 == "\u{202E}" })
            }
        }
    }

    @Test func whatAProgramPrintsIsShownAndNotObeyed() throws {
        let sandbox = try sandbox(
            "  a: {uses: command, with: {command: [sh, -c, 'printf \"\\033[31mred\\n\\033]0;t\\007\\n\"; exit 3']}}"
        )
        for format in ["text", "json"] {
            let run = try sandbox.splitvote("run", "p.yaml", "--log-format", format)
            #expect(
                run.status == 1 && !run.errors.contains("\u{1B}") && run.errors.contains("\\u001b[31mred"))
        }
        let status = try sandbox.splitvote("status", "p.yaml")
        #expect(!status.output.contains("\u{1B}") && status.output.contains("\\u001b[31mred"))
    }

    // MARK: Secrets

    @Test func aSecretThatAProgramPrintsIsNotKept() throws {
        let sandbox = try sandbox(
            """
              a:
                uses: command
                with:
                  command:
                    - sh
                    - -c
                    - 'echo "token is $KEY"; printf %s "user:$KEY" | base64; echo "{{\\"said\\": \\"$KEY\\"}}" > {output}/figures.json'
                  environment: {KEY: $secrets.key}
              b:
                uses: command
                with: {command: [sh, -c, 'env | grep SPLITVOTE_TEST; exit 3']}
            """, "secrets: {key: {env: SPLITVOTE_TEST_KEY}}\nhooks: {failure: {command: [sh, -c, 'env']}}")
        let value = "hunter2-hunter2-hunter2"
        let run = try shell(
            sandbox, "SPLITVOTE_TEST_KEY=\(value) \"$0\" run p.yaml --keep-going --log-format json")
        #expect(run.status == 1, "\(run.errors)")
        #expect(run.errors.contains("token is [secret key]") && run.errors.contains("=[secret key]"))
        let encoded = Data(value.utf8).base64EncodedString().dropLast(4)
        #expect(!run.errors.contains(value) && !run.errors.contains(encoded))
        #expect(
            try sandbox.sqlite("SELECT message FROM stage_run WHERE stage = 'b'").joined().contains(
                "[secret key]"))
        for name in ["state.sqlite", "state.sqlite-wal"] where sandbox.exists(name) {
            #expect(try sandbox.data(name).range(of: Data(value.utf8)) == nil)
        }
    }

    // MARK: Hooks

    @Test func aMessageNeverBecomesAShellText() throws {
        let sandbox = try sandbox(
            "  a: {uses: command, with: {command: [sh, -c, 'echo \"$(touch owned)\"; touch x; exit 3']}}",
            "hooks: {failure: {command: [sh, -c, 'echo \"{message}\"']}}")
        let refused = try sandbox.splitvote("validate", "p.yaml")
        #expect(refused.status == 2 && refused.errors.contains("p.yaml:4:"), "\(refused.errors)")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 2 && !sandbox.exists("x"))
        let message = "it said last:\n  \"; touch owned; echo $(touch owned)"
        let text = try sandbox.read("p.yaml")
        try sandbox.write(
            text.replacing("'echo \"{message}\"'", with: "'echo \"$1\" > told', sh, '{message}'")
                .replacing("echo \"$(touch owned)\"", with: "cat said"), to: "p.yaml")
        try sandbox.write("\"; touch owned; echo $(touch owned)\n", to: "said")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 1)
        #expect(try sandbox.read("told").contains(message) && !sandbox.exists("owned"))
    }

    // MARK: Readers

    @Test func aReaderHoldsUpNoRunAndItsHookIsStarted() throws {
        let sandbox = try sandbox(
            "  a: {uses: command, with: {command: ['true']}}",
            "hooks: {success: {command: [touch, hooked]}}")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        try FileManager.default.removeItem(at: sandbox.folder.appending(path: "hooked"))
        // The shell of SQLite is held open by a pipe whose end this test keeps.
        let script = """
            mkfifo in; sqlite3 state.sqlite < in > rows & exec 9> in
            echo 'BEGIN; SELECT count(*) FROM run;' >&9
            while ! test -s rows; do sleep 0.05; done
            "$0" run p.yaml --force a; echo "status $?"; exec 9>&-; wait
            """
        let start = ContinuousClock.now
        let outcome = try shell(sandbox, script)
        #expect(outcome.output.contains("status 0"), "\(outcome.errors)")
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(sandbox.exists("hooked"))
    }

    /// A user with read access only, in a folder without the log and the shared memory, as after `gc`.
    @Test func aStoreIsReadWhereNothingMayBeWritten() throws {
        let sandbox = try sandbox(Self.tiny)
        try sandbox.write("t,u,d,a,k,h\ntext,5,5,a,k,h\n", to: "a.csv")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let copy = "read only #1?%"
        let prepared = try shell(
            sandbox,
            "mkdir '\(copy)' && cp state.sqlite p.yaml a.csv '\(copy)' && cp -r artifacts '\(copy)' "
                + "&& chmod 755 . && chmod -R a-w,a+rX '\(copy)'")
        #expect(prepared.status == 0, "\(prepared.errors)")
        defer { _ = try? shell(sandbox, "chmod -R u+w '\(copy)'") }
        // Root may write everywhere.
        let asOther = getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : ""
        for words in ["status", "plan", "runs", "labels", "sweep", "report"] {
            let outcome = try shell(sandbox, "cd '\(copy)' && \(asOther)\"$0\" \(words) p.yaml")
            #expect(outcome.status == 0 && !outcome.output.isEmpty, "\(words): \(outcome.errors)")
        }
        let why = try shell(sandbox, "cd '\(copy)' && \(asOther)\"$0\" why p.yaml mine:k")
        #expect(why.status == 0 && why.output.contains("controversial"), "\(why.errors)")
    }

    @Test func aStoreWithALogThatCannotBeReadIsRefusedInWords() throws {
        let sandbox = try sandbox(Self.tiny)
        try sandbox.write("t,u,d,a,k,h\ntext,5,5,a,k,h\n", to: "a.csv")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let asOther = getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : ""
        let outcome = try shell(
            sandbox,
            """
            chmod 755 .; mkdir b; cp state.sqlite p.yaml a.csv b; head -c 32 state.sqlite > b/state.sqlite-wal
            chmod -R a-w,a+rX b; cd b; \(asOther)"$0" status p.yaml; s=$?; chmod u+w .; exit $s
            """)
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains("its latest changes are in")
                && outcome.errors.contains("hint: have a user with write access"))
    }

    // MARK: Disks without room

    /// No file may grow beyond some blocks: what does not fit fails as on a full disk.
    /// - Returns: the status, and everything that was printed.
    private func limited(
        _ sandbox: Sandbox, blocks: Int, _ words: String
    ) throws -> (status: String, text: String) {
        // Through a pipe, which has no size.
        let outcome = try shell(
            sandbox,
            "(trap '' XFSZ; ulimit -f \(blocks); \"$0\" \(words) > said; echo \"status $?\") 2>&1 | cat")
        let status = outcome.output.split(separator: "\n").last { $0.hasPrefix("status ") } ?? ""
        return (String(status), outcome.output)
    }

    @Test func initLeavesNothingHalfDone() throws {
        let sandbox = try Sandbox()
        for blocks in [0, 1, 8, 40] {
            let outcome = try limited(sandbox, blocks: blocks, "init new/folder")
            #expect(outcome.status == "status 1", "\(blocks) blocks: \(outcome.text)")
            #expect(
                outcome.text.contains("cannot write into new/folder") && !outcome.text.contains("bug"),
                "\(blocks) blocks: \(outcome.text)")
            #expect(!sandbox.exists("new"))
            #expect(try sandbox.read("said").isEmpty)
        }
        #expect(try sandbox.splitvote("init", "new/folder").status == 0)
        #expect(try sandbox.splitvote("validate", "new/folder/pipeline.yaml").status == 0)
    }

    @Test func initEndsWhatAKillLeftAndTouchesNothingElse() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.splitvote("init", "new").status == 0)
        let files = try sandbox.files(below: "new")
        let one = try #require(files.first)
        let whole = try sandbox.data("new/" + one)
        try FileManager.default.removeItem(at: sandbox.folder.appending(path: "new/" + one))
        let again = try sandbox.splitvote("init", "new")
        #expect(again.status == 0 && again.output == "new/\(one)\n", "\(again.errors)")
        #expect(try sandbox.data("new/" + one) == whole)
        #expect(try sandbox.splitvote("init", "new").status == 1)
        try sandbox.write("mine", to: "new/pipeline.yaml")
        try FileManager.default.removeItem(at: sandbox.folder.appending(path: "new/" + one))
        let refused = try sandbox.splitvote("init", "new")
        #expect(refused.status == 1 && refused.errors.contains("pipeline.yaml is already there"))
        #expect(try sandbox.read("new/pipeline.yaml") == "mine" && !sandbox.exists("new/" + one))
    }

    @Test func trainingWithoutRoomIsNotABug() throws {
        let sandbox = try StandaloneTrainingTests.sandbox()
        let words = StandaloneTrainingTests.flags.joined(separator: " ")
        for blocks in [0, 1, 4] {
            let outcome = try limited(sandbox, blocks: blocks, "train \(words) --out model")
            #expect(outcome.status == "status 1", "\(blocks) blocks: \(outcome.text)")
            #expect(
                !outcome.text.contains("bug") && outcome.text.contains("File too large"),
                "\(blocks) blocks: \(outcome.text)")
        }
    }
}
