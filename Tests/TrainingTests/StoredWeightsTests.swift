import Foundation
import Models
import ShardFormat
import Testing
import Training

/// Weights in every form that Hugging Face folders have them in, as torch and transformers wrote them.
struct StoredWeightsTests {
    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Fixtures/torch")

    /// A folder with the fixture's configuration and these files, by their names there and here.
    static func folder(_ files: [String: String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (name, fixture) in files.merging(
            ["config.json": "config.json"], uniquingKeysWith: { own, _ in own })
        {
            try folder.write(try Data(contentsOf: fixtures.appending(path: fixture)), to: name)
        }
        try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n".utf8, to: "vocab.txt")
        return folder
    }

    static func load(_ folder: TemporaryFolder) throws -> (model: any TrainableModel, report: LoadReport) {
        try ModelFolder(folder.path).makeModel(labelCount: 2, seed: 1, threads: 1)
    }

    static func load(_ name: String, _ fixture: String) throws -> (
        model: any TrainableModel, report: LoadReport
    ) {
        try load(folder([name: fixture]))
    }

    static let forms: [(String, String)] = [
        ("pytorch_model.bin", "zip.bin"), ("pytorch_model.bin", "zip-protocol4.bin"),
        ("pytorch_model.bin", "zip-parameters.bin"), ("pytorch_model.bin", "zip-views.bin"),
        ("pytorch_model.bin", "zip-without-checksums.bin"), ("pytorch_model.bin", "stream.bin"),
        ("pytorch_model.bin", "stream-views.bin"), ("pytorch_model.bin", "zip-float64.bin"),
        ("pytorch_model.bin", "stream-float64.bin"), ("model.safetensors", "float64.safetensors"),
    ]

    @Test(arguments: forms)
    func everyFormGivesTheSameNumbers(name: String, fixture: String) throws {
        let expected = try Self.load("model.safetensors", "weights.safetensors").model
        let (model, report) = try Self.load(name, fixture)
        #expect(ModelFolderTests.values(model) == ModelFolderTests.values(expected))
        #expect(report.initialized.isEmpty)
        #expect(report.loaded.count == model.parameters.entries.count)
        #expect(report.summary.hasPrefix(name + ": "))
    }

    @Test(arguments: ["float16", "bfloat16"])
    func narrowNumbersAreTheSameInEveryForm(kind: String) throws {
        let expected = try Self.load("model.safetensors", "\(kind).safetensors").model
        for form in ["zip", "stream"] {
            let model = try Self.load("pytorch_model.bin", "\(form)-\(kind).bin").model
            #expect(ModelFolderTests.values(model) == ModelFolderTests.values(expected))
        }
        let exact = try Self.load("model.safetensors", "weights.safetensors").model
        #expect(
            ModelFolderTests.values(expected) != ModelFolderTests.values(exact), "rounded, so not the same")
    }

    static let shards = [
        "model.safetensors.index.json": "sharded/model.safetensors.index.json",
        "model-00001-of-00002.safetensors": "sharded/model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors": "sharded/model-00002-of-00002.safetensors",
    ]

