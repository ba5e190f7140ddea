import Files
import JSON
import ShardFormat

/// A file with everything that a run needs to continue: numbers, and in its metadata what they are and a checksum over
/// all of it.
package struct CheckpointFile {
    private let path: String
    private let file: MappedFile
    private let view: SafetensorsView

    /// Saves a checkpoint, whole or not at all.
    ///
    /// - Parameters:
    ///   - metadata: beside the format's own keys.
    package static func write(
        _ path: String, _ pieces: [CheckpointPiece], metadata: [String: String]
    ) throws {
        defer { withExtendedLifetime(pieces) {} }
        var metadata = metadata.merging(["format": "pt", CheckpointKey.version: CheckpointKey.currentVersion])
        { $1 }
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

    /// The text under a key of the metadata; empty if there is none.
    package func text(_ key: String) -> String { view.metadata[key] ?? "" }

    /// The JSON value under a key of the metadata.
    package func value<Value: Decodable>(_ key: String) throws -> Value {
        do {
            return try JSONCoding.value(from: text(key).utf8)
        } catch {
            throw TrainingError.checkpoint(
                "checkpoint \(path): unreadable '\(key)'. Remove it to start over")
        }
    }

    /// The curves that were saved.
    package func history() throws -> StepHistory { try StepHistory(view) }

    /// Copies numbers back, if all is as it was saved.
    ///
    /// - Parameters:
    ///   - fixed: what is copied back.
    ///   - others: what is checked only.
    ///   - isPossible: whether what the metadata says can be.
    /// - Throws: ``TrainingError/checkpoint(_:)``; nothing was changed then.
    package func restore(
        _ fixed: [CheckpointPiece], others: [CheckpointPiece], isPossible: Bool
    ) throws {
        defer { withExtendedLifetime((file, fixed, others)) {} }
        for piece in fixed where view.header[piece.name]?.range.count != piece.bytes.count {
            throw TrainingError.checkpoint(
                "checkpoint \(path): '\(piece.name)' is missing or has another size")
        }
        let stored = try (fixed + others).map { try view.tensor($0.name).bytes }
        let checksum = CheckpointKey.digest(of: stored, view.metadata, in: file)
        guard checksum == view.metadata[CheckpointKey.checksum], isPossible else {
            throw TrainingError.checkpoint(
                "checkpoint \(path) is damaged: wrong checksum. Remove it to start over")
        }
        for (piece, bytes) in zip(fixed, stored) {
            file.read(bytes) { part, offset in
                let place = UnsafeRawBufferPointer(rebasing: piece.bytes[offset..<offset + part.count])
                UnsafeMutableRawBufferPointer(mutating: place).copyMemory(from: part)
            }
        }
    }
}
