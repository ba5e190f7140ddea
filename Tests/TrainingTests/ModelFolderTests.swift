import Foundation
import Models
import ShardFormat
import Testing
import Training

struct ModelFolderTests {
    static let provenance = ModelProvenance(
        cleanRules: "kcbert-2020", tokenizerDigest: "ab12", tokenizerKind: "hf-fast", maxTokens: 16,
        labelSet: "ls-1")

    static func trained(_ source: ModelFolder, seed: UInt64 = 3) throws -> TrainedModel {
        TrainedModel(
            model: try Toy.model(seed: seed), labels: ["calm", "split"], source: source,
            provenance: provenance,
            lowercase: false, card: "# card\n")
    }

    /// The tensors of a model as a file under other names; nil leaves a tensor out.
    static func weights(_ model: any TrainableModel, extra: [String] = [], name: (String) -> String?) throws
        -> [UInt8]
    {
        var tensors: [(SafetensorsDeclaration, [Float])] = []
        for entry in model.parameters.entries {
            if let name = name(entry.name) {
                tensors.append(
                    (
                        SafetensorsDeclaration(name, .float32, shape: entry.shape),
                        Array(model.parameters.values[entry.range])
                    ))
            }
        }
        tensors += extra.map { (SafetensorsDeclaration($0, .float32, shape: [1]), [0]) }
        let layout = try SafetensorsLayout(tensors.map(\.0))
        var bytes = layout.headerBytes
        for entry in layout.entries {
            for (declaration, values) in tensors where declaration.name == entry.name {
                values.withUnsafeBytes { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }

    static func values(_ model: any TrainableModel) -> [UInt32] {
        model.parameters.entries.flatMap { model.parameters.values[$0.range].map(\.bitPattern) }
    }

    @Test func aFolderWithoutWeightsStartsFromRandomNumbersAndSaysSo() throws {
        let folder = try TemporaryFolder()
        let source = try Toy.modelFolder(in: folder)
        #expect(!source.hasWeights)
        #expect(source.labels == ["calm", "split"])
        #expect(source.provenance == nil)
        let (model, report) = try source.makeModel(labelCount: 2, seed: 5, threads: 1)
        let (again, _) = try source.makeModel(labelCount: 2, seed: 5, threads: 1)
        let (other, _) = try source.makeModel(labelCount: 2, seed: 6, threads: 1)
        #expect(Self.values(model) == Self.values(again))
        #expect(Self.values(model) != Self.values(other))
        #expect(report.loaded.isEmpty)
        #expect(
            report.summary
                == "no weights in the folder: all \(model.parameters.entries.count) tensors start from random numbers"
        )
    }

    @Test func whatIsWrittenComesBackBitForBit() throws {
        let folder = try TemporaryFolder()
        let source = try Toy.modelFolder(in: folder)
        let out = try TemporaryFolder()
        let trained = try Self.trained(source)
        try trained.write(to: out.file("model"))
        #expect(
            try out.names(in: "model") == [
                "README.md", "config.json", "model.safetensors", "tokenizer_config.json", "vocab.txt",
            ])
        #expect(try out.bytes("model/vocab.txt") == folder.bytes("vocab.txt"))
        let back = try ModelFolder(out.file("model"))
        #expect(back.provenance == Self.provenance)
        let (model, labels) = try back.makeTrainedModel(threads: 1)
        #expect(labels == ["calm", "split"])
        #expect(Self.values(model) == Self.values(trained.model))
        #expect(back.configuration.plan.hiddenSize == Toy.configuration.plan.hiddenSize)
        #expect(back.configuration.plan.hiddenDropout == Toy.configuration.plan.hiddenDropout)
        let tokenizer = String(decoding: try out.bytes("model/tokenizer_config.json"), as: UTF8.self)
        #expect(tokenizer.contains("\"do_lower_case\": false"))
        // Once more over the old folder: the same bytes, and nothing left beside it.
        let before = try out.bytes("model/model.safetensors")
        try trained.write(to: out.file("model"))
        #expect(try out.bytes("model/model.safetensors") == before)
        #expect(try out.names() == ["model"])
    }

    @Test func tokenizerSettingsAreCopiedUnchanged() throws {
        let folder = try TemporaryFolder()
        _ = try Toy.modelFolder(in: folder)
        try folder.write(#"{"do_lower_case": false,  "x": 1}"#.utf8, to: "tokenizer_config.json")
        let out = try TemporaryFolder()
        try Self.trained(ModelFolder(folder.path)).write(to: out.file("model"))
        #expect(try out.bytes("model/tokenizer_config.json") == folder.bytes("tokenizer_config.json"))
    }

    @Test func publishedDialectsOfNamesAreUnderstood() throws {
        let folder = try TemporaryFolder()
        let source = try Toy.modelFolder(in: folder)
        let original = try Toy.model(seed: 9)
        let bytes = try Self.weights(original, extra: ["embeddings.position_ids", "cls.predictions.bias"]) {
            name in
            if name.hasPrefix("classifier.") || name.hasPrefix("bert.pooler.") { return nil }
            return String(name.dropFirst("bert.".count)).replacingOccurrences(
                of: "LayerNorm.weight", with: "LayerNorm.gamma"
            )
            .replacingOccurrences(of: "LayerNorm.bias", with: "LayerNorm.beta")
        }
        try folder.write(bytes, to: "model.safetensors")
        let (model, report) = try ModelFolder(folder.path).makeModel(labelCount: 2, seed: 1, threads: 1)
        for entry in original.parameters.entries
        where !entry.name.contains("pooler") && !entry.name.contains("classifier") {
            #expect(
                Array(model.parameters.values[entry.range]) == Array(original.parameters.values[entry.range]))
        }
        #expect(
            report.initialized.map(\.tensor).sorted() == [
                "bert.pooler.dense.bias", "bert.pooler.dense.weight", "classifier.bias", "classifier.weight",
            ])
        #expect(report.ignored.map(\.note).sorted() == ["head for pretraining", "positions are counted"])
        #expect(
            report.summary
                == "model.safetensors: \(report.loaded.count) tensors loaded, 4 newly initialized, 2 ignored")
        let table = report.table
        #expect(table.contains("newly initialized  classifier.weight"))
        #expect(table.contains("as embeddings.LayerNorm.gamma"))
        #expect(!table.contains(" \n"))
        #expect(source.hasWeights == false)
        #expect(
            message { _ = try ModelFolder(folder.path).makeTrainedModel(threads: 1) }
                .hasPrefix("\(folder.path) is not a trained classifier: model.safetensors lacks "))
    }

    @Test func weightsThatDoNotFitAreRefusedByName() throws {
        let folder = try TemporaryFolder()
        _ = try Toy.modelFolder(in: folder)
        let path = folder.file("model.safetensors")
        func error() -> String {
            message { _ = try ModelFolder(folder.path).makeModel(labelCount: 2, seed: 1, threads: 1) }
        }
        let threeClasses = try Toy.model(labelCount: 3)
        try folder.write(
            Self.weights(threeClasses) { $0 == "classifier.bias" ? nil : $0 }, to: "model.safetensors")
        #expect(
            error()
                == "\(folder.path) has a head of 3 scores ('classifier.weight'), the rows need 2; \(StartModelTests.hint)"
        )
        try folder.write(
            Self.weights(threeClasses) { $0 == "classifier.weight" ? nil : $0 }, to: "model.safetensors")
        #expect(
            error()
                == "\(path): tensor 'classifier.bias' has shape [3]; the model's 'classifier.bias' has shape [2]"
        )
        let model = try Toy.model()
        let missing = "bert.encoder.layer.1.output.dense.weight"
        try folder.write(Self.weights(model) { $0 == missing ? nil : $0 }, to: "model.safetensors")
        #expect(error() == "\(path): has no tensor '\(missing)' [16, 32], which config.json requires")
        try folder.write(
            Self.weights(model, extra: ["embeddings.LayerNorm.beta"]) { $0 }, to: "model.safetensors")
        #expect(
            error()
                == "\(path): tensors 'bert.embeddings.LayerNorm.bias' and 'embeddings.LayerNorm.beta' are both "
                + "'bert.embeddings.LayerNorm.bias'"
                || error()
                    == "\(path): tensors 'embeddings.LayerNorm.beta' and 'bert.embeddings.LayerNorm.bias' are both "
                    + "'bert.embeddings.LayerNorm.bias'"
        )
        try model.parameters.withValues(of: "classifier.bias") { $0[1] = .nan }
        try folder.write(Self.weights(model) { $0 }, to: "model.safetensors")
        #expect(error() == "\(path): tensor 'classifier.bias' holds nan at place 1; weights are finite")
        try folder.write(Self.weights(model) { $0 }.dropLast(), to: "model.safetensors")
        #expect(error().hasPrefix("\(path): safetensors file cut short: "))
    }

    @Test func foldersThatAreNotModelsAreRefused() throws {
        let folder = try TemporaryFolder()
        func error() -> String { message { _ = try ModelFolder(folder.path) } }
        #expect(
            error()
                == "\(folder.path) has no config.json; a model folder needs config.json and vocab.txt or tokenizer.json"
        )
        let configuration = Toy.configuration.json(labels: ["a", "b"])
        try folder.write(configuration, to: "config.json")
        #expect(
            error()
                == "\(folder.path) has no vocab.txt and no tokenizer.json; a model folder needs config.json and one of them"
        )
        try folder.write(String(repeating: "x\n", count: 41).utf8, to: "vocab.txt")
        #expect(
            error()
                == "\(folder.path): vocab.txt has 41 lines, vocab_size in config.json is 40; ids beyond it have no embedding"
        )
        try folder.write("x\n".utf8, to: "vocab.txt")
        try folder.write([], to: "tf_model.h5")
        #expect(
            error()
                == "\(folder.path) has its weights as tf_model.h5, which is not read; read are model.safetensors, "
                + "model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json. Of tf_model.h5: convert "
                + "it with transformers 4: AutoModelForSequenceClassification.from_pretrained(FOLDER)"
                + ".save_pretrained(NEW), with from_tf=True")
        #expect(message { _ = try ModelFolder(folder.path, randomWeights: true) } == "no error")
        try folder.write("{".utf8, to: "config.json")
        #expect(error() == "\(folder.file("config.json")): text ends; expected a key in quotes at byte 1")
    }

    @Test func classNamesComeFromTheConfigurationUnlessMadeUp() throws {
        let folder = try TemporaryFolder()
        #expect(try Toy.modelFolder(in: folder, labels: ["LABEL_0", "LABEL_1"]).labels == nil)
        #expect(try Toy.modelFolder(in: folder, labels: ["조용", "갈림"]).labels == ["조용", "갈림"])
        let text = String(decoding: Toy.configuration.json(labels: ["a", "b"]), as: UTF8.self)
        let broken = text.replacingOccurrences(of: "\"1\"", with: "\"7\"")
        try folder.write(broken.utf8, to: "config.json")
        #expect(
            message { _ = try ModelFolder(folder.path) }.contains(
                "id2label maps '7'; expected 0 ..< 2 to names"))
    }

    // MARK: Class names

    /// A folder with weights for a number of classes whose config.json was changed.
    static func folder(
        classes: Int, _ change: (inout [String: Any]) -> Void
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try Toy.modelFolder(in: folder)
        let model = try Toy.model(labelCount: classes)
        try folder.write(weights(model) { $0 }, to: "model.safetensors")
        var configuration =
            try JSONSerialization.jsonObject(with: folder.bytes("config.json")) as? [String: Any] ?? [:]
        change(&configuration)
        try folder.write(JSONSerialization.data(withJSONObject: configuration), to: "config.json")
        return folder
    }

    @Test(arguments: [1, 2, 3])
    func withoutNamesTheClassesAreCalledAsTransformersCallsThem(classes: Int) throws {
        let folder = try Self.folder(classes: classes) {
            $0["id2label"] = nil
            $0["problem_type"] = nil
        }
        let (_, labels) = try ModelFolder(folder.path).makeTrainedModel(threads: 1)
        #expect(labels == (0..<classes).map { "LABEL_\($0)" })
    }

    @Test func madeUpNamesAreGoodEnoughToPredictWith() throws {
        let folder = try Self.folder(classes: 3) {
            $0["id2label"] = ["0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"]
        }
        let (_, labels) = try ModelFolder(folder.path).makeTrainedModel(threads: 1)
        #expect(labels == ["LABEL_0", "LABEL_1", "LABEL_2"])
    }

    @Test func classesThatDoNotFitTheWeightsAreNamed() throws {
        let named = try Self.folder(classes: 3) { $0["id2label"] = ["0": "a", "1": "b"] }
        #expect(
            message { _ = try ModelFolder(named.path).makeTrainedModel(threads: 1) }
                == "\(named.path): id2label in config.json has 2 classes, the weights have 3 ('classifier.weight')"
        )
        let counted = try Self.folder(classes: 3) {
            $0["id2label"] = nil
            $0["num_labels"] = 4
        }
        #expect(
            message { _ = try ModelFolder(counted.path).makeTrainedModel(threads: 1) }
                == "\(counted.path): num_labels in config.json has 4 classes, the weights have 3 ('classifier.weight')"
        )
    }

    @Test func theProblemIsWhatTheConfigurationSays() throws {
        for type in ["single_label_classification", "multi_label_classification", "regression"] {
            let folder = try Self.folder(classes: 2) { $0["problem_type"] = type }
            #expect(try ModelFolder(folder.path).configuration.problemType == type)
        }
        let silent = try Self.folder(classes: 2) { $0["problem_type"] = NSNull() }
        #expect(try ModelFolder(silent.path).configuration.problemType == nil)
        let odd = try Self.folder(classes: 2) { $0["problem_type"] = "ranking" }
        #expect(
            message { _ = try ModelFolder(odd.path) }.contains("'problem_type' is \"ranking\"; supported: "))
    }

    // MARK: Files

    @Test func aTokenizerFileTakesThePlaceOfTheVocabulary() throws {
        let folder = try TemporaryFolder()
        let source = try Toy.modelFolder(in: folder)
        let tokenizer = #"{"model": {"type": "WordPiece"}}"#
        try folder.write(tokenizer.utf8, to: "tokenizer.json")
        try FileManager.default.removeItem(atPath: folder.file("vocab.txt"))
        let out = try TemporaryFolder()
        try Self.trained(ModelFolder(folder.path)).write(to: out.file("model"))
        #expect(
            try out.names(in: "model") == [
                "README.md", "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
            ])
        #expect(try out.bytes("model/tokenizer.json") == Data(tokenizer.utf8))
        #expect(source.hasWeights == false)
    }

    @Test(arguments: ["config.json", "vocab.txt", "model.safetensors", "pytorch_model.bin"])
    func whatIsInPlaceOfAFileIsNamed(name: String) throws {
        let folder = try TemporaryFolder()
        _ = try Toy.modelFolder(in: folder)
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1952248\n"
        try folder.write(pointer.utf8, to: name)
        let found = message { _ = try ModelFolder(folder.path).makeModel(labelCount: 2, seed: 1, threads: 1) }
        #expect(found.hasPrefix("\(folder.file(name)): is a Git LFS pointer"))
        try FileManager.default.removeItem(atPath: folder.file(name))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file(name), withDestinationPath: "../../blobs/gone")
        let broken = message {
            _ = try ModelFolder(folder.path).makeModel(labelCount: 2, seed: 1, threads: 1)
        }
        #expect(
            broken.hasPrefix("\(folder.file(name)): is a link to ../../blobs/gone, which does not exist"))
    }

    @Test func aConfigurationWithoutAVocabularySizeTakesTheOneThatIsGiven() throws {
        let folder = try Self.folder(classes: 2) { $0["vocab_size"] = nil }
        #expect(message { _ = try ModelFolder(folder.path) }.contains("'vocab_size' is missing"))
        #expect(try ModelFolder(folder.path, vocabularySize: 40).configuration.plan.vocabularySize == 40)
    }

    @Test func randomWeightsLeaveThoseInTheFolderAlone() throws {
        let folder = try Self.folder(classes: 2) { _ in }
        let random = try ModelFolder(folder.path, randomWeights: true)
        let (_, report) = try random.makeModel(labelCount: 2, seed: 1, threads: 1)
        #expect(report.file == nil)
        #expect(try ModelFolder(folder.path).makeModel(labelCount: 2, seed: 1, threads: 1).report.file != nil)
    }
}
