internal import CommentStore
private import Foundation
internal import PipelineEngine
package import PipelinePlan
package import RunStore
package import StageKit
internal import StoreFile
internal import TextBasics

/// Everything that `status` shows.
package struct StoreStatus {
    let state: String
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

    /// - Parameters:
    ///   - state: path of the store.
    ///   - plan: the pipeline that is meant; `nil` for all of the store.
    package init(_ store: RunStore, state: String, plan: PlannedPipeline?) throws {
        self.state = state
        size = try store.storeSize()
        holder = RunLock.holder(state: state)
        sources = try store.ledger.sources()
        promoted = try store.labelSets(pipeline: plan?.name).first(where: \.isPromoted)
        published = PublishedFolders(
            try store.publishedFiles(pipeline: plan?.name), promoted: promoted?.id,
            isThere: FileManager.default.fileExists)
        sizes = try ArtifactSizes.stages(of: store.artifacts)
        last = try store.runs(pipeline: plan?.name, limit: 1).first
        stages = try last.map { try store.stages(ofRun: $0.run.id) } ?? []
        current = try last.map { try store.currentStages(pipeline: $0.run.pipeline) } ?? []
        if let plan { current.removeAll { plan[$0.stage] == nil } }
    }

    /// - Parameter here: the folder that paths below it are shown from. Absolute.
    package func lines(here: String, _ headlines: Headlines) -> [String] {
        var lines = ["store      \(state), \(Bytes.text(size))"]
        if let holder { lines.append("running    \(holder.text)") }
        lines += sources.map { "source     \(Self.words($0))" }
        if let promoted {
            let counts = promoted.counts.sorted { $0.key < $1.key }.filter { $0.value > 0 }
                .map { "\($0.key) \(Counts.grouped($0.value))" }
            lines.append("labels     \(promoted.id), promoted: \(counts.joined(separator: ", "))")
        }
        lines += published.lines(here: here).map { "published  \($0)" }
        if !sizes.isEmpty {
            let total = sizes.reduce(0) { $0 + $1.bytes }
            let results = sizes.reduce(0) { $0 + $1.results }
            lines.append("artifacts  \(Bytes.text(total)) in \(Counts.text(results, "result"))")
        }
        guard let last else { return lines }
        lines.append(
            "last run   \(last.run.id) of \(last.run.date): \(RunText.outcome(last, holder)), "
                + "began \(last.startedAt)")
        let sizes = Dictionary(sizes.map { ($0.stage, $0) }, uniquingKeysWith: { $1 })
        return lines + RunText.stageLines(stages, sizes: sizes, headlines) + RunText.warningLines(current)
    }

    private static func words(_ source: SourceSummary) -> String {
        "\(source.source): \(Counts.grouped(source.comments)) comments of "
            + "\(Counts.grouped(source.articles)) articles, \(Counts.grouped(source.observations)) "
            + "observations, \(Counts.text(source.files, "file"))"
    }
}

extension StoreStatus {
    /// - Parameter status: `nil` if there is no store yet.
    package static func json(_ status: StoreStatus?, state: String) -> JSONValue {
        var last = status?.last.map { RunText.json($0).objectValue ?? [:] }
        last?["stages"] = .array(status?.stages.map { RunText.json($0) } ?? [])
        return [
            "format": "splitvote-status", "version": 1, "state": .string(state),
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
