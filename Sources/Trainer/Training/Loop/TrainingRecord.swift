import Foundation
import JSON
import TextBasics

/// What a finished training leaves beside its model in `training.json`, so that the very same training is not done
/// twice.
struct TrainingRecord: Hashable, Codable {
    private(set) var format = Self.currentFormat
    private(set) var version = 1
    /// Checksum over everything that decides the model.
    let identity: String
    let seed: UInt64
    let method: TrainingOptions.Method
    let summary: TrainingSummary

    private static let currentFormat = "splitvote-training"

    init(_ identity: RunIdentity, _ summary: TrainingSummary) throws {
        let bytes = try JSONCoding.bytes(of: identity)
        self.identity = bytes.withUnsafeBytes { Hexadecimal.text(Checksum.of($0)) }
        seed = identity.options.seed
        method = identity.options.method
        self.summary = summary
    }

    var encoded: [UInt8] {
        get throws { try JSONCoding.bytes(of: self, isIndented: true) }
    }

    /// The summary in a model's folder, where it is of this very training; nil if it is not, or cannot be read.
    static func summary(in folder: String, of identity: RunIdentity) throws -> TrainingSummary? {
        guard let data = FileManager.default.contents(atPath: folder + "/" + FineTuning.recordName),
            let record = try? JSONCoding.value(TrainingRecord.self, from: data)
        else { return nil }
        return record == (try TrainingRecord(identity, record.summary)) ? record.summary : nil
    }
}
