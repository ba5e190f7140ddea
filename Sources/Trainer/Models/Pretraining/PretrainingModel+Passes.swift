internal import Tensors

extension PretrainingModel {
    /// One forward and backward pass; ADDS to the gradients of all parameters.
    ///
    /// - Parameters:
    ///   - dropout: `nil` turns dropout off. Decides which words a generator puts in place of others, too.
    ///   - counts: of the whole step, which the losses are means over.
    /// - Throws: ``BatchError`` when the batch does not fit the model.
    package func trainStep(
        _ batch: PretrainingBatch, dropout: DropoutKey, dropsOut: Bool = true, counts: PretrainingBatch.Counts
    ) throws -> PretrainingResult {
        try pass(batch, key: dropout, dropsOut: dropsOut, counts: counts)
    }

    /// Losses and right answers without dropout, and without gradients.
    ///
    /// - Parameter sampling: decides which words a generator puts in place of others.
    package func evaluate(_ batch: PretrainingBatch, sampling: DropoutKey) throws -> PretrainingResult {
        try pass(batch, key: sampling, dropsOut: false, counts: nil)
    }

    /// - Parameter counts: `nil` for the losses alone.
    private func pass(
        _ batch: PretrainingBatch, key: DropoutKey, dropsOut: Bool, counts: PretrainingBatch.Counts?
    ) throws -> PretrainingResult {
        try check(batch)
        return try Compute.run(threads: threads) {
            runtime.arena.reset()
            if precision == .bf16 { for set in parameterSets { set.refreshHalves() } }
            return try runtime.measure(\.total) {
                var result = PretrainingResult()
                result.tokens = batch.tokens.tokens
                let dropout = dropsOut ? key : nil
                guard case .replacedTokens(let settings) = objective else {
                    try name(batch, encoder, pairHead, dropout, counts, &result)
                    return result
                }
                // The generator's dropout is not the encoder's.
                let other = DropoutKey(seed: ~key.seed, step: key.step, firstRow: key.firstRow)
                let scores = try name(batch, namer.encoder, nil, dropsOut ? other : nil, counts, &result)
                let ids = Self.sample(scores, batch, scale: Self.scale(counts?.masked), key: key)
                try find(ids, batch, settings.weight, dropout, counts, &result)
                return result
            }
        }
    }

    private static func scale(_ count: Int?) -> Double { count.map { $0 > 0 ? 1 / Double($0) : 0 } ?? 1 }

    private func check(_ batch: PretrainingBatch) throws(BatchError) {
        let tokens = Int32(batch.tokens.tokens)
        guard batch.masked.count == batch.originals.count,
            batch.masked.allSatisfy({ $0 >= 0 && $0 < tokens })
        else {
            throw BatchError("masked tokens and what stands there do not fit the batch of \(tokens) tokens")
        }
        let words = Int32(configuration.plan.vocabularySize)
        if let word = batch.originals.first(where: { $0 < 0 || $0 >= words }) {
            throw BatchError(
                "a masked token has id \(word); the model's vocabulary holds \(words) ids from 0")
        }
        if pairHead != nil, batch.pairs.count != batch.tokens.rows {
            throw BatchError(
                "the batch says of \(batch.pairs.count) pairs whether they belong together, "
                    + "and has \(batch.tokens.rows)")
        }
    }

    private func context(
        _ batch: PackedTokens, _ plan: TransformerPlan, _ dropout: DropoutKey?
    ) throws -> StepContext {
        let packed = try PackedBatch(
            batch, plan: plan, firstRow: dropout?.firstRow ?? 0, arena: runtime.arena)
        return StepContext(runtime: runtime, batch: packed, dropouts: DropoutPlan(dropout, plan))
    }

    /// Names masked words, and says of pairs whether they belong together.
    ///
    /// - Returns: the gradient of the words' scores, `[masked, V]`: what the model holds for probable.
    @discardableResult
    private func name(
        _ batch: PretrainingBatch, _ encoder: TransformerEncoder, _ pairHead: SequenceHead?,
        _ dropout: DropoutKey?, _ counts: PretrainingBatch.Counts?, _ result: inout PretrainingResult
    ) throws -> Tensor? {
        let read = ReadTokens(batch, withFirsts: pairHead != nil)
        if read.tokens.isEmpty { return nil }
        var context = try context(batch.tokens, encoder.plan, dropout)
        context.wanted = .chosenTokens
        context.chosen = ChosenTokens(read.tokens, of: context.batch, arena: runtime.arena)
        let (states, saved) = try encoder.forward(context, keeps: counts != nil)
        let gradient = counts == nil ? nil : runtime.padded(read.tokens.count, encoder.width, .float32)
        gradient?.all.fillZero()
        if let pairHead {
            try pairs(batch, pairHead, states, read.firsts, context, counts, into: gradient, &result)
        }
        var scores: Tensor?
        if objective == .nextTokens {
            try follow(batch, states, read.masked, counts, into: gradient, &result)
        } else if !batch.masked.isEmpty {
            scores = try words(batch, states, read.masked, counts, into: gradient, &result)
        }
        if let gradient, let saved { try encoder.backward(gradient, saved: saved, context) }
        return scores
    }

