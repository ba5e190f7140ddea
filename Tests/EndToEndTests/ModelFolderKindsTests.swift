import Foundation
import Testing

/// Model folders as users have them, from the pipeline file to shards and models.
struct ModelFolderKindsTests {
    /// A pipeline with its shards made by the tokenizer of a folder, and a model trained from one.
    private func sandbox(tokenizer: String = "tok", shards: String = "", training: String = "") throws
        -> Sandbox
    {
        let sandbox = try Sandbox()
        let table = SampleComments.table()
        try sandbox.write(table, to: "data/day1.tsv")
        let stages = """
              shards: {uses: shards, from: split, with: {tokenizer: \(tokenizer), max_tokens: 32\(shards)}}
              model: {uses: train, from: shards, with: {init: init, max_steps: 2, batch_size: 8, seed: 1\(training)}}

            """
        try sandbox.write(SampleComments.pipeline() + stages, to: "p.yaml")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        try sandbox.write(Self.vocabulary(table), to: "tok/vocab.txt")
        try sandbox.write(#"{"do_lower_case": false}"#, to: "tok/tokenizer_config.json")
        return sandbox
    }

    /// Every character of a text, alone and as the continuation of a word.
    private static func vocabulary(_ text: String) -> String {
        let letters = Set(text).subtracting(["\t", "\n", " ", "\r\n"]).map(String.init).sorted()
        let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + letters + letters.map { "##" + $0 }
        return pieces.joined(separator: "\n") + "\n"
    }

    /// Moves a folder's files into a cache as huggingface_hub lays it out, with links to them.
    private func putIntoCache(_ folder: String, as name: String, _ sandbox: Sandbox) throws {
        let files = FileManager.default
        let model = sandbox.folder.appending(path: "hub/models--" + name.replacing("/", with: "--"))
        let snapshot = model.appending(path: "snapshots/0123abcd")
        try files.createDirectory(at: snapshot, withIntermediateDirectories: true)
        try files.createDirectory(at: model.appending(path: "blobs"), withIntermediateDirectories: true)
        for file in try sandbox.files(below: folder) {
            let blob = "blobs/of-\(file)"
            try files.moveItem(
                at: sandbox.folder.appending(path: "\(folder)/\(file)"), to: model.appending(path: blob))
            try files.createSymbolicLink(
                atPath: snapshot.path + "/" + file, withDestinationPath: "../../" + blob)
        }
        try sandbox.write("0123abcd", to: "hub/models--\(name.replacing("/", with: "--"))/refs/main")
        try files.removeItem(at: sandbox.folder.appending(path: folder))
    }

    private func withCache(_ sandbox: Sandbox, _ arguments: String...) throws -> Sandbox.Outcome {
        try sandbox.run(
            URL(filePath: "/usr/bin/env"),
            ["HF_HUB_CACHE=\(sandbox.folder.path)/hub", Sandbox.command.path] + arguments)
    }

    @Test(arguments: [
        "hub/models--owner--name/snapshots/0123abcd", "hub/models--owner--name", "owner/name",
        "owner/name@0123",
    ])
    func theLinksOfAHubCacheAreFollowed(place: String) throws {
        let plain = try sandbox()
        #expect(try plain.splitvote("run", "p.yaml", "--until", "shards").status == 0)
        let sandbox = try sandbox(tokenizer: place)
        try putIntoCache("tok", as: "owner/name", sandbox)
        let outcome = try withCache(sandbox, "run", "p.yaml", "--until", "shards")
        #expect(outcome.status == 0, "\(outcome.errors)")
        func manifest(_ sandbox: Sandbox) throws -> String {
            let files = try sandbox.files(below: "artifacts")
            let name = try #require(files.first { $0.hasPrefix("shards/") && $0.hasSuffix("manifest.json") })
            return try sandbox.read("artifacts/" + name)
        }
        #expect(try manifest(sandbox) == manifest(plain))
        #expect(
            try withCache(sandbox, "plan", "p.yaml", "--until", "shards").output.contains("nothing to do"))
    }

    /// Files of tokenizers with byte pairs and of SentencePiece, by the family whose configuration goes with them.
    private static func subwordFolders() throws -> [String: [String: Data]] {
        struct Fixture: Decodable {
            struct Case: Decodable { var files: [String: String]? }
            struct Family: Decodable { var folder: [String: Data] }
            var cases: [String: Case]
            var families: [String: Family]
        }
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/tokenization/subwords.json")
        let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
        var folders = fixture.families.mapValues(\.folder)
        folders["roberta"] = fixture.cases["roberta"]?.files?.mapValues { Data($0.utf8) }
        return folders
    }

