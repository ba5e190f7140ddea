import Foundation
import Testing

/// Titles before comments, and texts that lose their beginning: from the table to a prediction.
struct TextPairTests {
    private static func sandbox(_ shards: String) throws -> Sandbox {
        let sandbox = try Sandbox()
        let lines = SampleComments.table().split(separator: "\n").enumerated().map { number, line in
            line + "\t" + (number == 0 ? "headline" : "제목 \(line.split(separator: "\t")[1])")
        }
        try sandbox.write(lines.joined(separator: "\n") + "\n", to: "data/one.tsv")
        let pipeline = SampleComments.pipeline(
            ("observed_at: seen", "observed_at: seen, title: headline"),
            ("salt: v1", "salt: v1, group_by: comment"))
        let training = SampleComments.training.replacing("max_tokens: 32", with: shards)
            .replacing("seed: 1}}\n  scores", with: "seed: 1, path: out/model}}\n  scores")
        try sandbox.write(pipeline + training, to: "p.yaml")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        return sandbox
    }

    private static func manifest(_ sandbox: Sandbox) throws -> String {
        let place = try #require(
            try sandbox.files(below: "artifacts").first { $0.hasSuffix("manifest.json") })
        return try sandbox.read("artifacts/" + place)
    }

    @Test func titlesAreTheFirstTextOfAPair() throws {
        let sandbox = try Self.sandbox("max_tokens: 32, text_pair: title")
        let run = try sandbox.splitvote("run", "p.yaml", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let manifest = try Self.manifest(sandbox)
        #expect(manifest.contains("\"text_pair\" : \"title\""), "\(manifest)")
        #expect(try JSONSchema("shards").problems(of: manifest).isEmpty)
        #expect(try sandbox.read("out/model/config.json").contains("\"text_pair\": \"title\""))
        func predict(_ arguments: String..., input: String) throws -> Sandbox.Outcome {
            try sandbox.run(
                Sandbox.command, ["predict", "--model", "out/model", "--logits"] + arguments, input: input)
        }
        let alone = try predict(input: "의견\n")
        #expect(alone.status == 1)
        #expect(
            alone.errors.contains("was trained on pairs of title and comment, and is given comments alone"),
            "\(alone.errors)")
        let table = "headline\tdocument\n제목 1003\t찬성과 반대가 갈리는 의견\n제목 1004 다른 글\t찬성과 반대가 갈리는 의견\n"
        let pairs = try predict("--column", "document", "--title-column", "headline", input: table)
        #expect(pairs.status == 0, "\(pairs.errors)")
        let rows = pairs.output.split(separator: "\n")
        #expect(rows.count == 3 && rows[1] != rows[2], "the title counts: \(pairs.output)")
        #expect(try predict("--title-column", "headline", input: table).status == 2)
    }

    @Test func aModelOfSingleTextsTakesNoTitles() throws {
        let sandbox = try Self.sandbox("max_tokens: 32")
        #expect(try sandbox.splitvote("run", "p.yaml", "--quiet").status == 0)
        #expect(try !Self.manifest(sandbox).contains("text_pair"))
        let outcome = try sandbox.splitvote(
            "predict", "--model", "out/model", "--column", "document", "--title-column", "headline",
            input: "headline\tdocument\na\tb\n")
        #expect(
            outcome.status == 1 && outcome.errors.contains("was trained on comments alone"),
            "\(outcome.errors)")
    }

    @Test func whatIsCutGoesIntoManifestAndModel() throws {
        let sandbox = try Self.sandbox("max_tokens: 6, truncation_side: left")
        let run = try sandbox.splitvote("run", "p.yaml", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try Self.manifest(sandbox).contains("\"truncation_side\" : \"left\""))
        #expect(try sandbox.read("out/model/config.json").contains("\"truncation_side\": \"left\""))
        func logits(_ text: String) throws -> String {
            try sandbox.splitvote("predict", "--model", "out/model", "--logits", input: text + "\n").output
        }
        // Only the last pieces count: what stands before them makes no difference, what they are does.
        #expect(try logits("모두가 고개를 끄덕이는 의견 1 2 3 4 5") == logits("찬성과 반대가 갈리는 의견 1 2 3 4 5"))
        #expect(try logits("1 2 3 4 5 모두가") != logits("1 2 3 4 5 찬성과"))
    }

    @Test func twoSegmentsNeedAModelThatKnowsThem() throws {
        let sandbox = try Self.sandbox("max_tokens: 32, text_pair: title")
        try sandbox.write(
            SampleComments.tinyConfiguration.replacing(
                "\"type_vocab_size\": 2", with: "\"type_vocab_size\": 1"),
            to: "init/config.json")
        let outcome = try sandbox.splitvote("run", "p.yaml", "--quiet")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("type_vocab_size"), "\(outcome.errors)")
    }
}
