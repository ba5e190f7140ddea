public import StageKit

/// The stages that bring comments into the store.
public enum IngestStages {
    public static let all: [any Stage.Type] = [IngestFilesStage.self, IngestWebStage.self]
}
