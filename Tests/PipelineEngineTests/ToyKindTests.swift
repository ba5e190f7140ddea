import CommentStore
import PipelineEngine
import PipelineFile
import PipelinePlan
import Presentation
import Reports
import RunStore
import StageKit
import Testing
import VoteModel

/// What a kind brings with it is all that there is about it: no list elsewhere has its name, its figures or its tables.
struct ToyKindTests {
    private let bench: TestBench
    private var state: String { bench.folder + "/state/toys.sqlite" }
    private var artifacts: String { bench.folder + "/artifacts" }

    init() throws {
        bench = try TestBench()
    }

    private static let registry = StageRegistry([TallyStage.self], ReportStages.all)
    private static let word = "  word: {uses: tally, with: {word: banana}}"
    private static let page = "  page: {uses: report, from: word, with: {path: page.html}}"

    private func plan(_ stages: String...) throws -> PlannedPipeline {
        let text = """
            splitvote: 1
            pipeline: toys
            store: {state: state/toys.sqlite, artifacts: artifacts}
            stages:
            \(stages.joined(separator: "\n"))
            """
        return try PlannedPipeline.plan(
            document: PipelineDocument(Array(text.utf8), file: "toys.yaml"), registry: Self.registry,
            baseFolder: bench.folder, runDate: "2025-11-21")
    }

    @discardableResult
    private func run(_ plan: PlannedPipeline) async throws -> RunReport {
        try await Engine(plan, options: bench.options, sink: NoEvents()).run()
    }

    private func open<Value>(
        knowing steps: [String] = [], _ body: (RunStore) throws -> Value
    ) throws -> Value {
        let tables = steps.isEmpty ? [] : [TallyStage.made(withSteps: steps).tables].compactMap { $0 }
        let store = try RunStore.open(at: state, artifacts: artifacts, tables: tables)
        defer { try? store.close() }
        return try body(store)
    }

    private func ask(_ sql: String) throws -> [Int64] {
        let question = Question(sql)
        try open { try $0.apply(question, pipeline: "toys", run: "question") }
        return question.answer
    }

    /// Puts comments into the store, their keys 1, 2, … in order.
    private func add(_ texts: String...) throws {
        try open { store in
            let file = ImportedFile(
                source: "news", name: "a.tsv", digest: "d", mapping: "m", run: "import", moment: 1)
            _ = try store.ledger.importFile(file) { sink in
                for (index, text) in texts.enumerated() {
                    try Array("\(index + 1)".utf8).withUnsafeBytes { key in
                        try Array(text.utf8).withUnsafeBytes { text in
                            try sink.append(
                                ObservedComment(
                                    key: key, article: key, text: text, observedAt: 1, up: 1, down: 1))
                        }
                    }
                }
            }
        }
    }

    // MARK: Shown

    @Test func aKindIsReportedAndShownOnlyByItself() async throws {
        let report = try await run(plan(Self.word, Self.page))
        let figures = try #require(report["word"]?.figures)
        #expect(TallyFigures(figures) == TallyFigures(letters: 6, vowels: 3, word: "banana"))
        #expect(Headlines(Self.registry).summary(of: figures, kind: "tally") == "letters 6, vowels 3")
        let page = try #require(bench.read("page.html"))
        #expect(page.contains("<p class=\"summary\">The word is banana.</p>"))
        #expect(page.contains("<h2 id=\"tally-h\">Letters</h2>\n<p>It has 6 letters.</p>"))
        #expect(page.contains("<code>banana</code>"))
        #expect(!page.contains("No tally"))
    }

    @Test func aPageWithoutItsStageSaysSo() throws {
        let facts = ReportContents(pipeline: "toys", stages: [])
        let page = ReportPage.html(of: facts, kinds: [TallyStage.kind])
        #expect(page.contains("<p class=\"absence\">No tally: nobody counted.</p>"))
    }

