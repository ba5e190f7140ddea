internal import Digests
internal import JSON
internal import MessagePassing
internal import Models

extension TrainingOptions {
    /// Rows of a block where several processes train and nothing else was said.
    package static let standardBlockRows = 8
}

extension Trainer {
    /// - Throws: ``TrainingError`` for what several processes, or blocks of rows, cannot do.
    static func checkBlocks(
        _ options: TrainingOptions, _ training: TokenRows, _ communicator: any Communicator, isTaught: Bool
    ) throws(TrainingError) {
        if options.blockRows != nil, isTaught {
            throw .advised(
                "a student learns from all rows of a step at once, and block_rows takes them in blocks",
                hint: "leave block_rows out, or train without teachers")
        }
        if communicator.isAlone { return }
        guard let blockRows = options.blockRows else {
            throw .options(["several processes share the blocks of a step; set block_rows"])
        }
        let rows = min(options.batchSize, training.count)
        let plan = BlockPlan(rows: rows, blockRows: blockRows, processes: communicator.size)
        guard plan.count >= communicator.size else {
            throw .advised(
                "\(communicator.size) processes have nothing to share in a step of \(rows) rows, which has \(plan.count) "
                    + "block\(plan.count == 1 ? "" : "s") of \(blockRows) rows",
                hint: "start at most \(plan.count), raise batch_size, or lower block_rows")
        }
    }

    /// Finds out whether all processes train the same, and on processors that compute the same.
    /// - Throws: ``TrainingError/model(_:)`` that says what differs.
    func checkAgreement() throws {
        if communicator.isAlone { return }
        let identities = try communicator.gather(JSONCoding.bytes(of: identity))
        let processors = try communicator.gather(Array(ComputeEnvironment.deciding(options).utf8))
        for rank in 1..<communicator.size {
            let theirs: RunIdentity = try JSONCoding.value(from: identities[rank])
            let leaders: RunIdentity = try JSONCoding.value(from: identities[0])
            if let difference = try theirs.difference(from: leaders) {
                throw TrainingError.advised(
                    "process \(rank) trains something else than process 0: \(difference)",
                    hint:
                        "start all of them with the same arguments, on the same files, or set \(MPILauncher.variable)=off, "
                        + "and each trains on its own")
            }
            if processors[rank] != processors[0] {
                let (here, there) = (
                    String(decoding: processors[rank], as: UTF8.self),
                    String(decoding: processors[0], as: UTF8.self)
                )
                throw TrainingError.advised(
                    "process \(rank) computes with \(here), process 0 with \(there): the bits of a sum would depend on which of "
                        + "them computes what",
                    hint: "use machines of one kind, with the same --threads")
            }
        }
    }

    /// Finds out whether all processes still have the same weights.
    func checkWeights() throws {
        if communicator.isAlone { return }
        let own = ContentDigest.of(UnsafeRawBufferPointer(model.parameters.values))
        let all = try communicator.gather(Array(own.utf8))
        guard let rank = all.firstIndex(where: { $0 != all[0] }) else { return }
        throw TrainingError.advised(
            "after step \(state.step) the weights of process \(rank) are not those of process 0",
            hint: "look for a machine that computes wrong, and run again: the last checkpoint is from before")
    }

    /// Gives the leader's state to the other processes, which read no checkpoint.
    func shareState() throws {
        if communicator.isAlone { return }
        let own = SharedState(state: state, optimizerSteps: moved.stepCount)
        let theirs: SharedState = try JSONCoding.value(
            from: communicator.broadcast(JSONCoding.bytes(of: own)))
        if theirs.state.step == 0 { return }
        if !communicator.isLeader {
            (state, moved.stepCount) = (theirs.state, theirs.optimizerSteps)
        }
        for numbers in moved.shared {
            try communicator.broadcast(UnsafeMutableRawBufferPointer(numbers))
        }
    }
}

/// How far a run has come, without its curves, which the leader alone keeps.
private struct SharedState: Codable {
    let state: TrainingState
    let optimizerSteps: Int
}

extension ComputeEnvironment {
    /// What the bits of a sum depend on, beside its numbers.
    fileprivate static func deciding(_ options: TrainingOptions) -> String {
        let facts = here
        let text =
            "\(facts.instructionSet), kernels for \(facts.kernels), products by \(facts.multiplier(options.precision))"
        return computesRowsAlone(options.precision) ? text : "\(text), \(options.threads) threads"
    }
}

extension Communicator {
    /// The results of all blocks of a step, added up in their order.
    ///
    /// - Parameters:
    ///   - parts: of this process's blocks, in order.
    ///   - batch: of all blocks.
    func gathered(
        _ parts: [StepResult], _ plan: BlockPlan, of batch: PackedTokens, scoreCount: Int
    ) throws(CommunicationError) -> StepResult {
        func scores(of block: Int) -> Int {
            batch.answers(ofRows: plan.rows(of: block)).count * scoreCount
        }
        let own = parts.flatMap { [$0.lossSum, $0.weightSum] + $0.logits.map { Double($0) } }
        let counts = (0..<size).map { process in
            8 * plan.blocks(of: process).reduce(0) { $0 + 2 + scores(of: $1) }
        }
        var all = [Double](repeating: 0, count: counts.reduce(0, +) / 8)
        try gather(own, into: &all, counts)
        var whole = StepResult(lossSum: 0, weightSum: 0, logits: [], rows: plan.rows, tokens: batch.tokens)
        var next = all[...]
        for block in 0..<plan.count {
            whole.lossSum += next.removeFirst()
            whole.weightSum += next.removeFirst()
            let count = scores(of: block)
            whole.logits += next.prefix(count).map { Float($0) }
            next = next.dropFirst(count)
        }
        return whole
    }
}
