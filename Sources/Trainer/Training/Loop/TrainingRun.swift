import Foundation
import Models
import ShardFormat

/// Drives a trainer to its end and keeps its checkpoints in a folder, so that it can be stopped at any instant.
///
/// The folder holds `state.safetensors`, the last checkpoint, and `best-<step>.safetensors`, the weights of the
/// best dev evaluation. A run that finds a checkpoint of its own there goes on from it.
public final class TrainingRun {
    public let trainer: Trainer
    public let folder: String
    /// Step of the checkpoint that the run goes on from; nil where it starts anew.
    public let resumedFrom: Int?
    private let checkpointInterval: Int?

    /// - Parameters:
    ///   - trainer: not used for anything else.
    ///   - folder: made where it does not exist.
    ///   - checkpointInterval: steps between checkpoints, at least 1, beside those at each dev evaluation.
    /// - Throws: ``TrainingError/checkpoint(_:)`` when the folder holds another run's checkpoint or a damaged one.
    public init(_ trainer: Trainer, folder: String, checkpointInterval: Int? = nil) throws {
        self.trainer = trainer
        self.folder = folder
        self.checkpointInterval = checkpointInterval
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw TrainingError.file(path: folder, problem: "cannot be created: \(error.reason)")
        }
        if FileManager.default.fileExists(atPath: folder + "/" + Self.stateFile) {
            try trainer.restore(from: folder + "/" + Self.stateFile)
            resumedFrom = trainer.state.step
        } else {
            resumedFrom = nil
        }
    }

    /// Trains to the end; the model then has the weights of its best dev evaluation.
    ///
    /// - Parameters:
    ///   - observe: called with each event.
    ///   - saved: called with the step and the path of each checkpoint once it is safely stored.
    ///   - shouldStop: asked before each piece of work; on true a checkpoint is saved and the run interrupted.
    /// - Returns: what the run came to, or nil when it was interrupted.
    public func run(
        observe: (TrainingEvent) throws -> Void = { _ in }, saved: (Int, String) throws -> Void = { _, _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> TrainingSummary? {
        while !trainer.state.isFinished {
            if shouldStop() {
                try save(saved)
                return nil
            }
            guard let event = try trainer.next() else { break }
            if case .evaluation(let report) = event, report.isBest { try saveBest(step: report.step) }
            try observe(event)
            if isDue(after: event) { try save(saved) }
        }
        try loadBest()
        return trainer.summary
    }

    /// Removes the folder; for when the model is safely elsewhere.
    public func removeCheckpoints() throws {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            throw TrainingError.file(path: folder, problem: "cannot be removed: \(error.reason)")
        }
    }

    private static let stateFile = "state.safetensors"

    private func isDue(after event: TrainingEvent) -> Bool {
        switch event {
        case .step(let report): checkpointInterval.map { report.step % max(1, $0) == 0 } ?? false
        case .evaluation, .finished: true
        }
    }

    private func save(_ saved: (Int, String) throws -> Void) throws {
        let path = folder + "/" + Self.stateFile
        try trainer.saveCheckpoint(to: path)
        try removeOtherBests()
        try saved(trainer.state.step, path)
    }

    // MARK: The best weights

    private func bestPath(step: Int) -> String { "\(folder)/best-\(step).safetensors" }

    private func saveBest(step: Int) throws {
        let weights = UnsafeRawBufferPointer(trainer.model.parameters.values)
        let sum = RunIdentity.hexadecimal(Checksum.of(weights))
        let layout = try SafetensorsLayout(
            [SafetensorsDeclaration("weights", .float32, shape: [weights.count / 4])],
            metadata: ["format": "pt", CheckpointKey.checksum: sum])
        try DurableFile.write(bestPath(step: step)) { sink in
            try layout.headerBytes.withUnsafeBytes(sink)
            try sink(weights)
        }
    }

    private func loadBest() throws {
        guard let step = trainer.state.best?.step, step != trainer.state.step else { return }
        let path = bestPath(step: step)
        let file = try MappedFile(path)
        defer { withExtendedLifetime(file) {} }
        let values = UnsafeMutableRawBufferPointer(trainer.model.parameters.values)
        guard let view = try? SafetensorsView(file.bytes), let tensor = try? view.tensor("weights"),
            tensor.bytes.count == values.count,
            Self.checksum(tensor.bytes, in: file) == view.metadata[CheckpointKey.checksum]
        else {
            throw TrainingError.checkpoint(
                "the best weights \(path) are damaged. Remove \(folder) to start anew")
        }
        file.read(tensor.bytes) { piece, offset in
            UnsafeMutableRawBufferPointer(rebasing: values[offset..<offset + piece.count]).copyMemory(
                from: piece)
        }
    }

    private static func checksum(_ bytes: UnsafeRawBufferPointer, in file: MappedFile) -> String {
        var sum = Checksum()
        file.read(bytes) { piece, _ in sum.add(piece) }
        return RunIdentity.hexadecimal(sum.value)
    }

    /// Best weights that no stored state refers to any more. A newer file than the stored state's is only
    /// removed once the state has caught up, so a kill between the two loses nothing.
    private func removeOtherBests() throws {
        let kept = trainer.state.best.map { "best-\($0.step).safetensors" }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let isBest = name.hasPrefix("best-") && name.hasSuffix(".safetensors")
            if isBest && name != kept { try? FileManager.default.removeItem(atPath: folder + "/" + name) }
        }
    }
}
