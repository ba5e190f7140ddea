internal import CommandStages
internal import DatasetStages
internal import IngestStages
internal import PredictionStages
package import Presentation
internal import Reports
package import StageKit
internal import TrainingStages

extension StageRegistry {
    /// Every stage kind of the program.
    package static let all = StageRegistry(
        IngestStages.all, DatasetStages.all, TrainingStages.all, PredictionStages.all, ReportStages.all,
        CommandStages.all)
}

extension Headlines {
    /// Those of every stage kind of the program.
    package static let all = Headlines(StageRegistry.all)
}
