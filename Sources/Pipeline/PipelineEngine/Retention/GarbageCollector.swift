package import PipelinePlan
internal import RunStore
internal import StageKit
internal import StoreFile

/// What a collection would remove, or has removed.
package struct GarbageReport: Hashable, Sendable {
    package struct Item: Hashable, Sendable {
        /// Relative to the artifacts folder.
        package var path: String
        package var stage: String
        /// Bytes.
        package var size: Int64
        /// The last run that made or used it.
        package var lastRun: String?
        package var reason: String

        package init(path: String, stage: String, size: Int64, lastRun: String? = nil, reason: String) {
            self.path = path
            self.stage = stage
            self.size = size
            self.lastRun = lastRun
            self.reason = reason
        }
    }

    /// Rows that a stage has kept in the store.
    package struct OutlivedRows: Hashable, Sendable {
        package var stage: String
        package var rows: Int

        package init(stage: String, rows: Int) {
            self.stage = stage
            self.rows = rows
        }
    }

    /// Oldest results first, then what has no record.
    package var items: [Item]
    /// Bytes of the results that stay, and their number.
    package var keptSize: Int64
    package var keptResults: Int
    /// Answers of web sources that are given up, and their bytes in the store.
    package var answers = 0
    package var answersSize: Int64 = 0
    /// Answers that stay, and their bytes.
    package var keptAnswers = 0
    package var keptAnswersSize: Int64 = 0
    /// Results of these that are to be packed: earlier ones, of which only what differs is kept.
    package var packed: Int
    /// Bytes that the kept results take after the collection; `nil` before it.
    package var sizeAfter: Int64?
    /// What stages have kept in the store that the pipeline has no more.
    package var outlived: [OutlivedRows] = []
    /// Results given up besides, because all together took more than the store itself.
    package var givenUp = 0

    package init(items: [Item], keptSize: Int64, keptResults: Int, packed: Int) {
        self.items = items
        self.keptSize = keptSize
        self.keptResults = keptResults
        self.packed = packed
    }

    /// Bytes, answers among them.
    package var size: Int64 { items.reduce(answersSize) { $0 + $1.size } }
}

