internal import Tensors

/// States of masked tokens in, a score for each class out: the mean raw score of the words that stand for it.
///
/// Shapes: N = masked tokens, K = classes, V = words.
///
/// Source: Schick, Schuetze, "Exploiting Cloze Questions for Few-Shot Text Classification and Natural Language Inference" (2021),
/// section 3.1, arXiv:2001.07676; several words of a class are averaged as in `wrapper.py` of timoschick/pet.
struct ClozeHead: Head {
    let words: MaskedTokenHead
    /// Ids of the words of each class.
    let classes: [[Int32]]

    let wanted = Wanted.chosenTokens
    var scoreCount: Int { classes.count }

    func forward(
        _ states: Tensor, _ context: StepContext
    ) throws -> (scores: Tensor, saved: MaskedTokenHead.Saved) {
        let (scores, saved) = try words.forward(Self.padded(states, context.runtime), context.runtime)
        return (means(of: scores.used, context.runtime), saved)
    }

    func backward(
        _ gradient: Tensor, states: Tensor, saved: MaskedTokenHead.Saved, _ context: StepContext
    ) throws -> PaddedTensor {
        let ofWords = context.runtime.padded(gradient.rows, words.plan.vocabularySize, .float32)
        ofWords.used.fillZero()
        for row in 0..<gradient.rows {
            let own = ofWords.used.floats + row * ofWords.used.stride
            for (number, ids) in classes.enumerated() {
                let part = gradient.floats[row * gradient.stride + number] / Float(ids.count)
                for id in ids { own[Int(id)] += part }
            }
        }
        return try words.backward(ofWords, saved: saved, context.runtime)
    }

    func features(_ saved: MaskedTokenHead.Saved) -> Tensor { saved.operand.used }

    func scores(of features: Tensor, _ runtime: ModelRuntime) throws -> Tensor {
        means(of: try words.scores(of: Self.padded(features, runtime), runtime).scores.used, runtime)
    }

    /// - Parameter scores: `[N, V]`.
    /// - Returns: `[N, K]`.
    private func means(of scores: Tensor, _ runtime: ModelRuntime) -> Tensor {
        let means = runtime.arena.tensor([scores.rows, classes.count])
        for row in 0..<scores.rows {
            let own = scores.floats + row * scores.stride
            for (number, ids) in classes.enumerated() {
                let sum = ids.reduce(Float(0)) { $0 + own[Int($1)] }
                means.floats[row * means.stride + number] = sum / Float(ids.count)
            }
        }
        return means
    }

    /// A copy in memory that products take.
    private static func padded(_ states: Tensor, _ runtime: ModelRuntime) -> PaddedTensor {
        let copy = runtime.padded(states.rows, states.columns, .float32)
        for row in 0..<states.rows {
            (copy.used.floats + row * copy.used.stride).update(
                from: states.floats + row * states.stride, count: states.columns)
        }
        return copy
    }
}

extension ModelConfiguration {
    /// A model that answers with the words of classes at a masked token of each row; the batch names these tokens.
    ///
    /// Weights are drawn as Hugging Face draws them. Load published ones through its parameters.
    ///
    /// - Parameters:
    ///   - words: ids of the words of each class, at least one each, of at least two classes.
    ///   - seed: of the random weights; nil leaves all at 0.
    /// - Throws: ``ConfigurationError`` for a family without a head that names masked words, or ids that it does not have.
    package func makeClozeModel(
        words: [[Int32]], seed: UInt64?, threads: Int, precision: Precision = .fp32
    ) throws -> any TrainableModel {
        let configuration = answeringTokens(nil).pooled(by: nil)
        let plan = configuration.plan
        try plan.validate()
        if plan.convolution != nil {
            throw ConfigurationError(problems: [
                "'model_type' is \"\(dialect.modelType)\", which has no head that names masked words"
            ])
        }
        guard words.count > 1, words.allSatisfy({ !$0.isEmpty }),
            words.joined().allSatisfy({ $0 >= 0 && Int($0) < plan.vocabularySize })
        else {
            throw ConfigurationError(problems: [
                "the words of \(words.count) classes have the ids \(words); each of at least two classes needs some below "
                    + "'vocab_size', \(plan.vocabularySize)"
            ])
        }
        let parameters = ParameterSet(
            layout: plan.layout + MaskedTokenHead.layout(plan), multipliesWords: true
        ) { dialect.pretrainingName($0, plan) }
        let activation = (dialect.pretraining.activation ?? plan.activation).function
        let head = MaskedTokenHead(plan: plan, activation: activation, parameters: parameters)
        let model = Network(
            TransformerEncoder(plan: plan, parameters: parameters), ClozeHead(words: head, classes: words),
            configuration: configuration, parameters: parameters,
            runtime: try ModelRuntime(threads: max(1, threads), precision: precision))
        if let seed { try model.drawWeights(seed: seed) { _ in true } }
        return model
    }

    /// Class of transformers that opens a folder with a head that names masked words.
    package var maskedArchitecture: String { dialect.pretraining.maskedArchitecture }
}