    @Test func weightsInSeveralFilesAreOneModel() throws {
        let expected = try Self.load("model.safetensors", "weights.safetensors").model
        let (model, report) = try Self.load(Self.folder(Self.shards))
        #expect(ModelFolderTests.values(model) == ModelFolderTests.values(expected))
        #expect(
            report.summary
                == "model.safetensors.index.json, 2 files: 25 tensors loaded, 0 newly initialized, 0 ignored")
    }

    @Test func aHeadForMaskedWordsIsLeftOutAndThePoolerIsNew() throws {
        let (model, report) = try Self.load("pytorch_model.bin", "zip-masked.bin")
        #expect(
            report.table == """
                pytorch_model.bin: 21 tensors loaded, 4 newly initialized, 2 ignored
                  newly initialized  bert.pooler.dense.weight        [8, 8]
                  newly initialized  bert.pooler.dense.bias          [8]
                  newly initialized  classifier.weight               [2, 8]
                  newly initialized  classifier.bias                 [2]
                  ignored            cls.predictions.bias            [12]     head for pretraining
                  ignored            cls.predictions.decoder.weight  [12, 8]  tied to the word vectors
                """)
        withExtendedLifetime(model) {}
    }

    @Test func wordVectorsMayBearTheNameOfTheDecoder() throws {
        let expected = try Self.load("model.safetensors", "weights.safetensors").model
        let folder = try Self.folder([:])
        let words = "bert.embeddings.word_embeddings.weight"
        try folder.write(
            ModelFolderTests.weights(expected) { $0 == words ? "cls.predictions.decoder.weight" : $0 },
            to: "model.safetensors")
        let (model, report) = try Self.load(folder)
        #expect(ModelFolderTests.values(model) == ModelFolderTests.values(expected))
        #expect(report.loaded.first?.note == "as cls.predictions.decoder.weight")
    }

    @Test func thePrefixOfSeveralDevicesIsTakenOff() throws {
        let expected = try Self.load("model.safetensors", "weights.safetensors").model
        let folder = try Self.folder([:])
        try folder.write(ModelFolderTests.weights(expected) { "module." + $0 }, to: "model.safetensors")
        let (model, report) = try Self.load(folder)
        #expect(ModelFolderTests.values(model) == ModelFolderTests.values(expected))
        #expect(report.ignored.isEmpty && report.initialized.isEmpty)
    }

    // MARK: What is refused

    static let indexes: [(String, String)] = [
        ("{", "text ends; expected a key in quotes at byte 1"),
        ("[]", "has no 'weight_map'; an index maps the name of each tensor to its file"),
        (#"{"weight_map": {}}"#, "has no 'weight_map'; an index maps the name of each tensor to its file"),
        (#"{"weight_map": {"a": 1}}"#, "weight_map gives a number for 'a'; expected a file's name"),
        (#"{"weight_map": {"a": "x", "a": "y"}}"#, "key 'a' occurs twice in one object at byte 26"),
    ]

    @Test(arguments: indexes)
    func indexesThatAreNoneAreRefused(text: String, expected: String) throws {
        let folder = try Self.folder([:])
        try folder.write(text.utf8, to: "model.safetensors.index.json")
        let path = folder.file("model.safetensors.index.json")
        #expect(message { _ = try Self.load(folder) } == "\(path): \(expected)")
    }

    static let escapes = [
        "../weights.safetensors", "/etc/passwd", "a/b.safetensors", "..", "", ".hidden.safetensors",
        "a\\\\b.safetensors", "weights.bin", "x\\u0000.safetensors",
    ]

    @Test(arguments: escapes)
    func filesOutsideTheFolderAreRefused(name: String) throws {
        let folder = try Self.folder(["weights.safetensors": "weights.safetensors"])
        try folder.write(#"{"weight_map": {"a": "\#(name)"}}"#.utf8, to: "model.safetensors.index.json")
        let found = message { _ = try Self.load(folder) }
        #expect(
            found.hasSuffix("for 'a'; expected a .safetensors file next to the index, without a folder"),
            "\(found)")
    }

    @Test func tensorsThatAreNotWhereTheIndexSaysAreNamed() throws {
        let index = try String(
            contentsOf: Self.fixtures.appending(path: "sharded/model.safetensors.index.json"), encoding: .utf8
        )
        func error(_ change: (String) -> String) throws -> String {
            let folder = try Self.folder(Self.shards)
            try folder.write(change(index).utf8, to: "model.safetensors.index.json")
            return message { _ = try Self.load(folder) }
        }
        let moved = try error {
            $0.replacing("\"classifier.bias\": \"model-00002", with: "\"classifier.bias\": \"model-00001")
        }
        #expect(moved.contains(", which the index says it has; it is in model-0000"), "\(moved)")
        let absent = try error { $0.replacing("\"classifier.bias\"", with: "\"classifier.offset\"") }
        #expect(
            absent.hasSuffix(" has no tensor 'classifier.offset', which the index says it has"), "\(absent)")
        let missing = try error { $0.replacing("model-00002-of-00002", with: "model-00003-of-00003") }
        #expect(
            missing.hasPrefix("cannot read ")
                && missing.contains("model-00003-of-00003.safetensors: No such file or directory")
        )
        let folder = try Self.folder(
            Self.shards.merging([
                "model-00002-of-00002.safetensors": Self.shards["model-00001-of-00002.safetensors"] ?? ""
            ]) { $1 })
        let twice = message { _ = try Self.load(folder) }
        #expect(
            twice.hasSuffix("is in model-00001-of-00002.safetensors and in model-00002-of-00002.safetensors"),
            "\(twice)")
    }

    @Test func safetensorsComeBeforeOtherForms() throws {
        let folder = try Self.folder([
            "model.safetensors": "weights.safetensors", "pytorch_model.bin": "hostile.bin",
        ])
        #expect(try Self.load(folder).report.summary.hasPrefix("model.safetensors: "))
    }

    @Test func hostilePicklesAreRefusedWithTheirFile() throws {
        let folder = try Self.folder(["pytorch_model.bin": "hostile.bin"])
        let found = message { _ = try Self.load(folder) }
        #expect(found.hasPrefix("\(folder.file("pytorch_model.bin")): data.pkl, byte "), "\(found)")
        #expect(found.contains("the pickle asks for 'posix.system'"))
        #expect(!FileManager.default.fileExists(atPath: "splitvote-was-here"))
    }

    @Test func weightsThatAreNotFiniteAreNamedInEveryForm() throws {
        let folder = try Self.folder(["pytorch_model.bin": "stream.bin"])
        var bytes = try [UInt8](folder.bytes("pytorch_model.bin"))
        // The last four bytes are a number of the last storage.
        bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0x80, 0x7F])
        try folder.write(bytes, to: "pytorch_model.bin")
        let found = message { _ = try Self.load(folder) }
        #expect(found.contains(" holds inf at place ") && found.hasSuffix("; weights are finite"), "\(found)")
    }
}
