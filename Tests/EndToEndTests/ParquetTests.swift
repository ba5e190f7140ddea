import Foundation
import TestInputs
import Testing

/// Parquet files and queries, read and written by DuckDB: what is said where it is not, is old, or fails; and, where it is
/// installed, what comes of the rows.
struct ParquetTests {
    private static let ingest = """
        {uses: ingest.files, with: {paths: "data/*.parquet", format: parquet, source: mine, columns: {text: text, up: up, down: down, article: [oid, aid], observed_at: seen}}}
        """

    private static func pipeline(_ comments: String = ParquetTests.ingest, format: String = "parquet")
        -> String
    {
        """
        splitvote: 1
        pipeline: parquet
        store: {state: state.sqlite, artifacts: artifacts}
        secrets: {word: {env: PARQUET_TEST_WORD}}
        stages:
          comments: \(comments)
          clean: {uses: clean, from: comments, with: {rules: none}}
          labels: {uses: label, from: clean}
          sample: {uses: sample, from: labels, with: {per_label: all, seed: 1}}
          split: {uses: split, from: sample, with: {shares: {train: 0.6, dev: 0.2, test: 0.2}, salt: v1}}
          out: {uses: export, from: split, with: {format: \(format), columns: [id, text, label, up, down, ratio, article, observed_at, split], path: "out/{split}.\(format)"}}

        """
    }

    // MARK: A script in DuckDB's place

    /// Answers for its version, for columns and for rows by lines of a shell.
    private func script(
        _ sandbox: Sandbox, version: String = "v1.5.6 (x) y", columns: String = "", rows: String = ""
    ) throws -> [String: String] {
        try TestProgram.write(
            """
            #!/bin/sh
            if [ "$1" = -version ]; then echo '\(version)'; exit; fi
            question=$(cat)
            printf '%s\\n' "$question" >> questions
            case $question in
            *DESCRIBE*) \(columns.isEmpty ? ":" : columns) ;;
            *) \(rows.isEmpty ? ":" : rows) ;;
            esac

            """, to: sandbox.folder.appending(path: "duckdb").path)
        return Sandbox.environment.merging(["DUCKDB": "./duckdb"]) { $1 }
    }

