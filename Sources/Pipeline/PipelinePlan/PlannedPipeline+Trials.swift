internal import PipelineFile
internal import StageKit

extension PlannedPipeline {
    /// Finds the stages whose labels are only tried: what the command line says is compared with what the file says by
    /// itself, whichever way a value was given.
    ///
    /// A stage that the file alone does not make, because a value is missing, has no other rule than the command line's.
    /// - Parameter document: the file as it is.
    mutating func findTrials(against document: PipelineDocument, registry: StageRegistry) {
        let values = ParameterValues(document.params, overrides: [])
        var references = ReferenceResolver(
            params: values.values, secrets: document.secrets, runDate: runDate)
        var planner = StagePlanner(registry: registry, sections: document.stages)
        let graph = StageGraph(self)
        for section in document.stages {
            guard let stage = self[section.name.text], stage.kind.rulesLabels,
                let own = planner.draft(section, &references).planned,
                own.parameters.canonicalText != stage.parameters.canonicalText
            else { continue }
            trialStages.insert(stage.name)
            trialStages.formUnion(graph.downstream(of: stage.name))
        }
    }
}
