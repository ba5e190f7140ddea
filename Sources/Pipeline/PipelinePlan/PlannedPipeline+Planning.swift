package import Diagnostics
package import PipelineFile
package import StageKit

extension PlannedPipeline {
    /// Checks a pipeline file in full and puts its stages in order. Reads no file but what it is given.
    ///
    /// - Parameters:
    ///   - document: the file as read; its findings are reported together with those made here.
    ///   - registry: the stage kinds there are.
    ///   - overrides: `-S key=value` in the order of the command line; of two for one key the later counts. A key is a
    ///     parameter of the pipeline, or a stage and what it says, as in `labels.min_votes`.
    ///   - baseFolder: the file's folder, absolute.
    ///   - runDate: the run's logical date, `YYYY-MM-DD`.
    /// - Throws: everything that is wrong, in the order of the file.
    package static func plan(
        document: PipelineDocument, registry: StageRegistry, overrides: [(key: String, value: String)] = [],
        baseFolder: String, runDate: String
    ) throws(DiagnosticsError) -> PlannedPipeline {
        let (general, ofStages) = ParameterValues.sorted(overrides)
        let values = ParameterValues(
            document.params, overrides: general, stages: document.stages, registry: registry)
        let changed = StageOverrides(document.stages, registry: registry, overrides: ofStages)
        let sections = changed.sections
        var references = ReferenceResolver(
            params: values.values, secrets: document.secrets, runDate: runDate)
        var planner = StagePlanner(registry: registry, sections: sections)
        let drafts = sections.map { planner.draft($0, &references) }
        let connected = PortConnector(drafts: drafts).connect()
        let stages = connected.drafts.compactMap(\.planned)
        let order = StageOrder(sections: sections, stages: stages)
        var hookPlanner = HookPlanner()
        let hooks = hookPlanner.hooks(document.hooks, &references)

        var findings =
            document.findings + values.findings + changed.findings + planner.findings + references.findings
            + connected.findings
            + order.findings + hookPlanner.findings
        guard !findings.contains(where: { $0.severity == .error }) else {
            throw DiagnosticsError(file: document.file, findings: findings.inFileOrder())
        }
        findings += values.unused(references.used)
        var pipeline = PlannedPipeline(
            file: document.file, baseFolder: baseFolder, name: document.name.text,
            store: StoreSettings(document.store, baseFolder: baseFolder),
            hooks: hooks,
            params: values.json, overrides: values.changed.merging(changed.changed) { $1 },
            secrets: Dictionary(
                document.secrets.map { ($0.name.text, $0.variable) }, uniquingKeysWith: { $1 }),
            runDate: runDate, stages: order.ordered, warnings: findings.inFileOrder(),
            kinds: registry.kinds.map { $0.kind })
        if !overrides.isEmpty {
            pipeline.findTrials(against: document, registry: registry)
        }
        return pipeline
    }
}

extension StoreSettings {
    init(_ section: StoreSection, baseFolder: String) {
        self.init(
            state: AbsolutePath.of(section.state, in: baseFolder),
            artifacts: AbsolutePath.of(section.artifacts, in: baseFolder), keepRuns: section.keepRuns,
            keepMaxSize: section.keepMaxSize, keepAnswers: section.keepAnswers)
    }
}
