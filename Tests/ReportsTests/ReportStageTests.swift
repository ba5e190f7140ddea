import Diagnostics
import Foundation
import Reports
import StageKit
import Testing
import VoteModel

struct ReportStageTests {
    @Test func kindTakesEveryArtifactAndReadsAllFigures() {
        #expect(ReportStages.all.map { $0.kind.name } == ["report"])
        #expect(ReportStage.kind.readsUpstreamFigures)
        #expect(ReportStage.kind.inputs.count == 1)
        #expect(ReportStage.kind.inputs[0].many && !ReportStage.kind.inputs[0].optional)
    }

    @Test func pathIsNoPartOfTheFingerprintAndTheTitleIs() throws {
        var reader = reader([("path", "x/{date}.html"), ("title", "Nightly")])
        _ = try ReportStage(parameters: &reader)
        #expect(reader.resolved == ["title": "Nightly"])
    }

    @Test func unknownParametersAndPlaceholdersAreErrors() {
        var misspelt = reader([("titel", "x")])
        #expect(throws: DiagnosticsError.self) { try ReportStage(parameters: &misspelt) }
        var placeholder = reader([("path", "out/{split}.html")])
        #expect(throws: DiagnosticsError.self) { try ReportStage(parameters: &placeholder) }
    }

    @Test func pageIsWrittenAndPublished() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "report-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var reader = reader([])
        let stage = try ReportStage(parameters: &reader)
        let result = try await stage.run(in: context(folder: folder.path))
        let page = try String(contentsOf: folder.appendingPathComponent("report.html"), encoding: .utf8)
        #expect(result.outputs == [StageOutput(port: "report", path: "report.html")])
        #expect(result.publications == [Publication(path: "report.html", template: "out/{date}/report.html")])
        #expect(result.figures["bytes"]?.intValue == page.utf8.count)
        #expect(page.contains("<h1>demo</h1>") && page.contains("<h2 id=\"labels-h\">"))
        // Neither the run nor its date is on the page: it is kept for the next run with the same figures.
        #expect(!page.contains("run-77") && !page.contains("2026-02-03"))
    }

    private func reader(_ values: [(String, String)]) -> ParameterReader {
        let span = SourceSpan(file: "p.yaml", line: 1, column: 1)
        let entries = values.map {
            LocatedValue.Entry(key: $0.0, keySpan: span, value: LocatedValue(.string($0.1), at: span))
        }
        return ParameterReader(entries, kind: "report", at: span)
    }

    private func context(folder: String) -> StageContext {
        let labels = InputArtifact(
            stage: "labels", kind: "label", type: "labels-v1", path: folder, digest: ExampleContents.digest)
        return StageContext(
            run: RunDescription(id: "run-77", pipeline: "demo", date: "2026-02-03", hasOverrides: false),
            stageName: "report", fingerprint: ExampleContents.digest,
            inputs: StageInputs(["inputs": [labels]]),
            files: [:],
            baseFolder: folder, outputFolder: folder, workFolder: folder, threads: 1, ledger: NoLedger(),
            store: StoreParts(),
            upstream: ExampleContents.complete().stages,
            kinds: ExampleContents.kinds, progress: NoProgress(), isStopRequested: { false })
    }
}

private struct NoProgress: ProgressSink {
    func report(_ done: Int, of total: Int?, unit: String, note: String) {}
    func log(_ message: String, _ metadata: [String: String]) {}
    func warn(_ message: String) {}
}

/// A report reads no comments: every call is an error.
private struct NoLedger: LedgerReader {
    private let refusal = StageError("not for reports")

    func cut(of sources: [String], asOf: Int64?) throws -> LedgerCut { throw refusal }
    func size(of cut: LedgerCut) throws -> LedgerSize { throw refusal }
    func scan(
        _ cut: LedgerCut, fields: CommentFields, selection: CommentSelection,
        _ body: (CommentRow) throws -> Void
    ) throws { throw refusal }
    func changes(from earlier: LedgerCut, to cut: LedgerCut, votes: Bool) throws -> LedgerChanges? {
        throw refusal
    }
    func readings(
        _ cut: LedgerCut, of ids: [Int64], _ body: (Int64, [VoteReading]) throws -> Void
    ) throws { throw refusal }
    func editions(of cut: LedgerCut) throws -> [Edition] { throw refusal }
    func sourceRuns(of cut: LedgerCut) throws -> [SourceRun] { throw refusal }
}
