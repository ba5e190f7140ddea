import JSON

extension Trainer {
    /// Saves everything that is needed to continue as one safetensors file, whole or not at all.
    ///
    /// Holds the weights and both moments as they are in memory, the curves so far, and in its metadata the state,
    /// what the run is made of, and a checksum over all of it.
    package func saveCheckpoint(to path: String) throws {
        try CheckpointFile.write(
            path, numbers + state.history.pieces,
            metadata: [
                CheckpointKey.state: String(decoding: try JSONCoding.bytes(of: state), as: UTF8.self),
                CheckpointKey.identity: String(decoding: try JSONCoding.bytes(of: identity), as: UTF8.self),
                CheckpointKey.optimizerSteps: String(optimizer.stepCount),
            ])
    }

    /// Goes back to a saved state of this very run.
    ///
    /// - Throws: ``TrainingError/checkpoint(_:)`` when the file is damaged or of another run; the trainer is then
    ///   as it was before.
    package func restore(from path: String) throws {
        let file = try CheckpointFile(path)
        var state: TrainingState = try file.value(CheckpointKey.state)
        let saved: RunIdentity = try file.value(CheckpointKey.identity)
        if let difference = try identity.difference(from: saved) {
            throw TrainingError.checkpoint(
                "checkpoint \(path) is of another run: \(difference). Remove it to start over")
        }
        state.history = try file.history()
        let optimizerSteps = Int(file.text(CheckpointKey.optimizerSteps))
        try file.restore(
            numbers, others: state.history.pieces,
            isPossible: (0...totalSteps).contains(state.step) && state.history.count == state.step
                && optimizerSteps != nil)
        optimizer.stepCount = optimizerSteps ?? 0
        self.state = state
    }

    /// The numbers of a checkpoint that are copied back.
    private var numbers: [CheckpointPiece] {
        [
            CheckpointPiece("weights", .float32, UnsafeRawBufferPointer(model.parameters.values)),
            CheckpointPiece("first_moments", .float32, UnsafeRawBufferPointer(optimizer.firstMoments)),
            CheckpointPiece("second_moments", .float32, UnsafeRawBufferPointer(optimizer.secondMoments)),
        ]
    }
}
