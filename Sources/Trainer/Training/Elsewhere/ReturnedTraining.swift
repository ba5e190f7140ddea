import Files
import Foundation
import JSON
import Models
import ShardFormat

/// What another program says of a training that it has finished: `out/result.json` of a ``TrainingHandOff``.
package struct ReturnedTraining: Decodable, Sendable {
    struct Evaluation: Decodable {
        let step: Int
    }

    let format: String
    let version: Int
    /// Digest of the training that it was.
    let training: String
    let steps: Int
    let bestStep: Int?
    let stoppedEarly: Bool
    let evaluations: [Evaluation]
    /// How many processes took the steps; several numbers where a training was continued with another one.
    let processes: [Int]
    /// How the processes talked to each other, such as `gloo` or `nccl`.
    let backend: String
    let torch: String
    let transformers: String
    let weightsSHA256: String
    let devSHA256: String

    enum CodingKeys: String, CodingKey {
        case format, version, training, steps, evaluations, processes, backend, torch, transformers
        case bestStep = "best_step"
        case stoppedEarly = "stopped_early"
        case weightsSHA256 = "weights_sha256"
        case devSHA256 = "dev_sha256"
    }

    /// How far the scores that came back are from those that the same weights give here.
    package struct Agreement: Sendable {
        /// Largest difference of a score of a dev row, before the softmax.
        package let largestDifference: Double
        /// The metric by the scores that came back, and by those computed here.
        package let there: Double?
        package let here: Double?
    }

    /// More than rounding in single precision comes to: what was seen is below 1e-4.
    static let largestDifference = 0.01

    static let file = "result.json"

    /// Who took the steps, in words.
    var author: String {
        let counts = processes.map(String.init).joined(separator: ", then ")
        return "PyTorch \(torch) with transformers \(transformers), in \(counts) "
            + "process\(processes == [1] ? "" : "es") (\(backend))"
    }
}

extension TrainingHandOff {
    private var out: String { folder + "/out" }

    /// Whether something came back.
    package var isReturned: Bool { FileManager.default.fileExists(atPath: out + "/" + ReturnedTraining.file) }

    /// Takes what came back: checks it, scores the dev rows once more here, and writes the model.
    ///
    /// - Parameter compared: called with how well both computations agree, before the model is written.
    /// - Throws: ``TrainingError`` where it is of another training, is damaged, or says something else than its weights do.
    package func receive(
        compared: (ReturnedTraining.Agreement) -> Void
    ) throws -> FineTuning.Outcome {
        let record = try record()
        let state = try state(record)
        try loadWeights()
        var result = FineTuning.Result(summary: summary(record, state), state: state)
        result.trainedBy = record.author
        if let dev = work.dev {
            let logits = try Predictor(work.model, task: tuning.task).logits(of: dev)
            if let best = state.best { compared(try agreement(of: logits, at: best, dev)) }
            result.devLogits = logits
        }
        try tuning.write(result, of: work)
        var outcome = FineTuning.Outcome(
            summary: result.summary, state: state, load: work.load, resumedFrom: nil,
            parameterCount: work.model.parameters.parameterCount)
        outcome.trainedBy = record.author
        return outcome
    }

    private func damaged(_ problem: String) -> TrainingError {
        .advised("\(out) does not fit together: \(problem)", hint: "remove \(out) and run again")
    }

    // MARK: What came back

    private func record() throws -> ReturnedTraining {
        let path = out + "/" + ReturnedTraining.file
        let bytes = try MappedFile(path: path).copied()
        guard let record = try? JSONCoding.value(ReturnedTraining.self, from: bytes),
            record.format == Self.format, record.version == Self.version
        else {
            throw TrainingError.file(
                path: path,
                problem:
                    "is not of format '\(Self.format)', version \(Self.version). Remove \(out) and run again"
            )
        }
        guard try record.training == work.trainer.identity.digest else {
            throw TrainingError.advised(
                "\(out) is of another training: settings, shards or first weights differ",
                hint: "remove \(out) and run again")
        }
        for (name, digest) in [
            (WeightFile.name, record.weightsSHA256), (Self.devFile, record.devSHA256),
        ] where try Self.digest(out + "/" + name) != digest {
            throw damaged("\(name) was changed since it was made")
        }
        return record
    }