    /// Tokens whose scores are held at a time: each has as many as there are words.
    static let followedTokens = 512

    /// Tells what follows each token that is asked for, block by block.
    private func follow(
        _ batch: PretrainingBatch, _ states: PaddedTensor, _ rows: [Int32],
        _ counts: PretrainingBatch.Counts?, into gradient: PaddedTensor?, _ result: inout PretrainingResult
    ) throws {
        let head = NextTokenHead(plan: configuration.plan, parameters: parameters)
        for start in stride(from: 0, to: rows.count, by: Self.followedTokens) {
            let part = start..<min(start + Self.followedTokens, rows.count)
            let mark = runtime.arena.mark
            let places = UnsafePointer(runtime.arena.copy(Array(rows[part])))
            let asked = runtime.padded(part.count, states.all.columns, .float32)
            try Elementwise.gather(states.used, rows: places, into: asked.used)
            let (scores, operand) = try head.forward(asked, runtime)
            let following = Array(batch.originals[part])
            result.words.right += Self.right(scores.used, following)
            result.words.lossSum += try runtime.measure(\.elementwise) {
                // The gradient takes the place of the scores.
                try CrossEntropy.forwardBackward(
                    logits: scores.used, targets: .classes(following), weights: nil,
                    gradientScale: Self.scale(counts?.masked), gradient: scores.used)
            }
            if let gradient {
                let inner = try head.backward(scores, operand: operand, runtime)
                try Elementwise.scatterAdd(inner.used, rows: places, into: gradient.used)
            }
            runtime.arena.release(to: mark)
        }
        result.words.count = rows.count
    }

    private func words(
        _ batch: PretrainingBatch, _ states: PaddedTensor, _ rows: [Int32],
        _ counts: PretrainingBatch.Counts?,
        into gradient: PaddedTensor?, _ result: inout PretrainingResult
    ) throws -> Tensor {
        let places = UnsafePointer(runtime.arena.copy(rows))
        let masked = runtime.padded(batch.masked.count, states.all.columns, .float32)
        try Elementwise.gather(states.used, rows: places, into: masked.used)
        let (scores, saved) = try namer.head.forward(masked, runtime)
        result.words.right = Self.right(scores.used, batch.originals)
        result.words.count = batch.masked.count
        result.words.lossSum = try runtime.measure(\.elementwise) {
            // The gradient takes the place of the scores.
            try CrossEntropy.forwardBackward(
                logits: scores.used, targets: .classes(batch.originals), weights: nil,
                gradientScale: Self.scale(counts?.masked), gradient: scores.used)
        }
        if let gradient {
            let inner = try namer.head.backward(scores, saved: saved, runtime)
            try Elementwise.scatterAdd(inner.used, rows: places, into: gradient.used)
        }
        return scores.used
    }

    private func pairs(
        _ batch: PretrainingBatch, _ head: SequenceHead, _ states: PaddedTensor, _ rows: [Int32],
        _ context: StepContext,
        _ counts: PretrainingBatch.Counts?, into gradient: PaddedTensor?, _ result: inout PretrainingResult
    ) throws {
        var context = context
        context.wanted = .firstTokens
        if configuration.dialect.pretraining.pairs?.hasDropout != true {
            context.dropouts = DropoutPlan(nil, configuration.plan)
        }
        let places = UnsafePointer(runtime.arena.copy(rows))
        let firsts = runtime.padded(batch.tokens.rows, states.all.columns, .float32)
        try Elementwise.gather(states.used, rows: places, into: firsts.used)
        let (scores, saved) = try head.forward(firsts.used, context)
        result.pairs.right = Self.right(scores, batch.pairs)
        result.pairs.count = batch.pairs.count
        result.pairs.lossSum = try CrossEntropy.forwardBackward(
            logits: scores, targets: .classes(batch.pairs), weights: nil,
            gradientScale: Self.scale(counts?.rows), gradient: scores)
        guard let gradient else { return }
        let inner = try head.backward(scores, states: firsts.used, saved: saved, context)
        try Elementwise.scatterAdd(inner.used, rows: places, into: gradient.used)
    }

