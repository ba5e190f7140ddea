import Foundation
import PipelineEngine
import StageKit
import Testing

/// A file that yields never takes the place of somebody else's.
struct YieldingPublicationTests {
    private func bench() throws -> TestBench {
        let bench = try TestBench()
        try bench.write("one", to: "data/a.txt")
        bench.add("read", files: ["data/*"])
        bench.add("tsv", from: ["read"], publishes: "out/README.md", neverOverwrites: true)
        return bench
    }

    private func warnings(_ bench: TestBench) async throws -> [String] {
        let log = EventLog()
        let report = try await bench.run(log)
        #expect(report.outcome == .done)
        return log.events.compactMap { if case .warning(_, let message) = $0 { message } else { nil } }
    }

    @Test func whereNothingIsItIsPublishedAndLaterReplaced() async throws {
        let bench = try bench()
        #expect(try await warnings(bench) == [])
        let first = bench.read("out/README.md")
        #expect(first != nil)
        try bench.write("two", to: "data/b.txt")
        #expect(try await warnings(bench) == [])
        #expect(bench.read("out/README.md") != first)
        #expect(bench.read("out/README.md")?.contains("two") == true)
    }

    @Test func somebodyElsesFileStays() async throws {
        let bench = try bench()
        try bench.write("mine", to: "out/README.md")
        let expected = [
            "out/README.md stays as it is: it is not splitvote's; move it away to have the one of stage 'tsv'"
        ]
        // As often as it is run: a cached stage says so too.
        for _ in 1...2 {
            #expect(try await warnings(bench) == expected)
            #expect(bench.read("out/README.md") == "mine")
        }
        try FileManager.default.removeItem(atPath: bench.folder + "/out/README.md")
        #expect(try await warnings(bench) == [])
        #expect(bench.read("out/README.md")?.contains("one") == true)
    }

    @Test func theSameFileOfSomebodyElseIsNoReasonToWarn() async throws {
        let bench = try bench()
        try await bench.run()
        let text = try #require(bench.read("out/README.md"))
        let other = try self.bench()
        try other.write(text, to: "out/README.md")
        #expect(try await warnings(other) == [])
    }

    @Test func aFileThatSomebodyChangedStays() async throws {
        let bench = try bench()
        try await bench.run()
        try bench.write("edited", to: "out/README.md")
        #expect(
            try await warnings(bench) == [
                "out/README.md stays as it is: somebody changed it since it was published; "
                    + "move it away to have the one of stage 'tsv'"
            ])
        #expect(bench.read("out/README.md") == "edited")
    }

    @Test func ofTwoStagesTheFirstHasThePlace() async throws {
        let bench = try bench()
        bench.options.jobs = 1
        bench.add("csv", from: ["read"], publishes: "out/README.md", neverOverwrites: true)
        let expected = [
            "out/README.md stays as it is: stage 'tsv' publishes it; "
                + "give stage 'csv' another folder to have its own there"
        ]
        #expect(try await warnings(bench) == expected)
        #expect(bench.read("out/README.md")?.hasPrefix("tsv\n") == true)
        try bench.write("two", to: "data/b.txt")
        #expect(try await warnings(bench) == expected)
        #expect(bench.read("out/README.md")?.hasPrefix("tsv\n") == true)
        // Once the first stage is gone, the place is free.
        bench.stages.removeAll { $0.name == "tsv" }
        #expect(try await warnings(bench) == [])
        #expect(bench.read("out/README.md")?.hasPrefix("csv\n") == true)
    }

    @Test func aRunThatDiedAfterPublishingDoesNotLoseItsFile() async throws {
        let bench = try bench()
        try await bench.run()
        for point in EnginePoint.allCases {
            try bench.write("at \(point)", to: "data/\(point).txt")
            bench.probe = { if $0 == point, $1 == "tsv" { throw SimulatedDeath() } }
            await #expect(throws: SimulatedDeath.self) { try await bench.run() }
            bench.probe = { _, _ in }
            // The file that lies there may be of the night that died; another night replaces it all the same.
            try bench.write("after \(point)", to: "data/after-\(point).txt")
            #expect(try await warnings(bench) == [], "\(point)")
            #expect(bench.read("out/README.md")?.contains("after \(point)") == true, "\(point)")
        }
    }
}
