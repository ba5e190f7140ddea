internal import Baselines
internal import Models
internal import ShardFormat
internal import StageKit
internal import Training

/// Shards that models are asked about: an encoder, a Text-CNN or a baseline alike.
struct ModelOnShards {
    let shards: ShardFolder
    private let data: InputArtifact
    private let kind: StageKind
    private let context: StageContext

    /// - Parameter kind: of the stage that asks.
    init(_ data: InputArtifact, of kind: StageKind, _ context: StageContext) throws {
        shards = try ShardFolder(data.path)
        self.data = data
        self.kind = kind
        self.context = context
    }

    var manifest: ShardManifest { shards.manifest }

    /// Sides that are not there are told before anything is fitted.
    func check(_ sides: [String]) throws(StageError) {
        for side in sides {
            guard let rows = manifest.rows[side] else {
                throw StageError(
                    "there is no side '\(side)' to score; the shards have \(manifest.rows.keys.sorted().joined(separator: ", "))",
                    hint: "set 'split' of the \(kind.name) stage to one of them")
            }
            guard rows > 0 else {
                throw StageError(
                    "the side '\(side)' has no rows to score", hint: "give it a larger share or more data")
            }
        }
    }

    /// A model's answers to a side, and their scores.
    func evaluate(_ model: InputArtifact, side: String) throws -> ModelEvaluation {
        context.progress.report(0, of: manifest.rows[side], unit: "rows", note: side)
        if BaselineFolder.kind(ofFolder: model.path) != nil {
            return try evaluate(BaselineFolder(model.path), side: side)
        }
        let folder = try ModelFolder(model.path)
        try refuse(ModelFit.difference(of: folder, from: shards))
        return try ModelEvaluation(
            of: folder, on: side, of: shards, tokenizerDigest: nil, threads: context.threads)
    }

    /// Whether the rows are what the model has learned from: the same tokenizer, cleaning, pairs and task.
    func fits(_ model: InputArtifact) throws -> Bool {
        if BaselineFolder.kind(ofFolder: model.path) != nil {
            return ModelFit.difference(of: try BaselineFolder(model.path), from: manifest) == nil
        }
        return try ModelFit.difference(of: ModelFolder(model.path), from: shards) == nil
    }

    private func evaluate(_ folder: BaselineFolder, side: String) throws -> ModelEvaluation {
        try refuse(ModelFit.difference(of: folder, from: manifest))
        let rows = try ShardTexts(data, manifest, context).side(side, of: shards)
        return try ModelEvaluation(
            of: rows.rows, task: folder.model.task, names: folder.model.labels,
            answers: folder.model.answers(to: rows.texts, firsts: rows.firsts, threads: context.threads),
            provenance: folder.provenance)
    }

    private func refuse(_ difference: ModelFit.Difference?) throws(StageError) {
        guard let difference else { return }
        throw StageError(
            "the shards do not fit the model: \(difference.name) is \(difference.inShards) in the shards, \(difference.model) in the model",
            hint: "evaluate on shards made with the model's own settings")
    }
}
