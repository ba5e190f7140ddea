import IngestStages
import StageKit
import StageKitTesting
import Testing

/// What becomes of files from night to night.
struct IngestFilesStageTests {
    private let bench: StageBench
    private static let columns: JSONValue = [
        "text": "text", "up": "up", "down": "down", "article": "article", "key": "key",
    ]

    init() throws {
        bench = try StageBench()
    }

    /// Writes a table of comments: key, text, up.
    private func write(_ name: String, _ rows: [(key: String, text: String, up: Int)]) throws {
        let lines = rows.map { "\($0.key)\ta1\t\($0.text)\t\($0.up)\t0" }
        try bench.folder.write(
            (["key\tarticle\ttext\tup\tdown"] + lines).joined(separator: "\n") + "\n", to: name)
    }

    private func ingest(
        _ files: [String], _ changes: (String, JSONValue)..., after earlier: StageOutcome? = nil,
        refreshes: Bool = false
    ) async throws -> StageOutcome {
        let parameters = changes.reduce(
            ["paths": ["*.tsv"], "source": "news", "columns": Self.columns] as JSONValue
        ) { $0.adding($1.0, $1.1) }
        let facts = RunDescription(
            id: "r", pipeline: "bench", date: "2026-01-31", hasOverrides: false,
            refreshed: refreshes ? ["ingest.files"] : [])
        return try await bench.run(
            IngestFilesStage.self, parameters, files: ["paths": files], after: earlier, run: facts)
    }

    private func figures(_ outcome: StageOutcome, _ names: String...) -> [Int?] {
        names.map { outcome.figures[$0]?.intValue }
    }

    @Test func aFileIsReadOnceHoweverOftenItIsNamed() async throws {
        try write("a.tsv", [("1", "one", 5), ("2", "two", 6)])
        let first = try await ingest(["a.tsv"])
        #expect(figures(first, "files_read", "rows", "new_comments", "comments") == [1, 2, 2, 2])
        let second = try await ingest(["a.tsv"], after: first)
        #expect(figures(second, "files_read", "rows", "new_comments", "comments") == [0, 0, 0, 2])
        #expect(second["comments"][0].digest == first["comments"][0].digest)
    }

    @Test func twoFilesWithOneContentAreOne() async throws {
        try write("a.tsv", [("1", "one", 5)])
        try write("b.tsv", [("1", "one", 5)])
        #expect(figures(try await ingest(["a.tsv", "b.tsv"]), "files", "files_read", "rows") == [2, 1, 1])
    }

