import Diagnostics
import Foundation
import PipelineAccess
import PipelinePlan
import StageKit
import Testing

/// A stage that nobody runs.
struct IdleStage: Stage {
    static let kind = StageKind("idle", revision: 1, summary: "For tests.", outputs: [])

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.string("note", default: "none")
        try parameters.finish()
    }

    func run(in context: StageContext) async throws -> StageResult { StageResult(outputs: []) }
}

/// A pipeline file in a folder of its own, removed with the value.
final class PipelineFolder {
    let path = NSTemporaryDirectory() + "access-" + UUID().uuidString
    var file: String { path + "/news.yaml" }

    init(_ text: String = PipelineFolder.text) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let text = """
        splitvote: 1
        pipeline: news
        store: {state: state/news.sqlite, artifacts: state/artifacts}
        stages:
          first: {uses: idle, with: {note: one}}
          second: {uses: idle}
        """

    func plan(_ settings: String..., date: String? = nil) throws(DiagnosticsError) -> PlannedPipeline {
        try PipelineLoader(
            file: file, registry: StageRegistry([IdleStage.self]), settings: settings, date: date
        ).plan()
    }
}

struct PipelineLoaderTests {
    @Test func pathsAreSeenFromTheFilesFolder() throws {
        let folder = try PipelineFolder()
        let plan = try folder.plan()
        #expect(plan.name == "news" && plan.file == folder.file)
        #expect(plan.store.state == folder.path + "/state/news.sqlite")
    }

    @Test func aSettingsValueIsAllAfterTheFirstEqualsSign() throws {
        let plan = try PipelineFolder().plan("second.note=a=b", "first.note=")
        #expect(plan["second"]?.parameters["note"] == "a=b")
        #expect(plan["first"]?.parameters["note"] != "one")
    }

    @Test func aDateThatWasGivenIsTheRunsDate() throws {
        let folder = try PipelineFolder()
        #expect(try folder.plan(date: "2025-11-21").runDate == "2025-11-21")
        let parts = Calendar(identifier: .gregorian).dateComponents([.year], from: Date())
        #expect(try folder.plan().runDate.hasPrefix("\(try #require(parts.year))-"))
    }

    @Test func aFileThatIsNotThereIsNamed() {
        let error = #expect(throws: DiagnosticsError.self) {
            try PipelineLoader(file: "/nowhere/news.yaml", registry: StageRegistry([])).plan()
        }
        #expect(error?.file == "/nowhere/news.yaml")
        #expect(
            error?.findings.map(\.message) == ["cannot read the pipeline file /nowhere/news.yaml"])
    }
}
