package import StageKit

/// The stages that turn comments into datasets.
package enum DatasetStages {
    package static let all: [any Stage.Type] = [
        CleanStage.self, LabelStage.self, AnnotateStage.self, SampleStage.self, SplitStage.self,
        ExportStage.self,
        VocabularyStage.self,
        ShardsStage.self,
    ]
}
