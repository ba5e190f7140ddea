package import StageKit

/// The stages that bring comments into the store.
package enum IngestStages {
    package static let all: [any Stage.Type] = [IngestFilesStage.self, IngestWebStage.self]
}