    private static let devFile = "dev.safetensors"

    /// What each step came to.
    package func steps() throws -> [StepReport] {
        let lines = try MappedFile(path: out + "/metrics.jsonl").copied().split(separator: 0x0A)
        return try lines.enumerated().map { number, line in
            guard let report = try? JSONCoding.value(StepReport.self, from: line), report.step == number + 1
            else { throw damaged("line \(number + 1) of metrics.jsonl is not step \(number + 1)") }
            return report
        }
    }

    /// The curves, and the evaluations scored again from what came back.
    private func state(_ record: ReturnedTraining) throws -> TrainingState {
        var state = TrainingState()
        let steps = try steps()
        for report in steps { state.history.append(report) }
        guard steps.count == record.steps else {
            throw damaged("metrics.jsonl has \(steps.count) of \(record.steps) steps")
        }
        for evaluation in record.evaluations {
            guard let dev = work.dev else { throw damaged("there are scores, and no dev rows") }
            state.step = evaluation.step
            let scores = try scores(of: returnedLogits(evaluation.step, dev), dev)
            _ = state.add(
                scores, epoch: epochs(evaluation.step), comparedBy: tuning.options.metric)
        }
        state.step = record.steps
        state.isFinished = true
        guard state.best?.step == record.bestStep else {
            throw damaged(
                "by the scores of dev rows step \(state.best?.step ?? 0) is best, and \(ReturnedTraining.file) says step "
                    + "\(record.bestStep ?? 0)")
        }
        return state
    }

    private func epochs(_ step: Int) -> Double {
        Double(step) / Double(work.trainer.order.stepsPerEpoch)
    }

    private func summary(_ record: ReturnedTraining, _ state: TrainingState) -> TrainingSummary {
        TrainingSummary(
            steps: record.steps, epochs: epochs(record.steps), bestStep: state.best?.step,
            bestMetric: state.best?.metric, stoppedEarly: record.stoppedEarly)
    }

    private func returnedLogits(_ step: Int, _ dev: TokenRows) throws -> [Float] {
        let file = try MappedFile(path: out + "/" + Self.devFile)
        defer { withExtendedLifetime(file) {} }
        let tensor = try SafetensorsView(file.bytes).tensor("step-\(step)")
        let shape = [dev.count, work.model.labelCount]
        guard tensor.entry.shape == shape else {
            throw damaged("scores after step \(step) have shape \(tensor.entry.shape); dev has \(shape)")
        }
        let logits = try tensor.values(of: Float.self).copied()
        guard logits.allSatisfy(\.isFinite) else { throw damaged("scores after step \(step) are not finite") }
        return logits
    }

    private func scores(of logits: [Float], _ dev: TokenRows) throws -> TaskScores {
        try tuning.task.scores(
            ScoredRows(
                dev, form: tuning.task.name.form, names: ModelFolder.madeUp(work.model.labelCount),
                answers: tuning.task.answers(logits, work.model.labelCount)))
    }

    // MARK: Against what is computed here

    private func loadWeights() throws {
        let loader = WeightLoader(
            weights: try StoredWeights(folder: out, name: WeightFile.name),
            dialect: work.model.configuration.dialect)
        let report = try loader.load(into: work.model.parameters)
        if let odd = report.initialized.first ?? report.ignored.first {
            throw damaged("\(WeightFile.name) and the model differ in '\(odd.tensor)'")
        }
    }

    private func agreement(
        of logits: [Float], at best: TrainingState.Best, _ dev: TokenRows
    ) throws -> ReturnedTraining.Agreement {
        let there = try returnedLogits(best.step, dev)
        let difference = zip(logits, there).reduce(0.0) { max($0, Double(abs($1.0 - $1.1))) }
        if tuning.options.precision == .fp32, difference > ReturnedTraining.largestDifference {
            throw damaged(
                "the weights give dev rows other scores here, by up to \(difference), than came back with them"
            )
        }
        return ReturnedTraining.Agreement(
            largestDifference: difference, there: best.metric,
            here: try scores(of: logits, dev).value(of: tuning.options.metric))
    }
}
