internal import Baselines
internal import DatasetStages
internal import Models
internal import ShardFormat
internal import StageKit
internal import TextBasics
internal import Training

/// The models that are connected as teachers: encoders, Text-CNNs and baselines.
struct Teachers {
    private let parameters: DistillationParameters
    private let shards: ShardFolder
    private let data: InputArtifact
    private let context: StageContext
    private let inputs: [Input]

    fileprivate enum Folder {
        case encoder(ModelFolder)
        case baseline(BaselineFolder)
    }

    private typealias Input = (artifact: InputArtifact, folder: Folder)

    /// - Returns: nil if none is connected.
    /// - Throws: ``StageError`` for a teacher that cannot read the rows, or answers with other classes.
    init?(
        _ parameters: DistillationParameters, of shards: ShardFolder, _ data: InputArtifact,
        _ context: StageContext
    ) throws {
        let connected = context.inputs.all("teacher")
        if connected.isEmpty { return nil }
        self.parameters = parameters
        (self.shards, self.data, self.context) = (shards, data, context)
        inputs = try connected.map { artifact -> Input in
            try Self.named(artifact) { () -> Input in
                guard BaselineFolder.kind(ofFolder: artifact.path) == nil else {
                    let folder = try BaselineFolder(artifact.path)
                    try Self.check(folder, shards)
                    return (artifact, .baseline(folder))
                }
                let folder = try ModelFolder(artifact.path)
                try Self.check(folder, shards)
                return (artifact, .encoder(folder))
            }
        }
    }

    /// Says which teacher an error is about.
    private static func named<Result>(
        _ artifact: InputArtifact, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try TrainingFailure.asStageError(body)
        } catch let error as StageError {
            throw StageError("teacher '\(artifact.stage)': \(error.message)", hint: error.hint)
        }
    }

    private static let again =
        "train the teacher on shards that are made with the same settings, or the student on the teacher's"

    private static func check(_ folder: BaselineFolder, _ shards: ShardFolder) throws {
        let (model, manifest) = (folder.model, shards.manifest)
        try EncoderTeacher.check(
            model.labels, model.task, names: manifest.labelNames, TrainingTask(manifest.taskName))
        if manifest.textPair == "text_pair" {
            throw StageError(
                "the rows are pairs of texts of their own, which a baseline does not read",
                hint: "take an encoder")
        }
        try refuse(ModelFit.difference(of: folder, from: manifest))
    }

    private static func check(_ folder: ModelFolder, _ shards: ShardFolder) throws {
        let (manifest, plan) = (shards.manifest, folder.configuration.plan)
        let labels = try folder.trainedLabels()
        try EncoderTeacher.check(
            labels, folder.task, names: manifest.labelNames, TrainingTask(manifest.taskName))
        try refuse(ModelFit.difference(of: folder, from: shards))
        guard plan.maxTokens >= manifest.maxTokens else {
            throw StageError(
                "rows of the shards have up to \(manifest.maxTokens) tokens; the teacher has \(plan.maxTokens) positions",
                hint:
                    "set max_tokens of the shards stage to \(plan.maxTokens) or less, or take another teacher"
            )
        }
        guard plan.vocabularySize >= manifest.tokenizer.vocabularySize else {
            throw StageError(
                "the shards use \(manifest.tokenizer.vocabularySize) ids; the teacher has vectors of \(plan.vocabularySize)",
                hint: again)
        }
    }

    private static func refuse(_ difference: ModelFit.Difference?) throws(StageError) {
        guard let difference else { return }
        throw StageError(
            "it does not fit the shards: \(difference.name) is \(difference.inShards) in the shards, \(difference.model) in "
                + "the teacher", hint: again)
    }

    // MARK: What they teach

    /// Opens the teachers, and tokenizes the texts without labels.
    func teaching(threads: Int, precision: Precision) throws -> Teaching {
        let manifest = shards.manifest
        let unlabeled = try context.inputs.first("texts").map { _ in
            try UnlabeledShards(besides: shards, parameters.sides, context)
        }
        var encoders: [String: EncoderTeacher] = [:]
        let teachers = try inputs.map { artifact, folder -> any Teacher in
            try Self.named(artifact) { () -> any Teacher in
                switch folder {
                case .baseline(let folder):
                    return try BaselineTeacher(
                        folder.model, identity: artifact.digest, of: try DatasetFacts(data),
                        hasTitles: manifest.textPair == "title", untitled: unlabeled?.untitled ?? [], context)
                case .encoder(let folder):
                    let teacher = try EncoderTeacher(
                        folder, names: manifest.labelNames, task: TrainingTask(manifest.taskName),
                        threads: threads, precision: precision)
                    encoders[artifact.stage] = teacher
                    return teacher
                }
            }
        }
        let compared = parameters.options.comparesLayers ? try layered().artifact.stage : nil
        var teaching = Teaching(
            parameters.options, teachers: teachers, layers: compared.flatMap { encoders[$0] },
            unlabeled: unlabeled?.rows)
        teaching.sentences = [description + "."] + (unlabeled?.texts.sentences ?? [])
        let hasReadAll = inputs.contains { $0.folder.provenance?.hasReadEverySide == true }
        teaching.hasReadEverySide = hasReadAll || (unlabeled != nil && parameters.sides.all)
        return teaching
    }

    /// The one encoder among them, whose layers are compared or copied.
    private func layered() throws(StageError) -> (artifact: InputArtifact, folder: ModelFolder) {
        let encoders = inputs.compactMap { input -> (artifact: InputArtifact, folder: ModelFolder)? in
            guard case .encoder(let folder) = input.folder, folder.configuration.plan.convolution == nil
            else { return nil }
            return (input.artifact, folder)
        }
        if encoders.count == 1 { return encoders[0] }
        throw StageError(
            "hidden, attention and copy_layers go by the layers of one encoder, and \(encoders.count) of the "
                + "\(Counts.text(inputs.count, "teacher")) are encoders",
            hint: encoders.isEmpty
                ? "leave them out: what is left is to learn from answers"
                : "connect one encoder, beside any baselines")
    }

    /// Writes the start of a student that begins with layers of its teacher; nil if it does not.
    func start() throws -> String? {
        guard let layers = parameters.copiedLayers else { return nil }
        let folder = context.workFolder + "/start"
        try StudentStart(layers: layers).write(from: try layered().folder, to: folder)
        return folder
    }

    /// Which models they are, in a sentence.
    private var description: String {
        let names = inputs.map { input in
            switch input.folder {
            case .baseline(let folder): folder.model.features.kind.title
            case .encoder(let folder):
                folder.configuration.plan.convolution == nil
                    ? "an encoder of \(Counts.text(folder.configuration.plan.layers, "layer")), "
                        + "\(folder.configuration.plan.hiddenSize) channels wide" : "a Text-CNN"
            }
        }
        return names.count == 1
            ? "It learned from the answers of \(names[0])"
            : "It learned from the mean of the answers of \(names.count) models: \(names.joined(separator: "; "))"
    }
}

extension Teachers.Folder {
    fileprivate var provenance: ModelProvenance? {
        switch self {
        case .encoder(let folder): folder.provenance
        case .baseline(let folder): folder.provenance
        }
    }
}
