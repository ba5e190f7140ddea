import Models

/// One step of training.
extension Trainer {
    func step() throws -> StepReport {
        let started = ContinuousClock.now
        model.times = StepTimes()
        let rows = rowsOfStep()
        let batch = training.batch(
            rows, classWeights: classWeights, targets: targets?.inEpoch(order.position(of: state.step).epoch))
        let parameters = model.parameters
        parameters.zeroGradients()
        let result = try accumulate(batch)
        guard result.lossSum.isFinite else { throw try notFinite(batch, rows) }
        let rate = schedule.rate(at: state.step)
        let computed = ContinuousClock.now
        let norm = try optimizer.step(parameters, learningRate: rate, clipNorm: options.clipNorm)
        guard norm.isFinite else { throw try notFinite(batch, rows) }
        state.step += 1
        let ended = ContinuousClock.now
        let seconds = (ended - started) / .seconds(1)
        profile.add(
            tokens: batch.tokens, seconds: seconds, optimizer: (ended - computed) / .seconds(1),
            passes: model.times)
        let report = StepReport(
            step: state.step, epoch: epoch, loss: result.loss,
            accuracy: task.rightShare(result.logits, rows, training, model.labelCount),
            learningRate: rate,
            gradientNorm: norm, tokens: batch.tokens,
            tokensPerSecond: Double(batch.tokens) / max(seconds, 1e-9))
        state.history.append(report)
        return report
    }

    private func rowsOfStep() -> [Int] {
        let (epoch, range) = order.position(of: state.step)
        if permutation?.epoch != epoch { permutation = (epoch, order.permutation(epoch: epoch)) }
        return Array(permutation?.rows[range] ?? [])
    }

    private var dropoutKey: DropoutKey {
        DropoutKey(seed: options.seed, step: UInt32(truncatingIfNeeded: state.step))
    }

    /// Gradients of the batch's mean loss, from one part of its rows after the other.
    private func accumulate(_ batch: PackedTokens) throws -> StepResult {
        // Rows that all weigh nothing have no mean loss; any denominator gives them the gradient 0.
        let weight = batch.weights?.reduce(0) { $0 + Double($1) } ?? Double(batch.rows)
        let denominator = weight > 0 ? weight : 1
        let size = (batch.rows + options.accumulate - 1) / options.accumulate
        guard size < batch.rows else {
            return try model.trainStep(
                batch, toward: objective, dropout: dropoutKey, lossDenominator: denominator)
        }
        var whole = StepResult(lossSum: 0, weightSum: 0, logits: [], rows: 0, tokens: 0)
        for start in stride(from: 0, to: batch.rows, by: size) {
            let part = batch.slice(start..<min(start + size, batch.rows))
            // Dropout goes by the row's number in the step, so that it does not depend on the parts.
            var key = dropoutKey
            key.firstRow = UInt32(start)
            whole += try model.trainStep(
                part, toward: objective, dropout: key, lossDenominator: denominator)
        }
        return whole
    }

    /// Names the first place on the way through the model whose numbers are not finite, and the comments there.
    private func notFinite(_ batch: PackedTokens, _ rows: [Int]) throws -> TrainingError {
        let strange = try model.firstNonFiniteValue(batch, dropout: dropoutKey)
        let gradient = model.parameters.firstWithStrangeGradient
        let place = strange?.place ?? gradient.map { "the gradient of '\($0)'" } ?? "the loss"
        let found = strange?.rows.map { rows[$0] } ?? rows
        return .notFinite(step: state.step + 1, place: place, comments: found.map(training.comment(of:)))
    }
}

extension ParameterSet {
    /// Name of the first tensor with a gradient that is infinite or undefined.
    fileprivate var firstWithStrangeGradient: String? {
        entries.first { !gradients[$0.range].allSatisfy(\.isFinite) }?.name
    }
}
