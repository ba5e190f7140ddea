import Digests
import Files
import Foundation
import Models
import ShardFormat
import TextBasics

/// Drives a trainer to its end and keeps its checkpoints in a folder, so that it can be stopped at any instant.
///
/// The folder holds `state.safetensors`, the last checkpoint, where asked for `state-<step>.safetensors`, those before
/// it, and `best-<step>.safetensors`, the weights of the best dev evaluation. A run that finds its own checkpoint
/// there continues from it, and from an older one where the last is damaged.
package final class TrainingRun {
    package let trainer: Trainer
    package let folder: String
    /// Step of the checkpoint that the run continues from; nil if it starts over.
    package let resumedFrom: Int?
    private let checkpointInterval: Int?
    private let kept: Int
    private var lastSavedStep: Int?
    /// Step of the best weights by the step of the checkpoint that refers to them.
    private var bests: [Int: Int] = [:]

    /// - Parameters:
    ///   - trainer: not used for anything else.
    ///   - folder: made where it does not exist.
    ///   - checkpointInterval: steps between checkpoints, at least 1, beside those at each dev evaluation.
    ///   - kept: checkpoints to keep beside the best weights, at least 1.
    /// - Throws: ``TrainingError/checkpoint(_:)`` when the folder holds another run's checkpoint, or only damaged ones.
    package init(_ trainer: Trainer, folder: String, checkpointInterval: Int? = nil, kept: Int = 1) throws {
        self.kept = max(1, kept)
        self.trainer = trainer
        self.folder = folder
        self.checkpointInterval = checkpointInterval
        try Disk.makeFolder(folder)
        resumedFrom = try Self.restore(trainer, from: folder)
        lastSavedStep = resumedFrom
        if let resumedFrom { bests[resumedFrom] = trainer.state.best?.step ?? 0 }
    }

    /// Goes back to the newest checkpoint that is whole.
    /// - Returns: its step, or nil if there is none.
    private static func restore(_ trainer: Trainer, from folder: String) throws -> Int? {
        let older = try olderStates(in: folder).map { folder + "/" + $0.name }
        let last = folder + "/" + stateFile
        let states = (FileManager.default.fileExists(atPath: last) ? [last] : []) + older
        var first: (any Error)?
        for state in states {
            do {
                try trainer.restore(from: state)
                if state != last { try replace(last, by: state) }
                return trainer.state.step
            } catch {
                first = first ?? error
            }
        }
        if let first { throw first }
        return nil
    }

    /// Puts a whole checkpoint instead of a damaged one.
    private static func replace(_ damaged: String, by whole: String) throws {
        do {
            try? FileManager.default.removeItem(atPath: damaged)
            try FileManager.default.linkItem(atPath: whole, toPath: damaged)
        } catch {
            throw TrainingError.file(path: damaged, problem: "cannot be replaced: \(error.reason)")
        }
    }

    /// Checkpoints before the last one, the newest first.
    private static func olderStates(in folder: String) throws -> [(name: String, step: Int)] {
        try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
            guard name.hasPrefix("state-"), name.hasSuffix(".safetensors"),
                let step = Int(name.dropFirst("state-".count).dropLast(".safetensors".count))
            else { return nil }
            return (name, step)
        }.sorted { $0.step > $1.step }
    }

    /// Trains to the end; the model then has the weights of its best dev evaluation.
    ///
    /// - Parameters:
    ///   - observe: called with each event.
    ///   - saved: called with the step and the path of each checkpoint once it is safely stored.
    ///   - shouldStop: asked before each piece of work; on true a checkpoint is saved and the run interrupted.
    /// - Returns: what the run came to, or nil when it was interrupted.
    package func run(
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
    package func removeCheckpoints() throws { try Self.removeCheckpoints(in: folder) }

    static func removeCheckpoints(in folder: String) throws {
        try Disk.remove(folder)
    }

    private static let stateFile = "state.safetensors"

    private func isDue(after event: TrainingEvent) -> Bool {
        switch event {
        case .step(let report): checkpointInterval.map { report.step % max(1, $0) == 0 } ?? false
        case .evaluation, .finished: true
        case .features, .answers: false
        }
    }

    private func save(_ saved: (Int, String) throws -> Void) throws {
        let path = folder + "/" + Self.stateFile
        if kept > 1, let step = lastSavedStep, step != trainer.state.step {
            // A second name for the last checkpoint: at no instant is there none.
            let older = "\(folder)/state-\(step).safetensors"
            try? FileManager.default.removeItem(atPath: older)
            try? FileManager.default.linkItem(atPath: path, toPath: older)
        }
        try trainer.saveCheckpoint(to: path)
        lastSavedStep = trainer.state.step
        bests[trainer.state.step] = trainer.state.best?.step ?? 0
        let older = try Self.olderStates(in: folder)
        for state in older.dropFirst(kept - 1) {
            try? FileManager.default.removeItem(atPath: folder + "/" + state.name)
        }
        try removeOtherBests(older.prefix(kept - 1).map(\.step))
        try saved(trainer.state.step, path)
    }

    // MARK: The best weights

    private func bestPath(step: Int) -> String { "\(folder)/best-\(step).safetensors" }

    /// The weights, and those that they are made of where they are made of others.
    private var bestNumbers: [(name: String, values: UnsafeMutableBufferPointer<Float>)] {
        [("weights", trainer.model.parameters.values)]
            + (trainer.adapters.map { [("adapters", $0.parameters.values)] } ?? [])
    }

    private func saveBest(step: Int) throws {
        var metadata = ["format": "pt"]
        for (name, values) in bestNumbers {
            metadata[Self.checksum(of: name)] = ContentDigest.of(UnsafeRawBufferPointer(values))
        }
        let layout = try SafetensorsLayout(
            bestNumbers.map { SafetensorsDeclaration($0.name, .float32, shape: [$0.values.count]) },
            metadata: metadata)
        try DurableFile.write(bestPath(step: step)) { sink in
            try layout.headerBytes.withUnsafeBytes(sink)
            for entry in layout.entries {
                for (name, values) in bestNumbers where name == entry.name {
                    try sink(UnsafeRawBufferPointer(values))
                }
            }
        }
    }

    /// Key of a checksum in the metadata; that of the weights is as old as the file.
    private static func checksum(of name: String) -> String {
        name == "weights" ? CheckpointKey.checksum : "\(CheckpointKey.checksum).\(name)"
    }

    private func loadBest() throws {
        guard let step = trainer.state.best?.step, step != trainer.state.step else { return }
        let path = bestPath(step: step)
        let file = try MappedFile(path: path)
        defer { withExtendedLifetime(file) {} }
        let view = try? SafetensorsView(file.bytes)
        for (name, numbers) in bestNumbers {
            let values = UnsafeMutableRawBufferPointer(numbers)
            guard let view, let tensor = try? view.tensor(name), tensor.bytes.count == values.count,
                Self.digest(tensor.bytes, in: file) == view.metadata[Self.checksum(of: name)]
            else {
                throw TrainingError.checkpoint(
                    "the best weights \(path) are damaged. Remove \(folder) to start over")
            }
            file.read(tensor.bytes) { piece, offset in
                UnsafeMutableRawBufferPointer(rebasing: values[offset..<offset + piece.count]).copyMemory(
                    from: piece)
            }
        }
    }

    private static func digest(_ bytes: UnsafeRawBufferPointer, in file: MappedFile) -> String {
        var digest = ContentDigest()
        file.read(bytes) { piece, _ in digest.update(piece) }
        return digest.hexadecimal()
    }

    /// Best weights that no stored state refers to any more. A newer file than the stored state's is only
    /// removed once the state has caught up, so a kill between the two loses nothing.
    ///
    /// - Parameter older: steps of the checkpoints before the last; those of an earlier start are not known to refer
    ///   to any, and then all are kept.
    private func removeOtherBests(_ older: [Int]) throws {
        guard older.allSatisfy({ bests[$0] != nil }) else { return }
        let kept = Set(
            (older + [trainer.state.step]).compactMap { bests[$0] }.map { "best-\($0).safetensors" })
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let isBest = name.hasPrefix("best-") && name.hasSuffix(".safetensors")
            if isBest && !kept.contains(name) {
                try? FileManager.default.removeItem(atPath: folder + "/" + name)
            }
        }
    }
}
