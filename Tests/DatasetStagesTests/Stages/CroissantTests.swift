import DatasetStages
import StageKit
import StageKitTesting
import Testing

/// `croissant.json` beside exported tables. `Tests/interop/croissant.py` reads such files with `mlcroissant`.
struct CroissantTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench(kinds: DatasetStages.all)
    }

    private func export(_ parameters: JSONValue, times: [String?] = []) async throws -> StageOutcome {
        let comments = try bench.comments(
            (0..<8).map { number in
                TestComment(
                    "text \(number)", up: number % 2 == 0 ? 20 : 40, down: number % 2 == 0 ? 20 : 0,
                    key: "\(number)", article: "a\(number)",
                    createdAt: times.isEmpty ? nil : times[number % times.count])
            })
        let clean = try await bench.run(CleanStage.self, from: ["comments": comments])
        let labels = try await bench.run(LabelStage.self, from: ["comments": clean["texts"]])
        let sample = try await bench.run(SampleStage.self, from: ["labels": labels["labels"]])
        let split = try await bench.run(
            SplitStage.self, ["shares": ["train": 0.5, "test": 0.5]], from: ["sample": sample["sample"]])
        return try await bench.run(ExportStage.self, parameters, from: ["data": split["split"]])
    }

    private func croissant(_ parameters: JSONValue, times: [String?] = []) async throws -> JSONValue {
        try JSONValue(parsing: try await export(parameters, times: times).text("croissant.json"))
    }

    private static func types(_ croissant: JSONValue, of side: String) -> [String: String] {
        let records = croissant["recordSet"]?.arrayValue?.first { $0["@id"]?.stringValue == side }
        let fields = records?["field"]?.arrayValue ?? []
        return Dictionary(
            fields.map { ($0["name"]?.stringValue ?? "", $0["dataType"]?.stringValue ?? "") },
            uniquingKeysWith: { $1 })
    }

    @Test func eachTableIsAFileWithItsDigestAndASetOfRecords() async throws {
        let outcome = try await export(["path": "out/news-{split}.csv", "format": "csv"])
        let croissant = try JSONValue(parsing: outcome.text("croissant.json"))
        let files = try #require(croissant["distribution"]?.arrayValue)
        #expect(files.compactMap { $0["contentUrl"]?.stringValue } == ["news-train.csv", "news-test.csv"])
        for (file, name) in zip(files, ["train.csv", "test.csv"]) {
            let text = try outcome.text(name)
            #expect(file["sha256"]?.stringValue == ContentDigest.of(text))
            #expect(file["contentSize"]?.stringValue == "\(text.utf8.count) B")
            #expect(file["encodingFormat"] == "text/csv")
        }
        let sets = croissant["recordSet"]?.arrayValue?.compactMap { $0["@id"]?.stringValue }
        #expect(sets == ["splits", "labels", "train", "test"])
        #expect(
            Self.types(croissant, of: "test") == [
                "id": "sc:Text", "document": "sc:Text", "label": "sc:Integer",
            ])
        #expect(croissant["license"] == nil && croissant["citeAs"] == nil)
    }

    @Test func columnsHaveTheirTypes() async throws {
        let croissant = try await croissant(
            ["columns": ["id", "up", "ratio", "observed_at", "created_at"]],
            times: ["2025-10-01T09:00:00Z", nil])
        #expect(
            Self.types(croissant, of: "train") == [
                "id": "sc:Text", "up": "sc:Integer", "ratio": "sc:Float", "observed_at": "sc:DateTime",
                "created_at": "sc:DateTime",
            ])
        // Without a column of labels nothing has to be said of them.
        #expect(
            croissant["recordSet"]?.arrayValue?.allSatisfy { $0["@id"]?.stringValue != "labels" } == true)
    }

    /// One time that others cannot read makes a column of texts: a reader would stop at it.
    @Test(arguments: [
        ("2025-10-01", true), ("2025-10-01 09:00", true), ("2025-10-01T09:00:00.250", true),
        ("2025.10.01 09:00", false), ("yesterday", false), ("2025-10-01T", false),
        ("2025-10-01T09:00:00.", false),
        ("2025-10-01T09", false), ("2025-10-01T09:00:00X", false), ("1759309200", false),
    ])
    func timesAreToldFromTexts(time: String, isTime: Bool) async throws {
        let croissant = try await croissant(
            ["columns": ["id", "created_at"]], times: ["2025-10-01T09:00:00Z", time, nil])
        #expect(Self.types(croissant, of: "train")["created_at"] == (isTime ? "sc:DateTime" : "sc:Text"))
    }

    @Test func licenseAndCitationAreThoseOfThePipelineFile() async throws {
        let outcome = try await export(["license": "cc-by-4.0", "citation": "Kim: Votes (2026)"])
        let croissant = try JSONValue(parsing: outcome.text("croissant.json"))
        #expect(croissant["license"] == "cc-by-4.0" && croissant["citeAs"] == "Kim: Votes (2026)")
        let card = try outcome.text("README.md")
        #expect(card.contains("\nlicense: \"cc-by-4.0\"\n") && card.contains("Remove comments on request."))
    }

    @Test func withoutACardThereIsNone() async throws {
        let outcome = try await export(["card": false])
        #expect(try outcome.contents()["croissant.json"] == nil)
    }
}