    /// Of an older version, or of a later one.
    @Test func figuresThatItDoesNotHaveOrDoesNotKnowAreNoObstacle() throws {
        let stage = StageSummary(stage: "word", kind: "tally", figures: ["letters": 4, "colors": 7])
        let page = ReportPage.html(
            of: ReportContents(pipeline: "toys", stages: [stage]), kinds: [TallyStage.kind])
        #expect(page.contains("<p>It has 4 letters.</p>"))
        #expect(!page.contains("The word is"))
    }

    // MARK: Stored

    @Test func whatItStoresIsWrittenWithItsRecordAndOnlyWhenItRuns() async throws {
        try add("kind", "unkind")
        try await run(plan(Self.word))
        #expect(try ask("SELECT letters FROM tally ORDER BY comment") == [4, 6])
        // Nothing to do, nothing written.
        let nothing = Tally(word: "", comments: [])
        try open { try $0.apply(nothing, pipeline: "toys", stage: "word", run: "other") }
        try await run(plan(Self.word))
        #expect(try ask("SELECT count(*) FROM tally") == [0])
        try await run(plan("  word: {uses: tally, with: {word: fig}}"))
        #expect(try ask("SELECT letters FROM tally ORDER BY comment") == [4, 6])
    }

    @Test func itsTablesComeToAStoreThatIsThereAndGoThroughEachStepOnce() async throws {
        try open { _ in }
        let version = try ask("PRAGMA user_version")
        let named = "SELECT count(*) FROM sqlite_master WHERE name = 'tally'"
        #expect(try ask(named) == [0])
        try await run(plan("  word: {uses: tally}"))
        try await run(plan("  word: {uses: tally, with: {word: again}}"))
        #expect(try ask(named) == [1])
        #expect(try ask("SELECT count(*) FROM grdb_migrations WHERE identifier LIKE 'tally %'") == [2])
        #expect(try ask("PRAGMA user_version") == version)
    }

    @Test func aLaterStepFindsTheRowsOfAnEarlierOne() async throws {
        try open(knowing: [TallyTables.steps[0]]) { _ in }
        try add("kind")
        try open { store in
            try store.apply(
                Rows(
                    "INSERT INTO tally_set VALUES (7, 'others', 'word', 'old')",
                    "INSERT INTO tally(tally_set, comment) SELECT 7, id FROM comment"),
                pipeline: "others", run: "old")
        }
        try await run(plan("  word: {uses: tally}"))
        #expect(try ask("SELECT letters FROM tally WHERE tally_set = 7") == [0])
        #expect(try ask("SELECT letters FROM tally WHERE tally_set <> 7") == [4])
    }

    private struct Rows: StoreChange {
        let statements: [String]

        init(_ statements: String...) {
            self.statements = statements
        }

        func apply(to store: any StoreWriter) throws { for sql in statements { try store.run(sql) } }
    }

    // MARK: Removed

    @Test func rowsAboutAForgottenCommentGo() async throws {
        try add("kind", "unkind", "neither")
        let plan = try plan(Self.word)
        try await run(plan)
        let outcome = try CommentForgetting(plan.store, host: "here").forget([(source: "news", key: "2")])
        #expect(outcome.figures.comments.count == 1)
        #expect(try ask("SELECT letters FROM tally ORDER BY comment") == [4, 7])
    }

    @Test func whatItKeptIsCollectedWithItsStageAndRestoredWithIt() async throws {
        try add("kind", "unkind")
        try await run(plan(Self.word, "  other: {uses: tally, with: {word: other}}"))
        let without = try plan(Self.word)
        try await run(without)
        #expect(try ask("SELECT count(*) FROM tally") == [4])
        let collector = GarbageCollector(without, rule: RetentionRule(), options: bench.options)
        #expect(try collector.collect().outlived == [.init(stage: "other", rows: 2)])
        #expect(try ask("SELECT count(*) FROM tally") == [2])
        #expect(try ask("SELECT count(*) FROM tally_set") == [1])
        let report = try await run(plan(Self.word, "  other: {uses: tally, with: {word: other}}"))
        #expect(report["other"]?.verdict == .restored)
        #expect(report["word"]?.verdict == .cached)
        #expect(try ask("SELECT count(*) FROM tally") == [4])
    }
}
