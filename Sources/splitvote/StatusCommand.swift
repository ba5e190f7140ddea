internal import ArgumentParser
internal import PipelineEngine
internal import RunStore
internal import StageKit
internal import TextBasics

/// `splitvote status`: the last run, its stages, and what the store holds.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the last run and what the store holds. Never waits for a run.")

    @Argument(help: "The pipeline file.")
    var file: String?

    @Option(help: "The store itself, in place of the pipeline file.")
    var state: String?

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        if (file == nil) == (state == nil) { throw ValidationError("give a pipeline file, or --state PATH") }
    }

    func run() throws {
        var words = [file].compactMap { $0 }
        let place = try StorePlace(&words, state: state)
        guard let store = try place.open() else {
            if json { return print(Self.json(nil, place).prettyText, terminator: "") }
            return print("\(place.state): no run so far")
        }
        defer { try? store.close() }
        let status = try StoreStatus(store, place)
        if json {
            print(Self.json(status, place).prettyText, terminator: "")
        } else {
            Self.write(status, place)
        }
    }

    private static func write(_ status: StoreStatus, _ place: StorePlace) {
        print("store      \(place.state), \(Bytes.text(status.size))")
        if let holder = status.holder { print("running    \(holder.text)") }
        for source in status.sources {
            print(
                "source     \(source.source): \(Counts.grouped(source.comments)) comments of "
                    + "\(Counts.grouped(source.articles)) articles, \(Counts.grouped(source.observations)) "
                    + "observations, \(Counts.text(source.files, "file"))")
        }
        if let set = status.promoted {
            let counts = set.counts.sorted { $0.key < $1.key }.filter { $0.value > 0 }
                .map { "\($0.key) \(Counts.grouped($0.value))" }
            print("labels     \(set.id), promoted: \(counts.joined(separator: ", "))")
        }
        for line in status.published.lines { print("published  \(line)") }
        if !status.sizes.isEmpty {
            let total = status.sizes.reduce(0) { $0 + $1.bytes }
            let results = status.sizes.reduce(0) { $0 + $1.results }
            print("artifacts  \(Bytes.text(total)) in \(Counts.text(results, "result"))")
        }
        guard let last = status.last else { return }
        print(
            "last run   \(last.run.id) of \(last.run.date): \(RunText.outcome(last, status.holder)), "
                + "began \(last.startedAt)")
        RunText.writeStages(
            status.stages,
            sizes: Dictionary(status.sizes.map { ($0.stage, $0) }, uniquingKeysWith: { $1 }))
        RunText.writeWarnings(of: status.current)
    }

    private static func json(_ status: StoreStatus?, _ place: StorePlace) -> JSONValue {
        var last = status?.last.map { RunText.json($0).objectValue ?? [:] }
        last?["stages"] = .array(status?.stages.map { RunText.json($0) } ?? [])
        return [
            "format": "splitvote-status", "version": 1, "state": .string(place.state),
            "bytes": status.map { .integer(Int($0.size)) } ?? .null,
            "lock": status?.holder.map(holder) ?? .null,
            "sources": .array(status?.sources.map(source) ?? []),
            "sizes": .array(
                status?.sizes.map {
                    [
                        "stage": .string($0.stage), "bytes": .integer(Int($0.bytes)),
                        "files": .integer($0.results),
                    ]
                } ?? []),
            "published": status?.published.json ?? [],
            "promoted_label_set": status?.promoted.map { .string($0.id) } ?? .null,
            "last_run": last.map(JSONValue.object) ?? .null,
            "warnings": .array(status?.current.flatMap(warnings) ?? []),
        ]
    }

    private static func holder(_ holder: LockHolder) -> JSONValue {
        [
            "run": .string(holder.run), "pid": .integer(Int(holder.pid)), "host": .string(holder.host),
            "since": .string(holder.since),
        ]
    }

    private static func warnings(_ stage: StageState) -> [JSONValue] {
        stage.warnings.map {
            ["stage": .string(stage.stage), "run": .string(stage.run), "message": .string($0.text)]
        }
    }

    private static func source(_ source: SourceSummary) -> JSONValue {
        [
            "source": .string(source.source), "comments": .integer(source.comments),
            "articles": .integer(source.articles), "observations": .integer(source.observations),
            "files": .integer(source.files), "last_observed": .string(Timestamp.text(source.lastObserved)),
        ]
    }
}

/// Everything that `status` shows.
private struct StoreStatus {
    /// Bytes of the SQLite file.
    var size: Int64
    var holder: LockHolder?
    var sources: [SourceSummary]
    var promoted: LabelSetSummary?
    var published: PublishedFolders
    var sizes: [StageSize]
    var last: RunSummary?
    var stages: [StageState]
    /// What became of each stage of the pipeline the last time that it was not skipped, whichever run that was.
    var current: [StageState]

    init(_ store: RunStore, _ place: StorePlace) throws {
        size = try store.storeSize()
        holder = RunLock.holder(state: place.state)
        sources = try store.sources()
        promoted = try store.labelSets(pipeline: place.pipeline).first(where: \.isPromoted)
        published = PublishedFolders(
            try store.publishedFiles(pipeline: place.pipeline), promoted: promoted?.id)
        sizes = try ArtifactSizes.stages(of: store.artifacts)
        last = try store.runs(pipeline: place.pipeline, limit: 1).first
        stages = try last.map { try store.stages(ofRun: $0.run.id) } ?? []
        current = try last.map { try store.currentStages(pipeline: $0.run.pipeline) } ?? []
        if let plan = place.plan { current.removeAll { plan[$0.stage] == nil } }
    }
}
