import Files
import JSON
package import Models
import ShardFormat

/// A trained classifier with everything that belongs into its folder.
package struct TrainedModel {
    package let model: any TrainableModel
    /// What it was trained for.
    package let task: TrainingTask
    /// Names of the classes, in their order.
    package let labels: [String]
    /// The folder it started from; its vocabulary and tokenizer settings are copied.
    package let source: ModelFolder
    package let provenance: ModelProvenance
    /// Whether the tokenizer lower-cases and strips accents; written where the source folder does not say.
    package let lowercase: Bool
    /// Whether it strips accents, where that does not follow from lower-casing. Taking them off takes Hangul apart.
    var stripsAccents: Bool?
    /// Text of the model card.
    package let card: String
    /// Bytes of the training's record, if one is to be in the folder.
    var record: [UInt8]?

    package init(
        model: any TrainableModel, task: TrainingTask = .singleLabel, labels: [String], source: ModelFolder,
        provenance: ModelProvenance, lowercase: Bool, card: String
    ) {
        self.model = model
        self.task = task
        self.labels = labels
        self.source = source
        self.provenance = provenance
        self.lowercase = lowercase
        self.card = card
    }

    /// Writes a Hugging Face folder: all files of it appear at once, replacing a folder that is there.
    ///
    /// The same weights give the same bytes.
    ///
    /// - Throws: ``TrainingError`` when a file cannot be written; the folder then is what it was.
    package func write(to path: String) throws {
        var configuration = model.configuration.value(labels: labels, problemType: task.problemType)
        provenance.add(to: &configuration)
        try DurableFolder.write(path) { partial in
            try DurableFile.write(
                configuration.encoded(indented: true), to: partial + "/" + ModelFolder.configurationFile)
            for file in tokenizerFiles { try DurableFile.write(file.bytes, to: partial + "/" + file.name) }
            try DurableFile.write(card.utf8, to: partial + "/README.md")
            if let record { try DurableFile.write(record, to: partial + "/" + FineTuning.recordName) }
            try writeWeights(to: partial + "/" + ModelFolder.weightsFile)
        }
    }

    /// Those of the start folder, with a configuration where it has none.
    private var tokenizerFiles: [(name: String, bytes: [UInt8])] {
        let files = source.tokenizer
        if files.contains(where: { $0.name == ModelFolder.tokenizerFile }) { return files }
        return files + [(ModelFolder.tokenizerFile, newTokenizerConfiguration)]
    }

    /// Without this file transformers would lower-case every text and take Hangul apart.
    private var newTokenizerConfiguration: [UInt8] {
        var members = [
            JSONMember("do_lower_case", .bool(lowercase)),
            JSONMember("model_max_length", .integer(model.configuration.plan.maxTokens)),
        ]
        if let stripsAccents, stripsAccents != lowercase {
            members.append(JSONMember("strip_accents", .bool(stripsAccents)))
        }
        members.append(JSONMember("tokenizer_class", .string(model.configuration.dialect.tokenizerClass)))
        return JSONValue.object(members).encoded(indented: true)
    }

    private func writeWeights(to path: String) throws {
        let parameters = model.parameters
        let layout = try SafetensorsLayout(
            parameters.entries.map { SafetensorsDeclaration($0.name, .float32, shape: $0.shape) },
            metadata: ["format": "pt"])
        try DurableFile.write(path) { sink in
            try layout.headerBytes.withUnsafeBytes(sink)
            for placed in layout.entries {
                guard let entry = parameters.entry(named: placed.name) else { continue }
                try sink(
                    UnsafeRawBufferPointer(
                        UnsafeMutableBufferPointer(rebasing: parameters.values[entry.range])))
            }
        }
    }
}
