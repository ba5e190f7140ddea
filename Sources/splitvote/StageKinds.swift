internal import CommandStages
internal import DatasetStages
internal import IngestStages
internal import PredictionStages
internal import Presentation
internal import Reports
internal import StageKit
internal import TrainingStages

extension StageRegistry {
    /// Every stage kind of this program.
    static let all = StageRegistry(
        IngestStages.all, DatasetStages.all, TrainingStages.all, PredictionStages.all, ReportStages.all,
        CommandStages.all)
}

extension Headlines {
    /// Those of every stage kind of this program.
    static let all = Headlines(StageRegistry.all)
}
