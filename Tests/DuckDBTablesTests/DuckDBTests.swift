import DuckDBTables
import Foundation
import StageKit
import TestInputs
import Testing

/// A script in place of DuckDB's program, in its own folder.
final class Script: Sendable {
    let folder: URL
    var path: String { folder.appending(path: "duckdb").path }

    init(_ text: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "duckdb-\(UUID().uuidString)")
        try TestProgram.write("#!/bin/sh\n\(text)\n", to: path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}

struct DuckDBTests {
    @Test func theProgramIsFoundWithItsVersion() throws {
        let script = try Script("echo 'v1.5.6 (Variegata) 069cc9f9b5'")
        let found = try DuckDB.find(script.path)
        #expect(found.version == "1.5.6" && found.path == script.path)
    }

    static let others: [(String, String)] = [
        ("echo 'v1.3.9 (Ossivalis) x'", "DuckDB 1.3.9 at PATH is too old; 1.4 or later is needed"),
        ("echo 'v0.10.2 1601d94f94'", "DuckDB 0.10.2 at PATH is too old; 1.4 or later is needed"),
        ("echo hello", "'PATH -version' says 'hello', which is no version of DuckDB"),
        ("echo no >&2; exit 7", "'PATH -version' ended with status 7: no"),
    ]

    @Test(arguments: others)
    func otherProgramsAreRefusedInWords(text: String, words: String) throws {
        let script = try Script(text)
        let error = #expect(throws: StageError.self) { try DuckDB.find(script.path) }
        #expect(error?.message == words.replacing("PATH", with: script.path))
        #expect(error?.hint?.contains("pipx install duckdb-cli") == true)
    }

    @Test func whereThereIsNoneItSaysHowToGetOne() {
        let error = #expect(throws: StageError.self) { try DuckDB.find("/nowhere/duckdb") }
        #expect(
            error?.message == "there is no program '/nowhere/duckdb', which DUCKDB names as DuckDB")
        #expect(error?.hint?.contains("pipx install duckdb-cli") == true)
    }

    static let forms: [(String, DuckDBColumn.Form)] = [
        ("VARCHAR", .text), ("ENUM('a', 'b]')", .text), ("UUID", .text), ("BIGINT", .whole),
        ("UHUGEINT", .whole),
        ("DECIMAL(18,3)", .decimal), ("DOUBLE", .real), ("BOOLEAN", .truth), ("DATE", .localTime),
        ("TIMESTAMP_NS", .localTime), ("TIMESTAMP WITH TIME ZONE", .moment), ("VARCHAR[]", .list),
        ("STRUCT(a INTEGER)[]", .list), ("FLOAT[3]", .list), ("STRUCT(a INTEGER)", .other), ("BLOB", .other),
        ("MAP(VARCHAR, INTEGER)", .other), ("INTERVAL", .other), ("TIME", .other),
    ]

    @Test(arguments: forms)
    func typesHaveTheirForm(type: String, form: DuckDBColumn.Form) {
        #expect(DuckDBColumn(name: "a", type: type).form == form)
    }

    @Test func namesAndTextsAreQuoted() {
        #expect(SQLText.name("a\"b") == "\"a\"\"b\"" && SQLText.literal("it's") == "'it''s'")
        #expect(SQLText.query("select 1; -- one\n;\n") == "(\nselect 1; -- one\n)")
        #expect(
            SQLText.parquet("a'b.parquet") == "read_parquet('a''b.parquet', hive_partitioning = false)")
        #expect(DuckDBColumn(name: "n", type: "BIGINT").asText == "CAST(\"n\" AS VARCHAR)")
    }
}

struct DuckDBSessionTests {
    private func session(_ script: Script, mask: @escaping @Sendable (String) -> String = { $0 }) throws
        -> DuckDBSession
    {
        DuckDBSession(
            try DuckDB.find(script.path), folder: script.folder.path,
            scratch: script.folder.path + "/scratch",
            threads: 2, setup: "LOAD postgres;", environment: ["WORD": "낱말"], mask: mask)
    }

    /// Answers a question with some lines of a shell.
    private func script(_ answer: String) throws -> Script {
        try Script("if [ \"$1\" = -version ]; then echo v1.5.6; exit; fi\n\(answer)")
    }

    @Test func theQuestionComesByStandardInputWithoutSettingsOfTheUser() throws {
        let script = try script("echo \"$@\" > arguments; cat > question; echo '{\"0\":\"'$WORD'\"}'")
        var rows: [String?] = []
        try session(script).forEachRow(of: "SELECT 1", columns: 2) { rows += [$0.text(0), $0.text(1)] }
        #expect(rows == ["낱말", nil])
        let arguments = try String(contentsOf: script.folder.appending(path: "arguments"), encoding: .utf8)
        #expect(arguments == "-init /dev/null -batch -bail\n")
        let question = try String(contentsOf: script.folder.appending(path: "question"), encoding: .utf8)
        // Each question has its own.
        let unnamed = question.replacing(/scratch-[0-9A-F-]{36}/, with: "scratch")
        #expect(unnamed != question)
        #expect(
            unnamed == """
                .output /dev/null
                SET enable_progress_bar = false;
                SET threads = 2;
                SET temp_directory = '\(script.folder.path)/scratch';
                SET autoinstall_known_extensions = false;
                LOAD postgres;
                COPY (SELECT 1) TO '/dev/stdout' (FORMAT json);

                """)
    }

    @Test func aRefusalIsOneLineWithoutColorsAndSecrets() throws {
        let script = try script(
            "printf '\\033[31mParser Error:\\033[0m syntax error at hunter2\\n\\nLINE 1: selec\\n        ^\\n' >&2; exit 1"
        )
        let session = try session(script) { $0.replacing("hunter2", with: "{PASSWORD}") }
        let failure = #expect(throws: DuckDBSession.Failure.self) { try session.run("selec") }
        #expect(failure?.words == "Parser Error: syntax error at {PASSWORD} (LINE 1: selec)")
        #expect(failure?.wasKilled == false)
    }

    @Test(arguments: ["kill -9 $$", "echo '{\"0\":\"x\"}'; exit 137"])
    func anEndFromOutsideIsToldFromARefusal(answer: String) throws {
        let script = try script(answer)
        defer { withExtendedLifetime(script) {} }
        let session = try session(script)
        let failure = #expect(throws: DuckDBSession.Failure.self) {
            try session.forEachRow(of: "SELECT 1", columns: 1) { _ in }
        }
        #expect(failure?.wasKilled == true)
    }

    @Test func anAnswerThatIsCutOffIsNoAnswer() throws {
        let script = try script("printf '{\"0\":\"a\"}\\n{\"0\":'")
        defer { withExtendedLifetime(script) {} }
        let session = try session(script)
        let failure = #expect(throws: DuckDBSession.Failure.self) {
            try session.forEachRow(of: "SELECT 1", columns: 1) { _ in }
        }
        #expect(failure?.words.contains("row 2 of its answer") == true)
    }

    @Test func aStopEndsIt() throws {
        let script = try script("sleep 60")
        defer { withExtendedLifetime(script) {} }
        let session = try session(script)
        #expect(throws: StageInterrupted.self) {
            try session.forEachPiece(of: "SELECT 1", isStopRequested: { true }, { _ in })
        }
    }
}