/// Applies a retention rule to a store.
package struct GarbageCollector: Sendable {
    private let settings: StoreSettings
    private let pipeline: PlannedPipeline
    private let rule: RetentionRule
    private let options: EngineOptions

    package init(_ pipeline: PlannedPipeline, rule: RetentionRule, options: EngineOptions) {
        settings = pipeline.store
        self.pipeline = pipeline
        self.rule = rule
        self.options = options
    }

    /// What would be removed now. Changes nothing and never blocks; `nil` if there is no store.
    package func preview() throws -> GarbageReport? {
        let store = try RunStore.openForReading(
            at: settings.state, artifacts: settings.artifacts, clock: options.clock)
        guard let store else { return nil }
        defer { try? store.close() }
        return try survey(store).collection
    }

    /// Removes it. Published files are never touched.
    ///
    /// - Throws: `StoreError` when a run holds the store.
    package func collect() throws -> GarbageReport {
        let holder = LockHolder(
            run: "gc", pid: RunID.process, host: options.host, since: options.clock.timestamp())
        let lock = try RunLock.take(
            state: settings.state, holder: holder, waitSeconds: options.lockWaitSeconds,
            isStopRequested: options.isStopRequested)
        defer { lock.release() }
        let store = try RunStore.open(
            at: settings.state, artifacts: settings.artifacts, clock: options.clock)
        if try store.ledger.isForgettingUnfinished() { _ = try CommentForgetting.finish(store, settings) }
        // What is packed takes little: what does not fit is known only then.
        if rule.maxSize != nil { try packer(store, ArtifactFolder(root: settings.artifacts)).pack() }
        let survey = try survey(store)
        try store.collect(results: survey.results, work: survey.work)
        try store.crawl.giveUp(answers: survey.answers)
        try store.remove(survey.outlived)
        let artifacts = ArtifactFolder(root: settings.artifacts)
        for item in survey.collection.items { try Disk.remove(artifacts.absolute(item.path)) }
        var collection = survey.collection
        let packer = packer(store, artifacts)
        collection.givenUp = try packer.packWithinStore()
        try packer.rememberSize()
        collection.sizeAfter = try ArtifactSizes.stages(of: artifacts).reduce(0) { $0 + $1.bytes }
        try artifacts.tidy()
        try store.close()
        return collection
    }

    private func packer(_ store: RunStore, _ artifacts: ArtifactFolder) -> ResultPacker {
        ResultPacker(
            artifacts: artifacts, store: store,
            digests: FileDigests(store: store, usesMemory: true, clock: options.clock), run: "gc")
    }

    private struct Survey {
        var collection: GarbageReport
        var results: [Int64]
        var work: [OpenWork]
        var answers: [Int64]
        var outlived: [OutlivedSet]
    }

    private func survey(_ store: RunStore) throws -> Survey {
        let answers = try store.crawl.keptAnswers()
        let artifacts = ArtifactFolder(root: settings.artifacts)
        let facts = try RetentionState(
            results: onDisk(store.keptResults(), artifacts), uses: store.resultUses(),
            standing: store.standingResults().union(store.promotedRows(withPrevious: true)),
            promotedLabelSets: store.promotedLabelSets(),
            answers: answers.reduce(0) { $0 + ($1.isNeeded ? $1.size : 0) })
        let verdicts = rule.collect(from: facts)
        let gone = Set(verdicts.map(\.result.stageRun))
        let kept = facts.results.filter { !gone.contains($0.stageRun) }
        // Two results may share a folder, when one was made again: it goes when both go.
        let keptFolders = Set(kept.map(\.folder))
        var folders: Set<String> = []
        var items = verdicts.filter { !keptFolders.contains($0.result.folder) }
            .filter { folders.insert($0.result.folder).inserted }
            .map {
                GarbageReport.Item(
                    path: $0.result.folder, stage: $0.result.stage, size: $0.result.size,
                    lastRun: $0.lastRun, reason: $0.reason)
            }
        let keptRuns = Set(facts.uses.prefix(rule.runs ?? .max).map(\.run))
        let work = try store.openWork().filter { !keptRuns.contains($0.run) }
        for piece in work {
            items.append(try item(piece.path, piece.stage, "unfinished work that no later run resumed"))
        }
        let rejected = try store.rejections().filter { keptRuns.contains($0.run) }
        items += try strays(
            known: Set(facts.results.map(\.folder)),
            rejected: Set(rejected.map { ArtifactFolder.rejectedPlace($0.stage, $0.fingerprint) }))
        let packer = packer(store, artifacts)
        var sizes: [String: Int64] = [:]
        for result in kept { sizes[result.folder] = max(sizes[result.folder] ?? 0, result.size) }
        var collection = GarbageReport(
            items: items, keptSize: sizes.values.reduce(0, +), keptResults: keptFolders.count,
            packed: try packer.unpacked(packer.shelves(of: kept)).count)
        let given = rule.giveUp(
            answers, now: options.clock.milliseconds() / 1000, results: collection.keptSize)
        collection.answers = given.count
        collection.answersSize = given.reduce(0) { $0 + $1.size }
        collection.keptAnswers = answers.count - given.count
        collection.keptAnswersSize = answers.reduce(0) { $0 + $1.size } - collection.answersSize
        let outlived = try store.outlivedSets(
            of: pipeline.kinds, pipeline: pipeline.name, stages: pipeline.kindNames)
        collection.outlived = outlived.map { GarbageReport.OutlivedRows(stage: $0.stage, rows: $0.rows) }
        return Survey(
            collection: collection, results: verdicts.map(\.result.stageRun), work: work,
            answers: given.map(\.page), outlived: outlived)
    }

    /// Results with what they take on the disk: packed ones share their pack.
    private func onDisk(_ results: [KeptResult], _ artifacts: ArtifactFolder) throws -> [KeptResult] {
        try results.map { result in
            if try Disk.facts(artifacts.absolute(result.folder)) != nil { return result }
            let stage = String(result.folder.prefix { $0 != "/" })
            var result = result
            result.size =
                try artifacts.packs.size(of: stage) / Int64(max(1, artifacts.packs.names(of: stage).count))
            return result
        }
    }

    /// Results on disk without a record in the store, and those that a check rejected in earlier runs.
    private func strays(known: Set<String>, rejected: Set<String>) throws -> [GarbageReport.Item] {
        var items = try ArtifactFolder(root: settings.artifacts).strays(known: known).map { path in
            try item(path, String(path.prefix { $0 != "/" }), "no record in the store")
        }
        for name in try Disk.names(in: settings.artifacts + "/.rejected")
        where !rejected.contains(".rejected/" + name) {
            let stage = name.lastIndex(of: "-").map { String(name[..<$0]) } ?? name
            items.append(try item(".rejected/" + name, stage, "a check rejected it"))
        }
        return items
    }

    private func item(_ path: String, _ stage: String, _ reason: String) throws -> GarbageReport.Item {
        GarbageReport.Item(
            path: path, stage: stage, size: try Disk.size(settings.artifacts + "/" + path), reason: reason)
    }

}
