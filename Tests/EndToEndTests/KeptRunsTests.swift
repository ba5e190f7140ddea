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

    private func size(_ sandbox: Sandbox, _ folder: String) throws -> Int {
        try sandbox.files(below: folder).reduce(0) { try $0 + sandbox.data("\(folder)/\($1)").count }
    }

    @Test func keptRunsTakeNoMoreThanTheStoreAndAllOfThemCanBeHad() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            SampleComments.pipeline(
                ("artifacts: artifacts}", "artifacts: artifacts, keep: {runs: 30}}"),
                ("per_label: all", "per_label: 300")),
            to: "news.yaml")
        var sets: [String] = []
        var tables: [Data] = []
        for night in 0..<24 {
            try sandbox.write(table(night), to: "data/\(100 + night).tsv")
            let outcome = try sandbox.splitvote("run", "news.yaml", "--quiet")
            #expect(outcome.status == 0, "\(outcome.errors)")
            sets += try sandbox.sqlite("SELECT label_set FROM promotion")
            tables.append(try sandbox.data("out/train.tsv"))
            let store = try sandbox.data("state.sqlite").count
            #expect(try size(sandbox, "artifacts") <= store, "night \(night)")
        }
        #expect(Set(sets).count == 24)
        try sandbox.splitvote("gc", "news.yaml", "--yes")
        // Of each stage one result lies open.
        for stage in ["comments", "clean", "labels", "sample", "split", "tsv"] {
            let names = try FileManager.default.contentsOfDirectory(
                atPath: sandbox.folder.appending(path: "artifacts/\(stage)").path)
            #expect(names.count == 2, "\(stage): \(names)")
        }
        let packs = try sandbox.files(below: "artifacts").filter { $0.hasSuffix("pack.results") }
        let packed = try packs.reduce(0) { try $0 + sandbox.data("artifacts/\($1)").count }
        #expect(try packed < size(sandbox, "artifacts"))
        // All that was kept can be asked for.
        let difference = try sandbox.splitvote("labels", "news.yaml", "diff", sets[2], sets[20])
        #expect(difference.status == 0 && difference.output.contains("flips"), "\(difference.errors)")
        #expect(try sandbox.splitvote("labels", "news.yaml", "show", sets[2]).output.contains(", packed\n"))
        let listed = try sandbox.splitvote("labels", "news.yaml", "diff", "previous", "--list")
        #expect(listed.status == 0 && listed.output.hasPrefix("comment\tarticle\t"))
        let exported = try sandbox.splitvote(
            "export", "news.yaml", "--label-set", sets[4], "--publish", "--quiet")
        #expect(exported.status == 0, "\(exported.errors)")
        #expect(try sandbox.data("out/train.tsv") == tables[4])
        let runs = try sandbox.splitvote("runs", "news.yaml", "ls").output.split(separator: "\n")
        let shown = try sandbox.splitvote(
            "runs", "news.yaml", "show", String(runs[20].prefix { $0 != " " }))
        #expect(shown.status == 0 && shown.output.contains("labels"))
        // Other thresholds and back.
        #expect(try sandbox.splitvote("relabel", "news.yaml", "-S", "min_votes=40", "--quiet").status == 0)
        try sandbox.splitvote("gc", "news.yaml", "--yes")
        let back = try sandbox.splitvote("relabel", "news.yaml")
        #expect(back.errors.contains("labels: restored an earlier result"), "\(back.errors)")
        #expect(back.errors.contains("done: 0 stages ran") || back.errors.contains("nothing to do"))
        #expect(try sandbox.data("out/train.tsv") == tables[23])
    }

    @Test func filesThatSaveTimeAreKeptOfTheLastResultAlone() throws {
        let sandbox = try Sandbox()
        try sandbox.write(
            SampleComments.pipeline(("artifacts: artifacts}", "artifacts: artifacts, keep: {runs: 30}}")),
            to: "news.yaml")
        for night in 0..<3 {
            try sandbox.write(table(night), to: "data/\(night).tsv")
            #expect(try sandbox.splitvote("run", "news.yaml", "--quiet").status == 0)
        }
        func files(_ stage: String, _ name: String) throws -> [String] {
            try sandbox.files(below: "artifacts/\(stage)").filter { $0.contains(name) }
        }
        #expect(try files("split", "signatures.safetensors").count == 1)
        #expect(try files("sample", "pool.json").count == 1)
        // What others read is kept of all three, and can be gone back to.
        #expect(try files("split", "split.safetensors").count == 3)
        let last = try sandbox.data("out/train.tsv")
        #expect(try sandbox.splitvote("relabel", "news.yaml", "-S", "min_votes=40", "--quiet").status == 0)
        let back = try sandbox.splitvote("relabel", "news.yaml")
        #expect(back.status == 0, "\(back.errors)")
        #expect(try sandbox.data("out/train.tsv") == last)
        try sandbox.write(table(3), to: "data/3.tsv")
        #expect(try sandbox.splitvote("run", "news.yaml", "--quiet").status == 0)
    }

    @Test func forgottenTextsLeaveThePacks() throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.pipeline(), to: "news.yaml")
        for night in 0..<3 {
            try sandbox.write(table(night), to: "data/\(night).tsv")
            #expect(try sandbox.splitvote("run", "news.yaml", "--quiet").status == 0)
        }
        try sandbox.splitvote("gc", "news.yaml", "--yes")
        #expect(sandbox.exists("artifacts/tsv/pack.results"))
        let id = try #require(
            try sandbox.read("out/train.tsv").split(separator: "\n").last?.split(separator: "\t").first)
        try sandbox.write(String(id) + "\n", to: "ids.txt")
        let outcome = try sandbox.splitvote("forget", "news.yaml", "ids.txt")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!sandbox.exists("artifacts/tsv/pack.results"))
        #expect(sandbox.exists("artifacts/labels/pack.results"))
        #expect(try sandbox.splitvote("run", "news.yaml", "--quiet").status == 0)
    }
}
