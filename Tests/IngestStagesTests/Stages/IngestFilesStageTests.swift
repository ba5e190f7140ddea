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
        refreshes: Bool = false, isForced: Bool = false
    ) async throws -> StageOutcome {
        let parameters = changes.reduce(
            ["paths": ["*.tsv"], "source": "news", "columns": Self.columns] as JSONValue
        ) { $0.adding($1.0, $1.1) }
        let facts = RunDescription(
            id: "r", pipeline: "bench", date: "2026-01-31", hasOverrides: false,
            refreshed: refreshes ? ["ingest.files"] : [])
        return try await bench.run(
            IngestFilesStage.self, parameters, files: ["paths": files], after: earlier, run: facts,
            isForced: isForced)
    }

    private func texts() throws -> [String] {
        var texts: [String] = []
        try bench.store.ledger.scan(
            bench.store.ledger.cut(of: ["news"], asOf: nil), fields: .text, selection: .all
        ) { texts.append(String(decoding: $0.text, as: UTF8.self)) }
        return texts
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

    @Test func aForcedStageCountsNoKnownCommentAsNew() async throws {
        try write("a.tsv", [("1", "one", 5), ("2", "two", 6)])
        let first = try await ingest(["a.tsv"])
        let forced = try await ingest(["a.tsv"], after: first, isForced: true)
        #expect(figures(forced, "files_read", "rows", "new_comments", "comments") == [0, 0, 0, 2])
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
        #expect(try texts() == ["one", "two"])
    }

    @Test(arguments: [
        (["k1"], "1 comment of the earlier reading is"),
        (["k1", "k2"], "2 comments of the earlier reading are"),
    ])
    func commentsThatAnotherWayOfReadingDoesNotFindAreCounted(
        nulls: [String], words: String
    ) async throws {
        try write("a.tsv", [("k1", "one", 5), ("k2", "two", 6), ("k3", "three", 7)])
        let first = try await ingest(["a.tsv"])
        // Without their numbers they are other comments: known by article and text.
        let second = try await ingest(
            ["a.tsv"], ("nulls", .array(nulls.map(JSONValue.string))), after: first)
        #expect(figures(second, "withdrawn", "comments") == [nulls.count, 3])
        #expect(second.warnings == [words + " no longer shown (its files are read in another way now)"])
    }

    @Test(arguments: [("plain", "<b>one</b> &amp;<br>two"), ("html", "one &\ntwo")])
    func textsAreTakenAsTheyAreOrAsHTML(format: String, text: String) async throws {
        try write("a.tsv", [("1", "<b>one</b> &amp;<br>two", 5)])
        _ = try await ingest(["a.tsv"], ("text_format", .string(format)))
        #expect(try texts() == [text])
    }

    /// `댓글` in the encodings that are told from each other, and what the log says of each.
    static let encodings: [(name: String, bytes: [UInt8], note: String?)] = [
        ("utf-8", Array("댓글".utf8), nil),
        ("cp949", [0xB4, 0xF1, 0xB1, 0xDB], "cp949: no UTF-8, and every byte is cp949"),
    ]

    @Test(arguments: encodings)
    func theLogSaysWhichEncodingWasFound(name: String, bytes: [UInt8], note: String?) async throws {
        let table = Array("key\tarticle\ttext\tup\tdown\n1\ta1\t".utf8) + bytes + Array("\t5\t0\n".utf8)
        try bench.folder.write(table, to: "a.tsv")
        let outcome = try await ingest(["a.tsv"])
        #expect(try texts() == ["댓글"])
        let said = outcome.progress.metadata(of: "found out how a file is written")
        #expect(said?["encoding"] == note && said?["file"] == note.map { _ in "a.tsv" }, "\(name)")
        // What the stage was told needs no finding out.
        let told = try await ingest(["a.tsv"], ("encoding", .string(name)), after: outcome)
        #expect(told.progress.metadata(of: "found out how a file is written")?["encoding"] == nil)
    }

    @Test func aMarkAtTheStartSaysTheEncoding() async throws {
        let table = "key\tarticle\ttext\tup\tdown\n1\ta1\t댓글\t5\t0\n"
        try bench.folder.write(
            [0xFF, 0xFE] + table.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, to: "a.tsv")
        let outcome = try await ingest(["a.tsv"])
        #expect(try texts() == ["댓글"])
        #expect(
            outcome.progress.metadata(of: "found out how a file is written")?["encoding"]
                == "UTF-16LE, by the mark at its start")
    }

    @Test func aSheetNamedForATableWithoutSheetsIsTold() async throws {
        try write("a.tsv", [("1", "one", 5)])
        let outcome = try await ingest(["a.tsv"], ("sheet", "Comments"))
        #expect(outcome.warnings == ["a.tsv is not a workbook, so 'sheet' (Comments) means nothing for it"])
        #expect(try await ingest(["a.tsv"]).warnings == [])
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

    @Test func anAlarmNamesTheThreeMostFrequentReasonsEachWithAnExample() async throws {
        let bad = [
            "x1\ta1\ttext\tmany\t0", "x2\ta1\ttext\t1", "x3\ta1\ttext\tmany\t0", "x4\ta1\ttext\t1\t-1",
            "x5\ta1\ttext\t1", "x6\ta1\ttext\tmany\t0", "x7\ta1\ttext\t1\t2\t3",
        ]
        try write("a.tsv", (0..<93).map { ("\($0)", "text", 1) })
        try bench.folder.write(
            try bench.folder.text("a.tsv") + bad.map { $0 + "\n" }.joined(), to: "a.tsv")
        let outcome = try await ingest(["a.tsv"])
        #expect(
            outcome.warnings == [
                "7 of 100 rows (7.0 %) could not be read and were kept aside: "
                    + "3 × 'up': expected a number of votes (line 95: 'up': found 'many', expected a number of votes: "
                    + #"x1\ta1\ttext\tmany\t0); 2 × too few fields (line 96: only 4 fields; the header names 5: "#
                    + #"x2\ta1\ttext\t1); 1 × 'down': expected a number of votes (line 98: 'down': found '-1', "#
                    + #"expected a number of votes: x4\ta1\ttext\t1\t-1)"#
            ])
        // Of several files the examples say which.
        try write("b.tsv", [("y", "text", 1)])
        try bench.folder.write(try bench.folder.text("b.tsv") + bad[1] + "\n", to: "b.tsv")
        let both = try await ingest(["a.tsv", "b.tsv"], ("nulls", ["-"]), after: outcome)
        let warning = try #require(both.warnings.first)
        #expect(warning.hasPrefix("8 of 102 rows (7.8 %) could not be read and were kept aside: 3 × 'up'"))
        #expect(warning.contains("3 × too few fields (line 96: a.tsv, only 4 fields; the header names 5: "))
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
