package import Diagnostics
package import PipelinePlan
internal import RunStore
internal import StageKit
internal import StoreFile

/// Runs a pipeline: decides, performs, records.
package struct Engine: Sendable {
    let pipeline: PlannedPipeline
    let options: EngineOptions

    /// The pipeline file as the user named it.
    package var file: String { pipeline.file }
    let sink: any EngineEventSink
    let probe: @Sendable (EnginePoint, String) throws -> Void

    package init(
        _ pipeline: PlannedPipeline, options: EngineOptions = EngineOptions(), sink: any EngineEventSink
    ) {
        self.init(pipeline, options: options, sink: sink, probe: { _, _ in })
    }

    /// - Parameter probe: called at each point of each stage; a test throws ``SimulatedDeath`` there.
    package init(
        _ pipeline: PlannedPipeline, options: EngineOptions, sink: any EngineEventSink,
        probe: @escaping @Sendable (EnginePoint, String) throws -> Void
    ) {
        self.pipeline = pipeline
        self.options = options
        self.sink = sink
        self.probe = probe
    }

    /// Executes the plan. Resumes a run that was killed.
    ///
    /// - Throws: `StoreError` when the store is locked, foreign, newer or cannot be written; `StageInterrupted` when
    ///   asked to stop while waiting for the lock. Later failures are in the report.
    package func run() async throws -> RunReport {
        let id = RunID.make(options.clock)
        let lock = try takeLock(for: id)
        defer { lock.release() }
        let store = try openStore()
        lock.coverStore()
        // Where the name was taken, the lock goes by another one than the run: one in 65,536 of the same second.
        let isTaken = try store.run(id: id) != nil
        let name = isTaken ? try RunID.make(options.clock) { try store.run(id: $0) != nil } : id
        let loop = try RunLoop(self, id: name, store: store)
        // Reading input files and waiting for the disk take time as well.
        let thread = BlockingThreads(limit: 1, name: "engine")
        defer { thread.close() }
        let report = try await withTaskExecutorPreference(thread) { try await loop.run() }
        try store.close()
        return report
    }

    /// Brings a store that an earlier version of this program made up to date, for commands that read it before the
    /// pipeline is run. Does nothing where there is no store yet.
    ///
    /// - Throws: `StoreError` as ``run()`` does; `StageInterrupted` when asked to stop while waiting for the lock.
    package func bringStoreUpToDate() throws {
        guard try RunStore.isOlder(at: pipeline.store.state) else { return }
        let lock = try takeLock(for: "new-format")
        defer { lock.release() }
        try openStore().close()
    }

    private func takeLock(for run: String) throws -> RunLock {
        let holder = LockHolder(
            run: run, pid: RunID.process, host: options.host, since: options.clock.timestamp())
        return try RunLock.take(
            state: pipeline.store.state, holder: holder, waitSeconds: options.lockWaitSeconds,
            isStopRequested: options.isStopRequested)
    }

    private func openStore() throws -> RunStore {
        let store = try RunStore.open(
            at: pipeline.store.state, artifacts: pipeline.store.artifacts, clock: options.clock,
            tables: pipeline.stages.compactMap(\.kind.tables))
        // A forget that was killed is carried to its end before anything else happens.
        if try store.ledger.isForgettingUnfinished() {
            _ = try CommentForgetting.finish(store, pipeline.store)
        }
        return store
    }

    /// What would keep the selected stages from doing their work and can be known before anything runs, in the order of
    /// the file. Opens no store.
    /// - Parameter upToDate: names of stages that a run would leave as they are. What their sources hold was said when they
    ///   were read, and is not read again.
    package func preflight(upToDate: Set<String> = []) -> [Finding] {
        let stages = Preflight(StageExaminer(pipeline: pipeline, options: options, store: nil)).findings(
            upToDate: upToDate)
        return (stages + HookReadiness(pipeline).findings).inFileOrder()
    }

    /// What a run would do now, and why. Changes nothing, needs no lock and never blocks.
    package func plan() async throws -> [StagePlan] {
        let store = try RunStore.openForReading(
            at: pipeline.store.state, artifacts: pipeline.store.artifacts, clock: options.clock)
        return try DryRun(StageExaminer(pipeline: pipeline, options: options, store: store)).plans()
    }
}
