import Files
import JSON
import ShardFormat

extension Trainer {
    /// Saves everything that is needed to continue as one safetensors file, whole or not at all.
    ///
    /// Holds the weights and both moments as they are in memory, the curves so far, and in its metadata the state,
    /// what the run is made of, and a checksum over all of it.
    package func saveCheckpoint(to path: String) throws {
        let pieces = checkpointPieces
        defer { withExtendedLifetime(pieces) {} }
        var metadata = [
            "format": "pt", CheckpointKey.version: CheckpointKey.currentVersion,
            CheckpointKey.state: String(decoding: try JSONCoding.bytes(of: state), as: UTF8.self),
            CheckpointKey.identity: String(decoding: try JSONCoding.bytes(of: identity), as: UTF8.self),
            CheckpointKey.optimizerSteps: String(optimizer.stepCount),
        ]
        metadata[CheckpointKey.checksum] = CheckpointKey.digest(of: pieces.map(\.bytes), metadata)
        let layout = try SafetensorsLayout(
            pieces.map {
                SafetensorsDeclaration($0.name, $0.type, shape: [$0.bytes.count / $0.type.byteCount])
            },
            metadata: metadata)
        try DurableFile.write(path) { sink in
            try withoutActuallyEscaping(sink) { sink in
                var writer = try SafetensorsWriter(layout, to: sink)
                for entry in layout.entries {
                    for piece in pieces where piece.name == entry.name {
                        try writer.write(piece.bytes, to: piece.name)
                    }
                }
                try writer.finish()
            }
        }
    }

    /// Goes back to a saved state of this very run.
    ///
    /// - Throws: ``TrainingError/checkpoint(_:)`` when the file is damaged or of another run; the trainer is then
    ///   as it was before.
    package func restore(from path: String) throws {
        let file = try MappedFile(path: path)
        defer { withExtendedLifetime(file) {} }
        let view: SafetensorsView
        do {
            view = try SafetensorsView(file.bytes)
        } catch {
            throw TrainingError.checkpoint("checkpoint \(path): \(error). Remove it to start over")
        }
        var (state, savedIdentity) = try readState(view, path)
        if let difference = try identity.difference(from: savedIdentity) {
            throw TrainingError.checkpoint(
                "checkpoint \(path) is of another run: \(difference). Remove it to start over")
        }
        let pieces = checkpointPieces
        defer { withExtendedLifetime(pieces) {} }
        let fixed = pieces.prefix(3)
        for piece in fixed where view.header[piece.name]?.range.count != piece.bytes.count {
            throw TrainingError.checkpoint(
                "checkpoint \(path): '\(piece.name)' is missing or has another size")
        }
        let stored = try pieces.map { try view.tensor($0.name).bytes }
        let checksum = CheckpointKey.digest(of: stored, view.metadata, in: file)
        state.history = try StepHistory(view)
        guard checksum == view.metadata[CheckpointKey.checksum], (0...totalSteps).contains(state.step),
            state.history.count == state.step,
            let optimizerSteps = Int(view.metadata[CheckpointKey.optimizerSteps] ?? "")
        else {
            throw TrainingError.checkpoint(
                "checkpoint \(path) is damaged: wrong checksum. Remove it to start over")
        }
        for (piece, bytes) in zip(fixed, stored) {
            file.read(bytes) { part, offset in
                let place = UnsafeRawBufferPointer(rebasing: piece.bytes[offset..<offset + part.count])
                UnsafeMutableRawBufferPointer(mutating: place).copyMemory(from: part)
            }
        }
        optimizer.stepCount = optimizerSteps
        self.state = state
    }

    private func readState(_ view: SafetensorsView, _ path: String) throws -> (TrainingState, RunIdentity) {
        let version = view.metadata[CheckpointKey.version] ?? "none"
        guard version == CheckpointKey.currentVersion else {
            throw TrainingError.checkpoint(
                "checkpoint \(path) has version \(version); this program reads version "
                    + "\(CheckpointKey.currentVersion). Remove it to start over")
        }
        func decode<Value: Decodable>(_ key: String) throws -> Value {
            do {
                return try JSONCoding.value(from: (view.metadata[key] ?? "").utf8)
            } catch {
                throw TrainingError.checkpoint(
                    "checkpoint \(path): unreadable '\(key)'. Remove it to start over")
            }
        }
        return (try decode(CheckpointKey.state), try decode(CheckpointKey.identity))
    }

    /// The numbers of a checkpoint: first the three that are copied back, then the curves.
    private var checkpointPieces: [CheckpointPiece] {
        [
            CheckpointPiece("weights", .float32, UnsafeRawBufferPointer(model.parameters.values)),
            CheckpointPiece("first_moments", .float32, UnsafeRawBufferPointer(optimizer.firstMoments)),
            CheckpointPiece("second_moments", .float32, UnsafeRawBufferPointer(optimizer.secondMoments)),
        ] + state.history.pieces
    }
}
