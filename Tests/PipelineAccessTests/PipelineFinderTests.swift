import Diagnostics
import Foundation
import PipelineAccess
import StageKit
import Testing

struct PipelineFinderTests {
    @Test func filesHereComeBeforeThoseNear() throws {
        let folder = try PipelineFolder()
        for name in ["deep/er", "other"] {
            try FileManager.default.createDirectory(
                atPath: folder.path + "/" + name, withIntermediateDirectories: true)
        }
        let note = folder.path + "/notes.yaml"
        try "a: 1\n# splitvote: 1\n".write(toFile: note, atomically: true, encoding: .utf8)
        #expect(PipelineFinder.near(folder.path) == ["news.yaml"])
        #expect(PipelineFinder.near(folder.path + "/other") == ["../news.yaml"])
        #expect(PipelineFinder.near(folder.path + "/deep/er") == ["../../news.yaml"])
        try FileManager.default.moveItem(atPath: folder.file, toPath: folder.path + "/other/news.yml")
        #expect(PipelineFinder.near(folder.path) == ["other/news.yml"])
        #expect(PipelineFinder.near(folder.path + "/nowhere") == [])
    }

    @Test func aFolderInPlaceOfAFileIsToldWhatItHas() throws {
        let folder = try PipelineFolder()
        let error = #expect(throws: DiagnosticsError.self) {
            try PipelineLoader(file: folder.path, registry: StageRegistry([])).plan()
        }
        #expect(error?.findings.first?.hint == "that is a folder; it has \(folder.file)")
    }
}
