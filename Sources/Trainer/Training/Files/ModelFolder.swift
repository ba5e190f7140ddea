import Files
import Foundation
import HubFiles
import JSON
package import Models
import ShardFormat

/// A model in a folder as Hugging Face lays it out, opened but without weights yet.
///
/// Reads `config.json`, the tokenizer's files, and the weights: `model.safetensors`, `pytorch_model.bin`, or either in
/// several files with an index.
package struct ModelFolder: Sendable {
    /// Files of a tokenizer, which a model trained from here takes over.
    package struct TokenizerFiles: Sendable {
        /// The folder that they are in.
        package var folder: String
        package var names: [String]

        package init(folder: String, names: [String]) {
            self.folder = folder
            self.names = names
        }
    }

    package let path: String
    package let configuration: ModelConfiguration
    /// Name and bytes of each file of the tokenizer.
    let tokenizer: [(name: String, bytes: [UInt8])]
    /// Names of the classes by `id2label`, those that transformers makes up included; nil: there are none.
    let givenLabels: [String]?
    /// What the program wrote of the model's making, or nil for models of others.
    package let provenance: ModelProvenance?
    /// Name of the file with the weights, or of their index; nil if there are none, or random ones were requested.
    package let weightsName: String?
    /// The folder that the tokenizer's files are in.
    package let tokenizerFolder: String
    /// Adapters that belong to the model; the weights are then those of another folder.
    let adapter: AdapterFolder?
    /// The folder that the weights are in.
    package var weightsFolder: String { adapter?.base ?? path }

    /// What the model was trained for, by its head and `problem_type`; where the folder does not say it, one class of each row, and of
    /// a single class a yes or no.
    package var task: TrainingTask { task(classCount: givenLabels?.count ?? configuration.labelCount) }

    /// The same of a model that has this many classes.
    func task(classCount: Int?) -> TrainingTask {
        switch configuration.tokenUse {
        case .tags: return .tokens
        case .answers: return .answers
        case nil: break
        }
        if let task = configuration.problemType.flatMap(TrainingTask.init(problemType:)) {
            guard let named = provenance?.task.map(TrainingTask.init), named.problemType == task.problemType
            else { return task }
            return named
        }
        return classCount == 1 ? .multiLabel : .singleLabel
    }

    /// Names of the tokenizer's files.
    package var tokenizerNames: [String] { tokenizer.map(\.name) }

    /// Whether there are weights.
    package var hasWeights: Bool { weightsName != nil }

    /// Names of the classes by `id2label`; nil if the configuration has only generated ones, such as `LABEL_0`.
    package var labels: [String]? { givenLabels == Self.madeUp(givenLabels?.count ?? 0) ? nil : givenLabels }

    /// The folder that has what a folder of adapters leaves with the model that they belong to; of another folder itself.
    /// - Throws: ``TrainingError`` for adapters that are not read, or whose model is not there.
    package static func base(of path: String) throws -> String { try AdapterFolder(path)?.base ?? path }

    /// Names of files with weights that are read, the first that is there.
    package static var weightNames: [String] { StoredWeights.readableNames }

    /// What is written.
    static let weightsFile = StoredWeights.singleSafetensors
    package static let configurationFile = "config.json"
    static let vocabularyFile = "vocab.txt"
    static let tokenizerFile = "tokenizer_config.json"
    private static let tokenizerJSON = "tokenizer.json"
    /// Byte-pair encodings and SentencePiece models.
    private static let subwordFiles = [
        "vocab.json", "merges.txt", "sentencepiece.bpe.model", "spiece.model", "tokenizer_78b3253a26.model",
        "tokenizer.model",
    ]

    /// Opens a folder.
    ///
    /// - Parameters:
    ///   - tokenizer: the tokenizer's files where they are not those of this folder.
    ///   - vocabularySize: for a configuration that names none.
    ///   - randomWeights: whether weights that are there are left alone.
    /// - Throws: ``TrainingError`` when a file is missing or does not fit the others, or when the weights are in a format
    ///   that is not read.
    package init(
        _ path: String, tokenizer files: TokenizerFiles? = nil, vocabularySize: Int? = nil,
        randomWeights: Bool = false
    ) throws {
        self.path = path
        adapter = try AdapterFolder(path)
        let base = adapter?.base ?? path
        // Adapters of PEFT leave the configuration with the model that they belong to.
        let ownConfiguration = path + "/" + Self.configurationFile
        let hasOwn = try Self.exists(ownConfiguration)
        let configurationPath = hasOwn ? ownConfiguration : base + "/" + Self.configurationFile
        guard try Self.exists(configurationPath) else {
            throw TrainingError.model(
                "\(path) has no config.json; a model folder needs config.json and vocab.txt or tokenizer.json"
            )
        }
        var node: JSONValue
        do {
            node = try JSONValue(parsing: try Self.bytes(configurationPath))
            if let adapter, !hasOwn {
                // Those of another head; the adapters' own says how many scores there are.
                node["id2label"] = nil
                node["num_labels"] = nil
                node["architectures"] = adapter.architecture.map { [.string($0)] }
            }
            if node["vocab_size"] == nil, let vocabularySize {
                node["vocab_size"] = .integer(vocabularySize)
            }
            if node["model_type"] ?? .null == .null {
                let family = try Self.family(of: node, in: base, ignoresDamage: randomWeights)
                node["model_type"] = .string(family.modelType)
            }
            configuration = try ModelConfiguration(json: node.encoded())
        } catch let error as TrainingError {
            throw error
        } catch let error as FileError {
            throw error
        } catch {
            throw TrainingError.file(path: configurationPath, problem: "\(error)")
        }
        givenLabels = try Self.labels(node, configurationPath)
        provenance = try ModelProvenance(node, configurationPath)
        let tokenizerFiles = try files ?? Self.tokenizerFiles(of: path, else: base)
        tokenizerFolder = tokenizerFiles.folder
        tokenizer = try Self.tokenizer(tokenizerFiles)
        weightsName = randomWeights ? nil : try Self.weights(in: base)
        try checkVocabulary(pieces: vocabularySize)
        if let count = givenLabels?.count ?? configuration.labelCount {
            try checkThresholds(classCount: count)
        }
    }

    /// - Throws: ``TrainingError`` where the folder's thresholds are not one for each class.
    func checkThresholds(classCount: Int) throws(TrainingError) {
        guard let count = provenance?.thresholds?.count, count != classCount else { return }
        throw .file(
            path: path + "/" + Self.configurationFile,
            problem: "'splitvote.thresholds' has \(count) number\(count == 1 ? "" : "s"), "
                + "\(givenLabels == nil ? "the model" : "id2label") \(classCount) "
                + "class\(classCount == 1 ? "" : "es"); one is needed for each class, or no 'splitvote.thresholds' at all"
        )
    }

    /// Those of a folder, or of the one that its adapters belong to.
    private static func tokenizerFiles(of path: String, else base: String) throws -> TokenizerFiles {
        let names = [vocabularyFile, tokenizerJSON] + subwordFiles
        return try tokenizerFiles(in: names.contains { try exists(path + "/" + $0) } ? path : base)
    }

    private static func tokenizerFiles(in path: String) throws -> TokenizerFiles {
        let beside = [tokenizerFile] + subwordFiles
        if try exists(path + "/" + vocabularyFile) {
            return TokenizerFiles(folder: path, names: [vocabularyFile] + beside)
        }
        guard try (subwordFiles + [tokenizerJSON]).contains(where: { try exists(path + "/" + $0) }) else {
            throw TrainingError.model(
                "\(path) has no vocab.txt and no tokenizer.json; a model folder needs config.json and one of them"
            )
        }
        return TokenizerFiles(folder: path, names: beside + [tokenizerJSON])
    }

    private static func tokenizer(_ files: TokenizerFiles) throws -> [(name: String, bytes: [UInt8])] {
        try files.names.compactMap { name in
            let path = files.folder + "/" + name
            return try exists(path) ? (name, try bytes(path)) : nil
        }
    }

    /// Silence about other formats would train from random numbers where the user meant published weights.
    private static func weights(in path: String) throws -> String? {
        if let name = try StoredWeights.name(in: path, exists: exists) { return name }
        guard let other = UnreadWeights(in: path) else { return nil }
        throw TrainingError.model(
            "\(path) has its weights as \(other.file), which is not read; read are "
                + StoredWeights.readableNames.joined(separator: ", ") + ". Of \(other.file): \(other.advice)")
    }

    /// The family of a folder whose configuration does not name it, by the names of its weights or by `architectures`;
    /// without weights that of BERT, unless the configuration has keys of another one.
    ///
    /// An encoder without a head is saved without what the names of its family begin with; the tensors of BERT and RoBERTa
    /// are then called the same.
    private static func family(of node: JSONValue, in path: String, ignoresDamage: Bool) throws -> Dialect {
        var names: [String]?
        do {
            names = try StoredWeights.name(in: path, exists: exists).map {
                try StoredWeights(folder: path, name: $0).tensors.map(\.name)
            }
        } catch  where ignoresDamage {}
        if let family = names.flatMap(Dialect.ofTensors) ?? Dialect.ofArchitectures(in: node) {
            return family
        }
        if names == nil, Dialect.mayBeBERT(node) { return .bert }
        let types = Dialect.all.map { "\"\($0.modelType)\"" }
        throw TrainingError.file(
            path: path + "/" + configurationFile,
            problem:
                "names no model_type, and \(names == nil ? "its keys" : "the names of the weights") do not tell it; "
                + "add \"model_type\": \(types[0]) (or \(types.dropFirst().joined(separator: ", ")))")
    }

    /// - Throws: ``TrainingError`` for a link that leads nowhere.
    private static func exists(_ path: String) throws -> Bool {
        if FileManager.default.fileExists(atPath: path) { return true }
        if let broken = StandIn(at: path) { throw TrainingError.file(path: path, problem: broken.problem) }
        return false
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        let bytes = try MappedFile(path: path).copied()
        if let standIn = StandIn(start: bytes.prefix(1024), size: bytes.count) {
            throw TrainingError.file(path: path, problem: standIn.problem)
        }
        return bytes
    }

    /// - Parameter pieces: of the tokenizer, where the caller knows.
    private func checkVocabulary(pieces: Int?) throws {
        let room = configuration.plan.vocabularySize
        func require(_ count: Int, _ found: String) throws {
            guard count > room else { return }
            throw TrainingError.model(
                "\(path): \(found), vocab_size in config.json is \(room); ids beyond it have no embedding")
        }
        if let vocabulary = tokenizer.first(where: { $0.name == Self.vocabularyFile })?.bytes {
            let isWhole = vocabulary.last.map { $0 == 0x0A } ?? true
            let lines = vocabulary.count(where: { $0 == 0x0A }) + (isWhole ? 0 : 1)
            try require(lines, "vocab.txt has \(lines) lines")
        } else if let pieces {
            try require(pieces, "the tokenizer has \(pieces) pieces")
        }
    }

    /// Reads `id2label`, whose keys count from 0.
    private static func labels(_ node: JSONValue, _ path: String) throws -> [String]? {
        guard let members = node["id2label"]?.members, !members.isEmpty else { return nil }
        var names = Array(repeating: String?.none, count: members.count)
        for member in members {
            guard let index = Int(member.key), names.indices.contains(index),
                let name = member.value.stringValue
            else {
                throw TrainingError.file(
                    path: path,
                    problem: "id2label maps '\(member.key)'; expected 0 ..< \(members.count) to names")
            }
            names[index] = name
        }
        let complete = names.compactMap { $0 }
        guard complete.count == names.count else {
            throw TrainingError.file(path: path, problem: "id2label does not name each class from 0 once")
        }
        return complete
    }

    /// The names that transformers makes up for classes.
    static func madeUp(_ count: Int) -> [String] { (0..<count).map { "LABEL_\($0)" } }
}
