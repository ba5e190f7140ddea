internal import PipelinePlan
internal import RunStore
internal import StageKit

/// How long the stages of a runner's pipeline worked, as the store has recorded it.
struct RecordedTimes: StageTimes {
    let runner: StageRunner

    func times(making stage: String) throws -> [StageTime] {
        let pipeline = runner.pipeline
        let names = StageGraph(pipeline).upstream(of: stage).union([stage])
        return try pipeline.stages.filter { names.contains($0.name) }.compactMap { planned in
            try runner.store.secondsSpent(pipeline: pipeline.name, stage: planned.name).map {
                StageTime(stage: planned.name, kind: planned.kind.name, seconds: $0)
            }
        }
    }
}
