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
    /// What was trained in place of the layers' weights; nil if these were.
    var adapters: LowRankAdapters?
    /// How others find the model that the adapters belong to.
    var baseName = ""

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
            guard let adapters else { return }
            let folder = partial + "/" + AdapterFiles.folder
            try Disk.makeFolder(folder)
            try AdapterFiles(
                adapters: adapters, model: model, base: baseName, configuration: configuration
            ).write(to: folder)
            for file in tokenizerFiles { try DurableFile.write(file.bytes, to: folder + "/" + file.name) }
        }
    }

    /// Those of the start folder, with a configuration where it has none.
    private var tokenizerFiles: [(name: String, bytes: [UInt8])] {
        source.tokenizerFiles(lowercase: lowercase, stripsAccents: stripsAccents)
    }

    private func writeWeights(to path: String) throws {
        let parameters = model.parameters
        try WeightFile.write(parameters.entries.map { ($0, parameters) }, to: path)
    }
}
