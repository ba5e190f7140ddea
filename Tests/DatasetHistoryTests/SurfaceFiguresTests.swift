import DatasetHistory
import Diagnostics
import LabelStudies
import Labeling
import Reports
import Testing

struct SurfaceFiguresTests {
    private static func surface(former: [LabelState]?) throws -> ThresholdSurface {
        try ThresholdSurface(
            of: ControversyRule(), over: SweepAxes(minVotes: "5,10", bands: "0.4-0.6,0.3-0.7"),
            comments: SurfaceComments(ups: [4, 7, 20], downs: [4, 3, 0], former: former))
    }

    @Test func eachBandIsARowOfCounts() throws {
        let facts = try #require(SurfaceFigures(Self.surface(former: nil)))
        #expect(facts.comments == 3 && facts.minVotes == [5, 10])
        #expect(facts.bands == [0.4...0.6, 0.3...0.7])
        #expect(facts.controversial == [[1, 0], [2, 1]])
        #expect(facts.uncontroversial == [[1, 1], [1, 1]])
        #expect(facts.flips == nil)
    }

    @Test func flipsAreCountedAgainstTheSetComparedWith() throws {
        let former: [LabelState] = [.controversial, .controversial, .uncontroversial]
        let facts = try #require(SurfaceFigures(Self.surface(former: former)))
        #expect(facts.flips == [[1, 2], [0, 1]])
    }

    @Test func eachFormatIsAWholeFile() throws {
        let surface = try Self.surface(former: nil)
        #expect(try SurfaceFormat.tsv.text(of: surface, reference: "ab").hasPrefix("min_votes\tband_low\t"))
        #expect(try SurfaceFormat.json.text(of: surface, reference: "ab").hasPrefix("{\"format\":"))
        #expect(try SurfaceFormat.svg.text(of: surface, reference: "ab").hasPrefix("<svg "))
        for format in SurfaceFormat.allCases {
            #expect(try format.text(of: surface, reference: "ab").hasSuffix("\n"))
        }
    }

    @Test func axesThatCannotBeMeantAreRefusedInWords() throws {
        #expect(throws: DiagnosticsError.self) { try SweepAxes.given(minVotes: "many", bands: "0.4-0.6") }
        #expect(try SweepAxes.given(minVotes: "5,10", bands: "0.4-0.6").minVotes == [5, 10])
    }
}
