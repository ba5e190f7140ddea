import Foundation
import Testing

/// Model folders as users have them, from the pipeline file to shards and models.
struct ModelFolderKindsTests {
    /// A pipeline with its shards made by the tokenizer of a folder, and a model trained from one.
    private func workshop(tokenizer: String = "tok", shards: String = "", training: String = "") throws
        -> Workshop
    {
        let workshop = try Workshop()
        let table = SampleComments.table()
        try workshop.write(table, to: "data/day1.tsv")
        let stages = """
              shards: {uses: shards, from: split, with: {tokenizer: \(tokenizer), max_tokens: 32\(shards)}}
              model: {uses: train, from: shards, with: {init: init, max_steps: 2, batch_size: 8, seed: 1\(training)}}

            """
        try workshop.write(SampleComments.pipeline() + stages, to: "p.yaml")
        try workshop.write(SampleComments.tinyConfiguration, to: "init/config.json")
        try workshop.write(Self.vocabulary(table), to: "tok/vocab.txt")
        try workshop.write(#"{"do_lower_case": false}"#, to: "tok/tokenizer_config.json")
        return workshop
    }

    /// Every character of a text, alone and as the continuation of a word.
    private static func vocabulary(_ text: String) -> String {
        let letters = Set(text).subtracting(["\t", "\n", " ", "\r\n"]).map(String.init).sorted()
        let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + letters + letters.map { "##" + $0 }
        return pieces.joined(separator: "\n") + "\n"
    }

    /// Moves a folder's files into a cache as huggingface_hub lays it out, with links to them.
    private func putIntoCache(_ folder: String, as name: String, _ workshop: Workshop) throws {
        let files = FileManager.default
        let model = workshop.folder.appending(path: "hub/models--" + name.replacing("/", with: "--"))
        let snapshot = model.appending(path: "snapshots/0123abcd")
        try files.createDirectory(at: snapshot, withIntermediateDirectories: true)
        try files.createDirectory(at: model.appending(path: "blobs"), withIntermediateDirectories: true)
        for file in try workshop.files(below: folder) {
            let blob = "blobs/of-\(file)"
            try files.moveItem(
                at: workshop.folder.appending(path: "\(folder)/\(file)"), to: model.appending(path: blob))
            try files.createSymbolicLink(
                atPath: snapshot.path + "/" + file, withDestinationPath: "../../" + blob)
        }
        try workshop.write("0123abcd", to: "hub/models--\(name.replacing("/", with: "--"))/refs/main")
        try files.removeItem(at: workshop.folder.appending(path: folder))
    }

    private func withCache(_ workshop: Workshop, _ arguments: String...) throws -> Workshop.Outcome {
        try workshop.run(
            URL(filePath: "/usr/bin/env"),
            ["HF_HUB_CACHE=\(workshop.folder.path)/hub", Workshop.command.path] + arguments)
    }

    @Test(arguments: [
        "hub/models--owner--name/snapshots/0123abcd", "hub/models--owner--name", "owner/name",
        "owner/name@0123",
    ])
    func theLinksOfAHubCacheAreFollowed(place: String) throws {
        let plain = try workshop()
        #expect(try plain.splitvote("run", "p.yaml", "--until", "shards").status == 0)
        let workshop = try workshop(tokenizer: place)
        try putIntoCache("tok", as: "owner/name", workshop)
        let outcome = try withCache(workshop, "run", "p.yaml", "--until", "shards")
        #expect(outcome.status == 0, "\(outcome.errors)")
        func manifest(_ workshop: Workshop) throws -> String {
            let files = try workshop.files(below: "artifacts")
            let name = try #require(files.first { $0.hasPrefix("shards/") && $0.hasSuffix("manifest.json") })
            return try workshop.read("artifacts/" + name)
        }
        #expect(try manifest(workshop) == manifest(plain))
        #expect(
            try withCache(workshop, "plan", "p.yaml", "--until", "shards").output.contains("nothing to do"))
    }

