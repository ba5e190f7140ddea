extension Trainer {
    /// Saves everything that is needed to continue as one safetensors file, whole or not at all.
    ///
    /// Holds the weights and both moments as they are in memory, the curves so far, and in its metadata the state,
    /// what the run is made of, and a checksum over all of it.
    package func saveCheckpoint(to path: String) throws {
        try CheckpointFile.write(
            path, moved.numbers, state: state, identity: identity, optimizerSteps: moved.stepCount)
    }

    /// Goes back to a saved state of this very run.
    ///
    /// - Throws: ``TrainingError/checkpoint(_:)`` when the file is damaged or of another run; the trainer is then
    ///   as it was before.
    package func restore(from path: String) throws {
        (state, moved.stepCount) = try CheckpointFile(path).restore(moved.numbers, lastStep: totalSteps) {
            try identity.difference(from: $0)
        }
    }
}
