import Models

/// One step of training.
extension Trainer {
    func step() throws -> StepReport {
        let started = ContinuousClock.now
        model.times = StepTimes()
        let rows = rowsOfStep()
        let batch = batch(rows)
        let parameters = model.parameters
        parameters.zeroGradients()
        hintParameters?.zeroGradients()
        let result = try accumulate(batch)
        guard result.lossSum.isFinite, result.hintLoss.isFinite else { throw try notFinite(batch, rows) }
        let rate = schedule.rate(at: state.step)
        let computed = ContinuousClock.now
        let norm = try moved.step(learningRate: rate)
        guard norm.isFinite else { throw try notFinite(batch, rows) }
        state.step += 1
        let ended = ContinuousClock.now
        let seconds = (ended - started) / .seconds(1)
        profile.add(
            tokens: batch.tokens, seconds: seconds, optimizer: (ended - computed) / .seconds(1),
            sums: sumSeconds,
            passes: model.times)
        let report = StepReport(
            step: state.step, epoch: epoch, loss: result.loss + result.hintLoss,
            accuracy: distillation?.agreement(result.logits, rows)
                ?? task.rightShare(result.logits, rows, training, model.labelCount),
            learningRate: rate,
            gradientNorm: norm, tokens: batch.tokens,
            tokensPerSecond: Double(batch.tokens) / max(seconds, 1e-9))
        state.history.append(report)
        return report
    }

    private func rowsOfStep() -> [Int] {
        let (epoch, range) = order.position(of: state.step)
        if permutation?.epoch != epoch { permutation = (epoch, order.permutation(epoch: epoch)) }
        let rows = Array(permutation?.rows[range] ?? [])
        return distillation?.ordered(rows) ?? rows
    }

    private func batch(_ rows: [Int]) -> PackedTokens {
        let targets = targets?.inEpoch(order.position(of: state.step).epoch)
        guard let distillation else {
            return training.batch(rows, classWeights: classWeights, targets: targets)
        }
        return distillation.batch(rows, training, classWeights: classWeights, targets: targets)
    }

    private var hintParameters: ParameterSet? { distillation?.hints?.layers.parameters }

    private var dropoutKey: DropoutKey {
        DropoutKey(seed: options.seed, step: UInt32(truncatingIfNeeded: state.step))
    }

    /// Gradients of the batch's mean loss, from one part of its rows after the other.
    private func accumulate(_ batch: PackedTokens) throws -> StepResult {
        // Rows that all weigh nothing have no mean loss; any denominator gives them the gradient 0.
        let weight = batch.weightSum
        let denominator = weight > 0 ? weight : 1
        if let reduction, let blockRows = options.blockRows {
            let plan = BlockPlan(rows: batch.rows, blockRows: blockRows, processes: communicator.size)
            return try addUp(batch, denominator, by: plan, reduction)
        }
        let size = (batch.rows + options.accumulate - 1) / options.accumulate
        guard size < batch.rows else {
            return try pass(batch, of: batch, dropoutKey, denominator)
        }
        var whole = StepResult(lossSum: 0, weightSum: 0, logits: [], rows: 0, tokens: 0)
        for start in stride(from: 0, to: batch.rows, by: size) {
            let part = batch.slice(start..<min(start + size, batch.rows))
            // Dropout goes by the row's number in the step, so that it does not depend on the parts.
            var key = dropoutKey
            key.firstRow = UInt32(start)
            whole += try pass(part, of: batch, key, denominator)
        }
        return whole
    }

    /// Gradients of the batch's mean loss, from those of its blocks, of which other processes compute theirs.
    private func addUp(
        _ batch: PackedTokens, _ denominator: Double, by plan: BlockPlan, _ reduction: BlockReduction
    ) throws -> StepResult {
        reduction.start()
        sumSeconds = 0
        let parameters = model.parameters
        var parts: [StepResult] = []
        for block in plan.blocks(of: communicator.rank) {
            let rows = plan.rows(of: block)
            var key = dropoutKey
            key.firstRow = UInt32(rows.lowerBound)
            parameters.zeroGradients()
            parts.append(try pass(batch.slice(rows), of: batch, key, denominator))
            try reduction.add(block, parameters.gradients)
        }
        let computed = ContinuousClock.now
        defer { sumSeconds = (ContinuousClock.now - computed) / .seconds(1) }
        try reduction.finish(plan, parameters.trainedRanges, into: parameters.gradients)
        return try communicator.gathered(parts, plan, of: batch, scoreCount: model.labelCount)
    }

    /// One pass over a part of a step's rows, or all of them; a teacher whose layers are compared reads them first.
    private func pass(
        _ part: PackedTokens, of step: PackedTokens, _ key: DropoutKey, _ denominator: Double
    ) throws -> StepResult {
        let hinted = try distillation?.hints.map { hints in
            HintedStep(
                hints.layers, teacher: try hints.teacher.layerStates(part, hints.layers.wanted), step: step)
        }
        return try model.trainStep(
            part, toward: objective, dropout: key, lossDenominator: denominator, hints: hinted)
    }

    /// Names the first place on the way through the model whose numbers are not finite, and the comments there.
    private func notFinite(_ batch: PackedTokens, _ rows: [Int]) throws -> TrainingError {
        let strange = try model.firstNonFiniteValue(batch, dropout: dropoutKey)
        let gradient = model.parameters.firstWithStrangeGradient
        let place = strange?.place ?? gradient.map { "the gradient of '\($0)'" } ?? "the loss"
        let found = strange?.rows.map { rows[$0] } ?? rows
        return .notFinite(
            step: state.step + 1, place: place,
            comments: found.map { distillation?.comment(of: $0, training) ?? training.comment(of: $0) })
    }
}

extension ParameterSet {
    /// Name of the first tensor with a gradient that is infinite or undefined.
    fileprivate var firstWithStrangeGradient: String? {
        entries.first { !gradients[$0.range].allSatisfy(\.isFinite) }?.name
    }
}
