internal import Charts
package import Diagnostics
private import Foundation
internal import ShardFormat
package import StageKit
internal import Training

/// Takes over a classifier that was trained elsewhere, so that it is evaluated, compared, reported and used like any other.
package struct ImportModelStage: Stage {
    package static let kind = StageKind(
        "import.model", revision: 1,
        summary:
            "Take over a classifier that was trained elsewhere, with the cleaning, tokenizer and labels of its shards.",
        inputs: [
            Port("data", "shards-v1"), Port("files", "files-v1", optional: true),
        ],
        outputs: [Port("model", "model-v1")],
        figures: ImportedModelFigures.declared(),
        headline: ImportedModelFigures.names(\.parameters, \.macroF1),
        report: .importedModel,
        example: """
            theirs: {uses: import.model, from: {data: shards}, with: {model: models/theirs}}
            """,
        values: [
            "folder": "model", "model": "models/theirs", "path": "out/theirs",
        ]
    )

    private let inside: String
    private let options: TrainingOptions
    private let path: String?

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.folder(
            "model", required: false, part: .model,
            help: "The classifier: a Hugging Face folder, or the name of a model in the Hugging Face cache.")
        inside = parameters.string(
            "folder", default: ".",
            help: "With input 'files', the folder of the model among the files of the command stage.")
        var settings = TrainingSettings()
        for key in ["answers", "abstain"] {
            let setting = TrainingSetting.declared(key)
            if let value = parameters.value(of: setting) { setting.write(value, to: &settings) }
        }
        options = settings.options
        for conflict in options.conflicts(classCount: nil) where conflict.key == "abstain" {
            parameters.reject(conflict.key, "'\(conflict.key)' \(conflict.text)")
        }
        if inside.hasPrefix("/") || inside.split(separator: "/").contains("..") {
            parameters.reject(
                "folder", "'\(inside)' is not among the files of the command stage",
                hint: "write a relative path without ..")
        }
        path = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "label_set", "run"],
            help: "Folder to write the model into.")
        try parameters.finish()
    }

    /// Without a model, or with two, nothing has to be read or labeled.
    package func problems(in look: StageLook) -> [StageProblem] {
        let isConnected = look.sources["files"]?.isEmpty == false
        guard isConnected == look.naming.contains("model") else { return [] }
        let error = isConnected ? Self.two : Self.none
        return [StageProblem(isConnected ? "model" : nil, error.message, hint: error.hint)]
    }

    private static let two = StageError(
        "the import.model stage has two models: the folder of 'model', and the one of input 'files'",
        hint: "leave one of them out")

    private static let none = StageError(
        "the import.model stage does not say which model to take over",
        hint:
            "set 'model' to a Hugging Face folder, or connect input 'files' to the command stage that makes one"
    )

    package func run(in context: StageContext) async throws -> StageResult {
        try TrainingFailure.asStageError { try take(context) }
    }

    private func take(_ context: StageContext) throws -> StageResult {
        let data = try context.inputs.one("data")
        let shards = try ShardFolder(data.path)
        let (files, named) = (context.inputs.first("files")?.path, context.files["model"]?.first?.path)
        guard let source = try source(files, named) else { throw Self.none }
        let figures = try ImportedModelFigures(
            takingOver: source, shards, options, to: context.outputFolder + "/model", context)
        return StageResult(
            outputs: [StageOutput(port: "model", path: "model", locator: data.locator)],
            figures: figures.json,
            publications: try path.map { try Publication.files(of: "model", in: context, to: $0) } ?? [])
    }

    private func source(_ files: String?, _ named: String?) throws -> String? {
        guard let files else { return named }
        if named != nil { throw Self.two }
        let folder = inside == "." ? files : files + "/" + inside
        guard FileManager.default.fileExists(atPath: folder + "/config.json") else {
            throw StageError(
                "the command stage has made no \(inside)/config.json, so there is no model",
                hint: "let it write a Hugging Face folder into {output}, and name it: folder: …")
        }
        return folder
    }
}

/// What is reported of a model that was taken over.
struct ImportedModelFigures: KindFigures {
    var parameters: Int?
    var family: String?
    var layers: Int?
    var hidden: Int?
    var devRows: Int?
    var macroF1: Double?
    var accuracy: Double?

    static let fields: [JSONField<ImportedModelFigures>] = [
        JSONField("parameters", \.parameters, "weights of the model"),
        JSONField("family", \.family), JSONField("layers", \.layers, "its layers"),
        JSONField("hidden", \.hidden, "numbers of a token's state"),
        JSONField("dev_rows", \.devRows, "rows of the dev side"),
        JSONField("macro_f1", \.macroF1, "its macro F1 on the dev side"),
        JSONField("accuracy", \.accuracy, "its accuracy on the dev side"),
    ]
}

extension ImportedModelFigures {
    /// Takes a folder over as a model for shards.
    /// - Parameters:
    ///   - source: the folder as it was made elsewhere.
    ///   - place: where the model goes.
    init(
        takingOver source: String, _ shards: ShardFolder, _ options: TrainingOptions, to place: String,
        _ context: StageContext
    ) throws {
        let folder = try StartFolder.open(source, shards: shards)
        var options = options
        options.threads = context.threads
        let imported = try ModelImport(folder, shards: shards, options: options).write(to: place)
        for note in imported.notes { context.progress.warn(note) }
        let plan = folder.configuration.plan
        let scores = imported.dev?.headlineFigures
        self.init(
            parameters: imported.parameterCount, family: folder.configuration.dialect.modelType,
            layers: plan.layers, hidden: plan.hiddenSize, devRows: imported.dev?.rows,
            macroF1: scores?.macroF1, accuracy: scores?.accuracy)
    }
}

extension KindReport {
    static let importedModel = KindReport(
        "import.model",
        sentence: { view in
            guard let figures = view.figures(as: ImportedModelFigures.self), let count = figures.parameters
            else { return nil }
            return "A model of \(Numbers.spoken(count)) parameters was taken over from elsewhere."
        })
}
