public import StageKit

/// The stages that let a trained model answer.
public enum PredictionStages {
    public static let all: [any Stage.Type] = [PredictStage.self]
}
