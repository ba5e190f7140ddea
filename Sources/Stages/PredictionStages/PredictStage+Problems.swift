internal import Baselines
internal import DuckDBTables
internal import HubFiles
package import StageKit
internal import Training

extension PredictStage {
    /// Without a model, or with one that cannot answer, nothing has to be read.
    package func problems(in look: StageLook) -> [StageProblem] {
        if format == .parquet, let problem = DuckDB.problem("format") { return [problem] }
        return ChosenModel.problems(in: look, for: Self.kind)
    }
}

extension ChosenModel {
    /// What is wrong with the model that a stage names or is connected to.
    static func problems(in look: StageLook, for kind: StageKind) -> [StageProblem] {
        let isConnected = look.sources["model"]?.isEmpty == false
        if isConnected == look.naming.contains("model") {
            let error = isConnected ? two(look.shown("model"), for: kind) : none(for: kind)
            return [StageProblem(isConnected ? "model" : nil, error.message, hint: error.hint)]
        }
        guard let folder = look.files["model"]?.first else { return [] }
        func shown(_ text: String) -> String { text.replacing(folder.path, with: folder.shownPath) }
        do {
            if BaselineFolder.kind(ofFolder: folder.path) != nil {
                _ = try BaselineFolder(folder.path)
                return []
            }
            let model = try ModelFolder(folder.path)
            if let standIn = model.weightsName.flatMap({ StandIn(at: model.weightsFolder + "/" + $0) }) {
                return [
                    StageProblem("model", "\(folder.shownPath)/\(model.weightsName ?? "") \(standIn.problem)")
                ]
            }
            if model.hasWeights { return [] }
            return [
                StageProblem(
                    "model",
                    "\(folder.shownPath) has no weights (\(ModelFolder.weightNames.joined(separator: ", ")))",
                    hint: "name the folder of a trained model")
            ]
        } catch {
            return [StageProblem("model", shown("\(error)"))]
        }
    }
}
