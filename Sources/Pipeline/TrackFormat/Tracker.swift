/// A program that shows trainings, whose files are written.
package enum Tracker: String, CaseIterable, Sendable {
    case tensorboard
    case mlflow

    /// The folder of its files among those of others.
    package var folderName: String {
        switch self {
        case .tensorboard: "tensorboard"
        case .mlflow: "mlruns"
        }
    }
}
