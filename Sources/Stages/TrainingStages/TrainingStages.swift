public import StageKit

/// The stages that make and judge models.
public enum TrainingStages {
    public static let all: [any Stage.Type] = [TrainStage.self, EvaluateStage.self]
}
