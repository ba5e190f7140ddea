internal import Digests
internal import Files
private import Foundation
internal import JSON

/// A run in MLflow's folder of files: `EXPERIMENT/RUN` with `meta.yaml`, `params`, `metrics` and `tags`.
///
/// Source: mlflow/store/tracking/file_store.py of MLflow 3.17, which reads such folders where the environment has
/// `MLFLOW_ALLOW_FILE_STORE=true`.
final class MLflowRun: TrackSink {
    private let run: TrackedRun
    private let experiment: String
    private let folder: String
    private var files: [String: GrowingFile] = [:]
    private(set) var lastStep: Set<String> = []

    static func folder(of run: TrackedRun, in root: String) -> String {
        "\(root)/\(experimentID(run.experiment))/\(run.id)"
    }

    /// 18 digits, as MLflow numbers experiments, the same for the same name.
    static func experimentID(_ name: String) -> String {
        let digest = UInt64(ContentDigest.of(name).prefix(16), radix: 16) ?? 0
        return String(100_000_000_000_000_000 + digest % 900_000_000_000_000_000)
    }

    init(_ run: TrackedRun, in root: String, after step: Int) throws {
        self.run = run
        experiment = Self.experimentID(run.experiment)
        folder = Self.folder(of: run, in: root)
        try writeExperiment(root + "/" + experiment)
        if step == 0 { try Disk.remove(folder) }
        for part in ["params", "metrics", "tags", "artifacts"] { try Disk.makeFolder(folder + "/" + part) }
        try set(.running, at: run.started)
        for parameter in run.parameters {
            // MLflow refuses longer ones.
            try write(String(parameter.value.prefix(6_000)), to: "params/" + parameter.name)
        }
        let known = [
            TrackedText("mlflow.runName", run.name), TrackedText("mlflow.source.name", "splitvote"),
            TrackedText("mlflow.source.type", "LOCAL"),
        ]
        for tag in known + run.tags { try write(tag.value, to: "tags/" + tag.name) }
        if step > 0 { try goBack(to: step) }
    }

    private func write(_ text: String, to name: String) throws {
        let file = try FileWriter(path: folder + "/" + name)
        try file.write(text)
        try file.finish()
    }

    private func writeExperiment(_ folder: String) throws {
        try Disk.makeFolder(folder)
        let path = folder + "/meta.yaml"
        if try Disk.facts(path) != nil { return }
        let file = try FileWriter(path: path)
        try file.write(
            Self.yaml([
                ("artifact_location", .string(URL(fileURLWithPath: folder).absoluteString)),
                ("creation_time", .integer(Int(run.started))), ("experiment_id", .string(experiment)),
                ("last_update_time", .integer(Int(run.started))), ("lifecycle_stage", "active"),
                ("name", .string(run.experiment)),
            ]))
        try file.finish()
    }

    /// JSON's texts and numbers are YAML's too.
    private static func yaml(_ members: [(String, JSONValue)]) -> String {
        members.map { "\($0): \($1.canonicalText)\n" }.joined()
    }

    /// Takes back what came after a step, of which a run that continues takes each again.
    private func goBack(to step: Int) throws {
        let metrics = folder + "/metrics"
        for name in try Disk.files(below: metrics) {
            let bytes = FileManager.default.contents(atPath: metrics + "/" + name).map(Array.init) ?? []
            var size = 0
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
                guard
                    let found = String(decoding: line, as: UTF8.self).split(separator: " ").last.flatMap({
                        Int($0)
                    }),
                    found <= step
                else { break }
                if found == step { lastStep.insert(name) }
                size += line.count + 1
            }
            files[name] = try GrowingFile(metrics + "/" + name, keeping: size)
        }
    }

    func add(_ points: [TrackedPoint]) throws {
        for point in points {
            try file(point.name).append(Array("\(point.time) \(point.value) \(point.step)\n".utf8))
        }
    }

    private func file(_ name: String) throws -> GrowingFile {
        if let file = files[name] { return file }
        let path = folder + "/metrics/" + name
        if let slash = path.lastIndex(of: "/") { try Disk.makeFolder(String(path[..<slash])) }
        let file = try GrowingFile(path, keeping: 0)
        files[name] = file
        return file
    }

    /// Numbers of MLflow's `RunStatus` and `SourceType`.
    private static let local = 4

    func set(_ status: TrackedStatus, at time: Int64) throws {
        let (number, end): (Int, JSONValue) =
            switch status {
            case .running: (1, .null)
            case .finished: (3, .integer(Int(time)))
            case .stopped: (5, .integer(Int(time)))
            }
        let members: [(String, JSONValue)] = [
            ("artifact_uri", .string(URL(fileURLWithPath: folder + "/artifacts").absoluteString)),
            ("end_time", end), ("entry_point_name", ""), ("experiment_id", .string(experiment)),
            ("lifecycle_stage", "active"), ("run_id", .string(run.id)), ("run_name", .string(run.name)),
            ("run_uuid", .string(run.id)), ("source_name", "splitvote"),
            ("source_type", .integer(Self.local)),
            ("source_version", ""), ("start_time", .integer(Int(run.started))), ("status", .integer(number)),
            ("tags", .array([])), ("user_id", ""),
        ]
        try DurableFile.write(Array(Self.yaml(members).utf8), to: folder + "/meta.yaml")
    }
}
