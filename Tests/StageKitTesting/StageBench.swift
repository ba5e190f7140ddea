internal import Foundation
package import RunStore
package import StageKit
internal import StoreFile

/// Runs single stages as the engine does, over its own store that goes with the bench.
///
/// What a stage hands back is applied to the store, and its outputs become inputs of others:
///
/// ```swift
/// let bench = try StageBench()
/// let comments = try bench.comments([TestComment("good", up: 90, down: 10)])
/// let clean = try await bench.run(CleanStage.self, from: ["comments": comments])
/// let labels = try await bench.run(LabelStage.self, ["min_votes": 20], from: ["comments": clean["texts"]])
/// #expect(labels.figures["uncontroversial"] == 1)
/// ```
package final class StageBench: Sendable {
    package let folder: TemporaryFolder
    package let store: RunStore
    /// Threads that stages may keep busy.
    package let threads: Int

    static let run = "20260131-000000-0000"
    private static let pipeline = "bench"
    /// A clock that stands still: 2026-01-31 00:00:00 UTC.
    package static let now: Int64 = 1_769_817_600

    /// - Parameter kinds: those whose tables the store is to have.
    package init(threads: Int = 1, kinds: [any Stage.Type] = []) throws {
        folder = try TemporaryFolder()
        self.threads = threads
        store = try RunStore.open(
            at: folder.file("state.sqlite"), artifacts: folder.file("artifacts"),
            clock: StoreClock { Self.now * 1000 }, tables: kinds.compactMap { $0.kind.tables })
        try store.begin(
            RunRecord(
                id: Self.run, pipeline: Self.pipeline, file: "bench.yaml", date: "2026-01-31",
                overrides: .object([:]), host: "here", pid: 1))
    }

    deinit { try? store.close() }

    /// Runs a stage and applies what it hands back.
    ///
    /// - Parameters:
    ///   - parameters: what stands under `with:`. Paths count from the bench's folder.
    ///   - inputs: by port.
    ///   - files: the files of the bench that parameters name, by parameter.
    ///   - name: the stage's name; that of its kind by default.
    ///   - earlier: what the stage gave before, to start from.
    ///   - upstream: what stages before it said, for one that reads their figures, and `kinds` all kinds that there are.
    ///   - promoted: the labels that are live before the stage runs.
    ///   - isForced: whether it is to compute everything from nothing.
    ///   - checkpoints: safe points that it may pass before it is asked to stop.
    package func run<Kind: Stage>(
        _ kind: Kind.Type, _ parameters: JSONValue = [:], from inputs: [String: [InputArtifact]] = [:],
        files: [String: [String]] = [:], as name: String? = nil, after earlier: StageOutcome? = nil,
        run facts: RunDescription? = nil, upstream: [StageSummary] = [], kinds: [StageKind] = [],
        promoted: [InputArtifact] = [], isForced: Bool = false, stopAfter checkpoints: Int = .max
    ) async throws -> StageOutcome {
        let stage = try Kind(parameters)
        let fingerprint = ContentDigest.of(parameters.canonicalText)
        // As the engine has it, other settings have other work; a stage that is named is tried again.
        let work = name ?? "\(Kind.kind.name)-\(fingerprint.prefix(16))"
        let name = name ?? Kind.kind.name
        let output = try folder.makeFolder("artifacts/\(name)-\(UUID().uuidString)")
        let progress = ProgressLog()
        let ledger = LedgerWatch(store.ledger)
        let context = StageContext(
            run: facts
                ?? RunDescription(
                    id: Self.run, pipeline: Self.pipeline, date: "2026-01-31", hasOverrides: false),
            stageName: name, fingerprint: fingerprint,
            inputs: StageInputs(inputs), files: try files.mapValues { try $0.map(resolved) },
            baseFolder: folder.path, outputFolder: output, workFolder: try folder.makeFolder("work/\(work)"),
            threads: threads, ledger: ledger,
            store: StoreParts(
                store.ledger, store.crawl, store.rows, Labels(artifact: promoted.first), NoTimes()),
            upstream: upstream,
            kinds: kinds, progress: progress, isForced: isForced,
            isStopRequested: Countdown(checkpoints).isOver,
            findEarlierResult: { sameParameters in
                // As the engine has it.
                if isForced { return nil }
                guard let earlier, !sameParameters || earlier.parameters == parameters else { return nil }
                return earlier.result(for: parameters)
            },
            findLatestLocators: { earlier?.locators ?? [:] })
        let result = try await stage.run(in: context)
        for change in result.changes {
            try store.apply(change, pipeline: Self.pipeline, stage: name, run: Self.run)
        }
        return try StageOutcome(
            kind: Kind.kind, stage: name, parameters: parameters, folder: output, result: result,
            progress: progress, scans: ledger.scans)
    }

    /// A file of the bench's folder, as the engine hands it to a stage.
    package func resolved(_ name: String) throws -> ResolvedFile {
        let path = folder.file(name)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw StageError("the bench has no file \(name)")
        }
        let bytes = isFolder.boolValue ? Data(name.utf8) : try Data(contentsOf: URL(filePath: path))
        return ResolvedFile(
            path: path, shownPath: name, digest: ContentDigest.of(Array(bytes)), size: Int64(bytes.count),
            isFolder: isFolder.boolValue)
    }
}

/// The live labels of the bench's pipeline.
private struct Labels: LiveLabels {
    let artifact: InputArtifact?

    func promoted() -> InputArtifact? { artifact }
}

/// A bench records no times.
private struct NoTimes: StageTimes {
    func times(making stage: String) throws -> [StageTime] { [] }
}
