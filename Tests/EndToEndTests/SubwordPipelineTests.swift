import Foundation
import StageKit
import Testing

/// Vocabularies beside WordPiece from the pipeline file on: trained, pretrained with, fine-tuned and asked.
struct SubwordPipelineTests {
    struct Family: Sendable {
        var model: String
        var size: Int
        var configuration: String
        var files: [String]
        /// Ids that begin and end a row, and that masks a word.
        var ids: (start: Int32, end: Int32, mask: Int32)
    }

    static let families = [
        Family(
            model: "bpe", size: 400,
            configuration: """
                {"model_type": "roberta", "hidden_size": 16, "num_hidden_layers": 1,
                 "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 66,
                 "type_vocab_size": 1, "pad_token_id": 1}
                """, files: ["merges.txt", "vocab.json"], ids: (0, 2, 4)),
        Family(
            model: "unigram", size: 300,
            configuration: """
                {"model_type": "albert", "embedding_size": 8, "hidden_size": 16,
                 "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
                 "max_position_embeddings": 64, "type_vocab_size": 2, "pad_token_id": 0}
                """, files: ["spiece.model"], ids: (2, 3, 4)),
    ]

    @Test(arguments: families.indices)
    func aVocabularyServesFromPretrainingToAnswers(number: Int) throws {
        let family = Self.families[number]
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        let stage =
            "  mlm: {uses: pretrain, from: {texts: clean, split: split, tokenizer: vocabulary}, with: {init: init, "
            + "max_tokens: 32, epochs: 1, batch_size: 8, masking: {by: word}, held_out: 0.1, seed: 1, path: out/mlm}}\n"
        let training = SampleComments.training
            .replacing("size: 300, min_frequency: 1", with: "model: \(family.model), size: \(family.size)")
            .replacing(
                "model: {uses: train, from: shards, with: {init: init,",
                with: "model: {uses: train, from: {data: shards, init: mlm}, with: {"
            )
            .replacing("  model:", with: stage + "  model:")
            .replacing("[labels, split, model, scores]", with: "[labels, split, mlm, model, scores]")
        try sandbox.write(SampleComments.pipeline() + training, to: "p.yaml")
        try sandbox.write(family.configuration, to: "init/config.json")
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 0, "\(run.errors)")
        for file in family.files { #expect(sandbox.exists("out/mlm/\(file)"), "\(file)") }
        try sandbox.write("첫 번째 의견입니다\n", to: "text.txt")
        let ids = try sandbox.splitvote("tokenize", "--vocab", "out/mlm", "text.txt")
        let numbers = ids.output.split { $0 == " " || $0 == "\n" }.compactMap { Int32($0) }
        #expect(
            numbers.first == family.ids.start && numbers.last == family.ids.end && numbers.count > 4,
            "\(ids.output) \(ids.errors)")
        #expect(!numbers.contains(family.ids.mask))
        let models = try sandbox.files(below: "artifacts").filter { $0.hasPrefix("model/") }
        let folder = try #require(models.first { $0.hasSuffix("/config.json") }).dropLast(12)
        let answers = try sandbox.splitvote("predict", "--model", "artifacts/\(folder)", "text.txt")
        #expect(answers.status == 0 && !answers.output.isEmpty, "\(answers.errors)")
    }

    /// Ids that a model has no embedding for are noticed before it is trained.
    @Test func aConfigurationForFewerPiecesIsRefused() throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        let training = SampleComments.training.replacing(
            "size: 300, min_frequency: 1", with: "model: unigram, size: 300")
        try sandbox.write(SampleComments.pipeline() + training, to: "p.yaml")
        let configuration = Self.families[1].configuration.replacing(
            #""model_type""#, with: #""vocab_size": 20, "model_type""#)
        try sandbox.write(configuration, to: "init/config.json")
        let run = try sandbox.splitvote("run", "p.yaml")
        #expect(run.status == 1, "\(run.errors)")
        #expect(
            run.errors.contains("pieces, vocab_size in config.json is 20; ids beyond it"), "\(run.errors)")
    }

    /// A vocabulary of another kind than the model's own is refused as any other is.
    @Test func settingsThatCannotBeMetAreRefused() throws {
        for (settings, words) in [
            ("model: bpe, size: 100", "model: bpe needs 261, for 256 bytes and the special tokens"),
            ("model: bpe, size: 300, lowercase: true", "'lowercase' means nothing to model: bpe"),
            (
                "model: unigram, size: 300, min_frequency: 3",
                "'min_frequency' means nothing to model: unigram"
            ),
            ("size: 300, character_coverage: 0.99", "'character_coverage' means nothing to model: wordpiece"),
            ("model: words", "wordpiece, bpe, unigram"),
        ] {
            let sandbox = try Sandbox()
            try sandbox.write(SampleComments.table(), to: "data/one.tsv")
            try sandbox.write(
                SampleComments.pipeline()
                    + SampleComments.training.replacing("size: 300, min_frequency: 1", with: settings),
                to: "p.yaml")
            try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
            let run = try sandbox.splitvote("validate", "p.yaml")
            #expect(run.status != 0 && run.errors.contains(words), "\(run.errors) \(run.output)")
        }
    }
}
