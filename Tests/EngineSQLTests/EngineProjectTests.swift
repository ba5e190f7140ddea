import Diagnostics
import EngineSQL
import Foundation
import PipelineAccess
import StageCatalog
import StageKit
import Testing

/// A pipeline file in its own folder, removed with the value.
final class PipelineFolder {
    let path = NSTemporaryDirectory() + "engines-" + UUID().uuidString

    init(_ text: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try text.write(toFile: path + "/news.yaml", atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func project(_ engine: SQLEngine, asOf: Int64? = nil) throws -> EngineProject {
        let plan = try PipelineLoader(file: path + "/news.yaml", registry: .all, date: "2026-01-31").plan()
        return try EngineProject(plan, for: engine, asOf: asOf)
    }

    /// All that is wrong, without the folder's name.
    func complaints() -> [String] {
        do {
            _ = try project(.duckdb)
            return []
        } catch let error as DiagnosticsError {
            return error.findings.inFileOrder().map { $0.rendered.replacing(path + "/", with: "") }
        } catch {
            return ["\(error)"]
        }
    }
}

struct EngineProjectTests {
    private static let plain = """
        splitvote: 1
        pipeline: news
        store: {state: news.sqlite, artifacts: artifacts}
        stages:
          comments:
            uses: ingest.files
            with:
              paths: ["data/*.tsv.gz", "more/*.tsv"]
              source: naver-news
              time_zone: "+09:00"
              columns: {text: contents, up: sympathyCount, down: antipathyCount, article: [oid, aid], created_at: regDate, observed_at: rankDate}
          clean: {uses: clean, from: comments, with: {rules: kcbert-2020, min_chars: 2}}
          labels: {uses: label, from: clean, with: {min_votes: 20}}
          sample: {uses: sample, from: labels, with: {per_label: balanced, per_article: 50, seed: 1}}
          split: {uses: split, from: sample, with: {shares: {train: 0.7, dev: 0.2, test: 0.1}, salt: v1}}
          tsv: {uses: export, from: split, with: {path: "out/{split}.tsv", columns: [id, text, label, ratio]}}
        """

    private static let rich = plain.replacing(
        "{min_votes: 20}", with: "{min_votes: 20, confidence: 0.8, prior: {per: source}, settle: 72h}"
    ).replacing(
        "{shares: {train: 0.7, dev: 0.2, test: 0.1}, salt: v1}",
        with: "{method: time, cuts: {train: 2025-11-01, test: rest}, salt: v2, copies: one_per_side}")

    private static let typed = plain.replacing(
        "[\"data/*.tsv.gz\", \"more/*.tsv\"]", with: "[\"data/*.parquet\", \"more/*.parquet\"]")

    private static let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    @Test(arguments: SQLEngine.allCases, ["plain", "rich", "typed"])
    func projectsAreAsRecorded(engine: SQLEngine, name: String) throws {
        let texts = ["plain": Self.plain, "rich": Self.rich, "typed": Self.typed]
        let folder = try PipelineFolder(try #require(texts[name]))
        let files = try folder.project(engine).files(in: folder.path + "/out")
        // Materialized views have the queries of the tables.
        let text = files.filter { !$0.path.hasPrefix("transformations/") }.map {
            "---- \($0.path)\n\($0.text)"
        }.joined()
            .replacing(folder.path, with: "FOLDER")
        let place = Self.golden.appending(path: "\(engine.rawValue)-\(name).txt")
        if ProcessInfo.processInfo.environment["SPLITVOTE_RECORD"] == "1" {
            try FileManager.default.createDirectory(at: Self.golden, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place)
            Issue.record(
                "\(place.lastPathComponent) was rewritten; run the tests again without SPLITVOTE_RECORD")
        }
        #expect(try String(contentsOf: place, encoding: .utf8) == text)
    }

    @Test func whatHasNoSQLIsRefusedByNameAndPlace() throws {
        let text = Self.plain.replacing(
            "time_zone: \"+09:00\"", with: "time_zone: Asia/Seoul\n      nulls: [NA]"
        ).replacing("{min_votes: 20}", with: "{min_votes: 20, confidence: 0.8, prior: {per: outlet}}")
            .replacing("salt: v1", with: "salt: v1, method: balanced, group_by: title")
            .replacing("[id, text, label, ratio]", with: "[id, text, vote_burst]")
        let complaints = try PipelineFolder(text).complaints()
        #expect(
            complaints.first == """
                news.yaml:10:18: error: the time zone 'Asia/Seoul' changes its offset in the course of a year
                  10 |       time_zone: Asia/Seoul
                     |                  ^~~~~~~~~~
                hint: engines take one offset, such as +09:00
                """)
        let messages = complaints.map { $0.split(separator: "\n")[0].split(separator: "error: ")[1] }
        #expect(
            messages == [
                "the time zone 'Asia/Seoul' changes its offset in the course of a year",
                #"'nulls: ["NA"]' of 'comments' has no SQL of its own"#,
                "priors of each outlet have no SQL of their own",
                #"'method: "balanced"' of 'split' has no SQL of its own"#,
                #"'group_by: "title"' of 'split' has no SQL of its own"#,
                "the column 'vote_burst' has no SQL of its own",
            ])
    }

    @Test func aFolderWithSomethingElseInItIsLeftAlone() throws {
        let folder = try PipelineFolder(Self.plain)
        let project = try folder.project(.duckdb)
        #expect(throws: DiagnosticsError.self) { try project.write(to: folder.path) }
        let first = try project.write(to: folder.path + "/out")
        #expect(
            first.contains("run") && FileManager.default.isExecutableFile(atPath: folder.path + "/out/run"))
        #expect(try project.write(to: folder.path + "/out") == first)
    }

    @Test func aMomentCutsTheLedger() throws {
        let project = try PipelineFolder(Self.plain).project(.duckdb, asOf: 1_760_000_000)
        let looks = try #require(project.files(in: "/out").first { $0.path == "sql/01-looks.sql" })
        #expect(looks.text.contains("<= 1760000000"))
    }
}
