internal import Models
internal import Prediction
internal import ShardFormat
internal import StageKit
internal import Tokenization
internal import Training

/// The model that is to answer: a folder of the user's, or what a train stage has made.
struct ChosenModel {
    let path: String
    let digest: String
    /// As people know it.
    let name: String

    /// - Parameter kind: of the stage.
    /// - Throws: ``StageError`` where there is none, or there are two.
    init(_ context: StageContext, for kind: StageKind) throws(StageError) {
        let connected = context.inputs.first("model")
        let named = context.files["model"]?.first
        switch (connected, named) {
        case (let artifact?, nil):
            (path, digest) = (artifact.path, artifact.digest)
            name = "the model of stage '\(artifact.stage)'"
        case (nil, let folder?): (path, digest, name) = (folder.path, folder.digest, folder.shownPath)
        case (_?, let folder?): throw Self.two("the folder \(folder.shownPath)", for: kind)
        case (nil, nil): throw Self.none(for: kind)
        }
    }

    static func two(_ named: String, for kind: StageKind) -> StageError {
        StageError(
            "the \(kind.name) stage has two models: \(named), and the one of input 'model'",
            hint: "leave one of them out")
    }

    static func none(for kind: StageKind) -> StageError {
        StageError(
            "the \(kind.name) stage does not say which model is to answer",
            hint: "set 'model' to the folder of a trained model, or connect input 'model' to a train stage")
    }

    func scorer(_ precision: Precision, _ context: StageContext) throws -> TextScorer {
        try TextScorer(folder: path, precision: precision, threads: context.threads) {
            context.progress.log($0, [:])
        }
    }

    /// What its answers say, without reading its weights.
    func answers() throws -> ModelAnswers { try TextScorer.answers(ofFolder: path) }

    /// Runs `body`; what it throws names the model as people know it, not by where it lies.
    func namingItself<Result>(_ body: () throws -> Result) throws -> Result {
        func shown(_ text: String) -> String {
            text.replacing(path + "/", with: name + ": ").replacing(path, with: name)
        }
        do {
            return try body()
        } catch let error as StageError {
            throw StageError(
                shown(error.message), hint: error.hint.map(shown), sourceIncomplete: error.sourceIncomplete)
        } catch let error as TrainingError {
            throw StageError(shown(error.problem), hint: error.hint.map(shown))
        } catch let error as ShardError {
            throw StageError(shown(error.description))
        } catch let error as TokenizationError {
            throw StageError(shown("\(error)"))
        }
    }
}
