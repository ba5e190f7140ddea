import Files
import JSON
import ShardFormat

/// How far a run has come, as its checkpoint keeps it.
package protocol CheckpointState: Codable {
    /// Steps taken.
    var step: Int { get }
    /// The curves, kept as numbers beside the rest; one entry a step.
    var history: StepHistory { get set }
}

/// A file with everything that a run needs to continue: numbers, and in its metadata the state, what the run is made of, and
/// a checksum over all of it.
package struct CheckpointFile {
    private let path: String
    private let file: MappedFile
    private let view: SafetensorsView

    /// Saves a checkpoint, whole or not at all.
    ///
    /// - Parameters:
    ///   - numbers: weights and moments, as they are in memory.
    ///   - identity: what the run is made of; a checkpoint of another run is refused.
    package static func write(
        _ path: String, _ numbers: [CheckpointPiece], state: some CheckpointState, identity: some Encodable,
        optimizerSteps: Int
    ) throws {
        let pieces = numbers + state.history.pieces
        defer { withExtendedLifetime(pieces) {} }
        var metadata = [
            "format": "pt", CheckpointKey.version: CheckpointKey.currentVersion,
            CheckpointKey.state: String(decoding: try JSONCoding.bytes(of: state), as: UTF8.self),
            CheckpointKey.identity: String(decoding: try JSONCoding.bytes(of: identity), as: UTF8.self),
            CheckpointKey.optimizerSteps: String(optimizerSteps),
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

    /// Opens a checkpoint.
    /// - Throws: ``TrainingError/checkpoint(_:)`` for another kind of file, or another version of this one.
    package init(_ path: String) throws {
        self.path = path
        file = try MappedFile(path: path)
        do {
            view = try SafetensorsView(file.bytes)
        } catch {
            throw TrainingError.checkpoint("checkpoint \(path): \(error). Remove it to start over")
        }
        let version = view.metadata[CheckpointKey.version] ?? "none"
        guard version == CheckpointKey.currentVersion else {
            throw TrainingError.checkpoint(
                "checkpoint \(path) has version \(version); this program reads version "
                    + "\(CheckpointKey.currentVersion). Remove it to start over")
        }
    }

    /// Copies numbers back, if all is as it was saved and of the same run.
    ///
    /// - Parameters:
    ///   - numbers: where weights and moments are.
    ///   - lastStep: of the run.
    ///   - difference: what the run differs in from the saved one; nil if in nothing.
    /// - Returns: the state, and the steps that the optimizer had taken.
    /// - Throws: ``TrainingError/checkpoint(_:)``; nothing was changed then.
    package func restore<State: CheckpointState, Identity: Decodable>(
        _ numbers: [CheckpointPiece], lastStep: Int, difference: (Identity) throws -> String?
    ) throws -> (state: State, optimizerSteps: Int) {
        var state: State = try value(CheckpointKey.state)
        if let difference = try difference(value(CheckpointKey.identity)) {
            throw TrainingError.checkpoint(
                "checkpoint \(path) is of another run: \(difference). Remove it to start over")
        }
        state.history = try StepHistory(view)
        let curves = state.history.pieces
        defer { withExtendedLifetime((file, numbers, curves)) {} }
        for piece in numbers where view.header[piece.name]?.range.count != piece.bytes.count {
            throw TrainingError.checkpoint(
                "checkpoint \(path): '\(piece.name)' is missing or has another size")
        }
        let stored = try (numbers + curves).map { try view.tensor($0.name).bytes }
        let checksum = CheckpointKey.digest(of: stored, view.metadata, in: file)
        guard checksum == view.metadata[CheckpointKey.checksum], (0...lastStep).contains(state.step),
            state.history.count == state.step,
            let optimizerSteps = Int(view.metadata[CheckpointKey.optimizerSteps] ?? "")
        else {
            throw TrainingError.checkpoint(
                "checkpoint \(path) is damaged: wrong checksum. Remove it to start over")
        }
        for (piece, bytes) in zip(numbers, stored) {
            file.read(bytes) { part, offset in
                let place = UnsafeRawBufferPointer(rebasing: piece.bytes[offset..<offset + part.count])
                UnsafeMutableRawBufferPointer(mutating: place).copyMemory(from: part)
            }
        }
        return (state, optimizerSteps)
    }

    private func value<Value: Decodable>(_ key: String) throws -> Value {
        do {
            return try JSONCoding.value(from: (view.metadata[key] ?? "").utf8)
        } catch {
            throw TrainingError.checkpoint(
                "checkpoint \(path): unreadable '\(key)'. Remove it to start over")
        }
    }
}
