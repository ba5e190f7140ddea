package import StageKit

/// The stages that let a trained model answer.
package enum PredictionStages {
    package static let all: [any Stage.Type] = [MaskStage.self, PredictStage.self]
}
