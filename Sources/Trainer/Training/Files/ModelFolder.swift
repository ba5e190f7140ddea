import Files
import Foundation
import JSON
public import Models
import ShardFormat

/// A model in a folder as Hugging Face lays it out, opened but without weights yet.
///
/// Reads `config.json`, `vocab.txt`, `tokenizer_config.json` where there is one, and the weights: `model.safetensors`,
/// `pytorch_model.bin`, or either in several files with an index.
public struct ModelFolder: Sendable {
    public let path: String
    public let configuration: ModelConfiguration
    /// Bytes of `vocab.txt`.
    public let vocabulary: [UInt8]
    /// Bytes of `tokenizer_config.json`, or nil where there is none.
    public let tokenizerConfiguration: [UInt8]?
    /// Names of the classes by `id2label`, or nil where the configuration has none of its own.
    public let labels: [String]?
    /// What the program wrote of the model's making, or nil for models of others.
    public let provenance: ModelProvenance?
    /// Name of the file with the weights, or of their index; nil where there are none.
    public let weightsName: String?

    /// Whether there are weights.
    public var hasWeights: Bool { weightsName != nil }

    /// What is written.
    static let weightsFile = StoredWeights.singleSafetensors
    static let configurationFile = "config.json"
    static let vocabularyFile = "vocab.txt"
    static let tokenizerFile = "tokenizer_config.json"

    /// Opens a folder.
    ///
    /// - Throws: ``TrainingError`` when a file is missing or does not fit the others.
    public init(_ path: String) throws {
        self.path = path
        func file(_ name: String) -> String { path + "/" + name }
        func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
        for name in [Self.configurationFile, Self.vocabularyFile] where !exists(name) {
            throw TrainingError.model(
                "\(path) has no \(name); a model folder needs config.json and vocab.txt")
        }
        let json = try MappedFile(path: file(Self.configurationFile)).copied()
        let node: JSONValue
        do {
            node = try JSONValue(parsing: json)
            configuration = try ModelConfiguration(json: json)
        } catch {
            throw TrainingError.file(path: file(Self.configurationFile), problem: "\(error)")
        }
        labels = try Self.labels(node, file(Self.configurationFile))
        provenance = try ModelProvenance(node, file(Self.configurationFile))
        vocabulary = try MappedFile(path: file(Self.vocabularyFile)).copied()
        tokenizerConfiguration =
            exists(Self.tokenizerFile) ? try MappedFile(path: file(Self.tokenizerFile)).copied() : nil
        weightsName = StoredWeights.name(in: path)
        if weightsName == nil { try Self.refuseOtherFormats(in: path, exists: exists) }
        try checkVocabulary()
    }

    /// Silence here would train from random numbers where the user meant published weights.
    private static func refuseOtherFormats(in path: String, exists: (String) -> Bool) throws {
        if let other = ["tf_model.h5", "flax_model.msgpack", "model.ckpt.index"].first(where: exists) {
            throw TrainingError.model(
                "\(path) has its weights as \(other); read are "
                    + StoredWeights.readableNames.joined(separator: ", ")
                    + ". Convert them with transformers: AutoModel.from_pretrained(FOLDER, ...).save_pretrained(FOLDER)"
            )
        }
    }

    private func checkVocabulary() throws {
        var lines = vocabulary.count(where: { $0 == 0x0A })
        if let last = vocabulary.last, last != 0x0A { lines += 1 }
        guard lines <= configuration.plan.vocabularySize else {
            throw TrainingError.model(
                "\(path): vocab.txt has \(lines) lines, vocab_size in config.json is \(configuration.plan.vocabularySize); "
                    + "ids beyond it have no embedding")
        }
    }

    /// Reads `id2label`, whose keys count from 0. Names that transformers makes up (`LABEL_0`) are none.
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
        return complete.enumerated().allSatisfy { $1 == "LABEL_\($0)" } ? nil : complete
    }

    /// Makes the model to train on, with the folder's weights where it has some.
    ///
    /// Pooler and classifier may be missing from the weights; they then start from random numbers. Any other
    /// missing tensor is an error, as is a tensor of another shape.
    ///
    /// - Parameters:
    ///   - labelCount: classes to tell apart.
    ///   - seed: decides all random numbers.
    public func makeModel(
        labelCount: Int, seed: UInt64, threads: Int, precision: Precision = .fp32
    ) throws -> (model: any TrainableModel, report: LoadReport) {
        let model = try configuration.makeModel(
            labelCount: labelCount, seed: seed, threads: threads,
            precision: precision)
        guard let weightsName else { return (model, LoadReport(randomStart: model.parameters)) }
        let weights = try StoredWeights(folder: path, name: weightsName)
        let report = try WeightLoader(weights: weights, dialect: configuration.dialect).load(
            into: model.parameters)
        return (model, report)
    }

    /// Makes a trained model to predict with; every tensor must be there.
    public func makeTrainedModel(
        threads: Int, precision: Precision = .fp32
    ) throws -> (model: any TrainableModel, labels: [String]) {
        guard let weightsName else {
            throw TrainingError.model(
                "\(path) has no \(Self.weightsFile); train it before predicting with it")
        }
        guard let labels else {
            throw TrainingError.model(
                "\(path)/config.json does not name the classes (id2label); train the model first")
        }
        let (model, report) = try makeModel(
            labelCount: labels.count, seed: 0, threads: threads, precision: precision)
        guard report.initialised.isEmpty else {
            throw TrainingError.model(
                "\(path) is no trained classifier: \(weightsName) lacks "
                    + report.initialised.map(\.tensor).joined(separator: ", "))
        }
        return (model, labels)
    }
}

extension LoadReport {
    fileprivate init(randomStart parameters: ParameterSet) {
        self.init(
            file: nil, loaded: [],
            initialised: parameters.entries.map { Line(tensor: $0.name, shape: $0.shape, note: "") },
            ignored: [])
    }
}
