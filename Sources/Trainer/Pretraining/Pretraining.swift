import Files
import Foundation
import JSON
import Models
import TextBasics
package import Training

/// A whole pretraining from a folder and texts to a folder.
package struct Pretraining {
    /// Where a run reads and writes.
    package struct Paths {
        /// Folder for the checkpoint.
        package var checkpoints: String
        /// Folder of the model.
        package var output: String
        /// Steps between checkpoints, beside those at each look at the held-out texts.
        package var checkpointInterval = 200

        package init(checkpoints: String, output: String) {
            self.checkpoints = checkpoints
            self.output = output
        }
    }

    /// What is known before the first step.
    package struct Start {
        package let load: LoadReport
        /// Step of the checkpoint the run continues from; nil if it starts over.
        package let resumedFrom: Int?
        package let steps: Int
        /// Texts that are learned from and held out, and tokens of all.
        package let rows: Int
        package let heldOutRows: Int
        package let tokens: Int
        /// Bytes of weights, gradients, moments and activations, about.
        package let memory: Int
        package let resources: SystemResources

        /// What does not fit, in a sentence each.
        package var problems: [String] {
            guard let free = resources.memory, memory > free else { return [] }
            return [
                "pretraining needs about \(Bytes.text(Int64(memory))) of memory; \(Bytes.text(Int64(free))) are free. "
                    + "Lower batch_size, raise accumulate, set gradient_checkpointing, or take a smaller model"
            ]
        }

        /// All of it in a line.
        package var text: String {
            "\(rows) texts to learn from, \(heldOutRows) held out, \(tokens) tokens in all; \(steps) steps; about "
                + "\(Bytes.text(Int64(memory))) of memory"
        }
    }

    /// What a finished run came to.
    package struct Outcome {
        package let state: PretrainingState
        package let load: LoadReport
        package let rows: Int
        package let heldOutRows: Int
        /// Weights of the encoder and its heads.
        package let parameterCount: Int
        /// See ``Pretrainer/pseudoPerplexity(rows:progress:)``.
        package let pseudoPerplexity: Double?
        /// exp of the mean loss of the held-out texts' tokens, each told from those before it; nil elsewhere.
        package let perplexity: Double?
        package let epochs: Double
    }

    package let start: ModelFolder
    package let options: PretrainingOptions
    package let corpus: PretrainingCorpus
    package let vocabulary: PretrainingVocabulary
    /// What the model's folder says of its texts.
    package let source: PretrainingSource

    package init(
        start: ModelFolder, options: PretrainingOptions, corpus: PretrainingCorpus,
        vocabulary: PretrainingVocabulary, source: PretrainingSource
    ) {
        (self.start, self.options, self.corpus) = (start, options, corpus)
        (self.vocabulary, self.source) = (vocabulary, source)
    }

    private static let stateFile = "state.safetensors"
    /// Folder of the generator beside the encoder's files.
    package static let generatorFolder = "generator"

    /// Pretrains, or continues where a run of the same kind was interrupted, and writes the model.
    ///
    /// - Parameters:
    ///   - loaded: called once with what is to come; may refuse the run.
    ///   - observe: called with each event.
    ///   - shouldStop: asked before each piece of work; on true a checkpoint is saved and the run interrupted.
    /// - Returns: what the run came to, or nil when it was interrupted.
    package func run(
        _ paths: Paths, loaded: (Start) throws -> Void = { _ in },
        observe: (PretrainingEvent) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> Outcome? {
        let training = options.training
        let model = try PretrainingModel(
            start.configuration, objective: options.modelObjective, seed: training.seed,
            threads: training.threads, precision: training.precision)
        let load = try start.load(into: model.parameters)
        try loadGenerator(of: model)
        let trainer = try Pretrainer(model, options: options, corpus: corpus, vocabulary: vocabulary)
        try FileManager.default.createDirectory(
            atPath: paths.checkpoints, withIntermediateDirectories: true)
        let path = paths.checkpoints + "/" + Self.stateFile
        var resumed: Int?
        if FileManager.default.fileExists(atPath: path) {
            try trainer.restore(from: path)
            resumed = trainer.state.step
        }
        try loaded(startFacts(trainer, load, resumed, paths))
        while true {
            if shouldStop() {
                try trainer.saveCheckpoint(to: path)
                return nil
            }
            guard let event = try trainer.next() else { break }
            try observe(event)
            switch event {
            case .step(let report):
                if report.step % paths.checkpointInterval == 0 { try trainer.saveCheckpoint(to: path) }
            case .evaluation: try trainer.saveCheckpoint(to: path)
            case .scoring: break
            }
        }
        var isStopped = false
        let perplexity = try trainer.pseudoPerplexity { done, all in
            try observe(.scoring(done: done, of: all))
            isStopped = shouldStop()
            return !isStopped
        }
        if isStopped { return nil }
        let outcome = Outcome(
            state: trainer.state, load: load, rows: trainer.rows, heldOutRows: trainer.heldOutRows,
            parameterCount: model.parameters.parameterCount,
            pseudoPerplexity: perplexity, perplexity: trainer.perplexity, epochs: trainer.epoch)
        try PretrainedFolder(self, model, outcome).write(to: paths.output)
        return outcome
    }

    /// A folder that was pretrained with a generator has it beside the encoder.
    private func loadGenerator(of model: PretrainingModel) throws {
        guard let parameters = model.generatorParameters, start.hasWeights else { return }
        let path = start.path + "/" + Self.generatorFolder
        guard FileManager.default.fileExists(atPath: path) else { return }
        _ = try ModelFolder(
            path, tokenizer: .init(folder: start.path, names: start.tokenizerNames)
        ).load(into: parameters)
    }

    private func startFacts(
        _ trainer: Pretrainer, _ load: LoadReport, _ resumed: Int?, _ paths: Paths
    ) -> Start {
        let size = trainer.stepSize
        let rows = options.training.batchSize / options.training.accumulate + 1
        let weights = trainer.model.parameterSets.reduce(0) { $0 + $1.parameterCount }
        let memory =
            weights * (options.training.precision == .bf16 ? 18 : 16)
            + trainer.model.activationBytes(tokens: size.tokens, rows: rows, masked: size.masked)
        return Start(
            load: load, resumedFrom: resumed, steps: trainer.totalSteps, rows: trainer.rows,
            heldOutRows: trainer.heldOutRows, tokens: corpus.tokenCount, memory: memory,
            resources: SystemResources(folder: paths.checkpoints))
    }
}

/// What a pretrained model's folder says of the texts that it was made of.
package struct PretrainingSource: Sendable {
    /// As for a classifier; without a label set.
    package var provenance: ModelProvenance
    package var lowercase: Bool
    /// Where that does not follow from lower-casing.
    package var stripsAccents: Bool?
    /// Which texts were read and which were not, in sentences.
    package var sentences: [String]

    package init(
        provenance: ModelProvenance, lowercase: Bool, stripsAccents: Bool?, sentences: [String]
    ) {
        self.provenance = provenance
        self.lowercase = lowercase
        self.stripsAccents = stripsAccents
        self.sentences = sentences
    }
}
