import Foundation
import PipelineEngine
import RunStore
import StageKit
import Testing

/// Earlier results that are kept: packed, put back when they are wanted, given up when they take too much.
struct PackingTests {
    private static let nights = 1...6

    /// A bench whose nights differ a little each.
    private func bench(_ nights: ClosedRange<Int> = nights, type: String = "text-v1") async throws
        -> TestBench
    {
        let bench = try TestBench()
        for night in nights { try await run(night, bench, type: type) }
        return bench
    }

    private func text(_ night: Int) -> String {
        (0..<16_000).map { "row \($0) \($0 * $0 % 9_973)\n" }.joined() + "night \(night)\n"
    }

    private func add(_ night: Int, to bench: TestBench, type: String = "text-v1") {
        bench.add("read", parameters: ["night": .integer(night)], text: text(night), type: type)
        bench.add("tsv", from: ["read"], publishes: "out/table.tsv", type: type)
    }

    @discardableResult
    private func run(_ night: Int, _ bench: TestBench, type: String = "text-v1") async throws -> RunReport {
        add(night, to: bench, type: type)
        return try await bench.run()
    }

    @discardableResult
    private func collect(_ bench: TestBench, _ rule: RetentionRule = RetentionRule()) throws -> GarbageReport
    {
        try GarbageCollector(bench.pipeline, rule: rule, options: bench.options).collect()
    }

