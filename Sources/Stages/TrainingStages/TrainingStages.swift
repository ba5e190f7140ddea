package import StageKit

/// The stages that make and judge models.
package enum TrainingStages {
    package static let all: [any Stage.Type] = [
        TrainStage.self, EvaluateStage.self, WordVectorStage.self,
    ]
}
