package import StageKit

/// The stages that make and judge models.
package enum TrainingStages {
    package static let all: [any Stage.Type] = [
        WordVectorStage.self, PretrainStage.self, FeaturesStage.self, TrainStage.self, EvaluateStage.self,
        CompareStage.self, FewShotStage.self, ImportModelStage.self,
    ]
}