    private func folders(_ bench: TestBench, _ stage: String = "read") -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: bench.folder + "/artifacts/" + stage)
        return (names ?? []).filter { $0 != "pack.results" }.sorted()
    }

    private func size(_ bench: TestBench) -> Int {
        let root = bench.folder + "/artifacts"
        // The file that says whose folder it is belongs to no result.
        let names = (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
            .filter { $0 != ".store" }
        return names.reduce(0) { sum, name in
            let facts = try? FileManager.default.attributesOfItem(atPath: root + "/" + name)
            guard facts?[.type] as? FileAttributeType == .typeRegular else { return sum }
            return sum + ((facts?[.size] as? NSNumber)?.intValue ?? 0)
        }
    }

    @Test func earlierResultsArePackedAndComeBackAsTheyWere() async throws {
        let bench = try await bench()
        let before = bench.contents(below: "artifacts")
        let full = size(bench)
        let preview = try #require(
            try GarbageCollector(bench.pipeline, rule: RetentionRule(), options: bench.options)
                .preview())
        #expect(preview.items == [] && preview.packed == 10)
        #expect(bench.contents(below: "artifacts") == before)
        let done = try collect(bench)
        #expect(done.packed == 10 && done.items == [] && done.givenUp == 0)
        #expect(done.sizeAfter == Int64(size(bench)))
        #expect(folders(bench).count == 1 && folders(bench, "tsv").count == 1)
        #expect(size(bench) < full / 2, "\(size(bench)) of \(full)")
        // Again: there is nothing left to be packed.
        #expect(try collect(bench).packed == 0)
        for night in [2, 5, 2, 6] {
            let plan = try await bench.plan()
            let report = try await run(night, bench)
            #expect(report.executed == [], "night \(night): \(plan.map(\.verdict))")
            #expect(bench.worked.allSatisfy { $0.hasPrefix("restore ") })
            #expect(bench.read("out/table.tsv")?.contains("night \(night)\n") == true)
        }
        for (path, text) in bench.contents(below: "artifacts") where path.hasSuffix("out.txt") {
            #expect(before[path] == text, "\(path)")
        }
        try collect(bench)
        #expect(folders(bench).count == 1)
        #expect(try await run(3, bench).executed == [])
    }

    @Test func aPlanKnowsWhatIsPackedAndUnpacksNothing() async throws {
        let bench = try await bench()
        try collect(bench)
        add(2, to: bench)
        let plan = try await bench.plan()
        #expect(plan.map(\.verdict) == [.restored, .restored])
        #expect(plan[1].unpublished.map(\.path) == ["out/table.tsv"])
        #expect(folders(bench).count == 1)
    }

    @Test func whatIsDamagedRunsAgain() async throws {
        let bench = try await bench()
        try collect(bench)
        let path = bench.folder + "/artifacts/read/pack.results"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for place in 0..<(bytes.count / 2) { bytes[place] ^= 0xFF }
        try bytes.write(to: URL(fileURLWithPath: path))
        let report = try await run(2, bench)
        #expect(report.executed == ["read"])
        #expect(bench.read("out/table.tsv")?.contains("night 2\n") == true)
        try Data("no pack".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try await run(3, bench).executed == ["read"])
        try collect(bench)
        #expect(try await run(2, bench).executed == [])
    }

    /// Cut short after the pack, folders are there twice; before it, half a pack is among what is half-made.
    @Test func aCollectionThatWasCutShortIsGoneOnWith() async throws {
        let bench = try await bench()
        let copy = bench.folder + "/copy"
        try FileManager.default.copyItem(atPath: bench.folder + "/artifacts/read", toPath: copy)
        try collect(bench)
        for name in try FileManager.default.contentsOfDirectory(atPath: copy)
        where !folders(bench).contains(name) {
            try FileManager.default.copyItem(
                atPath: copy + "/" + name, toPath: bench.folder + "/artifacts/read/" + name)
        }
        try bench.write("half a pack", to: "artifacts/.staging/gc-pack-read")
        #expect(try collect(bench).packed == 5)
        #expect(folders(bench).count == 1)
        for night in Self.nights { #expect(try await run(night, bench).executed == []) }
    }

    @Test func whatIsNotKeptLeavesThePack() async throws {
        let bench = try await bench()
        try collect(bench)
        let all = size(bench)
        let done = try collect(bench, RetentionRule(runs: 2))
        #expect(done.items.count == 8)
        #expect(size(bench) < all)
        #expect(try await run(5, bench).executed == [])
        #expect(try await run(1, bench).executed == ["read", "tsv"])
        try collect(bench, RetentionRule(runs: 1))
        try collect(bench, RetentionRule(runs: 1))
        #expect(!FileManager.default.fileExists(atPath: bench.folder + "/artifacts/read/pack.results"))
    }

    /// Results that have nothing in common take no more than the store: the oldest are made again.
    @Test func togetherTheyTakeNoMoreThanTheStore() async throws {
        let bench = try TestBench()
        for night in 1...12 {
            let noise = Noise.bytes(90_000, seed: UInt64(night)).map { String($0, radix: 16) }
                .joined()
            bench.add("read", parameters: ["night": .integer(night)], text: noise)
            try await bench.run()
        }
        let done = try collect(bench)
        let store = try #require(
            try RunStore.openForReading(
                at: bench.pipeline.store.state, artifacts: bench.pipeline.store.artifacts))
        #expect(try Int64(size(bench)) <= store.storeSize())
        #expect(done.givenUp > 0 && done.givenUp < 11, "\(done.givenUp)")
        try store.close()
        // The latest are kept, the oldest run again.
        bench.add("read", parameters: ["night": 11])
        #expect(try await bench.run().executed == [])
        bench.add("read", parameters: ["night": 1])
        #expect(try await bench.run().executed == ["read"])
    }

    @Test func modelsStayAsTheyAre() async throws {
        let bench = try await bench(1...3, type: "model-v1")
        #expect(try collect(bench).packed == 0)
        #expect(folders(bench).count == 3)
    }

    /// A pipeline with a retention rule packs automatically once results take more than the store.
    @Test func aRunPacksWhatOutgrowsTheStoreWhereTheFileSaysWhatToKeep() async throws {
        let bench = try await bench(1...3)
        #expect(folders(bench).count == 3)
        bench.keepRuns = 30
        for night in 4...8 {
            try await run(night, bench)
            #expect(folders(bench).count <= 4)
        }
        #expect(try await run(1, bench).executed == [])
    }

    /// The run is done all the same.
    @Test func packingThatFailsIsReportedAndTriedAgain() async throws {
        let bench = try await bench(1...3)
        bench.keepRuns = 30
        let place = bench.folder + "/artifacts/read/pack.results"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        add(4, to: bench)
        let log = EventLog()
        let report = try await bench.run(log)
        #expect(report.outcome == .done && report.exitStatus == 0)
        let warnings = log.events.compactMap { if case .pipelineWarning(let text) = $0 { text } else { nil } }
        #expect(warnings.count == 1 && warnings[0].contains("could not be packed"), "\(warnings)")
        #expect(folders(bench).count == 4)
        try FileManager.default.removeItem(atPath: place)
        try await run(5, bench)
        #expect(folders(bench).count < 4)
        #expect(try await run(2, bench).executed == [])
    }
}