    @Test(arguments: ["roberta", "xlm-roberta", "albert"])
    func modelsWithOtherTokenizersAreTrainedAndAnswer(family: String) throws {
        let sandbox = try sandbox()
        let folder = sandbox.folder.appending(path: "tok")
        try FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, bytes) in try #require(Self.subwordFolders()[family]) {
            try bytes.write(to: folder.appending(path: name))
        }
        let configuration = SampleComments.tinyConfiguration.replacing("\"bert\"", with: "\"\(family)\"")
            .replacing(
                "\"type_vocab_size\": 2",
                with: "\"type_vocab_size\": 1, \"vocab_size\": 1000, \"embedding_size\": 16")
        try sandbox.write(configuration, to: "init/config.json")
        try sandbox.write(configuration, to: "tok/config.json")
        try sandbox.write(
            try sandbox.read("p.yaml").replacing("max_steps: 2", with: "max_steps: 2, path: out/model"),
            to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try sandbox.splitvote("plan", "p.yaml").output.contains("nothing to do"))
        try sandbox.write("안녕하세요 hello\n", to: "texts.txt")
        let ids = try ["tok", "out/model"].map {
            try sandbox.splitvote("tokenize", "--vocab", $0, "texts.txt").output
        }
        #expect(ids[0] == ids[1] && ids[0].split(separator: " ").count > 3, "\(ids)")
        let answer = try sandbox.splitvote("predict", "--model", "out/model", "texts.txt")
        #expect(answer.status == 0 && answer.output.contains("controversial"), "\(answer.errors)")
    }

    @Test func aModelThatIsNotInTheCacheComesWithTheCommandThatDownloadsIt() throws {
        let sandbox = try sandbox(tokenizer: "owner/other")
        let outcome = try withCache(sandbox, "validate", "p.yaml")
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains(
                "'tokenizer': there is no folder owner/other, and no model owner/other in the Hugging Face cache"
            ))
        #expect(
            outcome.errors.contains(
                "\(sandbox.folder.path)/hub; download the model first: hf download owner/other"))
        let predicted = try withCache(sandbox, "predict", "--model", "owner/other")
        #expect(predicted.status == 1)
        #expect(predicted.errors.contains("hf download owner/other"), "\(predicted.errors)")
    }

    @Test func onlyFilesThatMatterAreLookedAtForChanges() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        for folder in ["init", "tok"] {
            try sandbox.write("a note", to: "\(folder)/NOTES.md")
            try sandbox.write("a fetch", to: "\(folder)/.git/FETCH_HEAD")
            try sandbox.write("an export", to: "\(folder)/onnx/model.onnx")
        }
        let quiet = try sandbox.splitvote("plan", "p.yaml").output
        #expect(quiet.contains("nothing to do"), "\(quiet)")
        try sandbox.write(sandbox.read("tok/vocab.txt") + "뷁\n", to: "tok/vocab.txt")
        let changed = try sandbox.splitvote("plan", "p.yaml").output
        #expect(changed.contains("file changed (`tokenizer`)"), "\(changed)")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        try sandbox.write(
            sandbox.read("init/config.json").replacing(
                "\"num_hidden_layers\": 2", with: "\"num_hidden_layers\": 1"),
            to: "init/config.json")
        let configured = try sandbox.splitvote("plan", "p.yaml").output
        #expect(configured.contains("file changed (`init`)"), "\(configured)")
    }

    @Test func weightsInAnotherFormatStopTheRunUnlessRandomOnesAreAskedFor() throws {
        let sandbox = try sandbox()
        try sandbox.write("", to: "init/bert_model.ckpt.index")
        let refused = try sandbox.splitvote("validate", "p.yaml")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("init has its weights as bert_model.ckpt.index, which is not read"))
        #expect(refused.errors.contains("init_weights: random"))
        let text = try sandbox.read("p.yaml")
        try sandbox.write(
            text.replacing("init: init,", with: "init: init, init_weights: random,"), to: "p.yaml")
        let trained = try sandbox.splitvote("run", "p.yaml")
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(!trained.errors.contains("warning: no weights"))
    }

    @Test func errorsNameTheFolderThatTheUserNamed() throws {
        let sandbox = try sandbox()
        try sandbox.write(Data([9, 0, 0, 0, 0, 0, 0, 0]), to: "init/model.safetensors")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("/init/model.safetensors: "), "\(outcome.errors)")
        #expect(!outcome.errors.contains("artifacts"), "\(outcome.errors)")
    }

    @Test func aTokenizerThatCannotSpellTheTextsStopsTheRun() throws {
        let sandbox = try sandbox()
        try sandbox.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n", to: "tok/vocab.txt")
        let outcome = try sandbox.splitvote("run", "p.yaml", "--until", "shards")
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains(
                " % of the tokens of the side 'train' are [UNK]; this tokenizer does not seem to be made"),
            "\(outcome.errors)")
        let text = try sandbox.read("p.yaml")
        try sandbox.write(
            text.replacing("max_tokens: 32", with: "max_tokens: 32, max_unknown_share: 1"), to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml", "--until", "shards").status == 0)
    }

    @Test func aTokenizerOfAnotherKindIsRefusedBeforeAnythingRuns() throws {
        let sandbox = try sandbox()
        try sandbox.write("x", to: "tok/spiece.model")
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains("tok: spiece.model is not a SentencePiece model"), "\(outcome.errors)")
    }
}
