import Foundation
import JSON
import PipelineEngine
import PipelinePlan
import ProcessControl
import Reference
import RunStore
import StageCatalog
import StageKit
import TestInputs
import Testing

/// The pages about commands, events, exit statuses, placeholders, schemas, the pipeline file and the store.
struct ReferencePageTests {
    // MARK: Commands

    private static let commands: CommandPage = {
        let dump = (try? output(of: command, ["--experimental-dump-help"])) ?? ""
        return CommandPage(dump: (try? JSONValue(parsing: dump)) ?? .null)
    }()

    /// The command that was built together with these tests.
    private static let command = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "splitvote")

    private static func output(of program: URL, _ arguments: [String]) throws -> String {
        String(decoding: try ChildProcess.output(of: .init(program, arguments)), as: UTF8.self)
    }

    @Test func thePageOfCommandsSaysWhatTheProgramSays() throws {
        #expect(Self.commands.commands.count >= 24)
        try RecordedPage.check("commands.md", says: Self.commands.markdown)
    }

    /// Flags that several commands share with 'run' are shown there.
    @Test func eachCommandAndFlagHasATextAndAnExample() throws {
        let shared = try #require(Self.commands.commands.first { $0.name == "run" }).arguments
        for command in Self.commands.commands {
            let examples = CommandExample.all(of: command.name)
            #expect(!examples.isEmpty, "\(command.name)")
            let words = Set(examples.flatMap { $0.text.split { $0 == " " || $0 == "\n" }.map(String.init) })
            for argument in command.arguments {
                #expect(!argument.abstract.isEmpty, "\(command.name) \(argument.names)")
                let isShared = command.name != "run" && shared.contains(argument)
                let isShown = argument.names.isEmpty || !words.isDisjoint(with: argument.names)
                #expect(isShared || isShown, "\(command.name): no example has \(argument.names)")
            }
            for word in words where word.hasPrefix("--") {
                #expect(
                    command.arguments.contains { $0.names.contains(word) },
                    "\(command.name): there is no \(word)")
            }
        }
    }

    // MARK: What is in code

    @Test func thePagesSayWhatTheProgramSays() throws {
        try RecordedPage.check("events.md", says: EventPage.markdown)
        try RecordedPage.check("exit-statuses.md", says: StatusPage.markdown)
        try RecordedPage.check("placeholders.md", says: PlaceholderPage.markdown)
        try RecordedPage.check("schemas.md", says: SchemaFiles.page)
        try RecordedPage.check("pipeline-file.md", says: PipelineFilePage(.all).markdown)
    }

    @Test func eachEventAndEachOfItsMembersHasAText() throws {
        #expect(EventPage.all.count >= 14)
        for event in EventPage.all {
            #expect(event.summary.hasSuffix("."), "\(event.name)")
            for member in event.members {
                #expect(member.summary.hasSuffix("."), "\(event.name).\(member.name)")
            }
        }
        // Every event that the program writes is one of the schema.
        let sources = ["EngineEvent+JSON.swift", "EventLog.swift"].map {
            "Sources/Command/Presentation/\($0)"
        }
        let texts = try sources.map {
            try String(contentsOf: RecordedPage.root.appending(path: $0), encoding: .utf8)
        }
        let written = Set(texts.flatMap { $0.matches(of: /"event": "(\w+)"/).map { String($0.1) } })
        #expect(written == Set(EventPage.all.map(\.name)))
    }

    @Test func eachKeyOfThePipelineFileHasAText() {
        let keys = PipelineFilePage(.all).keys
        #expect(keys.count >= 25)
        for key in keys { #expect(key.summary.hasSuffix("."), "\(key.path)") }
        #expect(keys.contains { $0.path == "stages.NAME.checks[].at_most" })
    }

    @Test func eachExitStatusHasAText() {
        for status in ExitStatus.allCases {
            #expect(!status.summary.isEmpty)
            #expect(status.advice.hasSuffix("."))
        }
    }

    @Test func eachPlaceholderOfAHookHasAText() {
        // RunHookTests hold the values that a run gives to the same names.
        #expect(RunHook.placeholders.map(\.name) == Hooks.placeholders)
        for placeholder in RunHook.placeholders { #expect(placeholder.summary.hasSuffix(".")) }
    }

    @Test func theCitationNamesThisVersion() throws {
        let place = RecordedPage.root.appending(path: "CITATION.cff")
        let lines = try String(contentsOf: place, encoding: .utf8).split(separator: "\n")
        #expect(lines.contains("version: \(ProgramVersion.text)"))
    }

    // MARK: Schemas

    @Test func theProgramCarriesEverySchema() throws {
        let folder = RecordedPage.root.appending(path: "schemas")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == Set(SchemaFiles.all.map(\.fileName)))
        for file in SchemaFiles.all {
            #expect(!file.title.isEmpty, "\(file.name)")
            let text = try String(contentsOf: folder.appending(path: file.fileName), encoding: .utf8)
            #expect(file.text == text, "\(file.name): build again")
        }
    }

    @Test func aSchemaThatDoesNotExistIsRefusedWithTheNearest() {
        do {
            _ = try SchemaFiles.text("pipelin")
            Issue.record("there is no schema 'pipelin'")
        } catch {
            #expect(error.findings.first?.hint?.hasPrefix("did you mean 'pipeline'?") == true)
        }
    }

    // MARK: The store

    @Test func thePageOfTheStoreSaysWhatANewStoreHas() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "reference-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "state.sqlite").path
        let kinds = StageRegistry.all.kinds.map { $0.kind }
        let store = try RunStore.open(
            at: path, artifacts: folder.appending(path: "artifacts").path, tables: kinds.compactMap(\.tables))
        try store.close()
        let page = StorePage(try objects(of: path), kinds: kinds)
        #expect(page.gaps == [])
        try RecordedPage.check("store.md", says: page.markdown)
    }

    private func objects(of path: String) throws -> [StorePage.Object] {
        let query = """
            SELECT json_group_array(json_object('name', name, 'view', type = 'view', 'sql', sql, 'columns', (
                SELECT json_group_array(json_array(c.name, c.type)) FROM pragma_table_xinfo(o.name) AS c)))
            FROM (
                SELECT * FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'
                ORDER BY name) AS o
            """
        let rows = try JSONValue(
            parsing: try Self.output(of: URL(filePath: "/usr/bin/sqlite3"), [path, query]))
        return try #require(rows.arrayValue).map { row in
            StorePage.Object(
                name: row["name"]?.stringValue ?? "", isView: row["view"]?.intValue == 1,
                sql: row["sql"]?.stringValue ?? "",
                columns: (row["columns"]?.arrayValue ?? []).map { column in
                    (column.arrayValue?[0].stringValue ?? "", column.arrayValue?[1].stringValue ?? "")
                })
        }
    }
}
