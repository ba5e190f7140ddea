public import StageKit

/// The stages that turn comments into datasets.
public enum DatasetStages {
    public static let all: [any Stage.Type] = [
        CleanStage.self, LabelStage.self, SampleStage.self, SplitStage.self, ExportStage.self,
        VocabularyStage.self,
        ShardsStage.self,
    ]
}
