import Foundation
import Testing

/// Programs of the user's that make models and shards.
struct DeclaredOutputTests {
    /// - Parameters:
    ///   - script: what the program does, in a shell.
    ///   - settings: its `types` and what else it is given.
    private func sandbox(
        _ script: String, _ settings: String = "types: {model: model-v1}", from: String = "[shards, model]"
    ) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(
            SampleComments.pipeline() + SampleComments.training.components(separatedBy: "  report:")[0] + """
                  gpu:
                    uses: command
                    from: \(from)
                    with:
                      command: [sh, -c, '\(script)']
                      \(settings)
                  theirs: {uses: evaluate, from: {model: gpu, data: shards}, with: {split: test}}

                """, to: "p.yaml")
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        return sandbox
    }

    /// As others would hand the model over: without a word of splitvote in it.
    private static let copying = """
        cp -r {model} {output}/model; rm {output}/model/README.md; echo "{{\\"steps\\": 7}}" > {output}/figures.json
        """

    @Test func aModelOfAProgramIsEvaluatedCachedAndPublished() throws {
        let sandbox = try sandbox(
            Self.copying, "types: {model: model-v1}\n      publish: {model: out/gpu}")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let scores =
            "SELECT json_extract(figures, '$.macro_f1') FROM stage_run WHERE stage = '%' ORDER BY id DESC LIMIT 1"
        let theirs = try sandbox.sqlite(scores.replacing("%", with: "theirs"))
        #expect(
            try theirs == sandbox.sqlite(scores.replacing("%", with: "scores"))
                && theirs.first?.isEmpty == false)
        // Its figures are the program's and those of the model.
        #expect(
            try sandbox.sqlite(
                "SELECT json_extract(figures, '$.steps'), json_extract(figures, '$.parameters') > 0 FROM stage_run WHERE stage = 'gpu'"
            ) == ["7|1"])
        // What was taken over says whose texts, labels and tokenizer it goes by, and can be used as it is.
        #expect(try sandbox.read("out/gpu/config.json").contains("splitvote"))
        let prediction = try sandbox.splitvote("predict", "--model", "out/gpu", input: "갈리는 의견\n")
        #expect(prediction.status == 0, "\(prediction.errors)")
        let again = try sandbox.splitvote("run", "p.yaml")
        #expect(again.errors.contains("nothing to do"), "\(again.errors)")
    }

    @Test func shardsOfAProgramAreTrainedOn() throws {
        let sandbox = try sandbox(
            "cp -r {shards} {output}/rows", "types: {rows: shards-v1}", from: "shards")
        let text = try sandbox.read("p.yaml").components(separatedBy: "  theirs:")[0]
        try sandbox.write(
            text
                + "  other: {uses: train, from: gpu, with: {init: init, epochs: 2, batch_size: 8, learning_rate: 1e-3, seed: 1}}\n"
                + "  theirs: {uses: evaluate, from: {model: other, data: gpu}, with: {split: test}}\n",
            to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let scores =
            "SELECT json_extract(figures, '$.macro_f1') FROM stage_run WHERE stage IN ('theirs', 'scores')"
        #expect(try Set(sandbox.sqlite(scores)).count == 1)
    }

    static let failures: [(script: String, settings: String, words: String)] = [
        (
            "true", "types: {model: model-v1}",
            "gpu: error: the program has made no model/config.json, so 'model' is not of type model-v1"
        ),
        (
            "cp -r {model} {output}/model; printf \"[PAD]\\n[UNK]\\n[CLS]\\n[SEP]\\n[MASK]\\nbad\\n\" > {output}/model/vocab.txt",
            "types: {model: model-v1}", "the tokenizer of the shards is not the model's"
        ),
        (
            "cp -r {shards} {output}/model; for f in {output}/model/*.safetensors; do printf x >> $f; done",
            "types: {model: shards-v1}", "the manifest says"
        ),
    ]

    @Test(arguments: failures)
    func whatDoesNotFitFailsTheStage(script: String, settings: String, words: String) throws {
        let sandbox = try sandbox(script, settings)
        let text = try sandbox.read("p.yaml").components(separatedBy: "  theirs:")[0]
        try sandbox.write(text, to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1 && outcome.errors.contains(words), "\(outcome.errors)")
    }

    static let mistakes: [(settings: String, from: String, words: String)] = [
        (
            "types: {model: model-v2}", "[shards, model]",
            "'model' has the type 'model-v2', which no check knows"
        ),
        ("types: {a/b: model-v1}", "[shards, model]", "'a/b' cannot be the name of an output"),
        ("types: {files: model-v1}", "[shards, model]", "'files' cannot be the name of an output"),
        (
            "types: {model: model-v1}", "model",
            "'model' is to be a model, and no stage under 'from' gives the shards"
        ),
        (
            "timeout: 1m", "[shards, model]",
            "stage 'gpu' gives files-v1; input 'model' of stage kind 'evaluate' takes model-v1"
        ),
    ]

    @Test(arguments: mistakes)
    func whatCannotBeMeantIsFoundBeforeAnythingRuns(settings: String, from: String, words: String) throws {
        let sandbox = try sandbox(Self.copying, settings, from: from)
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status != 0 && outcome.errors.contains(words), "\(outcome.errors)")
    }
}
