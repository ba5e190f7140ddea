import Diagnostics
import Foundation
import PipelineEngine
import PipelinePlan
import RunStore
import StageKit
import StoreFile
import Synchronization

/// A stage whose work is a closure.
struct ClosureStage: Stage {
    static let kind = StageKind("closure", revision: 1, summary: "For tests.", outputs: [])

    var work: @Sendable (StageContext) async throws -> StageResult
    var restoring: @Sendable (StageContext) async throws -> [any StoreChange] = { _ in [] }

    init(
        _ work: @escaping @Sendable (StageContext) async throws -> StageResult,
        restoring: @escaping @Sendable (StageContext) async throws -> [any StoreChange] = { _ in [] }
    ) {
        self.work = work
        self.restoring = restoring
    }

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        work = { _ in StageResult(outputs: []) }
    }

    func run(in context: StageContext) async throws -> StageResult { try await work(context) }

    func restore(in context: StageContext) async throws -> [any StoreChange] { try await restoring(context) }
}

/// Keeps all events.
final class EventLog: EngineEventSink {
    private let kept = Mutex<[EngineEvent]>([])

    func receive(_ event: EngineEvent) { kept.withLock { $0.append(event) } }

    var events: [EngineEvent] { kept.withLock { $0 } }
}

/// A pipeline of closures in a folder of its own.
final class TestBench: @unchecked Sendable {
    let folder: String
    var stages: [PlannedStage] = []
    var options = EngineOptions()
    var date = "2025-11-21"
    var overrides: [String: JSONValue] = [:]
    var keepRuns: Int?
    var trialStages: Set<String> = []
    var probe: @Sendable (EnginePoint, String) throws -> Void = { _, _ in }
    private let calls = Calls()

    /// Apart from the bench, whose stages would keep it for good if they knew it.
    final class Calls: Sendable {
        private let names = Mutex<[String]>([])

        var all: [String] { names.withLock { $0 } }

        func clear() { names.withLock { $0 = [] } }

        func note(_ name: String) { names.withLock { $0.append(name) } }
    }

    init() throws {
        folder =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("splitvote-engine-\(UUID().uuidString)").resolvingSymlinksInPath().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        options.clock = StoreClock { 1_763_709_404_123 }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Names of the stages whose work was begun, in that order.
    var worked: [String] { calls.all }

    func note(_ call: String) { calls.note(call) }

    var pipeline: PlannedPipeline {
        PlannedPipeline(
            file: "news.yaml", baseFolder: folder, name: "news",
            store: StoreSettings(
                state: folder + "/state/news.sqlite", artifacts: folder + "/artifacts", keepRuns: keepRuns),
            overrides: overrides, trialStages: trialStages, runDate: date, stages: stages)
    }

    /// Adds a stage that writes its name, its parameters and what it was given, one line each.
    func add(
        _ name: String, from sources: [String] = [], parameters: JSONValue = .object([:]), revision: Int = 1,
        files: [String] = [], publishes template: String? = nil, checks: [PlannedCheck] = [],
        figures: JSONValue = ["rows": 1], when: Set<Weekday>? = nil, accumulates: Bool = false,
        readsUpstreamFigures: Bool = false, before: (@Sendable (StageContext) async throws -> Void)? = nil,
        text: String? = nil, fileDigest: String? = nil, neverOverwrites: Bool = false,
        type: String = "text-v1"
    ) {
        let kind = StageKind(
            "kind-\(name)", revision: revision, summary: "For tests.",
            inputs: [Port("in", "text-v1", optional: true, many: true)], outputs: [Port("out", type)],
            accumulates: accumulates, readsUpstreamFigures: readsUpstreamFigures)
        let stage = ClosureStage(
            { [calls] context in
                calls.note(name)
                try await before?(context)
                var lines = [name, parameters.canonicalText]
                for input in context.inputs.all("in") {
                    lines.append(try String(contentsOfFile: input.path, encoding: .utf8))
                }
                for file in context.files["paths"] ?? [] {
                    lines.append(try String(contentsOfFile: file.path, encoding: .utf8))
                }
                let content = text ?? lines.joined(separator: "\n")
                try content.write(
                    toFile: context.outputFolder + "/out.txt", atomically: false, encoding: .utf8)
                return StageResult(
                    outputs: [StageOutput(port: "out", path: "out.txt", fileDigest: fileDigest)],
                    figures: figures,
                    publications: template.map {
                        [Publication(path: "out.txt", template: $0, neverOverwrites: neverOverwrites)]
                    } ?? []
                )
            },
            restoring: { [calls] _ in
                calls.note("restore \(name)")
                return []
            })
        let inputs =
            sources.isEmpty
            ? []
            : [
                PlannedInput(
                    port: "in",
                    sources: sources.map { PlannedSource(stage: $0, output: "out", type: type) })
            ]
        let requests =
            files.isEmpty
            ? [] : [FileRequest(key: "paths", kind: .patterns, values: files, span: nil, required: true)]
        stages.removeAll { $0.name == name }
        stages.append(
            PlannedStage(
                name: name, kind: kind, stage: stage, parameters: parameters, fileRequests: requests,
                inputs: inputs,
                checks: checks, when: when, dependencies: sources))
    }

    @discardableResult
    func run(_ log: EventLog = EventLog()) async throws -> RunReport {
        calls.clear()
        return try await Engine(pipeline, options: options, sink: log, probe: probe).run()
    }

    func plan() async throws -> [StagePlan] {
        try await Engine(pipeline, options: options, sink: NoEvents()).plan()
    }

    func write(_ text: String, to name: String) throws {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
            withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    func read(_ name: String) -> String? { try? String(contentsOfFile: folder + "/" + name, encoding: .utf8) }

    /// Every file below a folder with its time of change and inode: what must stay as it is when nothing is done.
    func fileMarks(below name: String) -> [String] {
        let root = folder + "/" + name
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return names.sorted().map { name in
            var facts = stat()
            stat(root + "/" + name, &facts)
            #if canImport(Darwin)
                let time = facts.st_mtimespec
            #else
                let time = facts.st_mtim
            #endif
            return facts.st_mode & S_IFMT == S_IFDIR
                ? name + "/" : "\(name) \(facts.st_ino) \(time.tv_sec).\(time.tv_nsec)"
        }
    }

    /// What the stages' results say, by path below the artifacts folder.
    func contents(below name: String) -> [String: String] {
        let root = folder + "/" + name
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        var contents: [String: String] = [:]
        for name in names {
            if let text = try? String(contentsOfFile: root + "/" + name, encoding: .utf8) {
                contents[name] = text
            }
        }
        return contents
    }
}
