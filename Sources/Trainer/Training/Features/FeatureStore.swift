import Digests
import Files
import Foundation
package import Models
import ShardFormat
import TextBasics

/// What a frozen model makes of each row, computed once and kept in files, so that a killed run continues with the rows
/// that are left.
///
/// The features are what the classifier reads, without dropout.
package struct FeatureStore {
    /// Rows of one file.
    static let blockRows = 512

    private let folder: String
    private let model: any TrainableModel
    private var width: Int { model.configuration.featureWidth }

    /// - Parameters:
    ///   - precision: what the model computes in.
    ///   - folder: for the files of this very model, by its weights, configuration and precision; made where it does not
    ///     exist.
    package init(_ model: any TrainableModel, precision: Precision, folder: String) throws {
        self.model = model
        let weights = ContentDigest.of(UnsafeRawBufferPointer(model.parameters.values))
        // The names of the classes decide no feature.
        let configuration = model.configuration.digest(labels: [], problemType: "")
        let identity = ContentDigest.of("\(weights) \(configuration) \(precision.rawValue)").prefix(16)
        self.folder = "\(folder)/features-\(identity)"
        try Disk.makeFolder(self.folder)
    }

    /// Features of rows, `[rows, features]`, row-major.
    ///
    /// - Parameters:
    ///   - places: numbers of the rows, in the order of the result; all of them if it is left out.
    ///   - progress: called with the rows that are done.
    ///   - shouldStop: asked before each block.
    /// - Returns: nil when it was asked to stop.
    package func features(
        of rows: TokenRows, only places: [Int]? = nil, progress: (Int) throws -> Void, shouldStop: () -> Bool
    ) throws -> [Float]? {
        let places = places ?? Array(0..<rows.count)
        var features: [Float] = []
        features.reserveCapacity(places.count * width)
        for start in stride(from: 0, to: places.count, by: Self.blockRows) {
            if shouldStop() { return nil }
            let block = places[start..<min(start + Self.blockRows, places.count)]
            let path = "\(folder)/\(rows.digest(of: block).prefix(16)).safetensors"
            if let stored: [Float] = CheckedNumbers.read(path, named: "features", count: block.count * width)
            {
                features += stored
            } else {
                let computed = try FeatureBatches.features(of: model, lengths: block.map(rows.length(of:))) {
                    rows.batch($0.map { block[block.startIndex + $0] })
                }
                try CheckedNumbers.write(computed, named: "features", to: path)
                features += computed
            }
            try progress(block.endIndex)
        }
        return features
    }
}