    @Test func anotherContentAtAPlaceTakesBackWhatTheEarlierOneBrought() async throws {
        try write("a.tsv", [("1", "one", 5), ("2", "two", 6)])
        let first = try await ingest(["a.tsv"])
        try write("a.tsv", [("2", "two", 7), ("3", "three", 1)])
        let second = try await ingest(["a.tsv"], after: first)
        #expect(figures(second, "new_comments", "withdrawn", "comments") == [1, 1, 2])
        #expect(
            second.warnings == [
                "1 comment of the earlier a.tsv is not in it any more and no longer shown"
            ])
    }

    @Test func filesThatAreWrittenAnewForEachNightTakeNothingBack() async throws {
        try write("a.tsv", [("1", "one", 5), ("2", "two", 6)])
        let first = try await ingest(["a.tsv"], ("replaced", "keep"))
        try write("a.tsv", [("3", "three", 1)])
        let second = try await ingest(["a.tsv"], ("replaced", "keep"), after: first)
        #expect(figures(second, "new_comments", "withdrawn", "comments") == [1, 0, 3])
        #expect(
            second.warnings == ["a.tsv holds none of the comments that it held before; they stay"])
    }

    @Test func aFileThatIsGoneKeepsWhatItBroughtUntilTheSourceIsRebuilt() async throws {
        try write("a.tsv", [("1", "one", 5)])
        try write("b.tsv", [("2", "two", 6)])
        let first = try await ingest(["a.tsv", "b.tsv"])
        let second = try await ingest(["b.tsv"], after: first)
        #expect(figures(second, "files_read", "comments") == [0, 2])
        let rebuilt = try await ingest(["b.tsv"], after: second, refreshes: true)
        #expect(figures(rebuilt, "files_read", "withdrawn", "comments") == [1, 1, 1])
    }

    @Test func aFileThatMovedIsKnownByItsContent() async throws {
        try write("a.tsv", [("1", "one", 5)])
        let first = try await ingest(["a.tsv"])
        try write("archive/a.tsv", [("1", "one", 5)])
        try write("a.tsv", [("2", "two", 6)])
        let second = try await ingest(["archive/a.tsv", "a.tsv"], after: first)
        // The new content replaces nothing: what stood there lies elsewhere now.
        #expect(figures(second, "files_read", "withdrawn", "comments") == [1, 0, 2])
        #expect(second.warnings == [])
    }

    @Test func anotherWayOfReadingReadsAllFilesAnew() async throws {
        try write("a.tsv", [("1", "<b>one</b>", 5)])
        try write("b.tsv", [("2", "two", 6)])
        let first = try await ingest(["a.tsv", "b.tsv"])
        let second = try await ingest(["a.tsv", "b.tsv"], ("text_format", "html"), after: first)
        // What the earlier reading gave is as if it had never been: no text was edited.
        #expect(figures(second, "files_read", "edited", "comments") == [2, 0, 2])
        #expect(
            second.progress.metadata(of: "files are read again")?["why"]
                == "its files are read in another way now")
    }

    @Test func aFileThatLostAllItsRowsChangesNothing() async throws {
        try write("a.tsv", [("1", "one", 5), ("2", "two", 6)])
        _ = try await ingest(["a.tsv"])
        try write("a.tsv", [])
        let error = await #expect(throws: StageError.self) { try await ingest(["a.tsv"]) }
        #expect(error?.message == "a.tsv holds no row any more; it held 2 when it was last read")
        #expect(error?.sourceIncomplete == true)
        #expect(
            try bench.store.ledger.size(of: bench.store.ledger.cut(of: ["news"], asOf: nil)).comments == 2)
    }

    @Test func whatARunThatWasKilledHadReadBelongsToTheNext() async throws {
        try write("a.tsv", [("1", "one", 5)])
        _ = try await ingest(["a.tsv"])  // read, and never recorded
        try write("b.tsv", [("2", "two", 6)])
        let outcome = try await ingest(["a.tsv", "b.tsv"])
        #expect(figures(outcome, "files_read", "rows", "new_comments") == [2, 2, 2])
    }

    @Test func rowsThatCannotBeReadAreKeptAsideAndToldFromOneInAHundredOn() async throws {
        func file(_ name: String, good: Int) throws {
            let rows = (0..<good).map { ("\(name)\($0)", "text", 1) }
            try write(name, rows)
            let bad = "\(name)-x\ta1\ttext\tmany\t0\n"
            try bench.folder.write(try bench.folder.text(name) + bad, to: name)
        }
        try file("a.tsv", good: 99)
        let told = try await ingest(["a.tsv"])
        #expect(figures(told, "rows", "quarantined") == [100, 1])
        #expect(told.figures["quarantined_share"] == 0.01)
        #expect(
            told.warnings.first?.hasPrefix("1 of 100 rows (1.0 %) could not be read and were kept aside: ")
                == true)
        try file("b.tsv", good: 100)
        let untold = try await ingest(["a.tsv", "b.tsv"], after: told)
        #expect(figures(untold, "rows", "quarantined") == [101, 1])
        #expect(untold.warnings == [])
    }

    @Test(arguments: [(1, true), (2, false)])
    func aFileOfWhichLessThanHalfCanBeReadIsNotTaken(good: Int, isRefused: Bool) async throws {
        try write("a.tsv", (0..<good).map { ("\($0)", "text", 1) })
        let bad = (0..<2).map { "x\($0)\ta1\ttext\tmany\t0\n" }.joined()
        try bench.folder.write(try bench.folder.text("a.tsv") + bad, to: "a.tsv")
        let error = await message { try await ingest(["a.tsv"]) }
        #expect((error != nil) == isRefused)
        if isRefused {
            #expect(error?.hasPrefix("only 1 of 3 rows of a.tsv could be read: 2 × 'up': ") == true)
        }
        let comments = try bench.store.ledger.size(of: bench.store.ledger.cut(of: ["news"], asOf: nil))
            .comments
        #expect(comments == (isRefused ? 0 : 2))
    }

    private func message(_ body: () async throws -> StageOutcome) async -> String? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? StageError)?.message ?? "\(error)"
        }
    }
}
