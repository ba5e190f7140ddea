import Digests
package import Models
import ShardFormat

/// A trained model that a student learns from: an encoder, or anything else that answers tokenized rows.
package protocol Teacher {
    /// Tells its answers from those of other teachers.
    var identity: String { get }

    /// Probability of each class, or of a regression the number itself, `[rows, scores]`, row-major.
    ///
    /// - Parameter range: of the rows that are asked for. The same range is always answered with the same bits.
    func answers(to rows: TokenRows, _ range: Range<Int>) throws -> [Double]
}

/// An encoder as a teacher, as it answers without dropout.
package final class EncoderTeacher: Teacher {
    let model: any TrainableModel
    private let task: TrainingTask
    package let identity: String

    /// Opens a trained model that answers with these names.
    ///
    /// - Throws: ``TrainingError`` for a model of other classes, or for another task, and as
    ///   ``ModelFolder/makeTrainedModel(threads:precision:)``.
    package init(
        _ folder: ModelFolder, names: [String], task: TrainingTask, threads: Int, precision: Precision
    ) throws {
        let (model, labels) = try folder.makeTrainedModel(threads: threads, precision: precision)
        try Self.check(labels, folder.task(classCount: labels.count), names: names, task)
        self.model = model
        self.task = task
        let weights = ContentDigest.of(UnsafeRawBufferPointer(model.parameters.values))
        let configuration = model.configuration.digest(labels: [], problemType: task.identity)
        identity = ContentDigest.of("\(weights) \(configuration) \(precision.rawValue)")
    }

    /// Refuses a teacher of other classes, or for another task.
    package static func check(
        _ labels: [String], _ own: TrainingTask, names: [String], _ task: TrainingTask
    ) throws(TrainingError) {
        guard labels == names else {
            throw .advised(
                "the teacher knows \(labels.joined(separator: ", ")), and the rows have \(names.joined(separator: ", "))",
                hint:
                    "a teacher needs the same classes in the same order: train it on shards of the same labels"
            )
        }
        guard own.name == task.name else {
            throw .advised(
                "the teacher was trained for \(own.name.rawValue), and the rows are for \(task.name.rawValue)",
                hint: "train the teacher on the same rows")
        }
    }

    package var configuration: ModelConfiguration { model.configuration }

    package func answers(to rows: TokenRows, _ range: Range<Int>) throws -> [Double] {
        try Predictor(model, task: task).probabilities(of: rows, in: range)
    }
}
