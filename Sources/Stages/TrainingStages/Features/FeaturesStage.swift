package import Diagnostics
internal import Models
internal import ShardFormat
package import StageKit
internal import Training

/// Gives each row of token shards the vector that a frozen encoder makes of it, for a train stage that fits only the last
/// map, or for other programs.
///
/// Vectors are kept in the store, so that rows which a stage has seen are not computed again, whatever their labels are by
/// then. What comes out is the same as if all had been.
package struct FeaturesStage: Stage {
    package static let kind = StageKind(
        "features", revision: 1,
        summary: "Give each row of token shards the vector that a frozen encoder makes of it, computed once.",
        inputs: [Port("data", "shards-v1"), Port("init", "model-v1", optional: true)],
        outputs: [Port("features", "features-v1")],
        figures: FeatureFigures.declared(ofTheMoment: \.computed),
        headline: FeatureFigures.names(\.rows, \.computed, \.width),
        tables: FeatureTables.all,
        report: .features,
        example: """
            features: {uses: features, from: {data: shards, init: pretrained}, with: {pooling: mean}}
            """,
        values: [
            "init": "beomi/kcbert-base",
            "normalize": "true",
            "pooling": "mean",
            "path": "out/features",
        ]
    )

    let parameters: FeatureParameters
    let hasRandomWeights: Bool
    private let path: String?

    private static let folderName = "features"

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.folder(
            "init", required: false, part: .model,
            help:
                "Model whose encoder is used: a Hugging Face folder, or the name of a model in the Hugging Face cache; or "
                + "connect input 'init'.")
        hasRandomWeights =
            parameters.choice(
                "init_weights", default: "folder", of: ["folder", "random"],
                help: "Whether to load the weights of 'init', or to draw random ones instead.") == "random"
        self.parameters = FeatureParameters(&parameters)
        path = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "label_set", "run"],
            help: "Folder to write the features into.")
        try parameters.finish()
    }

    package func run(in context: StageContext) async throws -> StageResult {
        try TrainingFailure.asStageError { try compute(context) }
    }

    private func compute(_ context: StageContext) throws -> StageResult {
        let data = try context.inputs.one("data")
        let shards = try ShardFolder(data.path)
        let folder = try open(shards, context)
        let modules = try parameters.modules(of: folder.path)
        if let most = modules?.maxTokens, most < shards.manifest.maxTokens {
            context.progress.warn(
                "the encoder's folder reads at most \(most) tokens of a text, and rows of the shards have up to "
                    + "\(shards.manifest.maxTokens); sentence-transformers cuts them there, and max_tokens: \(most) of the shards "
                    + "stage does")
        }
        let recipe = try recipe(folder, modules)
        let names = shards.manifest.rows.filter { $0.value > 0 }.keys.sorted()
        var sides = try names.map { SideRows($0, try shards.rows(of: $0), width: recipe.width) }
        try FeatureMemory(recipe: recipe).recall(&sides, context)
        let unknown = sides.map(\.unknown)
        let writer = FeatureWriter(
            recipe: recipe, parameters: parameters, start: folder, shards: shards.manifest, context: context)
        try writer.complete(&sides)
        try writer.write(sides, to: context.outputFolder + "/" + Self.folderName)
        let fresh = zip(sides, unknown).map { $0.part($1) }
        return StageResult(
            outputs: [StageOutput(port: "features", path: Self.folderName, locator: data.locator)],
            figures: FeatureFigures(
                rows: sides.reduce(0) { $0 + $1.rows.count }, computed: fresh.reduce(0) { $0 + $1.count },
                width: recipe.width, pooling: recipe.pooling.tokens.rawValue, layers: recipe.pooling.layers,
                precision: recipe.precision.rawValue
            ).json, changes: [FeatureRecord(recipe: recipe, conflict: "REPLACE") { fresh }],
            publications: try path.map { try Publication.files(of: Self.folderName, in: context, to: $0) }
                ?? [])
    }

    /// The model, if it is an encoder that reads the shards.
    private func open(_ shards: ShardFolder, _ context: StageContext) throws -> ModelFolder {
        let folder = try StartFolder.open(
            try StartFolder.path(in: context, of: Self.kind), shards: shards, randomWeights: hasRandomWeights)
        if folder.configuration.plan.convolution != nil {
            throw StageError(
                "the model of the features stage is a Text-CNN, which has no layers to take states of",
                hint: "connect input 'init' to an encoder, or name one's folder")
        }
        // Checks that shards and model belong together.
        _ = try FineTuning(shards: shards, start: folder, tokenizerDigest: nil, options: TrainingOptions())
        if !folder.hasWeights, !hasRandomWeights {
            context.progress.warn(
                "no weights in the start folder: the encoder has random ones (init_weights: random says that this is meant)"
            )
        }
        return folder
    }

    private func recipe(_ folder: ModelFolder, _ modules: SentenceModules?) throws -> FeatureRecipe {
        let plan = folder.configuration.plan
        return FeatureRecipe(
            encoder: try folder.encoderDigest(seed: parameters.seed),
            pooling: try parameters.statePooling(depth: plan.layers, modules),
            precision: parameters.precision,
            hiddenSize: plan.hiddenSize)
    }

    /// The vectors go back into the store, if it has lost them.
    package func restore(in context: StageContext) async throws -> [any StoreChange] {
        try TrainingFailure.asStageError {
            let folder = try FeatureFolder(context.outputFolder + "/" + Self.folderName)
            return [
                FeatureRecord(recipe: try folder.recipe(), conflict: "IGNORE") {
                    try folder.manifest.files.map { try folder.rows(of: $0.split) }
                }
            ]
        }
    }
}

extension FeaturesStage {
    /// No model, or one without the layers that are asked for.
    package func problems(in look: StageLook) -> [StageProblem] {
        let problems = StartFolder.problems(of: Self.kind, look)
        guard let folder = look.files["init"]?.first else { return problems }
        do {
            let configuration = try StartFolder.configuration(of: folder.path, shownAs: folder.shownPath)
            if !hasRandomWeights { try StartFolder.checkWeights(in: folder.path, shownAs: folder.shownPath) }
            let modules = try parameters.modules(of: folder.path)
            do { _ = try parameters.statePooling(depth: configuration.plan.layers, modules) } catch {
                return problems + [StageProblem("pooling", error.message, hint: error.hint)]
            }
            return problems
        } catch let error as StageError {
            return problems + [StageProblem("init", error.message, hint: error.hint)]
        } catch let error as TrainingError {
            return problems + [StageProblem("init", error.problem, hint: error.hint)]
        } catch {
            return problems + [StageProblem("init", "\(folder.shownPath)/config.json: \(error)")]
        }
    }
}
