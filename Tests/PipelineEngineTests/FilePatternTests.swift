import Foundation
import PipelineEngine
import Testing

struct FilePatternTests {
    static let patterns: [(String, [String])] = [
        ("data/*.tsv", ["data/a.tsv", "data/b.tsv"]),
        ("data/?.tsv", ["data/a.tsv", "data/b.tsv"]),
        ("data/*.tsv.gz", ["data/c.tsv.gz"]),
        ("data/*", ["data/a.tsv", "data/b.tsv", "data/c.tsv.gz"]),
        ("*/*.tsv", ["data/a.tsv", "data/b.tsv"]),
        ("**/*.tsv", ["data/a.tsv", "data/b.tsv", "data/deep/er/d.tsv"]),
        ("data/.*", ["data/.hidden.tsv"]),
        ("./data/a.tsv", ["data/a.tsv"]),
        ("data/**b**.tsv", ["data/b.tsv"]),
        ("data/[a].tsv", []),
        ("nowhere/*", []),
        ("data/deep", []),
    ]

    @Test(arguments: patterns)
    func patternsFindFilesInTheOrderOfTheirBytes(pattern: String, expected: [String]) throws {
        let bench = try TestBench()
        for name in ["b.tsv", "a.tsv", "c.tsv.gz", ".hidden.tsv", "deep/er/d.tsv"] {
            try bench.write("x", to: "data/" + name)
        }
        let found = try FilePattern(pattern, relativeTo: bench.folder).files()
        #expect(found == expected.map { bench.folder + "/" + $0 })
        #expect(try FilePattern(bench.folder + "/" + pattern, relativeTo: "/").files() == found)
    }

    @Test func namesThatOnlyLookTheSameAreTwoFiles() throws {
        let bench = try TestBench()
        try bench.write("composed", to: "\u{AC00}.tsv")
        try bench.write("decomposed", to: "\u{1100}\u{1161}.tsv")
        let found = try FilePattern("*.tsv", relativeTo: bench.folder).files()
        let count = try FileManager.default.contentsOfDirectory(atPath: bench.folder).count
        #expect(found.count == count)
    }
}
