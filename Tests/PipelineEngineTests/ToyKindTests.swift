import Charts
import Diagnostics
import Foundation
import PipelineEngine
import PipelineFile
import PipelinePlan
import Reports
import RunStore
import StageKit
import Synchronization
import Testing

/// A kind of which nothing but this file knows: how it is told, shown and stored.
private struct TallyStage: Stage {
    static let kind = StageKind(
        "tally", revision: 1, summary: "Count the letters of a word.",
        outputs: [Port("tally", "tally-v1")],
        figures: [Figure("letters", "letters of the word"), Figure("vowels", "vowels among them")],
        headline: ["letters", "vowels"],
        tables: StoreTables(
            "tally",
            steps: [
                "CREATE TABLE tally (run INTEGER NOT NULL REFERENCES run(number), letters INTEGER NOT NULL) STRICT",
                "ALTER TABLE tally ADD COLUMN comment INTEGER REFERENCES comment(id)",
            ]),
        report: KindReport(
            "tally", sentence: { $0.figures?.text("word").map { "The word is \($0)." } },
            sections: [
                ReportPart(absence: "No tally: nobody counted.") { view in
                    guard let letters = view.figures?.int("letters") else { return nil }
                    let text = ReportSection.paragraph("It has \(Numbers.grouped(letters)) letters.")
                    return ReportSection(id: "tally", title: "Letters", parts: [text])
                }
            ],
            identities: [ReportIdentity("word", "word", isCode: true)]))

    private let word: String

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        word = parameters.string("word", default: "toy", help: "What to count.")
        try parameters.finish()
    }

    func run(in context: StageContext) async throws -> StageResult {
        try word.write(toFile: context.outputFolder + "/word.txt", atomically: false, encoding: .utf8)
        return StageResult(
            outputs: [StageOutput(port: "tally", path: "word.txt")],
            figures: [
                "letters": .integer(word.count), "vowels": .integer(word.count { "aeiou".contains($0) }),
                "word": .string(word),
            ],
            changes: [Tally(letters: word.count)])
    }
}

/// What the kind keeps in a table of its own.
private struct Tally: StoreChange {
    let letters: Int

    func apply(to store: any StoreWriter) throws {
        try store.run(
            "INSERT INTO tally(run, letters) VALUES (?, ?)", .integer(store.origin.run),
            .integer(Int64(letters)))
    }
}

/// Reads what the store has, as a change that changes nothing.
private final class Question: StoreChange {
    private let sql: String
    private let found = Mutex<[Int64]>([])
    var answer: [Int64] { found.withLock { $0 } }

    init(_ sql: String) {
        self.sql = sql
    }

    func apply(to store: any StoreWriter) throws {
        let rows = try store.statement(sql)
        while try rows.step() {
            let value = rows.int64(0)
            found.withLock { $0.append(value) }
        }
    }
}

struct ToyKindTests {
    private let bench: TestBench

    init() throws {
        bench = try TestBench()
    }

    private func plan(_ stages: String) throws -> PlannedPipeline {
        let text = """
            splitvote: 1
            pipeline: toys
            store: {state: state/toys.sqlite, artifacts: artifacts}
            stages:
            \(stages)
            """
        return try PlannedPipeline.plan(
            document: PipelineDocument(Array(text.utf8), file: "toys.yaml"),
            registry: StageRegistry([TallyStage.self], ReportStages.all), baseFolder: bench.folder,
            runDate: "2025-11-21")
    }

    @discardableResult
    private func run(_ stages: String) async throws -> RunReport {
        try await Engine(try plan(stages), options: bench.options, sink: NoEvents()).run()
    }

    private func ask(_ sql: String) throws -> [Int64] {
        let question = Question(sql)
        let store = try RunStore.open(
            at: bench.folder + "/state/toys.sqlite", artifacts: bench.folder + "/artifacts")
        try store.apply(question, pipeline: "toys", run: "question")
        try store.close()
        return question.answer
    }

    @Test func aKindIsToldShownAndStoredByNothingButItself() async throws {
        let report = "  page: {uses: report, from: word, with: {path: page.html}}"
        let first = try await run("  word: {uses: tally, with: {word: banana}}\n\(report)")
        #expect(first["word"]?.figures["vowels"] == 3)
        #expect(TallyStage.kind.headline == ["letters", "vowels"])
        let page = try #require(bench.read("page.html"))
        #expect(page.contains("<p class=\"summary\">The word is banana.</p>"))
        #expect(page.contains("<h2 id=\"tally-h\">Letters</h2>\n<p>It has 6 letters.</p>"))
        #expect(page.contains("<code>banana</code>"))
        #expect(!page.contains("No tally"))
        #expect(try ask("SELECT letters FROM tally") == [6])
        // Nothing to do, nothing written.
        try await run("  word: {uses: tally, with: {word: banana}}\n\(report)")
        #expect(try ask("SELECT letters FROM tally") == [6])
        try await run("  word: {uses: tally, with: {word: fig}}\n\(report)")
        #expect(try ask("SELECT letters FROM tally ORDER BY run") == [6, 3])
    }

    @Test func itsTablesComeToAStoreThatIsThereAndGoThroughEachStepOnce() async throws {
        let store = try RunStore.open(
            at: bench.folder + "/state/toys.sqlite", artifacts: bench.folder + "/artifacts")
        try store.close()
        let version = try ask("PRAGMA user_version")
        let named = "SELECT count(*) FROM sqlite_master WHERE name = 'tally'"
        #expect(try ask(named) == [0])
        try await run("  word: {uses: tally}")
        try await run("  word: {uses: tally, with: {word: again}}")
        #expect(try ask(named) == [1])
        #expect(try ask("SELECT count(*) FROM pragma_table_info('tally')") == [3])
        #expect(try ask("SELECT count(*) FROM grdb_migrations WHERE identifier LIKE 'tally %'") == [2])
        #expect(try ask("PRAGMA user_version") == version)
    }

    @Test func aPageWithoutItsStageSaysSo() throws {
        let facts = ReportContents(pipeline: "toys", stages: [])
        let page = ReportPage.html(of: facts, kinds: [TallyStage.kind])
        #expect(page.contains("<p class=\"absence\">No tally: nobody counted.</p>"))
    }
}
