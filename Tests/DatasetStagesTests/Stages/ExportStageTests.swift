import DatasetStages
import StageKit
import StageKitTesting
import TableFormat
import Testing

struct ExportStageTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench(threads: 2, kinds: DatasetStages.all)
    }

    /// Texts that break tables which are written without care.
    private static let texts = [
        "tab\there", "two\nlines", "\"quoted\", and more", "back\\slash", "комментарий", "한국어 댓글", "a,b;c|d",
        "'",
    ]

    private func split(_ cleaning: JSONValue = ["rules": "none"]) async throws -> [InputArtifact] {
        let comments = try bench.comments(
            Self.texts.enumerated().map { number, text in
                TestComment(
                    text, up: number % 2 == 0 ? 20 : 40, down: number % 2 == 0 ? 20 : 0, key: "\(number)",
                    article: "a\(number)", title: "title \(number)")
            })
        let clean = try await bench.run(CleanStage.self, cleaning, from: ["comments": comments])
        let labels = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])
        let sample = try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])
        return try await bench.run(
            SplitStage.self, ["shares": ["train": 0.5, "test": 0.5]], from: ["sample": sample["sample"]])[
                "split"]
    }

    private func rows(_ outcome: StageOutcome, _ file: String, _ kind: TableKind) throws -> [[String?]] {
        var options = TableReaderOptions()
        options.backslashEscapes = true  // of TSV alone
        var reader = try TableReader(kind, columns: ["id", "document", "label"], options: options)
        var rows: [[String?]] = []
        let row = { (row: TableRow) in rows.append((0..<3).map { row.text($0) }) }
        let problem = { (problem: RowProblem) in
            Issue.record("line \(problem.line): \(problem.reason)")
            return
        }
        try Array(outcome.text(file).utf8).withUnsafeBytes { try reader.read($0, row: row, problem: problem) }
        try reader.finish(row: row, problem: problem)
        return rows
    }

    @Test(arguments: [TableKind.tsv, .csv, .jsonl])
    func everyTextComesBackAsItWas(kind: TableKind) async throws {
        let outcome = try await bench.run(
            ExportStage.self, ["format": .string(kind.rawValue)], from: ["data": try await split()])
        let rows = try ["train", "test"].flatMap { try self.rows(outcome, "\($0).\(kind.rawValue)", kind) }
        #expect(Set(rows.map { $0[1] }) == Set(Self.texts))
        #expect(rows.count { $0[2] == "1" } == 4 && rows.count { $0[2] == "0" } == 4)
        #expect(outcome.figures["rows"] == 8)
    }

    @Test func theManifestNamesEachFileWithItsDigest() async throws {
        let outcome = try await bench.run(ExportStage.self, from: ["data": try await split()])
        let manifest = try JSONValue(parsing: outcome.text("manifest.json"))
        let files = try #require(manifest["files"]?.arrayValue)
        #expect(files.compactMap { $0["path"]?.stringValue } == ["train.tsv", "test.tsv"])
        for file in files {
            let text = try outcome.text(file["path"]?.stringValue ?? "")
            #expect(file["bytes"]?.intValue == text.utf8.count)
            #expect(file["sha256"]?.stringValue == ContentDigest.of(text))
        }
        #expect(manifest["rows"] == 8 && manifest["split_salt"] == "v1")
    }

    @Test func tablesGoWhereTheTemplateSaysWithCardAndManifestBesideThem() async throws {
        let outcome = try await bench.run(
            ExportStage.self, ["path": "out/{split}.tsv"], from: ["data": try await split()], as: "tsv")
        let places = outcome.result.publications.map {
            "\($0.path) \($0.template) \($0.values["split"] ?? "")"
        }
        #expect(
            places == [
                "train.tsv out/{split}.tsv train", "test.tsv out/{split}.tsv test",
                "README.md out/README.md ", "croissant.json out/croissant.json ",
                "manifest.json out/tsv-manifest.json ",
            ])
        // A README.md that somebody wrote stays theirs.
        #expect(outcome.result.publications.map(\.neverOverwrites) == [false, false, true, true, false])
    }

    @Test func whereEachTableHasItsFolderThereIsNoPlaceForOthers() async throws {
        let outcome = try await bench.run(
            ExportStage.self, ["path": "out/{split}/data.tsv"], from: ["data": try await split()])
        #expect(outcome.result.publications.map(\.path) == ["train.tsv", "test.tsv"])
        #expect(try outcome.contents().keys.sorted() == ["manifest.json", "test.tsv", "train.tsv"])
    }

    /// The paths are no part of a fingerprint: an earlier result goes where the present parameters say.
    @Test func anEarlierResultMovesWithThePath() throws {
        let stage = try ExportStage(["path": "new/{split}.tsv"])
        let earlier = [
            Publication(
                path: "train.tsv", template: "old/{split}.tsv", values: ["split": "train", "label_set": "s"]),
            Publication(path: "manifest.json", template: "old/tsv-manifest.json"),
        ]
        let moved = stage.publications(ofEarlier: earlier, stage: "tsv")
        #expect(moved.map(\.path) == ["train.tsv", "README.md", "croissant.json", "manifest.json"])
        #expect(
            moved.map(\.template) == [
                "new/{split}.tsv", "new/README.md", "new/croissant.json", "new/tsv-manifest.json",
            ])
        #expect(moved[0].values == ["split": "train", "label_set": "s"])
    }

    static let refusals: [(JSONValue, String)] = [
        (["path": "out/all.tsv"], "'out/all.tsv' gives every side the same file"),
        (
            ["path": "out/{split}/x.tsv", "card": true],
            "no card can be written next to the tables of 'out/{split}/x.tsv'"
        ),
        (["language": ["korean language"]], "'korean language' is not a language code"),
        (["columns": ["text", "text"]], "'columns' lists 'text' twice"),
        (["columns": []], "a table needs at least one column"),
    ]

    @Test(arguments: refusals)
    func tablesThatCannotBeMeantAreRefused(parameters: JSONValue, words: String) {
        let complaints = ExportStage.complaints(about: parameters)
        #expect(complaints.count == 1 && complaints[0].contains(words), "\(complaints)")
    }

    @Test func aColumnOfPairsNeedsPairs() async throws {
        let data = try await split()
        let error = await #expect(throws: StageError.self) {
            try await bench.run(ExportStage.self, ["columns": ["text", "text_pair"]], from: ["data": data])
        }
        #expect(error?.message == "the comments of this dataset are not pairs of texts")
    }
}
