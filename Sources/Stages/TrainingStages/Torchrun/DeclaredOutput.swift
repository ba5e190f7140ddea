private import Foundation
package import StageKit
internal import Training

/// What a program of the user's may be said to make, beside files: artifacts that other stages take. They are checked when the
/// program has ended.
package enum DeclaredOutput: String, CaseIterable, Sendable {
    case model = "model-v1"
    case shards = "shards-v1"

    /// Checks what a program made. A model is taken over as ``ImportModelStage`` does it: with the cleaning, the tokenizer and
    /// the labels of the shards that the program was given.
    /// - Parameters:
    ///   - name: the folder below the output folder.
    ///   - inputs: what the program was given.
    /// - Returns: the artifact, and what there is to report of it.
    /// - Throws: ``/StageKit/StageError`` that says what is missing or does not fit.
    package func take(
        _ name: String, from inputs: [InputArtifact], _ context: StageContext
    ) throws -> (output: StageOutput, figures: JSONValue) {
        let folder = context.outputFolder + "/" + name
        let needed = self == .model ? "config.json" : "manifest.json"
        guard FileManager.default.fileExists(atPath: folder + "/" + needed) else {
            throw StageError(
                "the program has made no \(name)/\(needed), so '\(name)' is not of type \(rawValue)",
                hint: self == .model
                    ? "let it write a Hugging Face folder into {output}/\(name)"
                    : "let it write token shards with their manifest into {output}/\(name)")
        }
        switch self {
        case .model: return try TrainingFailure.asStageError { try model(name, folder, inputs, context) }
        case .shards: return try TrainingFailure.asStageError { try shards(name, folder, inputs) }
        }
    }

    private func model(
        _ name: String, _ folder: String, _ inputs: [InputArtifact], _ context: StageContext
    ) throws -> (output: StageOutput, figures: JSONValue) {
        let given = inputs.filter { $0.type == Self.shards.rawValue }
        guard let data = given.first, given.count == 1 else {
            throw Self.problem(of: name, shards: given.count)
        }
        // Beside the output folder, so that a failure leaves nothing half taken over.
        let taken = context.workFolder + "/taken over"
        defer { try? Disk.remove(taken) }
        let figures = try ImportedModelFigures(
            takingOver: folder, ShardFolder(data.path), TrainingSettings().options, to: taken, context)
        try Disk.remove(folder)
        guard try Disk.rename(taken, to: folder) else {
            throw StageError("\(taken) cannot be moved to \(folder): two file systems")
        }
        return (StageOutput(port: name, path: name, locator: data.locator), figures.json)
    }

    private func shards(
        _ name: String, _ folder: String, _ inputs: [InputArtifact]
    ) throws -> (output: StageOutput, figures: JSONValue) {
        let shards = try ShardFolder(folder)
        try shards.checkFiles(besides: [])
        let origin = inputs.first { $0.locator["label_set"]?.stringValue == shards.manifest.labelSet }
        return (StageOutput(port: name, path: name, locator: origin?.locator ?? .null), [:])
    }

    /// What is wrong with the shards that a model goes by; `nil` if there is one.
    /// - Parameter count: stages under `from` that give shards.
    package static func problem(of name: String, shards count: Int) -> StageError {
        StageError(
            "'\(name)' is to be a model, and \(count == 0 ? "no stage" : "\(count) stages") under 'from' "
                + "\(count == 0 ? "gives" : "give") the shards that it is for",
            hint: count == 0
                ? "add the stage of kind 'shards' that it is trained on to 'from'"
                : "leave one of them under 'from'")
    }
}
