import CLibrary
import Digests
package import Models
import SeededRandom
package import Training

/// Pretrains an encoder and yields one event at a time: a step, or a look at the held-out texts.
///
/// It prints and writes nothing but the checkpoints it is asked for. With the same binary, kind of processor, threads,
/// options and texts, the same events follow, interrupted or not.
package final class Pretrainer {
    package let options: PretrainingOptions
    package internal(set) var state = PretrainingState()
    /// Steps of the whole run.
    package let totalSteps: Int
    /// The learning rate of each step.
    package let schedule: LinearSchedule
    package let model: PretrainingModel
    package let rows: Int
    package let heldOutRows: Int
    let identity: PretrainingIdentity
    let optimizers: [AdamW]
    private let source: PretrainingRows
    private let learned: [Int]
    private let heldOut: [Int]
    private let order: DataOrder
    private var permutation: (epoch: Int, rows: [Int])?

    /// - Parameters:
    ///   - model: with the weights that training starts from.
    ///   - corpus: all texts, of which some are held out by their contents, so that copies are on one side.
    /// - Throws: ``/Training/TrainingError`` when options are out of range or the texts cannot be learned from.
    package init(
        _ model: PretrainingModel, options: PretrainingOptions, corpus: PretrainingCorpus,
        vocabulary: PretrainingVocabulary
    ) throws {
        self.model = model
        self.options = options
        source = PretrainingRows(corpus, options, vocabulary)
        let plan = model.configuration.plan
        try Self.check(options, corpus, plan)
        let bound = UInt64(options.heldOut * 0x1p53)
        var (learned, heldOut): ([Int], [Int]) = ([], [])
        for row in 0..<corpus.count {
            let draw = SplitMix64.mix(corpus.hash(of: row)) >> 11
            if draw < bound { heldOut.append(row) } else { learned.append(row) }
        }
        let training = options.training
        guard learned.count >= training.batchSize else {
            throw TrainingError.data(
                "\(learned.count) texts to learn from are fewer than one batch of \(training.batchSize); lower batch_size "
                    + "or give more texts")
        }
        self.learned = learned
        // Evenly spread over all that are held out.
        let step = max(1, (heldOut.count + options.mostHeldOut - 1) / max(1, options.mostHeldOut))
        self.heldOut = stride(from: 0, to: heldOut.count, by: step).map { heldOut[$0] }
        (rows, heldOutRows) = (learned.count, heldOut.count)
        order = DataOrder(rows: learned.count, batchSize: training.batchSize, seed: training.seed)
        schedule = training.schedule(rows: learned.count)
        totalSteps = schedule.totalSteps
        var settings = AdamW.Settings()
        settings.weightDecay = training.weightDecay
        optimizers = model.parameterSets.map { AdamW(for: $0, settings: settings, threads: training.threads) }
        model.recomputesActivations = training.recomputesActivations
        let sets = model.parameterSets
        identity = PretrainingIdentity(
            options: options.decidingTheModel,
            layout: ContentDigest.of(
                sets.flatMap(\.entries).map { "\($0.name) \($0.shape) \($0.range)" }.joined(separator: "\n")),
            initialWeights: sets.map { ContentDigest.of(UnsafeRawBufferPointer($0.values)) }.joined(
                separator: " "),
            texts: corpus.digest,
            configuration: ContentDigest.of(
                model.configuration.value(architecture: model.architecture).canonicalText))
    }

    private static func check(
        _ options: PretrainingOptions, _ corpus: PretrainingCorpus, _ plan: TransformerPlan
    ) throws(TrainingError) {
        if options.pairs != .none, corpus.texts < 2 {
            throw .data("pairs: \(options.pairs.rawValue) needs rows of two texts, and these rows have one")
        }
        if corpus.texts == 2, plan.segmentTypes < 2, !plan.ignoresSegments {
            throw .data(
                "the rows are pairs of texts; the model knows one segment (type_vocab_size), two are needed")
        }
        if options.maxTokens > plan.maxTokens {
            throw .data(
                "max_tokens is \(options.maxTokens); the model has \(plan.maxTokens) positions")
        }
    }

    /// Does the next piece of work and says what came of it; nil past the end.
    package func next() throws -> PretrainingEvent? {
        if evaluationIsDue { return .evaluation(try evaluate()) }
        if state.step >= totalSteps { return nil }
        return .step(try step())
    }

    var epoch: Double { Double(state.step) / Double(order.stepsPerEpoch) }

    private var evaluationIsDue: Bool {
        guard !heldOut.isEmpty, state.step > state.lastEvaluatedStep else { return false }
        let interval =
            switch options.training.evaluation {
            case .epoch: order.stepsPerEpoch
            case .steps(let steps): steps
            }
        return state.step % interval == 0 || state.step == totalSteps
    }

    /// Tokens and masked tokens of the largest step that may come, about: those of the first one, and a tenth.
    package var stepSize: (tokens: Int, masked: Int) {
        let batch = source.batch(rowsOfStep(), epoch: 0)
        let parts = options.training.accumulate
        return (batch.tokens.tokens * 11 / 10 / parts + 1, batch.masked.count * 12 / 10 / parts + 1)
    }

    private func rowsOfStep() -> [Int] {
        let (epoch, range) = order.position(of: state.step)
        if permutation?.epoch != epoch { permutation = (epoch, order.permutation(epoch: epoch)) }
        return (permutation?.rows[range] ?? []).map { learned[$0] }
    }

    private func step() throws -> StepReport {
        let started = ContinuousClock.now
        let training = options.training
        let batch = source.batch(rowsOfStep(), epoch: order.position(of: state.step).epoch)
        let sets = model.parameterSets
        for set in sets { set.zeroGradients() }
        let result = try accumulate(batch)
        let loss = result.loss(model.objective)
        let rate = schedule.rate(at: state.step)
        let norm = try AdamW.gradientNorm(of: sets, threads: training.threads)
        guard loss.isFinite, norm.isFinite else {
            throw TrainingError.diverged(step: state.step + 1, loss: loss)
        }
        for (set, optimizer) in zip(sets, optimizers) {
            try optimizer.step(set, learningRate: rate, clipNorm: training.clipNorm, norm: norm)
        }
        state.step += 1
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let report = StepReport(
            step: state.step, epoch: epoch, loss: loss, accuracy: result.words.accuracy, learningRate: rate,
            gradientNorm: norm, tokens: batch.tokens.tokens,
            tokensPerSecond: Double(batch.tokens.tokens) / max(seconds, 1e-9))
        state.history.append(report)
        return report
    }

    private func accumulate(_ batch: PretrainingBatch) throws -> PretrainingResult {
        var key = DropoutKey(seed: options.training.seed, step: UInt32(truncatingIfNeeded: state.step))
        let rows = batch.tokens.rows
        let size = (rows + options.training.accumulate - 1) / options.training.accumulate
        if size >= rows { return try model.trainStep(batch, dropout: key, counts: batch.counts) }
        var whole = PretrainingResult()
        for start in stride(from: 0, to: rows, by: size) {
            key.firstRow = UInt32(start)
            whole += try model.trainStep(
                batch.slice(start..<min(start + size, rows)), dropout: key, counts: batch.counts)
        }
        return whole
    }

    // MARK: Held-out texts

    private func evaluate() throws -> PretrainingState.Evaluation {
        var whole = PretrainingResult()
        var key = DropoutKey(seed: options.training.seed, step: .max)
        for start in stride(from: 0, to: heldOut.count, by: Self.evaluatedRows) {
            key.firstRow = UInt32(start)
            let part = heldOut[start..<min(start + Self.evaluatedRows, heldOut.count)]
            whole += try model.evaluate(source.batch(part, epoch: -1), sampling: key)
        }
        let replaced = whole.replaced.count > 0 ? whole.replaced : nil
        let evaluation = PretrainingState.Evaluation(
            step: state.step, epoch: epoch, wordLoss: whole.words.loss, wordAccuracy: whole.words.accuracy,
            pairAccuracy: whole.pairs.count > 0 ? whole.pairs.accuracy : nil,
            replacedLoss: replaced?.loss, replacedAccuracy: replaced?.accuracy,
            replacedShare: replaced.map { Double(whole.replacements) / Double(max(1, $0.count)) })
        state.lastEvaluatedStep = state.step
        state.evaluations.append(evaluation)
        return evaluation
    }

    private static let evaluatedRows = 64

    /// exp of the mean loss of the last look, where words are told from those before them.
    var perplexity: Double? {
        options.objective == .nextWords ? state.evaluations.last.map { exp($0.wordLoss) } : nil
    }

    /// exp of the mean loss of each token of some held-out rows where that token alone is masked; nil if there are none,
    /// or where a generator names words.
    ///
    /// Source: Salazar et al., "Masked Language Model Scoring" (2020), equation 2 and section 2.3, arXiv:1910.14659.
    ///
    /// - Parameter progress: told after each row how many of how many are done; false stops, and nil comes back.
    package func pseudoPerplexity(
        rows most: Int = 200, progress: (_ done: Int, _ of: Int) throws -> Bool
    ) throws -> Double? {
        guard options.objective == .maskedWords, !heldOut.isEmpty else { return nil }
        let chosen = Array(stride(from: 0, to: heldOut.count, by: max(1, heldOut.count / most)))
        var whole = PretrainingResult()
        for (done, number) in chosen.enumerated() {
            guard try progress(done, chosen.count) else { return nil }
            guard let batch = source.eachMasked(heldOut[number]) else { continue }
            for start in stride(from: 0, to: batch.tokens.rows, by: Self.evaluatedRows) {
                let end = min(start + Self.evaluatedRows, batch.tokens.rows)
                whole += try model.evaluate(
                    batch.slice(start..<end), sampling: DropoutKey(seed: 0, step: 0))
            }
        }
        return whole.words.count > 0 ? exp(whole.words.loss) : nil
    }

    // MARK: Checkpoints

    /// Saves everything that is needed to continue as one safetensors file, whole or not at all.
    package func saveCheckpoint(to path: String) throws {
        try CheckpointFile.write(
            path, numbers, state: state, identity: identity, optimizerSteps: optimizers[0].stepCount)
    }

    /// Goes back to a saved state of this very run.
    /// - Throws: ``/Training/TrainingError/checkpoint(_:)``; nothing was changed then.
    package func restore(from path: String) throws {
        let saved: (state: PretrainingState, optimizerSteps: Int) = try CheckpointFile(path).restore(
            numbers, lastStep: totalSteps
        ) { identity.difference(from: $0) }
        for optimizer in optimizers { optimizer.stepCount = saved.optimizerSteps }
        state = saved.state
    }

    private var numbers: [CheckpointPiece] {
        zip(model.parameterSets, optimizers).enumerated().flatMap { number, part in
            CheckpointPiece.numbers(of: part.0, part.1, prefix: number == 0 ? "" : "generator.")
        }
    }
}
