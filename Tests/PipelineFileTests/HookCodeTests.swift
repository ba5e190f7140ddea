import Diagnostics
import PipelineFile
import Testing

/// A message may hold what a website answered: it never becomes part of what a program runs as code.
struct HookCodeTests {
    private func report(_ command: String) throws -> String {
        let text = """
            splitvote: 1
            pipeline: x
            stages: {a: {uses: read}}
            hooks: {failure: {command: \(command)}}

            """
        let findings = try PipelineDocument(Array(text.utf8), file: "news.yaml").findings
        return findings.isEmpty ? "" : DiagnosticsError(file: "news.yaml", findings: findings).rendered()
    }

    @Test(arguments: [
        ("[sh, -c, 'echo \"{message}\"']", "sh"),
        ("[/bin/bash, -ec, 'notify {message} >> log']", "bash"),
        ("[bash, -o, pipefail, -c, -e, 'notify {message}']", "bash"),
        ("[env, A=1, sh, -c, 'notify {message}', x]", "sh"),
        ("[nice, timeout, '5', dash, -c, \"logger '{message}'\"]", "dash"),
        ("[zsh, -c, --, 'notify {message}']", "zsh"),
        ("[fish, '--command=notify {message}']", "fish"),
        ("[su, news, -c, 'notify {message}']", "su"),
        ("[env, -S, 'notify {message}']", "env"),
        ("[ssh, host, notify, '{message}']", "ssh"),
        ("[python3.11, -u, -c, 'print(\"{message}\")']", "python3.11"),
        ("[perl, -e, 'print q({message})']", "perl"),
        ("[perl, '-eprint q({message})']", "perl"),
        ("[node, '--eval=say(`{message}`)']", "node"),
        ("[awk, -v, 'x=1', 'BEGIN {{ print \"{message}\" }}']", "awk"),
        ("[sqlite3, x.db, \"INSERT INTO t VALUES ('{message}')\"]", "sqlite3"),
    ])
    func aMessageInsideCodeIsRefused(command: String, program: String) throws {
        let told = try report(command)
        #expect(
            told.contains("error: {message} is part of a text that '\(program)' would run: it may contain"),
            "\(told)")
        #expect(told.contains("SPLITVOTE_MESSAGE") && told.contains("write \"$1\" in the text"))
        #expect(told.hasSuffix("1 problem in news.yaml; nothing was run.\n"))
    }

    @Test(arguments: [
        "[notify, '{message}']",
        "[notify, 'splitvote: {message}', '{stage}']",
        "[sh, -c, 'notify \"$1\"', sh, '{message}']",
        "[sh, -c, 'notify \"$SPLITVOTE_MESSAGE\"']",
        "[sh, -c, 'echo {run} {pipeline} {date} {stage} {exit}']",
        "[sh, notify.sh, '{message}']",
        "[sh, notify.sh, -c, '{message}']",
        "[python3, notify.py, -c, '{message}']",
        "[python3, -W, ignore, notify.py, '--text={message}']",
        "[python3, -c, 'import sys; print(sys.argv[1])', '{message}']",
        "[sh, -c, 'echo {{message}}']",
        "[curl, -d, 'text={message}', 'https://example.org']",
    ])
    func aMessageAsAnArgumentIsFine(command: String) throws {
        #expect(try report(command) == "")
    }
}
