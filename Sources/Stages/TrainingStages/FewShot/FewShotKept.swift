private import Foundation
internal import StageKit

/// Scores of fits that train a whole model, kept while the stage works, so that a killed run continues with those that are left.
struct FewShotKept {
    /// One fit.
    struct Place {
        let method: FewShotMethod
        let count: Int
        let seed: Int
    }

    private let folder: String
    /// Sides that each fit is scored on.
    private let sides: Int

    /// - Parameter folder: of this very stage with these parameters and inputs.
    init(folder: String, sides: Int) {
        self.folder = folder + "/fits"
        self.sides = sides
    }

    /// Fits that are kept.
    var count: Int { (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0 }

    /// The kept scores of a fit, or those that `compute` finds.
    func scores(
        _ place: Place, _ compute: () throws -> [FewShotRuns.Scored]
    ) throws -> [FewShotRuns.Scored] {
        guard place.method.startsFromModel else { return try compute() }
        let path = "\(folder)/\(place.method.rawValue)-\(place.count)-\(place.seed).json"
        if let scores = read(path) { return scores }
        let scores = try compute()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let lines = scores.map { JSONValue.array([.number($0.accuracy), .number($0.macroF1)]) }
        let file = try FileWriter(path: path)
        try file.write(Array(JSONValue.array(lines).canonicalText.utf8))
        try file.finish()
        return scores
    }

    /// - Returns: nil for what is not there or not whole, which is computed again.
    private func read(_ path: String) -> [FewShotRuns.Scored]? {
        guard let data = FileManager.default.contents(atPath: path),
            let lines = (try? JSONValue(parsing: data))?.arrayValue, lines.count == sides
        else { return nil }
        let scores = lines.compactMap { line -> FewShotRuns.Scored? in
            let numbers = line.arrayValue?.compactMap(\.doubleValue) ?? []
            return numbers.count == 2
                ? FewShotRuns.Scored(accuracy: numbers[0], macroF1: numbers[1]) : nil
        }
        return scores.count == sides ? scores : nil
    }
}
