import Foundation
import StageKit
import Testing

/// `features`: vectors that are computed once, whatever becomes of the labels, and the train stage that reads them.
struct FeaturesStageTests {
    private static let stages = """
          vocabulary: {uses: vocabulary, from: clean, with: {size: 300, min_frequency: 1}}
          shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}
          vectors: {uses: features, from: shards, with: {init: init, init_weights: random, seed: 1, path: out/vectors}}
          model: {uses: train, from: {data: shards, features: vectors}, with: {init: init, init_weights: random, method: features, seed: 1, path: out/model}}
          scores: {uses: evaluate, from: {model: model, data: shards}, with: {split: test, baselines: false}}
          report: {uses: report, from: [labels, split, vectors, model, scores], with: {path: out/report.html}}

        """

    private func sandbox(_ replacements: (String, String)..., articles: Int = 12) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(articles: articles), to: "data/1.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        var text = SampleComments.pipeline() + Self.stages
        for (old, new) in replacements { text = text.replacing(old, with: new) }
        try sandbox.write(text, to: "p.yaml")
        return sandbox
    }

    private func run(_ sandbox: Sandbox, _ arguments: String...) throws -> String {
        let outcome = try sandbox.splitvote(["run", "p.yaml"] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.errors
    }

    /// Rows of the last result of the stage, and how many of them were computed.
    private func counts(_ sandbox: Sandbox) throws -> (rows: Int, computed: Int) {
        let text = try sandbox.sqlite(
            "SELECT figures FROM stage_run WHERE stage = 'vectors' AND verdict = 'ran' ORDER BY id DESC LIMIT 1"
        )
        let figures = try JSONValue(parsing: text.first ?? "{}")
        return (figures["rows"]?.intValue ?? -1, figures["computed"]?.intValue ?? -1)
    }

    /// Bytes of everything that the two stages have published.
    private func published(_ sandbox: Sandbox) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for folder in ["out/vectors", "out/model"] {
            for name in try sandbox.files(below: folder) {
                found["\(folder)/\(name)"] = try sandbox.data("\(folder)/\(name)")
            }
        }
        return found
    }

    /// Whether a store that has never seen these rows gives the same bytes.
    private func expectBytesOfAFreshStore(_ sandbox: Sandbox, _ arguments: String...) throws {
        let fresh = try Sandbox()
        for folder in ["data", "init"] {
            for name in try sandbox.files(below: folder) {
                try fresh.write(sandbox.data("\(folder)/\(name)"), to: "\(folder)/\(name)")
            }
        }
        try fresh.write(sandbox.data("p.yaml"), to: "p.yaml")
        let outcome = try fresh.splitvote(["run", "p.yaml"] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let (rows, computed) = try counts(fresh)
        #expect(rows == computed && rows > 0)
        #expect(try published(sandbox) == published(fresh))
    }

    private func relabel(_ sandbox: Sandbox, _ old: String, _ new: String) throws {
        try sandbox.write(try sandbox.read("p.yaml").replacing(old, with: new), to: "p.yaml")
    }

    @Test func aRelabelComputesNothingAndGivesTheBytesOfAll() throws {
        let sandbox = try sandbox()
        #expect(try run(sandbox).contains("vectors: done"))
        let (all, computed) = try counts(sandbox)
        #expect(all == computed && all > 80)
        try relabel(sandbox, "min_votes: 20", "min_votes: 55")
        _ = try run(sandbox)
        let (fewer, again) = try counts(sandbox)
        #expect(fewer < all && fewer > 20 && again == 0)
        try expectBytesOfAFreshStore(sandbox)
        #expect(try sandbox.sqlite("SELECT count(*) FROM feature") == ["\(all)"], "those of before stay")
        // With labels turned around, the rows are there as well.
        try relabel(
            sandbox, "labels: {uses: label, from: clean, with: {",
            "labels: {uses: label, from: clean, with: {controversial: [0.3, 0.7], ")
        _ = try run(sandbox)
        #expect(try counts(sandbox).computed == 0)
        #expect(try sandbox.read("out/report.html").contains("A frozen encoder gave each of"))
    }

    @Test func aNightComputesWhatItBrings() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox)
        let before = try counts(sandbox)
        // The vocabulary of the first night stays.
        let lines = SampleComments.table(articles: 14).split(separator: "\n")
        try sandbox.write(
            (lines.prefix(1) + lines.suffix(20)).joined(separator: "\n") + "\n", to: "data/2.tsv")
        let vocabulary = try #require(
            try sandbox.files(below: "artifacts").first {
                $0.hasPrefix("vocabulary/") && $0.hasSuffix("vocab.txt")
            })
        try sandbox.write(sandbox.data("artifacts/" + vocabulary), to: "words/vocab.txt")
        try relabel(sandbox, "with: {size: 300, min_frequency: 1}", "with: {reuse: words}")
        _ = try run(sandbox)
        let after = try counts(sandbox)
        #expect(after.rows > before.rows && after.computed == after.rows - before.rows)
    }

    @Test func aTrialKeepsWhatItComputesAndReplacesNothing() throws {
        let sandbox = try sandbox(("min_votes: 20", "min_votes: 55"))
        _ = try run(sandbox)
        let kept = try counts(sandbox).rows
        _ = try run(sandbox, "-S", "min_votes=20")
        let (all, computed) = try counts(sandbox)
        #expect(all > kept && computed == all - kept)
        #expect(try sandbox.sqlite("SELECT count(*) FROM feature") == ["\(all)"])
        _ = try run(sandbox, "-S", "min_votes=20", "-S", "vectors.pooling=max")
        #expect(try counts(sandbox).computed == all)
        #expect(try sandbox.sqlite("SELECT count(*) FROM feature") == ["\(all)"])
    }

    @Test func anotherRecipeIsComputedAndTakesThePlaceOfTheOne() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox)
        let all = try counts(sandbox).rows
        for setting in ["pooling: max, ", "layers: [0, 2], ", "precision: bf16, "] {
            let plain = try sandbox.read("p.yaml")
            try relabel(
                sandbox, "with: {init: init, init_weights: random, seed: 1, path: out/vectors",
                "with: {\(setting)init: init, init_weights: random, seed: 1, path: out/vectors")
            _ = try run(sandbox, "--until", "vectors")
            #expect(try counts(sandbox).computed == all, "\(setting)")
            #expect(
                try sandbox.sqlite("SELECT count(*), count(DISTINCT feature_set) FROM feature") == [
                    "\(all)|1"
                ])
            try sandbox.write(plain, to: "p.yaml")
        }
    }

    /// A vector whose bytes, whose row or whose checksum is another one is computed again.
    @Test(arguments: [
        "vector = zeroblob(length(vector))", "vector = substr(vector, 1, 8)", "checksum = checksum + 1",
        "row_digest = zeroblob(16)", "row_digest = x'00'",
    ])
    func whatIsDamagedInTheStoreIsNotTaken(change: String) throws {
        let sandbox = try sandbox()
        _ = try run(sandbox)
        _ = try sandbox.sqlite(
            "UPDATE feature SET \(change) WHERE comment IN (SELECT comment FROM feature ORDER BY comment LIMIT 3)"
        )
        try relabel(sandbox, "per_label: all, seed: 1", "per_label: all, seed: 7")
        _ = try run(sandbox)
        #expect(try counts(sandbox).computed == 3)
        try expectBytesOfAFreshStore(sandbox)
    }

    @Test func whatIsForgottenHasNoVectorsAndTheRestIsNotComputedAgain() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox)
        let all = try counts(sandbox).rows
        let ids = try sandbox.sqlite(
            "SELECT source || ':' || key FROM comment WHERE id IN (SELECT comment FROM feature ORDER BY comment LIMIT 2)"
        )
        try sandbox.write(ids.joined(separator: "\n") + "\n", to: "list.txt")
        let forgotten = try sandbox.splitvote("forget", "p.yaml", "list.txt")
        #expect(forgotten.status == 0, "\(forgotten.errors)")
        #expect(try sandbox.sqlite("SELECT count(*) FROM feature") == ["\(all - 2)"])
        let left = try sandbox.files(below: "artifacts")
        #expect(!left.contains { $0.hasPrefix("vectors/") || $0.hasPrefix(".work") }, "\(left)")
        _ = try run(sandbox)
        let (rows, computed) = try counts(sandbox)
        #expect(rows == all - 2 && computed == 0)
    }

    @Test func vectorsOfAStageThatIsGoneAreCollectedAndComeBackWithIt() throws {
        let sandbox = try sandbox()
        _ = try run(sandbox)
        let all = try counts(sandbox).rows
        let before = try sandbox.read("p.yaml")
        try sandbox.write(
            before.replacing("  vectors: {", with: "  states: {").replacing(
                "features: vectors", with: "features: states"
            )
            .replacing("split, vectors,", with: "split, states,"), to: "p.yaml")
        // Another stage of the same recipe finds them.
        #expect(try run(sandbox).contains("states: done"))
        #expect(try sandbox.sqlite("SELECT count(*) FROM feature") == ["\(all)"])
        #expect(try sandbox.sqlite("SELECT count(*) FROM feature_set") == ["2"])
        let gc = try sandbox.splitvote("gc", "p.yaml", "--yes")
        #expect(gc.output.contains("vectors  \(all) rows  in the store"), "\(gc.output)")
        #expect(try sandbox.sqlite("SELECT count(*) FROM feature") == ["0"])
        try sandbox.write(before, to: "p.yaml")
        #expect(try run(sandbox).contains("vectors: restored an earlier result"))
        #expect(try sandbox.sqlite("SELECT count(*) FROM feature") == ["\(all)"])
    }

    @Test func aKilledStageGoesOnAndGivesTheSameBytes() throws {
        let sandbox = try sandbox(articles: 400)
        let wide = [("32,", "128,"), ("64, \"hidden_act\"", "512, \"hidden_act\"")]
        try sandbox.write(
            wide.reduce(SampleComments.tinyConfiguration) { $0.replacing($1.0, with: $1.1) },
            to: "init/config.json")
        _ = try run(sandbox, "--until", "shards")
        let process = try sandbox.start("run", "p.yaml", "--quiet")
        func blocks() -> [String] {
            ((try? sandbox.files(below: "artifacts/.work")) ?? []).filter { $0.hasSuffix(".safetensors") }
        }
        while process.isRunning, blocks().count < 2 { usleep(1_000) }
        process.kill()
        process.wait()
        #expect(blocks().count >= 2)
        // A block that was damaged on the way is computed again.
        let block = "artifacts/.work/" + (try #require(blocks().first))
        var bytes = try sandbox.data(block)
        bytes[bytes.count - 1] ^= 1
        try sandbox.write(bytes, to: block)
        _ = try run(sandbox)
        #expect(blocks().isEmpty)
        try expectBytesOfAFreshStore(sandbox)
    }

    @Test func statesAreWrittenToLookAt() throws {
        for (output, names) in [("sequence", ["sequence"]), ("layers", ["layer_0", "layer_1", "layer_2"])] {
            let sandbox = try sandbox(
                ("seed: 1, path: out/vectors", "seed: 1, output: \(output), shown_rows: 3, path: out/vectors")
            )
            _ = try run(sandbox, "--until", "vectors")
            let bytes = [UInt8](try sandbox.data("out/vectors/\(output)-train.safetensors"))
            let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
            let header = try JSONValue(parsing: bytes[8..<8 + length])
            let tokens = try #require(header["input_ids"]?["shape"]?.arrayValue?.first?.intValue)
            #expect(header["offsets"]?["shape"] == [4] && header["comment_ids"]?["shape"] == [3])
            for name in names { #expect(header[name]?["shape"] == [.integer(tokens), 32]) }
            #expect(try sandbox.read("out/vectors/README.md").contains("`\(output)-SIDE.safetensors`"))
        }
    }

    static let mistakes: [(String, String, String)] = [
        (
            "method: features, ", "",
            "input 'features' is for the last map of a frozen encoder, and this stage trains all of its weights"
        ),
        (
            "with: {init: init, init_weights: random, method: features, seed: 1", "with: {model: majority",
            "and this stage trains majority"
        ),
        (
            "method: features, seed: 1", "method: features, seed: 2",
            "the features were made by another model than"
        ),
        (
            "seed: 1, path: out/vectors", "seed: 1, pooling: last_four, path: out/vectors",
            "pooling is last_four; the model has 2 layers"
        ),
        (
            "seed: 1, path: out/vectors", "seed: 1, layers: [3], path: out/vectors",
            "layers has 3; the model's layers are 1 ... 2"
        ),
        (
            "seed: 1, path: out/vectors", "seed: 1, layers: [1.5], path: out/vectors",
            "'layers' are whole numbers"
        ),
        (
            "seed: 1, path: out/vectors", "seed: 1, layers: [1], pooling: last_four, path: out/vectors",
            "'layers' follow from pooling: last_four"
        ),
        (
            "from: shards, with: {init: init, init_weights: random, seed: 1, path: out/vectors",
            "from: shards, with: {path: out/vectors", "does not say which model to start from"
        ),
        ("max_tokens: 32", "max_tokens: 100", "64"),
    ]

    @Test(arguments: mistakes.indices)
    func mistakesAreSaid(index: Int) throws {
        let (old, new, message) = Self.mistakes[index]
        let sandbox = try sandbox((old, new))
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status != 0 && outcome.errors.contains(message), "\(outcome.errors)")
        #expect(!sandbox.exists("out/model"))
    }

    @Test func aTextCNNGivesNoFeatures() throws {
        let sandbox = try sandbox(
            (
                "vectors: {uses: features, from: shards, with: {init: init, init_weights: random,",
                "cnn: {uses: train, from: shards, with: {model: text_cnn, epochs: 1}}\n  vectors: {uses: features, from: {data: shards, init: cnn}, with: {"
            ))
        let outcome = try sandbox.splitvote("run", "p.yaml", "--until", "vectors")
        #expect(
            outcome.status != 0 && outcome.errors.contains("is a Text-CNN, which has no layers"),
            "\(outcome.errors)")
    }
}
