private import Foundation
internal import Models
internal import ShardFormat
internal import StageKit
internal import TextBasics
internal import Tokenization
internal import Training
internal import WordVectors

/// The folder that a Text-CNN starts from: its shape, and the vectors that are given for the pieces of the shards.
struct TextCNNStart {
    let parameters: TextCNNParameters
    let shards: ShardFolder
    let context: StageContext
    /// Seed of what is drawn.
    let seed: UInt64

    /// What a model's card says of its vectors.
    struct Vectors {
        let file: String
        let found: Int
        let pieces: Int
        /// Whether texts of the dev and test sides were learned from; nil if the folder does not say.
        let includesAll: Bool?

        var text: String {
            let seen =
                switch includesAll {
                case true?:
                    " **They were learned from texts of the dev and test sides as well** (`sides: all`): scores on these sides "
                        + "are those of a model that has seen their texts."
                case false?: " No text of the dev and test sides was among those that they were learned from."
                case nil: ""
                }
            return
                "\n## Vectors\n\n\(found) of \(pieces) pieces started from given vectors, the others from random ones.\(seen)\n"
        }

        /// Adds it to the card of the trained model.
        func add(to path: String) throws {
            let card = FileManager.default.contents(atPath: path) ?? Data()
            try Data(card + Data(text.utf8)).write(to: URL(filePath: path))
        }
    }

    /// Writes the folder.
    /// - Returns: what was found of the given vectors; nil if they are drawn.
    func write(to folder: String) throws -> Vectors? {
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let source = try source()
        let table = try source.map { try read($0) }
        let configuration = try configuration(vectorSize: table?.size)
        try write(configuration.json(labels: shards.manifest.labelNames), to: folder + "/config.json")
        guard let source, let table else { return nil }
        return try fill(configuration, from: table, source, folder)
    }

    private func configuration(vectorSize found: Int?) throws -> ModelConfiguration {
        if let found, let given = parameters.vectorSize, found != given {
            throw StageError(
                "the vectors have \(found) numbers each, and vector_size is \(given)",
                hint: "leave vector_size out, or learn vectors of \(given) numbers")
        }
        let convolution = parameters.convolution
        var plan = TransformerPlan(
            vocabularySize: shards.manifest.tokenizer.vocabularySize, hiddenSize: convolution.outputs,
            layers: 1,
            heads: 1, intermediateSize: 1, maxPositions: shards.manifest.maxTokens, segmentTypes: 0,
            hiddenDropout: parameters.dropout, attentionDropout: 0, initializerRange: 0.01,
            embeddingSize: found ?? parameters.vectorSize ?? 300)
        plan.ignoresSegments = true
        plan.convolution = convolution
        return ModelConfiguration(plan, dialect: .textCNN)
    }

    /// Where the vectors are.
    private struct Source {
        let path: String
        let name: String
        var description: JSONValue?
    }

    private func source() throws -> Source? {
        let connected = context.inputs.first("vectors")
        let named = context.files["text_cnn.file"]?.first
        let wantsVectors = parameters.convolution.vectors != .random
        switch (connected, named) {
        case (_?, let named?):
            throw StageError(
                "there are two sets of vectors: \(named.shownPath), and those of input 'vectors'",
                hint: "leave one of them out")
        case (nil, nil):
            guard wantsVectors else { return nil }
            throw StageError(
                "vectors: \(parameters.convolution.vectors.rawValue) starts from given vectors, and there are none",
                hint: "connect input 'vectors' to a word2vec stage, or name a 'file' in text_cnn")
        case _ where !wantsVectors:
            throw StageError(
                "vectors are given, and vectors: random does not use them",
                hint: "set vectors of text_cnn to static, non_static or multichannel")
        case (let connected?, nil):
            let files = [VectorFile.Form.binary, .text].map {
                connected.path + "/" + VectorFolder.fileName($0)
            }
            guard let path = files.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
                throw StageError(
                    "the result of '\(connected.stage)' holds no vectors",
                    hint: "run that stage again with --force \(connected.stage)")
            }
            let data = FileManager.default.contents(
                atPath: connected.path + "/" + VectorFolder.descriptionName)
            return Source(
                path: path, name: "the vectors of '\(connected.stage)'",
                description: data.flatMap { try? JSONValue(parsing: $0) })
        case (nil, let named?): return Source(path: named.path, name: named.shownPath)
        }
    }

    private func read(_ source: Source) throws -> VectorTable {
        do {
            return try VectorFile.read(source.path)
        } catch let error as WordVectorError {
            throw StageError(
                error.description.replacingOccurrences(of: source.path, with: source.name),
                hint: "give a file in word2vec's text or binary format")
        }
    }

    /// Writes the weights that a model of this shape starts from, but for its head.
    private func fill(
        _ configuration: ModelConfiguration, from table: VectorTable, _ source: Source, _ folder: String
    ) throws -> Vectors {
        guard let tokenizer = try TokenizerFolder.load(shards.path) else {
            throw StageError("the shards have no tokenizer beside them", hint: "make them again")
        }
        let model = try configuration.makeModel(labelCount: 1, seed: seed, threads: context.threads)
        let places = Dictionary(
            (0..<table.count).map { (Array(table.words[$0]), $0) }, uniquingKeysWith: { first, _ in first })
        let roles: [ParameterRole] = [.words, .keptWords].filter { model.parameters.entry(for: $0) != nil }
        let pieces = shards.manifest.tokenizer.vocabularySize
        let found = (0..<pieces).compactMap { id in
            places[Array(tokenizer.text(of: id).utf8)].map { (id: id, place: $0) }
        }
        try check(found.count, of: pieces, table, source)
        let drawn = model.parameters.withValues(of: roles[0]) { Array($0) }
        for role in roles {
            model.parameters.withValues(of: role) { values in
                // What is drawn is the same in both tables.
                _ = values.update(fromContentsOf: drawn)
                for (id, place) in found {
                    _ = values[(id * table.size)...].update(fromContentsOf: table[place])
                }
            }
        }
        let parameters = model.parameters
        try WeightFile.write(
            parameters.entries.filter { $0.part != .head }.map { ($0, parameters) },
            to: folder + "/" + WeightFile.name)
        return Vectors(
            file: source.name, found: found.count, pieces: pieces,
            includesAll: source.description?["sides"].map { $0 == "all" })
    }

    private func check(
        _ found: Int, of pieces: Int, _ table: VectorTable, _ source: Source
    ) throws(StageError) {
        let said = "\(found) of the \(pieces) pieces of the shards have a vector in \(source.name)"
        guard found > 0 else {
            let words = (0..<min(3, table.count)).map { "'\(table.name($0))'" }.joined(separator: ", ")
            throw StageError(
                "none of the \(pieces) pieces of the shards has a vector in \(source.name), which has vectors of words such as "
                    + words,
                hint:
                    "learn vectors of these pieces: connect input 'tokenizer' of the word2vec stage to the same vocabulary"
            )
        }
        let isOfWords = shards.manifest.tokenizer.kind == WordTokenizer.kindName
        if !isOfWords, let units = source.description?["tokenizer"]?.stringValue,
            units != shards.manifest.tokenizer.digest
        {
            context.progress.warn("\(source.name) were learned on the pieces of another vocabulary; \(said)")
        } else if found * 2 < pieces {
            context.progress.warn("only \(said); the others start from random ones")
        } else {
            context.progress.log("vectors taken over", ["found": "\(found)", "pieces": "\(pieces)"])
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = try FileWriter(path: path)
        try file.write(bytes)
        try file.finish()
    }
}
