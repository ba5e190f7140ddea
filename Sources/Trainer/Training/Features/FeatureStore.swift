import Digests
import Files
import Foundation
import Models
import ShardFormat
import TextBasics

/// What a frozen model makes of each row, computed once and kept in files, so that a killed run continues with the rows
/// that are left.
///
/// The features are what the classifier reads, without dropout.
struct FeatureStore {
    /// Rows of one file.
    static let blockRows = 512

    private let folder: String
    private let model: any TrainableModel

    /// - Parameters:
    ///   - precision: what the model computes in.
    ///   - folder: for the files of this very model, by its weights, configuration and precision; made where it does not
    ///     exist.
    init(_ model: any TrainableModel, precision: Precision, folder: String) throws {
        self.model = model
        let weights = ContentDigest.of(UnsafeRawBufferPointer(model.parameters.values))
        // The names of the classes decide no feature.
        let configuration = model.configuration.digest(labels: [], problemType: "")
        let identity = ContentDigest.of("\(weights) \(configuration) \(precision.rawValue)").prefix(16)
        self.folder = "\(folder)/features-\(identity)"
        try Disk.makeFolder(self.folder)
    }

    /// Features of all rows, `[rows, hidden]`, row-major.
    ///
    /// - Parameters:
    ///   - progress: called with the rows that are done.
    ///   - shouldStop: asked before each block.
    /// - Returns: nil when it was asked to stop.
    func features(
        of rows: TokenRows, progress: (Int) throws -> Void, shouldStop: () -> Bool
    ) throws -> [Float]? {
        let name = rows.digest.prefix(16)
        var features: [Float] = []
        features.reserveCapacity(rows.count * model.configuration.plan.hiddenSize)
        for start in stride(from: 0, to: rows.count, by: Self.blockRows) {
            if shouldStop() { return nil }
            let range = start..<min(start + Self.blockRows, rows.count)
            let path = "\(folder)/\(name)-\(start).safetensors"
            if let stored = try? read(path, rows: range.count) {
                features += stored
            } else {
                let block = try compute(rows, range)
                try write(block, to: path)
                features += block
            }
            try progress(range.upperBound)
        }
        return features
    }

    /// In batches of similar length, put back into the order of the rows.
    private func compute(_ rows: TokenRows, _ range: Range<Int>) throws -> [Float] {
        let width = model.configuration.plan.hiddenSize
        var features = [Float](repeating: 0, count: range.count * width)
        let order = range.sorted { (rows.length(of: $1), $0) < (rows.length(of: $0), $1) }
        for start in stride(from: 0, to: order.count, by: 32) {
            let batch = order[start..<min(start + 32, order.count)]
            let found = try model.features(rows.batch(batch))
            for (place, row) in batch.enumerated() {
                for column in 0..<width {
                    features[(row - range.lowerBound) * width + column] = found[place * width + column]
                }
            }
        }
        return features
    }

    private func write(_ features: [Float], to path: String) throws {
        let sum = features.withUnsafeBytes { ContentDigest.of($0) }
        let layout = try SafetensorsLayout(
            [SafetensorsDeclaration("features", .float32, shape: [features.count])],
            metadata: ["format": "pt", CheckpointKey.checksum: sum])
        try DurableFile.write(path) { sink in
            try layout.headerBytes.withUnsafeBytes(sink)
            try features.withUnsafeBytes(sink)
        }
    }

    /// - Throws: when there is no such file, or it is damaged.
    private func read(_ path: String, rows: Int) throws -> [Float] {
        let file = try MappedFile(path: path)
        defer { withExtendedLifetime(file) {} }
        let view = try SafetensorsView(file.bytes)
        let values: SafetensorsVector<Float> = try view.vector("features")
        let features = values.copied()
        let sum = features.withUnsafeBytes { ContentDigest.of($0) }
        guard features.count == rows * model.configuration.plan.hiddenSize,
            sum == view.metadata[CheckpointKey.checksum]
        else { throw TrainingError.file(path: path, problem: "is damaged") }
        return features
    }
}
