import Foundation

/// What a finished training leaves beside its model, so that the very same training is not done twice.
struct TrainingRecord: Codable {
    var identity: RunIdentity
    var summary: TrainingSummary

    var encoded: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return try Array(encoder.encode(self)) + [0x0A]
        }
    }

    /// The record in a model's folder; nil where there is none that can be read.
    static func read(_ folder: String) -> TrainingRecord? {
        guard let data = FileManager.default.contents(atPath: folder + "/" + FineTuning.recordName) else {
            return nil
        }
        return try? JSONDecoder().decode(TrainingRecord.self, from: data)
    }
}
