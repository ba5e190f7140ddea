import Foundation
import Testing

/// Many nights, of which the results are kept.
struct KeptRunsTests {
    /// A night's table: new articles, and the last one's votes seen again.
    private func table(_ night: Int) -> String {
        var lines = [SampleComments.header]
        for article in max(0, night * 10 - 10)..<(night * 10 + 10) {
            for comment in 0..<20 {
                let isDivided = (article + comment) % 2 == 0
                let looks = night - article / 10
                lines.append(
                    "1\t\(1_000 + article)\t의견 \(article) 번째 \(comment) 글 \(article * 7_919 % 1_013)\t"
                        + "\(25 + comment + looks * (comment % 3))\t\(isDivided ? 24 : 1)\t"
                        + "2025\(String(1_001 + night / 28 * 100 + night % 28))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func size(_ workshop: Workshop, _ folder: String) throws -> Int {
        try workshop.files(below: folder).reduce(0) { try $0 + workshop.data("\(folder)/\($1)").count }
    }

    @Test func keptRunsTakeNoMoreThanTheStoreAndAllOfThemCanBeHad() throws {
        let workshop = try Workshop()
        try workshop.write(
            SampleComments.pipeline(
                ("artifacts: artifacts}", "artifacts: artifacts, keep: {runs: 30}}"),
                ("per_label: all", "per_label: 300")),
            to: "news.yaml")
        var sets: [String] = []
        var tables: [Data] = []
        for night in 0..<24 {
            try workshop.write(table(night), to: "data/\(100 + night).tsv")
            let outcome = try workshop.splitvote("run", "news.yaml", "--quiet")
            #expect(outcome.status == 0, "\(outcome.errors)")
            sets += try workshop.sqlite("SELECT label_set FROM promotion")
            tables.append(try workshop.data("out/train.tsv"))
            let store = try workshop.data("state.sqlite").count
            #expect(try size(workshop, "artifacts") <= store, "night \(night)")
        }
        #expect(Set(sets).count == 24)
        try workshop.splitvote("gc", "news.yaml", "--yes")
        // Of each stage one result lies open.
        for stage in ["comments", "clean", "labels", "sample", "split", "tsv"] {
            let names = try FileManager.default.contentsOfDirectory(
                atPath: workshop.folder.appending(path: "artifacts/\(stage)").path)
            #expect(names.count == 2, "\(stage): \(names)")
        }
        let packs = try workshop.files(below: "artifacts").filter { $0.hasSuffix("pack.results") }
        let packed = try packs.reduce(0) { try $0 + workshop.data("artifacts/\($1)").count }
        #expect(try packed < size(workshop, "artifacts"))
        // All that was kept can be asked for.
        let difference = try workshop.splitvote("labels", "news.yaml", "diff", sets[2], sets[20])
        #expect(difference.status == 0 && difference.output.contains("flips"), "\(difference.errors)")
        #expect(try workshop.splitvote("labels", "news.yaml", "show", sets[2]).output.contains(", packed\n"))
        let listed = try workshop.splitvote("labels", "news.yaml", "diff", "previous", "--list")
        #expect(listed.status == 0 && listed.output.hasPrefix("comment\tarticle\t"))
        let exported = try workshop.splitvote(
            "export", "news.yaml", "--label-set", sets[4], "--publish", "--quiet")
        #expect(exported.status == 0, "\(exported.errors)")
        #expect(try workshop.data("out/train.tsv") == tables[4])
        let runs = try workshop.splitvote("runs", "news.yaml", "ls").output.split(separator: "\n")
        let shown = try workshop.splitvote(
            "runs", "news.yaml", "show", String(runs[20].prefix { $0 != " " }))
        #expect(shown.status == 0 && shown.output.contains("labels"))
        // Other thresholds and back.
        #expect(try workshop.splitvote("relabel", "news.yaml", "-S", "min_votes=40", "--quiet").status == 0)
        try workshop.splitvote("gc", "news.yaml", "--yes")
        let back = try workshop.splitvote("relabel", "news.yaml")
        #expect(back.errors.contains("labels: restored an earlier result"), "\(back.errors)")
        #expect(back.errors.contains("done: 0 stages ran") || back.errors.contains("nothing to do"))
        #expect(try workshop.data("out/train.tsv") == tables[23])
    }

    @Test func forgottenTextsLeaveThePacks() throws {
        let workshop = try Workshop()
        try workshop.write(SampleComments.pipeline(), to: "news.yaml")
        for night in 0..<3 {
            try workshop.write(table(night), to: "data/\(night).tsv")
            #expect(try workshop.splitvote("run", "news.yaml", "--quiet").status == 0)
        }
        try workshop.splitvote("gc", "news.yaml", "--yes")
        #expect(workshop.exists("artifacts/tsv/pack.results"))
        let id = try #require(
            try workshop.read("out/train.tsv").split(separator: "\n").last?.split(separator: "\t").first)
        try workshop.write(String(id) + "\n", to: "ids.txt")
        let outcome = try workshop.splitvote("forget", "news.yaml", "ids.txt")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!workshop.exists("artifacts/tsv/pack.results"))
        #expect(workshop.exists("artifacts/labels/pack.results"))
        #expect(try workshop.splitvote("run", "news.yaml", "--quiet").status == 0)
    }
}