    /// Finds the tokens that were replaced.
    private func find(
        _ ids: [Int32], _ batch: PretrainingBatch, _ weight: Double, _ dropout: DropoutKey?,
        _ counts: PretrainingBatch.Counts?, _ result: inout PretrainingResult
    ) throws {
        guard let replacedHead else { return }
        var tokens = batch.tokens
        var targets = [Float](repeating: 0, count: tokens.tokens)
        for (number, place) in batch.masked.enumerated() {
            tokens.inputIDs[Int(place)] = ids[number]
            if ids[number] != batch.originals[number] {
                targets[Int(place)] = 1
                result.replacements += 1
            }
        }
        let context = try context(tokens, encoder.plan, dropout)
        let (states, saved) = try encoder.forward(context, keeps: counts != nil)
        let (scores, headSaved) = try replacedHead.forward(states, runtime)
        result.replaced.count = tokens.tokens
        result.replaced.right = targets.indices.count { (scores.floats[$0] > 0) == (targets[$0] > 0.5) }
        let gradient = runtime.arena.tensor(scores.shape)
        result.replaced.lossSum = try BinaryCrossEntropyObjective().loss(
            of: scores, .numbers(targets), weights: nil, gradientScale: weight * Self.scale(counts?.tokens),
            gradient: gradient)
        guard counts != nil, let saved else { return }
        let inner = try replacedHead.backward(gradient, saved: headSaved, runtime)
        try encoder.backward(inner, saved: saved, context)
    }

    /// Rows whose highest score is that of the target.
    private static func right(_ scores: Tensor, _ targets: [Int32]) -> Int {
        let (rows, columns) = (scores.rows, scores.columns)
        var isRight = [Bool](repeating: false, count: rows)
        isRight.withUnsafeMutableBufferPointer { isRight in
            nonisolated(unsafe) let isRight = isRight
            let blocks = (rows + 15) / 16
            Compute.parallel(blocks) { block in
                for row in block * 16..<min(rows, block * 16 + 16) {
                    let start = scores.floats + row * scores.stride
                    let own = start[Int(targets[row])]
                    var above = 0
                    for column in 0..<columns { above &+= start[column] > own ? 1 : 0 }
                    isRight[row] = above == 0
                }
            }
        }
        return isRight.count { $0 }
    }

    /// Draws a word for each masked token by the probabilities that its scores stand for.
    ///
    /// The inverse of the cumulative distribution at one uniform number: the same distribution as the highest of scores to
    /// which Gumbel noise is added, by one draw instead of V.
    /// - Parameters:
    ///   - gradient: of the scores by their cross-entropy, scale · (probability - [is the target]), `[masked, V]`.
    ///   - key: the draws depend on the row's number in the step and the token's in the row, not on how rows are grouped.
    private static func sample(
        _ gradient: Tensor?, _ batch: PretrainingBatch, scale: Double, key: DropoutKey
    ) -> [Int32] {
        guard let gradient else { return [] }
        let rows = gradient.rows
        let uniforms = UniformDraws(key)
        var places: [(row: Int, token: Int)] = []
        places.reserveCapacity(rows)
        var row = 0
        for place in batch.masked {
            while batch.tokens.offsets[row + 1] <= place { row += 1 }
            places.append((row, Int(place - batch.tokens.offsets[row])))
        }
        var ids = [Int32](repeating: 0, count: rows)
        ids.withUnsafeMutableBufferPointer { ids in
            nonisolated(unsafe) let ids = ids
            Compute.parallel((rows + 15) / 16) { block in
                for number in block * 16..<min(rows, block * 16 + 16) {
                    let (row, token) = places[number]
                    ids[number] = draw(
                        gradient.floats + number * gradient.stride, words: gradient.columns,
                        target: Int(batch.originals[number]), scale: scale,
                        at: uniforms[row, token])
                }
            }
        }
        return ids
    }

    private static func draw(
        _ gradient: UnsafePointer<Float>, words: Int, target: Int, scale: Double, at uniform: Double
    ) -> Int32 {
        var left = uniform * scale
        var last = 0
        for word in 0..<words {
            let probability = Double(gradient[word]) + (word == target ? scale : 0)
            if probability <= 0 { continue }
            last = word
            left -= probability
            if left < 0 { break }
        }
        return Int32(last)
    }
}
