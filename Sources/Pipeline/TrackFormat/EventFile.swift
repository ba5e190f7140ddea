internal import Files
private import Foundation

/// A run as a folder with one event file, which TensorBoard reads while it grows.
final class EventFile: TrackSink {

    private let file: GrowingFile
    private(set) var lastStep: Set<String> = []

    static func folder(of run: TrackedRun, in root: String) -> String {
        "\(root)/\(TrackedRun.safe(run.experiment))/\(TrackedRun.safe(run.name))"
    }

    init(_ run: TrackedRun, in root: String, after step: Int) throws {
        let folder = Self.folder(of: run, in: root)
        try Disk.makeFolder(folder)
        let path = folder + "/" + TrackWriter.eventFile
        var size = 0
        if step > 0, let bytes = FileManager.default.contents(atPath: path).map(Array.init) {
            (size, lastStep) = Self.end(of: bytes, after: step)
        }
        file = try GrowingFile(path, keeping: size)
        guard size == 0 else { return }
        let start = EventRecord.version(at: run.started)
        try file.append(
            run.parameters.isEmpty
                ? start
                : start + EventRecord.text(Self.table(run.parameters), name: "parameters", at: run.started))
    }

    /// Where the records up to a step end, and what is there of that step.
    private static func end(of bytes: [UInt8], after step: Int) -> (size: Int, names: Set<String>) {
        var size = 0
        var names: Set<String> = []
        while let record = RecordFraming.first(of: bytes[size...]) {
            let (found, name) = EventRecord.reading(record.data)
            if found > step { break }
            if found == step, let name { names.insert(name) }
            size += record.size
        }
        return (size, names)
    }

    private static func table(_ parameters: [TrackedText]) -> String {
        func cell(_ text: String) -> String {
            text.replacing("|", with: "\\|").replacing("\n", with: " ")
        }
        return
            (["| parameter | value |", "| --- | --- |"]
            + parameters.map { "| \(cell($0.name)) | \(cell($0.value)) |" }).joined(separator: "\n")
    }

    func add(_ points: [TrackedPoint]) throws {
        try file.append(points.flatMap(EventRecord.scalar))
    }

    func set(_ status: TrackedStatus, at time: Int64) {}
}
