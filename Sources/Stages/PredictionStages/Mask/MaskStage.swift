internal import DatasetStages
package import Diagnostics
internal import Models
internal import Prediction
internal import ShardFormat
package import StageKit
internal import TextBasics
internal import Training

/// Masks names and the like in the texts of comments and the titles of articles, in all that is made of them.
///
/// A tagger finds the spans, once for each text: the store keeps them, and a stage that reads the dataset's texts gets
/// ``/DatasetStages/TextMasking/replacement`` instead. The raw texts stay in the store.
package struct MaskStage: Stage {
    package static let kind = StageKind(
        "mask",
        revision: 1,
        summary: "Mask names and other spans that a tagger finds, in all that is made of the texts.",
        inputs: [Port("texts", "texts-v1"), Port("model", "model-v1", optional: true)],
        outputs: [Port("texts", "texts-v1")],
        figures: MaskFigures.declared(ofTheMoment: \.asked),
        rulesLabels: true,
        headline: MaskFigures.names(\.comments, \.asked, \.masked, \.spans),
        tables: MaskTables.all,
        report: .mask,
        example: """
            masked:
              uses: mask
              from: {texts: clean}
              with: {model: models/names, entities: [PS]}
            """,
        values: [
            "model": "models/names", "entities": "[PS, LC]", "replacement": "\"<{entity}>\"",
            "path": "\"out/{date}/masked.tsv\"",
        ]
    )

    private let entities: [String]
    private let replacement: String
    private let precision: Precision
    private let list: String?

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.folder(
            "model", required: false, part: .model,
            help:
                "Folder of a model that gives tags to words, or the name of one in the Hugging Face cache; or connect input "
                + "'model' to a train stage.")
        // Their order says nothing.
        entities = parameters.strings(
            "entities", default: [],
            help: "Types of spans to mask, as the model calls them, such as PS for people in KLUE-NER."
        ).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if entities.isEmpty {
            parameters.reject("entities", "'entities' names no type of spans", hint: "such as [PS]")
        } else if Set(entities).count != entities.count {
            parameters.reject("entities", "'entities' names a type twice")
        }
        replacement = parameters.string(
            "replacement", default: "[\(TextMasking.placeholder)]",
            help: "What stands instead of a span; {entity} in it stands for its type.")
        if replacement.isEmpty || replacement.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            parameters.reject(
                "replacement", "'replacement' is empty, or has a line break or tab",
                hint: "name what is to be read instead of a name, such as [{entity}]")
        }
        let name = parameters.choice(
            "precision", default: ComputeEnvironment.precisionNames[0], of: ComputeEnvironment.precisionNames,
            help: "Number format of the matrix products; auto is bf16 where the CPU has it.")
        precision = ComputeEnvironment.precision(named: name) ?? .fp32
        list = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "run"],
            help:
                "Where to write a table of what is masked, for people to look over. It has the names in it."
        )
        try parameters.finish()
    }

    package func problems(in look: StageLook) -> [StageProblem] {
        let problems = ChosenModel.problems(in: look, for: Self.kind)
        guard problems.isEmpty, let folder = look.files["model"]?.first else { return problems }
        // A folder without classes by name is known when it is opened.
        let model = try? ModelFolder(folder.path)
        let types = model?.configuration.tokenUse == .tags ? model?.labels.map(TextTagger.types(of:)) : []
        guard let types, let error = error(withTypes: types, of: folder.shownPath) else { return [] }
        return [StageProblem(types.isEmpty ? "model" : "entities", error.message, hint: error.hint)]
    }

    /// What is wrong with a model that knows spans of these types; it gives no tags if there are none.
    private func error(withTypes types: [String], of name: String) -> StageError? {
        if types.isEmpty {
            return StageError(
                "\(name) gives no tags to words, so it finds no spans to mask",
                hint: "name a model that was trained with task: tokens, such as on KLUE-NER")
        }
        let unknown = entities.filter { !types.contains($0) }
        return unknown.isEmpty
            ? nil
            : StageError(
                "\(name) knows no spans of type \(unknown.joined(separator: ", "))",
                hint: "its types are \(types.joined(separator: ", "))")
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let model = try ChosenModel(context, for: Self.kind)
        return try model.namingItself { try mask(by: model, context) }
    }

    private func mask(by model: ChosenModel, _ context: StageContext) throws -> StageResult {
        let input = try context.inputs.one("texts")
        var facts = try DatasetFacts(input)
        try check(facts, input)
        let tagger = try tagger(model, context)
        let masking = masking(by: model, of: facts)
        let memory =
            try context.isForced
            ? MaskMemory()
            : MaskMemory(
                key: masking.key, of: (context.run.pipeline, context.stageName), in: context.kindRows)
        let search = MaskSearch(
            facts: facts, tagger: tagger, masking: masking,
            work: FinishedTables(
                folder: context.workFolder, metadata: MaskRows.metadata(masking.key)), context: context)
        let found = try search.find(knowing: memory.masks)
        facts.mask(masking)
        let digest = try write(found.rows, masking, input, to: context.outputFolder)
        try MaskList(unmasked: facts).write(
            found.rows, found.titled, to: context.outputFolder + "/" + Self.listName, context)
        var identity = ContentDigest()
        for part in [input.digest, (facts.clean ?? .null).canonicalText, digest] {
            Array((part + "\n").utf8).withUnsafeBytes { identity.update($0) }
        }
        let rows = memory.missing(in: found.rows)
        return StageResult(
            outputs: [
                StageOutput(
                    port: "texts", path: Self.folderName, contentDigest: identity.hexadecimal(),
                    locator: facts.locator)
            ],
            figures: MaskFigures(found.rows, masking, asked: found.asked).json,
            changes: [MaskRecord(key: masking.key) { rows }],
            publications: list.map { [Publication(path: Self.listName, template: $0)] } ?? [])
    }

    /// Refuses texts of which nothing can be masked.
    private func check(_ facts: DatasetFacts, _ input: InputArtifact) throws(StageError) {
        if facts.masking != nil {
            throw StageError(
                "the texts of stage '\(input.stage)' are masked already",
                hint: "name all types under 'entities' of one mask stage")
        }
        guard let form = facts.targets?.task.form, form == .wordClasses || form == .answerPlaces else {
            return
        }
        throw StageError(
            form == .wordClasses
                ? "the rows have a tag for each word, which says where in its text it is, and masking would move it"
                : "the rows have answers, which say where in their contexts they are, and masking would move them",
            hint: "leave the mask stage out")
    }

    private func tagger(_ model: ChosenModel, _ context: StageContext) throws -> TextTagger {
        let tagger = try model.scorer(precision, context).tagger
        if let error = error(withTypes: tagger?.types ?? [], of: model.name) { throw error }
        guard let tagger else { preconditionFailure("a model without tags was refused") }
        return tagger
    }

    private func masking(by model: ChosenModel, of facts: DatasetFacts) -> TextMasking {
        let identity: JSONValue = [
            "model": .string(model.digest), "entities": .array(entities.map(JSONValue.string)),
            "clean": [
                "rules": .string(facts.cleanRules), "revision": .integer(facts.cleanRevision ?? 1),
            ],
            "precision": .string(precision.rawValue), "revision": .integer(Self.kind.revision),
        ]
        return TextMasking(
            key: String(ContentDigest.of(identity.canonicalText).prefix(16)), entities: entities,
            replacement: replacement)
    }

    /// Hands on what the clean stage left out, and rows with labels, beside the masks.
    /// - Returns: digest of the masks' file.
    private func write(
        _ rows: MaskRows, _ masking: TextMasking, _ input: InputArtifact, to output: String
    ) throws -> String {
        let folder = output + "/" + Self.folderName
        try Disk.makeFolder(folder)
        try DroppedComments(input).write(to: folder + "/" + DroppedComments.fileName)
        let labeled = input.path + "/" + RowTable.fileName
        if try DatasetFacts(input).targets != nil {
            try Disk.copy(labeled, to: folder + "/" + RowTable.fileName)
        }
        let file = try FileWriter(path: folder + "/" + Self.masksName)
        var digest = ContentDigest()
        try rows.table(masking.entities, key: masking.key).write { bytes in
            digest.update(bytes)
            try file.write(bytes)
        }
        try file.finish()
        return digest.hexadecimal()
    }

    package func restore(in context: StageContext) async throws -> [any StoreChange] {
        let file = try MappedFile(
            path: context.outputFolder + "/" + Self.folderName + "/" + Self.masksName)
        let table = try file.withBytes { try ColumnTable(decoding: $0) }
        let rows = try MaskRows(table, entities)
        return [MaskRecord(key: table.metadata["key"] ?? "") { rows }]
    }

    package func publications(ofEarlier recorded: [Publication], stage: String) -> [Publication] {
        list.map { [Publication(path: Self.listName, template: $0)] } ?? []
    }

    private static let folderName = "texts"
    private static let masksName = "masks.safetensors"
    private static let listName = "masked.tsv"
}
