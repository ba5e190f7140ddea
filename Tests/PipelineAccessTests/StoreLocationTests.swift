import Diagnostics
import Foundation
import PipelineAccess
import StoreFile
import Testing

struct StoreLocationTests {
    @Test func aPipelinesStoreIsWhereItsFileSays() throws {
        let folder = try PipelineFolder()
        let place = StoreLocation(try folder.plan())
        #expect(place.state == folder.path + "/state/news.sqlite")
        #expect(place.artifacts == folder.path + "/state/artifacts")
        #expect(place.pipeline == "news")
    }

    @Test func aStoreThatWasNamedIsSeenFromTheWorkingFolder() {
        let place = StoreLocation(state: "a/../b.sqlite")
        #expect(place.state == FileManager.default.currentDirectoryPath + "/b.sqlite")
        #expect(place.artifacts == nil && place.pipeline == nil)
    }

    @Test func aPipelineThatHasNotRunHasNoStore() throws {
        let folder = try PipelineFolder()
        let place = StoreLocation(try folder.plan())
        #expect(try place.open() == nil)
        let error = #expect(throws: StoreError.self) { try place.openExisting() }
        #expect(
            error.map { "\($0)" }
                == "\(place.state): no run so far\nhint: run the pipeline first: splitvote run \(folder.file)"
        )
        // Nothing was seen yet, so no moment is too early.
        try place.requireObservations(by: 0, givenAs: "1970-01-01")
    }

    @Test func aNamedStoreThatIsNotThereIsAMistake() {
        let error = #expect(throws: DiagnosticsError.self) { try StoreLocation(state: "/nowhere").open() }
        #expect(error?.findings.map(\.message) == ["--state /nowhere: there is no such file"])
    }
}
