import Digests
import Foundation
import JSON

/// What a finished training leaves beside its model in `training.json`, so that the very same training is not done
/// twice.
struct TrainingRecord: Hashable, Codable {
    private(set) var format = Self.currentFormat
    private(set) var version = Self.currentVersion
    /// Digest of everything that decides the model.
    let identity: String
    let seed: UInt64
    let method: TrainingOptions.Method
    let summary: TrainingSummary

    private static let currentFormat = "splitvote-training"
    /// 2: the identity tells the names of the classes, the task and the configuration.
    private static let currentVersion = 2

    init(_ identity: RunIdentity, _ summary: TrainingSummary) throws {
        let bytes = try JSONCoding.bytes(of: identity)
        self.identity = ContentDigest.of(bytes)
        seed = identity.options.seed
        method = identity.options.method
        self.summary = summary
    }

    var encoded: [UInt8] {
        get throws { try JSONCoding.bytes(of: self, isIndented: true) }
    }

    /// What is in a model's folder.
    enum Found {
        /// Nothing that can be read, or the record of another training.
        case nothing
        /// The record of this very training.
        case same(TrainingSummary)
        /// A record that does not say enough; why.
        case former(String)
    }

    static func find(in folder: String, of identity: RunIdentity) throws -> Found {
        let path = folder + "/" + FineTuning.recordName
        guard let data = FileManager.default.contents(atPath: path),
            let record = try? JSONCoding.value(TrainingRecord.self, from: data)
        else { return .nothing }
        guard record.version >= currentVersion else {
            return .former(
                "\(path) is of an earlier version and does not say which names of classes, task and configuration the "
                    + "model was trained with: it is trained again")
        }
        return record == (try TrainingRecord(identity, record.summary)) ? .same(record.summary) : .nothing
    }
}
