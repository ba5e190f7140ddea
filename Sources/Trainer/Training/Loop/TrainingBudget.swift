import Models
import TextBasics

/// What a run will need, computed before its first step.
package struct TrainingBudget: Hashable, Sendable {
    /// Rows and tokens that are trained on in an epoch.
    package let rows: Int
    package let tokensPerEpoch: Int
    package let steps: Int
    /// Tokens of all steps, and of the largest step.
    package let tokens: Int
    package let largestStepTokens: Int
    /// Tokens of all dev evaluations.
    package let evaluationTokens: Int
    /// Bytes of weights, gradients, moments and activations of a process.
    package let memory: Int
    /// Processes on this machine that need as much each.
    package let processes: Int
    /// Bytes of checkpoints and of the trained model, with the copies that exist while files are replaced.
    package let disk: Int
    package let resources: SystemResources

    /// - Parameters:
    ///   - trainer: before its first step, or restored.
    ///   - keptCheckpoints: how many states the run keeps.
    ///   - resources: what the machine has.
    package init(_ trainer: Trainer, keptCheckpoints: Int, resources: SystemResources) {
        let training = trainer.training
        let lengths =
            trainer.distillation.map { all in (0..<all.rowCount).map { all.length(of: $0, training) } }
            ?? (0..<training.count).map(training.length(of:))
        rows = lengths.count
        tokensPerEpoch = lengths.reduce(0, +)
        steps = trainer.totalSteps
        (tokens, largestStepTokens) = Self.stepTokens(trainer, lengths)
        let interval =
            switch trainer.options.evaluation {
            case .epoch: trainer.order.stepsPerEpoch
            case .steps(let steps): steps
            }
        let evaluations = steps / interval + (steps % interval == 0 ? 0 : 1)
        evaluationTokens = evaluations * (trainer.dev?.tokenCount ?? 0)
        let parameters = trainer.model.parameters.values.count
        let blocks = trainer.options.blockRows.map {
            BlockPlan(
                rows: trainer.options.batchSize, blockRows: $0, processes: trainer.communicator.size)
        }
        let parts = blocks?.count ?? trainer.options.accumulate
        let part = largestStepTokens / parts + 1
        let partRows = trainer.options.batchSize / parts + 1
        // Adapters keep what their maps were at the start, and most weights have no moments.
        let moments = trainer.adapters == nil ? 8 : 4
        let perParameter =
            (trainer.options.precision == .bf16 ? 10 : 8) + moments + 4 * (blocks?.depth ?? 0)
        processes = trainer.communicator.sizeOnHost
        memory =
            parameters * perParameter + trainer.model.activationBytes(tokens: part, rows: partRows)
            + (trainer.distillation?.hintBytes(tokens: part, trainer.model) ?? 0)
        // States and the best weights, each once more while it is replaced, and the model.
        disk = 12 * parameters * (keptCheckpoints + 1) + 4 * parameters * 3
        self.resources = resources
    }

    /// Tokens of all steps and of the largest one, by the order in which rows will come.
    private static func stepTokens(_ trainer: Trainer, _ lengths: [Int]) -> (all: Int, largest: Int) {
        var (all, largest) = (0, 0)
        for epoch in 0...max(0, (trainer.totalSteps - 1) / trainer.order.stepsPerEpoch) {
            let permutation = trainer.order.permutation(epoch: epoch)
            let first = epoch * trainer.order.stepsPerEpoch
            for step in first..<min(first + trainer.order.stepsPerEpoch, trainer.totalSteps) {
                let tokens = permutation[trainer.order.position(of: step).range].reduce(0) {
                    $0 + lengths[$1]
                }
                all += tokens
                largest = max(largest, tokens)
            }
        }
        return (all, largest)
    }

    /// What does not fit, in a sentence each; empty when all does.
    package var problems: [String] {
        var problems: [String] = []
        if let free = resources.memory, memory * processes > free {
            problems.append(
                "training needs about \(Bytes.text(Int64(memory * processes))) of memory\(shares); \(Bytes.text(Int64(free))) are free. Lower batch_size, "
                    + "raise accumulate, set gradient_checkpointing, or take a smaller model")
        }
        if let free = resources.disk, disk > free {
            problems.append(
                "checkpoints and model take up to \(Bytes.text(Int64(disk))) of disk; \(Bytes.text(Int64(free))) are free. Make room, "
                    + "or keep fewer checkpoints")
        }
        return problems
    }

    private var shares: String { processes > 1 ? " in \(processes) processes here" : "" }

    /// What is known before the first step, in a line.
    package var text: String {
        func free(_ bytes: Int?) -> String { bytes.map { " of \(Bytes.text(Int64($0))) free" } ?? "" }
        return "\(rows) rows with \(tokensPerEpoch) tokens, \(steps) steps with \(tokens) tokens; about "
            + "\(Bytes.text(Int64(memory * processes))) of memory\(shares)\(free(resources.memory)), up to \(Bytes.text(Int64(disk))) of disk\(free(resources.disk))"
    }
}

/// How fast a run goes, from its first three steps, and what that means for the rest.
package struct TrainingPace: Hashable, Sendable {
    /// Steps it is measured by.
    package static let measuredSteps = 3

    private var reports: [StepReport] = []

    package init() {}

    /// - Returns: whether this was the last of the steps that count.
    package mutating func add(_ report: StepReport) -> Bool {
        guard reports.count < Self.measuredSteps else { return false }
        reports.append(report)
        return reports.count == Self.measuredSteps
    }

    /// The middle one of the measured steps: the first one also prepares what all others use.
    package var tokensPerSecond: Double? {
        guard reports.count == Self.measuredSteps else { return nil }
        return reports.map(\.tokensPerSecond).sorted()[Self.measuredSteps / 2]
    }

    /// Seconds that are left, evaluations included; a forward pass takes about a third of a step.
    package func secondsLeft(_ budget: TrainingBudget) -> Double? {
        guard let rate = tokensPerSecond, let last = reports.last else { return nil }
        let left = Double(max(0, budget.steps - last.step)) / Double(max(1, budget.steps))
        return left * (Double(budget.tokens) + Double(budget.evaluationTokens) / 3) / max(rate, 1e-9)
    }
}
