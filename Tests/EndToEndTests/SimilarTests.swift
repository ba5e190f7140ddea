import Foundation
import StageKit
import Testing

/// `splitvote similar`: comments that are like a text, or like each other.
struct SimilarTests {
    private static let stages = """
          vocabulary: {uses: vocabulary, from: clean, with: {size: 300, min_frequency: 1}}
          shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}
          vectors: {uses: features, from: shards, with: {init: init, init_weights: random, seed: 1}}

        """

    private func sandbox(_ replacements: (String, String)...) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(articles: 12), to: "data/1.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        var text = SampleComments.pipeline() + Self.stages
        for (old, new) in replacements { text = text.replacing(old, with: new) }
        try sandbox.write(text, to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        try #require(outcome.status == 0, "\(outcome.errors)")
        return sandbox
    }

    /// The rows of a table that was printed, without its header.
    private func rows(_ output: String) -> [[String]] {
        output.split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func similar(_ sandbox: Sandbox, _ arguments: String...) throws -> [[String]] {
        let outcome = try sandbox.splitvote(["similar", "p.yaml"] + arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return rows(outcome.output)
    }

    @Test func aCommentIsMostLikeItsOwnText() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.splitvote("similar", "p.yaml", "아무 글", "-k", "3")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("id\tscore\ttext\n"))
        let any = rows(outcome.output)
        #expect(any.count == 3)
        let found = try similar(sandbox, any[1][2], "-k", "4")
        #expect(found[0][0] == any[1][0] && found[0][1] == "1.000000", "\(found)")
        let scores = found.compactMap { Double($0[1]) }
        #expect(scores.count == 4 && scores == scores.sorted(by: >))
        // The comment itself is not its own answer; the others are the same.
        let like = try similar(sandbox, "--like", any[1][0], "--count", "3")
        #expect(like == Array(found.dropFirst()))
    }

    @Test func everyCommentHasItsNearest() throws {
        let sandbox = try sandbox()
        let table = try similar(sandbox, "--each", "-k", "2", "--least", "0.5")
        let groups = Dictionary(grouping: table) { $0[0] }
        #expect(groups.values.allSatisfy { $0.count <= 2 })
        for (id, rows) in groups.prefix(5) {
            #expect(rows.allSatisfy { $0[1] != id && (Double($0[2]) ?? 0) >= 0.5 })
            let like = try similar(sandbox, "--like", id, "-k", "2", "--least", "0.5")
            #expect(like == rows.map { [$0[1], $0[2], $0[4]] })
        }
    }

    /// From the moment that a comment is forgotten it is found no more, before and after the next run.
    @Test func aForgottenCommentIsNotFound() throws {
        let sandbox = try sandbox()
        let before = try similar(sandbox, "아무 글", "-k", "5")
        let (id, text) = (before[0][0], before[0][2])
        try sandbox.write(id + "\n", to: "list.txt")
        #expect(try sandbox.splitvote("forget", "p.yaml", "list.txt").status == 0)
        let between = try sandbox.splitvote("similar", "p.yaml", "아무 글")
        #expect(!between.output.contains(text) && !between.output.contains(id))
        #expect(between.status == 0 || between.errors.contains("hint: run the pipeline"), "\(between.errors)")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        let after = try similar(sandbox, "아무 글", "-k", "5")
        #expect(!after.contains { $0[0] == id })
        #expect(after.count == 5, "the vocabulary is another one, and with it the vectors")
        let gone = try sandbox.splitvote("similar", "p.yaml", "--like", id)
        #expect(gone.status == 2 && gone.errors.contains("there is no comment '\(id)'"), "\(gone.errors)")
    }

    static let refusals: [(arguments: [String], words: String)] = [
        ([], "similar takes one of: a text, --like ID, --each"),
        (["글", "--each"], "similar takes one of: a text, --like ID, --each"),
        (["글", "-k", "0"], "--count is 0; it takes 1 ... 10000"),
        (["글", "--least", "2"], "--least is 2.0; it takes -1 ... 1"),
        (["글", "--stage", "shards"], "stage 'shards' is no features stage"),
        (["글", "--stage", "no"], "p.yaml has no stage 'no'"),
        (["  "], "nothing is left of the text once it is cleaned"),
    ]

    @Test func whatCannotBeMeantIsRefused() throws {
        let sandbox = try sandbox(("rules: none", "rules: plain"))
        for (arguments, words) in Self.refusals {
            let outcome = try sandbox.splitvote(["similar", "p.yaml"] + arguments)
            #expect(outcome.status == 2 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
        let without = try sandbox.read("p.yaml").split(separator: "\n").filter { !$0.contains("vectors:") }
        try sandbox.write(without.joined(separator: "\n") + "\n", to: "p.yaml")
        let outcome = try sandbox.splitvote("similar", "p.yaml", "글")
        #expect(outcome.errors.contains("p.yaml has no features stage"), "\(outcome.errors)")
    }

    /// Another encoder in the folder makes other vectors, which would not compare.
    @Test func anEncoderThatHasChangedIsNotAsked() throws {
        let sandbox = try sandbox()
        try sandbox.write(
            SampleComments.tinyConfiguration.replacing(
                "\"intermediate_size\": 64", with: "\"intermediate_size\": 48"),
            to: "init/config.json")
        let outcome = try sandbox.splitvote("similar", "p.yaml", "글")
        #expect(
            outcome.status == 1 && outcome.errors.contains("is another encoder than the one"),
            "\(outcome.errors)")
    }
}
