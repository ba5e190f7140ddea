import Digests
import Files
package import Models

/// All that decides the features of a row beside its tokens.
package struct FeatureRecipe: Hashable, Sendable {
    /// Digest of the encoder; see ``ModelFolder/encoderDigest(seed:)``.
    package let encoder: String
    package let pooling: StatePooling
    /// What the encoder computes in.
    package let precision: Precision
    /// Numbers of a row.
    package let width: Int
    /// Whose code multiplied, by instructions of which kind: others round otherwise.
    package let products: String

    /// - Parameter products: `nil` for those of this machine.
    package init(
        encoder: String, pooling: StatePooling, precision: Precision, hiddenSize: Int, products: String? = nil
    ) {
        let here = ComputeEnvironment.here
        self.products = products ?? "\(here.multiplier(precision)) for \(here.kernels)"
        self.encoder = encoder
        self.pooling = pooling
        self.precision = precision
        width = pooling.width(hidden: hiddenSize)
    }

    /// Raised when the same would give other numbers.
    private static let revision = 1

    /// Tells features from those of another recipe.
    package var key: String {
        String(
            ContentDigest.of(
                "\(Self.revision) \(encoder) \(pooling.tokens.rawValue) \(pooling.layers) \(precision.rawValue) \(products)"
                    + (pooling.isNormalized ? " normalized" : "")
            ).prefix(32))
    }
}

extension ModelFolder {
    /// Tells the folder's encoder from others: a digest of its configuration and of the files with its weights.
    ///
    /// - Parameter seed: of the random numbers that a folder without weights starts from.
    package func encoderDigest(seed: UInt64) throws -> String {
        var digest = ContentDigest()
        digest.update(Array(configuration.pooled(by: nil).digest(labels: [], problemType: "").utf8))
        if let weightsName {
            var files = try StoredWeights.fileNames(of: weightsName, in: weightsFolder).map {
                weightsFolder + "/" + $0
            }
            if let adapter { files += adapter.files }
            for path in files {
                let file = try MappedFile(path: path)
                digest.update(Array(file.withBytes { ContentDigest.of($0) }.utf8))
            }
        } else {
            digest.update(Array("random numbers of seed \(seed)".utf8))
        }
        return digest.hexadecimal()
    }
}
