import PipelineEngine
import StageKit
import Testing

struct ToldDigestTests {
    /// A digest that a stage computed while writing is valid until the file changes.
    @Test func aDigestTakenOnTheWayIsThatOfTheFile() async throws {
        let bench = try TestBench()
        bench.add("read", text: "words", fileDigest: ContentDigest.of("words"))
        let told = try await bench.run().stages.flatMap(\.artifacts)
        #expect(try await bench.run()["read"]?.verdict == .cached)
        // Who reads every byte finds the same.
        bench.options.usesFileMemory = false
        #expect(try await bench.run()["read"]?.verdict == .cached)
        let other = try TestBench()
        other.add("read", text: "words")
        let found = try await other.run().stages.flatMap(\.artifacts)
        #expect(told.map(\.fileDigest) == found.map(\.fileDigest) && !told.isEmpty)
        // Negative control: a wrong digest given by a stage makes its file invalid.
        let liar = try TestBench()
        liar.add("read", text: "words", fileDigest: ContentDigest.of("other words"))
        try await liar.run()
        liar.options.usesFileMemory = false
        #expect(try await liar.run()["read"]?.verdict == .ran)
    }
}
