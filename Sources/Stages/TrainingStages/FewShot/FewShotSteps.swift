internal import Models
internal import StageKit
internal import Training

/// The steps by which a whole model learns few rows; the same of each draw.
///
/// Defaults are those of Schick, Schuetze, "Exploiting Cloze Questions for Few-Shot Text Classification and Natural Language
/// Inference" (2021), arXiv:2001.07676, which were not tuned for a task: 250 steps of 16 rows at 1e-5. AdamW, a tenth of the steps to warm up, the
/// rate then falling to 0, as `train` has it.
struct FewShotSteps: Hashable, Sendable {
    let steps: Int
    let batchSize: Int
    let learningRate: Double

    init(_ parameters: inout ParameterReader) {
        steps = parameters.int(
            "steps", default: 250, in: 1...100_000, help: "Steps of fine_tune and cloze for each draw.")
        batchSize = parameters.int(
            "batch_size", default: 16, in: 1...4_096,
            help: "Rows of a step of fine_tune and cloze; at most those of the draw.")
        learningRate = parameters.number(
            "learning_rate", default: 1e-5, in: 1e-9...1,
            help: "Highest learning rate of fine_tune and cloze.")
    }

    func options(_ base: TrainingOptions) -> TrainingOptions {
        var options = base
        (options.maxSteps, options.batchSize, options.learningRate) = (steps, batchSize, learningRate)
        options.answers = .plain
        return options
    }
}

/// Trains a whole model on few rows, from the same start for each draw.
struct FewShotTraining {
    let start: ModelFolder
    let task: TrainingTask
    let names: [String]
    let options: TrainingOptions
    var train: TokenRows
    var sides: [TokenRows]
    /// Ids of the words of each class for a cloze; nil for a new head.
    var words: [[Int32]]?
    let context: StageContext

    /// - Parameters:
    ///   - places: numbers of the train rows to learn from; none for a model as it is.
    ///   - seed: of the order of the rows, dropout and a new head.
    /// - Returns: the probability of each class for the rows of a side.
    func fit(_ places: [Int], seed: UInt64) throws -> (_ side: Int) throws -> [Double] {
        var options = options
        options.seed = seed
        let model = try makeModel(options)
        if !places.isEmpty {
            let trainer = try Trainer(
                model, options: options, training: train.only(places), dev: nil, task: task, labels: names)
            while try trainer.next() != nil { try context.checkpoint() }
        }
        let predictor = Predictor(model, task: task)
        return { side in try predictor.probabilities(of: sides[side]) }
    }

    private func makeModel(_ options: TrainingOptions) throws -> any TrainableModel {
        if let words { return try start.makeClozeModel(words: words, options: options) }
        return try start.makeModel(for: names, task: task, options: options).model
    }

    /// What a reader of the scores should know of the start, a sentence each.
    func warnings() throws -> [String] {
        guard start.hasWeights else {
            return ["the model to start from has no weights: fine_tune learns from random numbers"]
        }
        let (model, report, _) = try start.makeModel(for: names, task: task, options: options)
        guard report.loaded.contains(where: { $0.tensor == model.configuration.classifierName }) else {
            return []
        }
        return [
            "the model to start from has a classifier of these classes, which learned from labels that are not counted here"
        ]
    }
}
