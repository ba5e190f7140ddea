package import CommentStore
package import PipelinePlan
internal import RunStore
internal import StageKit
internal import StoreFile

/// Takes comments out of a store, and the results that hold their texts out of the artifacts.
package struct CommentForgetting: Sendable {
    private let settings: StoreSettings
    private let host: String

    package init(_ settings: StoreSettings, host: String) {
        self.settings = settings
        self.host = host
    }

    package struct Outcome: Hashable, Sendable {
        package var figures: ForgottenFigures
        /// Forgotten comments by their label in the promoted sets.
        package var labels: [String: Int]
        package var removedResults: Int
        /// Bytes.
        package var removedBytes: Int64
        /// Messages of earlier runs, which may have quoted the comments.
        package var removedMessages = 0
        /// Folders of published files that may still hold their texts, with the number of these files. Absolute.
        package var publishedFolders: [String: Int] = [:]

        package init(
            figures: ForgottenFigures, labels: [String: Int], removedResults: Int, removedBytes: Int64
        ) {
            self.figures = figures
            self.labels = labels
            self.removedResults = removedResults
            self.removedBytes = removedBytes
        }
    }

    /// - Throws: `StoreError` when a run holds the store.
    package func forget(_ names: [(source: String, key: String)]) throws -> Outcome {
        let clock = StoreClock.system
        let run = "forget-\(RunID.make(clock))"
        let lock = try RunLock.take(
            state: settings.state,
            holder: LockHolder(run: run, pid: RunID.process, host: host, since: clock.timestamp()))
        defer { lock.release() }
        let store = try RunStore.open(at: settings.state, artifacts: settings.artifacts)
        let labels = try store.promotedLabels(of: names)
        let figures = try store.ledger.forget(names, run: run)
        var outcome = Outcome(figures: figures, labels: labels, removedResults: 0, removedBytes: 0)
        // Also what an earlier forget was kept from by its death.
        if try store.ledger.isForgettingUnfinished() {
            let removed = try Self.finish(store, settings)
            (outcome.removedResults, outcome.removedBytes) = (removed.results, removed.bytes)
            outcome.removedMessages = removed.messages
        }
        if !figures.comments.isEmpty {
            for file in try store.publishedFilesWithTexts() where try Disk.facts(file.path) != nil {
                outcome.publishedFolders[AbsolutePath.folder(of: file.path), default: 0] += 1
            }
        }
        try store.close()
        return outcome
    }

    /// Takes the results that hold texts of forgotten comments out of the artifacts, and what may quote them out of the
    /// records of runs; overwrites their remains in the store's file. Can be repeated at will.
    /// - Returns: results removed, and their bytes; messages removed.
    static func finish(
        _ store: RunStore, _ settings: StoreSettings
    ) throws -> (results: Int, bytes: Int64, messages: Int) {
        let messages = try store.removeMessagesWithTexts()
        let results = try store.resultsWithTexts()
        try store.collect(results: results.map(\.stageRun), work: store.openWork())
        let artifacts = ArtifactFolder(root: settings.artifacts)
        // These results have no record any more, like those of a forget or a run that was killed on its way.
        for folder in try artifacts.strays(known: Set(store.keptResults().map(\.folder))) {
            try Disk.remove(artifacts.absolute(folder))
        }
        try artifacts.tidy()
        try Disk.remove(artifacts.absolute(".work"))
        try Disk.remove(artifacts.absolute(".rejected"))
        try ResultPacker(
            artifacts: artifacts, store: store,
            digests: FileDigests(store: store, usesMemory: true, clock: .system), run: "forget"
        ).pack(isStrict: true)
        try store.ledger.finishForgetting()
        return (Set(results.map(\.folder)).count, results.reduce(0) { $0 + $1.size }, messages)
    }
}
