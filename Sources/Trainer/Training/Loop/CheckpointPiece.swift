import Digests
import Files
package import Models
import ShardFormat

/// One tensor of a checkpoint, with the owner of its memory where that is not the model or the optimizer.
package struct CheckpointPiece {
    let name: String
    let type: SafetensorsType
    let bytes: UnsafeRawBufferPointer
    private let owner: CopiedBytes?

    private init(_ name: String, _ type: SafetensorsType, _ bytes: UnsafeRawBufferPointer) {
        (self.name, self.type, self.bytes, owner) = (name, type, bytes, nil)
    }

    /// Weights and both moments of a set of parameters.
    ///
    /// - Parameter prefix: before their names, where a run has several sets.
    package static func numbers(
        of parameters: ParameterSet, _ optimizer: AdamW, prefix: String = ""
    ) -> [CheckpointPiece] {
        [
            CheckpointPiece(prefix + "weights", .float32, UnsafeRawBufferPointer(parameters.values)),
            CheckpointPiece(
                prefix + "first_moments", .float32, UnsafeRawBufferPointer(optimizer.firstMoments)),
            CheckpointPiece(
                prefix + "second_moments", .float32, UnsafeRawBufferPointer(optimizer.secondMoments)),
        ]
    }

    init<Scalar: SafetensorsScalar>(_ name: String, copying values: [Scalar]) {
        let copy = CopiedBytes(values.withUnsafeBytes(Array.init))
        (self.name, type, bytes, owner) = (name, Scalar.safetensorsType, copy.bytes, copy)
    }
}

/// Keys of a checkpoint's metadata.
enum CheckpointKey {
    static let version = "splitvote.checkpoint"
    static let currentVersion = "2"
    static let state = "splitvote.state"
    static let identity = "splitvote.identity"
    static let optimizerSteps = "splitvote.optimizer_steps"
    static let checksum = "splitvote.checksum"

    /// Digest of all metadata but itself and the pieces' bytes in order.
    ///
    /// - Parameter file: the mapped file that the pieces are in, if they do.
    static func digest(
        of pieces: [UnsafeRawBufferPointer], _ metadata: [String: String], in file: MappedFile? = nil
    ) -> String {
        var digest = ContentDigest()
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != checksum {
            digest.update(Array("\(key)\0\(value)\0".utf8))
        }
        for piece in pieces {
            if let file { file.read(piece) { part, _ in digest.update(part) } } else { digest.update(piece) }
        }
        return digest.hexadecimal()
    }
}

extension StepHistory {
    private enum Name {
        static let losses = "history.loss"
        static let accuracies = "history.accuracy"
        static let rates = "history.learning_rate"
        static let norms = "history.gradient_norm"
        static let tokens = "history.tokens"
    }

    var pieces: [CheckpointPiece] {
        [
            CheckpointPiece(Name.losses, copying: losses),
            CheckpointPiece(Name.accuracies, copying: accuracies),
            CheckpointPiece(Name.rates, copying: learningRates),
            CheckpointPiece(Name.norms, copying: gradientNorms),
            CheckpointPiece(Name.tokens, copying: tokens),
        ]
    }

    init(_ view: SafetensorsView) throws {
        losses = try view.vector(Name.losses).copied()
        accuracies = try view.vector(Name.accuracies).copied()
        learningRates = try view.vector(Name.rates).copied()
        gradientNorms = try view.vector(Name.norms).copied()
        tokens = try view.vector(Name.tokens).copied()
    }
}