    private func sandbox(_ pipeline: String) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(pipeline, to: "p.yaml")
        try sandbox.write("PAR1....PAR1", to: "data/a.parquet")
        return sandbox
    }

    private static func described(_ types: [String: String]) -> String {
        let names = ["text", "up", "down", "oid", "aid", "seen"]
        return names.map { name in
            "echo '{\"0\":\"\(name)\",\"1\":\"\(types[name] ?? (name == "up" || name == "down" ? "BIGINT" : "VARCHAR"))\"}'"
        }.joined(separator: "; ")
    }

    private func run(_ sandbox: Sandbox, _ environment: [String: String]) throws -> Sandbox.Outcome {
        try sandbox.run(Sandbox.command, ["run", "p.yaml", "--date", "2025-11-01"], environment: environment)
    }

    @Test func whereThereIsNoDuckDBItSaysHowToGetOneBeforeAnythingIsDone() throws {
        let sandbox = try sandbox(Self.pipeline())
        let environment = Sandbox.environment.merging(["DUCKDB": "", "PATH": "/nowhere"]) { $1 }
        for command in ["validate", "run"] {
            let outcome = try sandbox.run(Sandbox.command, [command, "p.yaml"], environment: environment)
            #expect(outcome.status != 0)
            let sentence =
                "DuckDB, which reads and writes Parquet, is not installed: there is no program 'duckdb' in PATH"
            #expect(outcome.errors.contains(sentence), "\(command): \(outcome.errors)")
            #expect(outcome.errors.contains("hint: pipx install duckdb-cli"), "\(outcome.errors)")
        }
        let doctor = try sandbox.run(Sandbox.command, ["doctor"], environment: environment)
        #expect(doctor.output.contains("pipx install duckdb-cli"), "\(doctor.output)")
    }

    @Test func anExportThatCannotBeWrittenStopsTheRunBeforeItsFirstStage() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            SampleComments.pipeline(("format: tsv, path: \"out/{split}.tsv\"", "format: parquet")),
            to: "p.yaml")
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        let outcome = try run(sandbox, script(sandbox, version: "v1.2.0 (x) y"))
        #expect(
            outcome.status != 0 && outcome.errors.contains("is too old; 1.4 or later is needed"),
            "\(outcome.errors)")
        #expect(!sandbox.exists("out"))
    }

    static let failures: [(columns: String, rows: String, words: String)] = [
        (
            "echo 'Invalid Input Error: No magic bytes found at end of file' >&2; exit 1", "",
            "data/a.parquet cannot be read as Parquet: Invalid Input Error: No magic bytes found at end of file"
        ),
        (
            described(["up": "VARCHAR[]"]), "",
            "the column 'up' of data/a.parquet is VARCHAR[]; 'up' takes a number"
        ),
        (
            described(["oid": "DOUBLE"]), "",
            "the column 'oid' of data/a.parquet is DOUBLE; 'article' takes VARCHAR or an integer"
        ),
        (
            "echo '{\"0\":\"text\",\"1\":\"VARCHAR\"}'", "",
            "the table has no columns 'up', 'down', 'oid', 'aid', 'seen'; its header names 'text'"
        ),
        (
            described([:]),
            "echo '{\"0\":\"x\",\"1\":\"30\",\"2\":\"1\",\"3\":\"1\",\"4\":\"2\",\"5\":\"20251001\"}'; kill -9 $$",
            "DuckDB was ended by signal 9 while it read data/a.parquet"
        ),
        (
            described([:]), "printf '{\"0\":\"x\",\"1\":\"30\"'; echo 'IO Error: gone' >&2; exit 1",
            "data/a.parquet cannot be read as Parquet: IO Error: gone"
        ),
    ]

    @Test(arguments: failures)
    func whatGoesWrongIsSaidAndNothingIsTaken(columns: String, rows: String, words: String) throws {
        let sandbox = try sandbox(Self.pipeline())
        let outcome = try run(sandbox, script(sandbox, columns: columns, rows: rows))
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(words) && outcome.errors.contains("hint:"), "\(outcome.errors)")
        #expect(
            try sandbox.sqlite("select (select count(*) from comment) + (select count(*) from vote)") == ["0"]
        )
    }

    @Test func aFileThatIsNoParquetIsSaidToBeNone() throws {
        let sandbox = try sandbox(Self.pipeline())
        try sandbox.write("a,b\n", to: "data/a.parquet")
        let outcome = try run(sandbox, script(sandbox))
        #expect(outcome.errors.contains("data/a.parquet is not a Parquet file: it does not begin with PAR1"))
        try sandbox.write("PAR1....PAR1", to: "data/a.parquet")
        try sandbox.write(
            Self.pipeline(Self.ingest.replacing("format: parquet", with: "format: csv")), to: "p.yaml")
        let other = try run(sandbox, script(sandbox))
        #expect(
            other.errors.contains("data/a.parquet is a Parquet file; it was to be read as csv"),
            "\(other.errors)")
    }

    private static let query = """
        {uses: ingest.files, with: {format: duckdb, query: "select * from source", connection: {environment: {WORD: $secrets.word}}, source: mine, columns: {text: text, up: up, down: down, article: [oid, aid], observed_at: seen}}}
        """

    private static func rows(_ texts: [String], up: Int = 30) -> String {
        texts.map { text in
            "echo '{\"0\":\"\(text)\",\"1\":\"\(up)\",\"2\":\"1\",\"3\":\"1\",\"4\":\"2\",\"5\":\"20251001\"}'"
        }.joined(separator: "; ")
    }

    /// Until the labels, which these few rows have none of.
    private static let short = pipeline(query).components(separatedBy: "  labels:")[0]

    private func runQuery(
        _ sandbox: Sandbox, _ rows: String, columns: String = ParquetTests.described([:]), _ more: String...
    ) throws -> Sandbox.Outcome {
        var environment = try script(sandbox, columns: columns, rows: rows)
        environment["PARQUET_TEST_WORD"] = "hunter2"
        return try sandbox.run(
            Sandbox.command, ["run", "p.yaml", "--date", "2025-11-01"] + more, environment: environment)
    }

    @Test func aQueryIsAskedInEveryRunAndTakenWhereItsAnswerChanged() throws {
        let sandbox = try sandbox(Self.short)
        let first = try runQuery(sandbox, Self.rows(["one", "two"]))
        #expect(first.status == 0, "\(first.errors)")
        // The same rows in another order are the same answer.
        #expect(try runQuery(sandbox, Self.rows(["two", "one"])).status == 0)
        #expect(try sandbox.sqlite("select count(*) from vote") == ["2"])
        let changed = try runQuery(sandbox, Self.rows(["two", "three"], up: 31))
        #expect(changed.status == 0, "\(changed.errors)")
        #expect(
            try sandbox.sqlite("select text from comment where status = 'present' order by text") == [
                "three", "two",
            ])
        #expect(
            changed.errors.contains("1 comment of the earlier query of 'comments' is not in it any more"),
            "\(changed.errors)")
        // Nothing of the answer is left beside the store.
        #expect(try sandbox.files(below: ".").allSatisfy { !$0.hasSuffix(".jsonl") })
        let offline = try runQuery(sandbox, "exit 1", "--offline")
        #expect(
            offline.status == 0 && offline.errors.contains("the query was not asked (--offline)"),
            "\(offline.errors)")
        #expect(try sandbox.sqlite("select count(*) from comment where status = 'present'") == ["2"])
    }

    @Test func aQueryThatFailsChangesNothingAndShowsNoSecret() throws {
        let sandbox = try sandbox(Self.short)
        #expect(try runQuery(sandbox, Self.rows(["one"])).status == 0)
        let outcome = try runQuery(
            sandbox, "", columns: "echo \"IO Error: password $WORD is wrong\" >&2; exit 1")
        #expect(outcome.status == 5, "\(outcome.errors)")
        #expect(
            outcome.errors.contains(
                "DuckDB refuses the query of 'comments': IO Error: password {WORD} is wrong"),
            "\(outcome.errors)")
        #expect(try sandbox.sqlite("select count(*) from comment where status = 'present'") == ["1"])
        let all = try sandbox.files(below: ".").filter { $0 != "duckdb" }
        for file in all { #expect(try !sandbox.data(file).contains(Data("hunter2".utf8)), "\(file)") }
    }

    static let mistakes: [(String, String)] = [
        ("format: duckdb", "'format: duckdb' needs 'query'"),
        ("query: select 1", "'query' needs 'format: duckdb'"),
        ("format: duckdb, query: select 1, paths: a.parquet", "'query' reads none of the files of 'paths'"),
        ("format: duckdb, query: \"select {path}\"", "'query' reads {path}, and there are no 'paths'"),
        ("connection: {setup: load x}, paths: a.csv", "'connection' is given, and no 'query'"),
        ("format: parquet, paths: a, quote: csv", "'quote' is for tables of text, and 'format' is parquet"),
        ("format: tsv", "stage kind 'ingest.files' needs 'paths'"),
    ]

    @Test(arguments: mistakes)
    func settingsThatMeanNothingAreRefused(settings: String, words: String) throws {
        let sandbox = try sandbox(
            Self.pipeline(
                "{uses: ingest.files, with: {\(settings), source: mine, columns: {text: t, up: u, down: d}}}")
        )
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    }

    // MARK: DuckDB itself

    static let hasDuckDB =
        ["DUCKDB", "PATH"].compactMap { ProcessInfo.processInfo.environment[$0] }
        .flatMap { $0.split(separator: ":") }.contains {
            FileManager.default.isExecutableFile(atPath: $0.hasSuffix("duckdb") ? String($0) : $0 + "/duckdb")
        }

    /// The same rows by way of text and by way of Parquet give the same store and the same tables.
    @Test(.enabled(if: hasDuckDB, "DuckDB is not installed"))
    func parquetSaysWhatTextSays() throws {
        let text = try Sandbox()
        try text.write(
            Self.pipeline(
                Self.ingest.replacing("*.parquet", with: "*.tsv").replacing(
                    "format: parquet", with: "format: tsv"),
                format: "jsonl"), to: "p.yaml")
        try text.write(SampleComments.table(), to: "data/a.tsv")
        #expect(try text.splitvote("run", "p.yaml", "--date", "2025-11-01").status == 0)
        let other = try Sandbox()
        try other.write(Self.pipeline(), to: "p.yaml")
        try other.write(SampleComments.table(), to: "a.tsv")
        try FileManager.default.createDirectory(
            at: other.folder.appending(path: "data"), withIntermediateDirectories: true)
        try duck(
            "copy (from read_csv('a.tsv', delim='\\t', quote='')) to 'data/a.parquet' (format parquet)", other
        )
        let outcome = try other.splitvote("run", "p.yaml", "--date", "2025-11-01")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let rows =
            "select key, text, up, down from comment join current_vote on comment.id = current_vote.comment order by key"
        #expect(try other.sqlite(rows) == text.sqlite(rows))
        for side in ["train", "dev", "test"] {
            let answer = try duck(
                "copy (from 'out/\(side).parquet') to '/dev/stdout' (format json)", other)
            let values = { (text: String) in
                text.split(separator: "\n").map { $0.replacing(" ", with: "T").replacing("+00", with: "Z") }
            }
            #expect(values(answer) == values(try text.read("out/\(side).jsonl")), "\(side)")
        }
        // Nothing has to be done again, and a second store writes the same bytes.
        let digest = try other.data("out/train.parquet")
        let again = try Sandbox()
        try again.write(Self.pipeline(), to: "p.yaml")
        try again.write(other.data("data/a.parquet"), to: "data/a.parquet")
        #expect(try again.splitvote("run", "p.yaml", "--date", "2025-11-02").status == 0)
        #expect(try again.data("out/train.parquet") == digest)
    }

    @discardableResult
    private func duck(_ statement: String, _ sandbox: Sandbox) throws -> String {
        let name = ProcessInfo.processInfo.environment["DUCKDB"] ?? "duckdb"
        let outcome = try sandbox.run(
            URL(filePath: "/bin/sh"), ["-c", "\"\(name)\" -init /dev/null -c \"$0\" | cat", statement])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }
}
