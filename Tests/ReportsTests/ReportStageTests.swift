import Diagnostics
import Reports
import StageKit
import StageKitTesting
import Testing

struct ReportStageTests {
    @Test func kindTakesEveryArtifactAndReadsAllFigures() {
        #expect(ReportStages.all.map { $0.kind.name } == ["report"])
        #expect(ReportStage.kind.readsUpstreamFigures)
        #expect(ReportStage.kind.inputs.count == 1)
        #expect(ReportStage.kind.inputs[0].many && !ReportStage.kind.inputs[0].optional)
    }

    @Test func pathIsNoPartOfTheFingerprintAndTheTitleIs() throws {
        let span = SourceSpan(file: "p.yaml", line: 1, column: 1)
        let values = LocatedValue(["path": "x/{date}.html", "title": "Nightly"], at: span)
        var reader = ParameterReader(values.entries, kind: "report", at: span)
        _ = try ReportStage(parameters: &reader)
        #expect(reader.resolved == ["title": "Nightly", "files": false])
    }

    @Test func unknownParametersAndPlaceholdersAreErrors() {
        #expect(ReportStage.complaints(about: ["titel": "x"]).count == 1)
        #expect(ReportStage.complaints(about: ["path": "out/{split}.html"]).count == 1)
        #expect(ReportStage.complaints(about: ["title": "x", "path": "out/{date}.html"]) == [])
    }

    @Test func pageIsWrittenAndPublished() async throws {
        let bench = try StageBench()
        let labels = InputArtifact(
            stage: "labels", kind: "label", type: "labels-v1", path: bench.folder.path,
            digest: ExampleContents.digest)
        let outcome = try await bench.run(
            ReportStage.self, from: ["inputs": [labels]],
            run: RunDescription(id: "run-77", pipeline: "demo", date: "2026-02-03", hasOverrides: false),
            upstream: ExampleContents.complete().stages, kinds: ExampleContents.kinds)
        let page = try outcome.text("report.html")
        #expect(outcome.result.outputs == [StageOutput(port: "report", path: "report.html")])
        #expect(
            outcome.result.publications == [
                Publication(path: "report.html", template: "out/{date}/report.html")
            ])
        #expect(outcome.figures["bytes"]?.intValue == page.utf8.count)
        #expect(page.contains("<h1>demo</h1>") && page.contains("<h2 id=\"labels-h\">"))
        // Neither the run nor its date is on the page: it is kept for the next run with the same figures.
        #expect(!page.contains("run-77") && !page.contains("2026-02-03"))
    }

    @Test func filesGoIntoAFolderWithThePagesName() async throws {
        let bench = try StageBench()
        let labels = InputArtifact(
            stage: "labels", kind: "label", type: "labels-v1", path: bench.folder.path,
            digest: ExampleContents.digest)
        let outcome = try await bench.run(
            ReportStage.self, ["path": "out/night.html", "files": true], from: ["inputs": [labels]],
            upstream: ExampleContents.complete().stages, kinds: ExampleContents.kinds)
        let published = outcome.result.publications
        #expect(published.first == Publication(path: "report.html", template: "out/night.html"))
        #expect(
            published.contains(
                Publication(path: "report/labels-ratios.svg", template: "out/night/labels-ratios.svg")))
        for file in published { #expect(!(try outcome.text(file.path).isEmpty)) }
    }
}
