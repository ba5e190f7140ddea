internal import DatasetStages
package import Diagnostics
internal import Models
internal import Prediction
package import StageKit
internal import TableFormat
package import Training

/// Lets a model answer every comment, or every row of a table with labels; scores only what is new or has changed.
///
/// The scores are kept in the store, one set for each stage. A comment whose text is as it was, under the model that
/// scored it, is not scored again; what comes out is the same as if all had been.
package struct PredictStage: Stage {
    package static let kind = StageKind(
        "predict",
        revision: 2,  // 2: products in bf16 where the CPU has it
        summary: "Answer each comment with a trained model, scoring only what is new or changed.",
        inputs: [
            Port("comments", "texts-v1", "comments-v1"), Port("model", "model-v1", optional: true),
        ],
        outputs: [Port("predictions", "predictions-v1")],
        figures: PredictFigures.declared(ofTheMoment: \.scored),
        headline: PredictFigures.names(\.rows, \.scored, \.withoutAnswer, \.largestShare, \.mean),
        tables: PredictionTables.all,
        report: .predict,
        example: """
            answers:
              uses: predict
              from: {comments: clean, model: model}
              with: {columns: [id, text], path: "out/{date}/answers.tsv"}
              checks:
                - {that: largest_share, at_most: 0.98, else: warn}
            """,
        values: [
            "model": "models/my-classifier",
            "temperature": "1.5",
            "threshold": "0.5",
        ]
    )

    private let rule: AnswerParameters
    private let precision: Precision
    private let columns: [CommentColumn]
    let format: TableFileFormat
    private let path: String

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.folder(
            "model", required: false, part: .model,
            help:
                "Folder of a trained model, or the name of one in the Hugging Face cache; or connect input 'model' to a "
                + "train stage.")
        rule = AnswerParameters(&parameters)
        let name = parameters.choice(
            "precision", default: ComputeEnvironment.precisionNames[0], of: ComputeEnvironment.precisionNames,
            help: "Number format of the matrix products; auto is bf16 where the CPU has it.")
        precision = ComputeEnvironment.precision(named: name) ?? .fp32
        columns = parameters.strings(
            "columns", default: ["id"], of: CommentColumn.allCases.map(\.rawValue),
            help: "Columns beside the answers, in their order; text is headed document."
        ).compactMap(CommentColumn.init)
        if Set(columns).count != columns.count { parameters.reject("columns", "a column is named twice") }
        let table = parameters.choice(
            "format", default: "tsv", of: ["tsv", "jsonl", "parquet"],
            help: "How the table is written. Parquet needs DuckDB's program.")
        format = TableFileFormat(rawValue: table) ?? .tsv
        path =
            parameters.outputPath(
                "path", default: "out/{date}/predictions.\(table)", placeholders: ["date", "run"],
                help: "Where the table goes.") ?? ""
        parameters.warnOfEnding("path", path, format)
        try parameters.finish()
    }

    /// Makes scores answers as the pipeline file says, instead of as the model's folder does.
    /// - Throws: ``/StageKit/StageError`` naming the parameter that means nothing for such answers.
    package func apply(to answers: inout ModelAnswers) throws(StageError) { try rule.apply(to: &answers) }

    package func run(in context: StageContext) async throws -> StageResult {
        let model = try ChosenModel(context, for: Self.kind)
        return try model.namingItself { try answer(with: model, context) }
    }

    private func answer(with model: ChosenModel, _ context: StageContext) throws -> StageResult {
        var scorer = try model.scorer(precision, context)
        try rule.apply(to: &scorer.answers)
        let texts = try AskedTexts(context, scorer, model)
        scorer.getsCleanedTexts = texts.areCleaned
        if columns.contains(.textPair), !texts.arePairs {
            throw StageError(
                "the comments of this dataset are not pairs of texts",
                hint: "leave text_pair out of 'columns'")
        }
        let key = texts.memoryKey(model.digest, precision)
        let memory = try PredictionMemory(context, key: key, rule: scorer.answers.record)
        let work = FinishedTables(folder: context.workFolder, metadata: ScoredRows.metadata(key))
        let asking = Asking(scorer: scorer, memory: memory.rows, work: work, key: key, context: context)
        let outcome = try asking.ask(texts)
        let folder = context.outputFolder + "/" + Self.folderName
        try Disk.makeFolder(folder)
        try outcome.rows.write(to: folder + "/" + Self.scoresName, key: key)
        var tally = AnswerTally(scorer.answers)
        let table = AnswerTable(scorer.answers, columns: columns, format: format)
        try table.write(outcome.rows, of: texts, to: folder + "/" + tableName, context) {
            tally.add($0, isCut: $1)
        }
        tally.scored = outcome.scored
        asking.remark(on: outcome)
        return StageResult(
            outputs: [
                StageOutput(port: "predictions", path: Self.folderName, locator: texts.facts.locator)
            ],
            figures: tally.figures.json,
            changes: [
                PredictionRecord(
                    key: key, answers: scorer.answers, delta: memory.delta(to: outcome.rows)
                ) { outcome.rows }
            ],
            publications: [Publication(path: Self.folderName + "/" + tableName, template: path)])
    }

    package func restore(in context: StageContext) async throws -> [any StoreChange] {
        let model = try ChosenModel(context, for: Self.kind)
        return try model.namingItself {
            var answers = try model.answers()
            try rule.apply(to: &answers)
            let scores = context.outputFolder + "/" + Self.folderName + "/" + Self.scoresName
            let (rows, key) = try ScoredRows.read(scores, width: answers.labels.count)
            return [PredictionRecord(key: key, answers: answers, delta: nil) { rows }]
        }
    }

    package func publications(ofEarlier recorded: [Publication], stage: String) -> [Publication] {
        recorded.map { Publication(path: $0.path, template: path) }
    }

    private static let folderName = "predictions"
    private static let scoresName = "scores.safetensors"
    private var tableName: String { "predictions." + format.rawValue }
}