    @Test func aModelThatIsNotInTheCacheComesWithTheCommandThatDownloadsIt() throws {
        let workshop = try workshop(tokenizer: "owner/other")
        let outcome = try withCache(workshop, "validate", "p.yaml")
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains(
                "'tokenizer': there is no folder owner/other, and no model owner/other in the Hugging Face cache"
            ))
        #expect(
            outcome.errors.contains(
                "\(workshop.folder.path)/hub; download the model first: hf download owner/other"))
        let predicted = try withCache(workshop, "predict", "--model", "owner/other")
        #expect(predicted.status == 1)
        #expect(predicted.errors.contains("hf download owner/other"), "\(predicted.errors)")
    }

    @Test func onlyFilesThatMatterAreLookedAtForChanges() throws {
        let workshop = try workshop()
        #expect(try workshop.splitvote("run", "p.yaml").status == 0)
        for folder in ["init", "tok"] {
            try workshop.write("a note", to: "\(folder)/NOTES.md")
            try workshop.write("a fetch", to: "\(folder)/.git/FETCH_HEAD")
            try workshop.write("an export", to: "\(folder)/onnx/model.onnx")
        }
        let quiet = try workshop.splitvote("plan", "p.yaml").output
        #expect(quiet.contains("nothing to do"), "\(quiet)")
        try workshop.write(workshop.read("tok/vocab.txt") + "뷁\n", to: "tok/vocab.txt")
        let changed = try workshop.splitvote("plan", "p.yaml").output
        #expect(changed.contains("file changed (`tokenizer`)"), "\(changed)")
        #expect(try workshop.splitvote("run", "p.yaml").status == 0)
        try workshop.write(
            workshop.read("init/config.json").replacing(
                "\"num_hidden_layers\": 2", with: "\"num_hidden_layers\": 1"),
            to: "init/config.json")
        let configured = try workshop.splitvote("plan", "p.yaml").output
        #expect(configured.contains("file changed (`init`)"), "\(configured)")
    }

    @Test func weightsInAnotherFormatStopTheRunUnlessRandomOnesAreAskedFor() throws {
        let workshop = try workshop()
        try workshop.write("", to: "init/bert_model.ckpt.index")
        let refused = try workshop.splitvote("validate", "p.yaml")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("init has its weights as bert_model.ckpt.index, which is not read"))
        #expect(refused.errors.contains("init_weights: random"))
        let text = try workshop.read("p.yaml")
        try workshop.write(
            text.replacing("init: init,", with: "init: init, init_weights: random,"), to: "p.yaml")
        let trained = try workshop.splitvote("run", "p.yaml")
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(!trained.errors.contains("warning: no weights"))
    }

    @Test func errorsNameTheFolderThatTheUserNamed() throws {
        let workshop = try workshop()
        try workshop.write(Data([9, 0, 0, 0, 0, 0, 0, 0]), to: "init/model.safetensors")
        let outcome = try workshop.splitvote("run", "p.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("/init/model.safetensors: "), "\(outcome.errors)")
        #expect(!outcome.errors.contains("artifacts"), "\(outcome.errors)")
    }

    @Test func aTokenizerThatCannotSpellTheTextsStopsTheRun() throws {
        let workshop = try workshop()
        try workshop.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n", to: "tok/vocab.txt")
        let outcome = try workshop.splitvote("run", "p.yaml", "--until", "shards")
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains(
                " % of the tokens of the side 'train' are [UNK]; this tokenizer is hardly made"),
            "\(outcome.errors)")
        let text = try workshop.read("p.yaml")
        try workshop.write(
            text.replacing("max_tokens: 32", with: "max_tokens: 32, max_unknown_share: 1"), to: "p.yaml")
        #expect(try workshop.splitvote("run", "p.yaml", "--until", "shards").status == 0)
    }

    @Test func aTokenizerOfAnotherKindIsRefusedBeforeAnythingRuns() throws {
        let workshop = try workshop()
        try workshop.write("x", to: "tok/spiece.model")
        let outcome = try workshop.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("tok: spiece.model is a SentencePiece model"), "\(outcome.errors)")
    }
}
