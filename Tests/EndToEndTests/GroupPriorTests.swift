import Foundation
import Testing

/// A prior for each outlet of a source, or for each article, through every command that tells of labels.
struct GroupPriorTests {
    private static let pipeline = """
        splitvote: 1
        pipeline: groups
        store: {state: state.sqlite, artifacts: artifacts}
        stages:
          comments:
            uses: ingest.files
            with:
              paths: ["data/*"]
              source: news
              columns: {key: key, text: text, up: up, down: down, article: article, outlet: outlet, observed_at: seen}
          clean: {uses: clean, from: comments, with: {rules: none}}
          labels: {uses: label, from: clean, with: {min_votes: 10, confidence: 0.3, prior: {per: LEVEL}}}
          sample: {uses: sample, from: labels, with: {per_label: all}}
          split: {uses: split, from: sample, with: {shares: {train: 0.5, test: 0.5}, salt: v1}}
          shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {weights: posterior}}
          vocabulary: {uses: vocabulary, from: split, with: {size: 200}}
          tsv: {uses: export, from: split, with: {columns: [id, label, up, down, p_controversial], path: "out/{split}.tsv"}}

        """

    /// 300 comments that readers of Agreed like, 300 that those of Divided argue about, ten without an outlet.
    private static func table() -> String {
        var lines = ["key\ttext\tup\tdown\tarticle\toutlet\tseen"]
        for number in 0..<300 {
            lines.append(
                "a\(number)\t기사 \(number) 좋아요\t\(20 + number % 20)\t\(1 + number % 6)\ta\(number / 5)\tAgreed\t20251001"
            )
            lines.append(
                "d\(number)\t기사 \(number) 글쎄요\t\(15 + number % 10)\t\(15 + number % 7)\td\(number / 5)\tDivided\t20251001"
            )
        }
        for number in 0..<10 { lines.append("n\(number)\t이름 없는 \(number)\t20\t20\tn\(number)\t\t20251001") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func prior(of comment: String, _ sandbox: Sandbox) throws -> [Double] {
        let text = try sandbox.splitvote("why", "p.yaml", comment, "--json").output
        let found = text.firstRange(of: /"prior": \{\s*"alpha": ([0-9.]+),\s*"beta": ([0-9.]+)/).map {
            text[$0]
        }
        return (found ?? "").split { !"0123456789.".contains($0) }.compactMap { Double($0) }
    }

    @Test(arguments: ["outlet", "article"])
    func everyGroupHasItsOwnPriorAndCommentsWithoutOneTheSources(level: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write(Self.pipeline.replacing("LEVEL", with: level), to: "p.yaml")
        try sandbox.write(Self.table(), to: "data/a.tsv")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        try #require(outcome.status == 0, "\(outcome.errors)")
        let manifest = try sandbox.read("out/tsv-manifest.json")
        #expect(try JSONSchema("export").problems(of: manifest) == [])
        #expect(manifest.contains("\"Agreed\"") && manifest.contains("\"Divided\""))
        let priors = try ["news:a1", "news:d1", "news:n1"].map { try prior(of: $0, sandbox) }
        try #require(priors.allSatisfy { $0.count == 2 }, "\(priors)")
        let means = priors.map { $0[0] / ($0[0] + $0[1]) }
        // 29.5 of 33, 19.5 of 37.5, and both together between them.
        #expect(abs(means[0] - 0.89) < 0.02 && abs(means[1] - 0.52) < 0.02, "\(means)")
        #expect(means[2] > means[1] + 0.1 && means[2] < means[0] - 0.1, "\(means)")
        #expect(try sandbox.read("out/README.md").contains("a prior drawn from each \(level)'s own comments"))
        // Articles of one outlet differ, a little, in what their readers think.
        let others = try ["news:a6", "news:d6"].map { try prior(of: $0, sandbox) }
        #expect((others[0] == priors[0], others[1] == priors[1]) == (level == "outlet", level == "outlet"))
        #expect(try sandbox.splitvote("run", "p.yaml").errors.contains("nothing to do"))
        // The commands that label again from stored counts use the same rules.
        let sweep = try sandbox.splitvote("sweep", "p.yaml", "--min-votes", "10", "--band", "0.4-0.6")
        #expect(sweep.output.contains("controversial:news, Agreed"), "\(sweep.output)\(sweep.errors)")
        let counts = try sandbox.sqlite("SELECT count(*) FROM labelled_comment WHERE label = 'controversial'")
        let row = sweep.output.split(separator: "\n")[1].split(separator: "\t")
        #expect(String(row[3]) == counts[0])
        #expect(try sandbox.splitvote("labels", "p.yaml", "agreement").status == 0)
        #expect(try sandbox.splitvote("labels", "p.yaml", "diff", "promoted").output.contains("0 flips"))
        // With one prior for the source all have it.
        let relabel = try sandbox.splitvote("relabel", "p.yaml", "-S", "labels.prior.per=source")
        #expect(relabel.status == 0, "\(relabel.errors)")
        let same = try ["news:a1", "news:d1", "news:n1"].map { try prior(of: $0, sandbox) }
        #expect(same.allSatisfy { $0 == same[2] }, "\(same)")
        #expect(level == "article" || same[2] == priors[2], "\(same) \(priors)")
    }

    @Test func aLevelThatThereIsNotIsRefused() throws {
        let sandbox = try Sandbox()
        try sandbox.write(Self.pipeline.replacing("LEVEL", with: "author"), to: "p.yaml")
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(
            outcome.status == 2 && outcome.errors.contains("it takes one of: source, outlet, article"),
            "\(outcome.errors)")
    }
}
