import Files
import JSON
import Models
import TextBasics
import Training

/// Writes a pretrained encoder with its heads as a Hugging Face folder; a generator has its own folder in it.
struct PretrainedFolder {
    private let run: Pretraining
    private let model: PretrainingModel
    private let outcome: Pretraining.Outcome

    init(_ run: Pretraining, _ model: PretrainingModel, _ outcome: Pretraining.Outcome) {
        (self.run, self.model, self.outcome) = (run, model, outcome)
    }

    /// All files appear at once, replacing a folder that is there. The same weights give the same bytes.
    func write(to path: String) throws {
        var configuration = model.configuration.value(architecture: model.architecture)
        run.source.provenance.add(to: &configuration)
        try DurableFolder.write(path) { partial in
            try DurableFile.write(
                configuration.encoded(indented: true), to: partial + "/" + ModelFolder.configurationFile)
            let files = run.start.tokenizerFiles(
                lowercase: run.source.lowercase, stripsAccents: run.source.stripsAccents)
            for file in files { try DurableFile.write(file.bytes, to: partial + "/" + file.name) }
            try DurableFile.write(card.utf8, to: partial + "/README.md")
            let parameters = model.parameters
            try WeightFile.write(
                parameters.entries.map { ($0, parameters) }, to: partial + "/" + WeightFile.name)
            try writeGenerator(to: partial + "/" + Pretraining.generatorFolder)
        }
    }

    private func writeGenerator(to path: String) throws {
        guard let own = model.generatorParameters, let configuration = model.generatorConfiguration else {
            return
        }
        try Disk.makeFolder(path)
        try DurableFile.write(
            configuration.value(architecture: model.generatorArchitecture).encoded(indented: true),
            to: path + "/" + ModelFolder.configurationFile)
        let shared = model.parameters.entries.filter { model.isShared($0) }.map { ($0, model.parameters) }
        try WeightFile.write(
            shared + own.entries.map { ($0, own) }, to: path + "/" + WeightFile.name)
    }

    /// Holds nothing that differs between two equal runs: no dates, no times, no paths.
    private var card: String {
        let options = run.options
        let training = options.training
        let masking = options.masking
        var lines = [
            "---", "library_name: transformers",
            "pipeline_tag: \(tellsNext ? "text-generation" : "fill-mask")",
            "tags: [splitvote, \(model.configuration.dialect.modelType)]", "---",
            "# \(tellsNext ? "A language model" : "An encoder") pretrained on comments", "",
            "Pretrained by splitvote on texts without labels. Fine-tune it: name this folder as `init` of a `train` stage.",
            "", "## Texts", "",
        ]
        lines += run.source.sentences
        lines += [
            "\(outcome.rows) texts were learned from, \(outcome.heldOutRows) held out; at most \(options.maxTokens) tokens each.",
            "", "## Training", "",
            "\(outcome.parameterCount) parameters. \(objective)",
        ]
        if !tellsNext {
            lines.append(
                "Masked: \(Decimals.text(100 * masking.share, places: 1)) % of the tokens, by \(masking.unit.rawValue), "
                    + "\(masking.count == .exact ? "an exact number of each text" : "each with that probability"), new ones in each epoch."
            )
        }
        lines += [
            "AdamW, weight decay \(training.weightDecay), batches of \(training.batchSize) texts without padding, learning rate "
                + "\(training.learningRate) after \(training.schedule(rows: outcome.rows).warmupSteps) steps of warm-up, then "
                + "linearly to 0; \(outcome.state.step) steps (\(Decimals.text(outcome.epochs, places: 2)) epochs); seed "
                + "\(training.seed); \(training.precision.rawValue).",
            "", "## Held-out texts", "",
        ]
        lines += scores
        return lines.joined(separator: "\n") + "\n"
    }

    private var tellsNext: Bool { run.options.objective == .nextWords }

    private var objective: String {
        switch run.options.objective {
        case .maskedWords:
            switch run.options.pairs {
            case .none: "It learned to name masked words."
            case .next: "It learned to name masked words, and whether two texts belong together."
            case .order: "It learned to name masked words, and whether two texts are in order."
            }
        case .nextWords: "It learned to tell each token of a text from those before it."
        case .replacedWords:
            "It learned to find the words that a small generator put in place of others; the generator is in `generator`."
        }
    }

    private var scores: [String] {
        if outcome.state.evaluations.isEmpty { return ["No texts were held out."] }
        var lines = [
            tellsNext
                ? "| Step | Loss of next words | Told right | | |"
                : "| Step | Loss of masked words | Named right | Pairs told right | Replaced words told right |"
        ]
        lines.append("|---|---|---|---|---|")
        for evaluation in outcome.state.evaluations {
            let values = [
                evaluation.wordLoss, evaluation.wordAccuracy, evaluation.pairAccuracy,
                evaluation.replacedAccuracy,
            ].map { $0.map { Decimals.text($0, places: 4) } ?? "" }
            lines.append("| \(evaluation.step) | \(values.joined(separator: " | ")) |")
        }
        if let value = outcome.perplexity {
            lines += ["", "Perplexity \(Decimals.text(value, places: 2)), a token."]
        }
        if let value = outcome.pseudoPerplexity {
            lines += [
                "", "Pseudo-perplexity \(Decimals.text(value, places: 2)), each token masked by itself.",
            ]
        }
        return lines
    }
}
