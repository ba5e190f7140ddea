import Models
package import Training

/// How an encoder is pretrained. Everything that decides the result is here, but for the model and the texts.
package struct PretrainingOptions: Hashable, Codable, Sendable {
    /// What is learned.
    package enum Objective: String, CaseIterable, Codable, Sendable {
        /// To name masked words.
        case maskedWords = "mlm"
        /// To find replaced words.
        case replacedWords = "rtd"
        /// To tell each word from those before it.
        case nextWords = "clm"
    }

    /// What is learned of the two texts of a row.
    package enum Pairs: String, CaseIterable, Codable, Sendable {
        /// Nothing; they are read together.
        case none
        /// Whether they belong together; the second one of half of the rows is another row's.
        ///
        /// Source: Devlin et al. (2019), section 3.1, task 2, arXiv:1810.04805.
        case next
        /// Whether they are in order; those of half of the rows are exchanged.
        ///
        /// Source: Lan et al., "ALBERT" (2020), section 3.1, arXiv:1909.11942.
        case order
    }

    package var objective = Objective.maskedWords
    package var masking = MaskingRule()
    package var pairs = Pairs.none
    /// Width of the generator by that of the encoder, and the weight of finding replaced words.
    package var generatorSize = 0.25
    package var replacedWeight = 50.0
    /// Longest row in tokens, special ones included; longer rows are cut.
    package var maxTokens = 128
    /// Share of the texts that are not learned from, and tell how well the others were learned; 0 ..< 1.
    package var heldOut = 0.01
    /// Most rows of them that are looked at.
    package var mostHeldOut = 2000
    /// What training has in common: epochs or steps, batch, rates, seed, threads, precision, and when the held-out texts are
    /// looked at.
    package var training: TrainingOptions

    package init() {
        training = TrainingOptions()
        training.epochs = 10
        training.batchSize = 256
        training.learningRate = 5e-4
        training.warmup = 0.06
    }

    /// As the model takes it.
    var modelObjective: PretrainingObjective {
        switch objective {
        case .maskedWords: return .maskedTokens(pairs: pairs != .none)
        case .nextWords: return .nextTokens
        case .replacedWords:
            var settings = PretrainingObjective.ReplacedTokens()
            settings.generatorSize = generatorSize
            settings.weight = replacedWeight
            return .replacedTokens(settings)
        }
    }

    /// The options with those at their defaults that another value of gives the same model.
    var decidingTheModel: PretrainingOptions {
        var options = self
        options.training = training.decidingTheModel
        return options
    }
}
