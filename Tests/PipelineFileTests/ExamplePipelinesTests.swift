import Foundation
import PipelineFile
import Testing

/// The examples that ship with the project.
struct ExamplePipelinesTests {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("pipelines")

    static let files =
        (try? FileManager.default.subpathsOfDirectory(atPath: folder.path))?
        .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("sources/") }.sorted() ?? []

    @Test func thereAreExamples() {
        #expect(Self.files.contains("demo.yaml") && Self.files.contains("naver-2025.yaml"))
    }

    @Test(arguments: files)
    func anExampleReadsWithoutFindings(file: String) throws {
        let bytes = try Data(contentsOf: Self.folder.appendingPathComponent(file))
        let document = try PipelineDocument(Array(bytes), file: file)
        #expect(document.findings == [])
        #expect(!document.stages.isEmpty)
    }
}
