internal import Diagnostics
package import PipelinePlan

/// A run followed by its hooks.
package struct HookedRun {
    private let plan: PlannedPipeline
    private let options: EngineOptions
    private let sink: any EngineEventSink
    private let post: RunHook.Post

    /// - Parameter post: sends what webhooks get.
    package init(
        _ plan: PlannedPipeline, _ options: EngineOptions, sink: any EngineEventSink,
        post: @escaping RunHook.Post
    ) {
        self.plan = plan
        self.options = options
        self.sink = sink
        self.post = post
    }

    /// - Throws: `DiagnosticsError` where a hook could not do its work here, before anything runs; what
    ///   ``Engine/run()`` throws.
    package func perform() async throws -> RunReport {
        let problems = HookReadiness(plan).findings.inFileOrder()
        if !problems.isEmpty { throw DiagnosticsError(file: plan.file, findings: problems) }
        let notes = RunNotes(sink)
        for warning in plan.warnings { notes.receive(.pipelineWarning(warning.rendered)) }
        let report = try await Engine(plan, options: options, sink: notes).run()
        await RunHook(plan, report, notes: notes.content, host: options.host, post: post).perform(sink)
        return report
    }
}
