package import Diagnostics
internal import DuckDBTables
internal import Labeling
package import StageKit
internal import TableFormat
internal import TextBasics
internal import TextCleaning
internal import VoteModel

/// Writes the sides of a split as tables, reads each back and compares before it is published.
package struct ExportStage: Stage {
    package static let kind = StageKind(
        "export",
        revision: 4,  // 4: a Croissant file beside the card
        summary: "Write each side of a split as a TSV, CSV, JSONL or Parquet table, with a manifest.",
        inputs: [Port("data", ArtifactType.split)],
        outputs: [Port("export", ArtifactType.export)],
        figures: ExportFigures.declared(),
        followsLabels: true,
        headline: ExportFigures.names(\.rows),
        report: .export,
        example: """
            tsv: {uses: export, from: split, with: {format: tsv, path: "out/{split}.tsv"}}
            """,
        values: ["license": "cc-by-4.0", "citation": "'Kim, Lee: Divided readers (2026)'"]
    )

    let format: TableFileFormat
    private let columns: [ExportColumn]
    private let template: String
    /// Whether all sides go into one table, which only Parquet tables do.
    let isOneFile: Bool
    let hasCard: Bool
    /// Languages of the texts as the pipeline file names them; empty if it does not.
    let languages: [String]
    /// For the card and the Croissant file; `nil` if the pipeline file does not give them.
    private let license: String?
    private let citation: String?
    private static let manifestName = "manifest.json"

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        let name = parameters.choice(
            "format", default: "tsv", of: TableFileFormat.allCases.map(\.rawValue),
            help: "How the tables are written. Parquet needs DuckDB's program.")
        format = TableFileFormat(rawValue: name) ?? .tsv
        columns = parameters.strings(
            "columns", default: ["id", "text", "label"], of: ExportColumn.all.map(\.name),
            help: "Columns, in their order; text is headed document."
        ).compactMap(ExportColumn.init)
        template =
            parameters.outputPath(
                "path", default: "out/{date}/{split}.\(name)",
                placeholders: ["date", "split", "label_set", "run"],
                help: "Path of each table.") ?? ""
        parameters.warnOfEnding("path", template, format)
        isOneFile = !template.contains("{split}")
        if isOneFile, format != .parquet {
            parameters.reject(
                "path", "'\(template)' gives every side the same file",
                hint: "write {split} where the side's name belongs, as in out/{date}/{split}.\(name)")
        } else if isOneFile, !columns.contains(.split) {
            parameters.reject(
                "path", "'\(template)' is one table for all sides, and no column says which side a row is on",
                hint: "add split to 'columns', or write {split} where the side's name belongs")
        }
        let card = parameters.bool(
            "card", default: true,
            help:
                "Whether to write a README.md and a croissant.json next to the tables that describe them, for people and for programs."
        )
        hasCard = card && !isOneFile && ExportCard.template(besides: template) != nil
        if card, !hasCard, parameters.isSet("card"), !isOneFile || format == .parquet {
            parameters.reject(
                "card", "no card can be written next to the tables of '\(template)'",
                hint:
                    "a card needs a table for each side, all in one folder, and no {date} or {run} in their names; "
                    + "or leave 'card' out")
        }
        if hasCard { parameters.addToFingerprint("card_names", .string(ExportCard.tableName(template))) }
        languages = parameters.strings(
            "language", default: [],
            help:
                "Languages of the texts for the card, such as ko or [pl, en]; by default inferred from their scripts."
        )
        for name in languages where !ExportLanguages.isName(name) {
            parameters.reject(
                "language", "'\(name)' is not a language code",
                hint: "write the short names of ISO 639, such as ko, en or pt-BR")
        }
        license = parameters.optionalString(
            "license",
            help: "License of the dataset for the card, such as cc-by-4.0, or the address of its text.")
        citation = parameters.optionalString(
            "citation", help: "How the dataset is to be cited, as a text or as BibTeX; for croissant.json.")
        if columns.isEmpty { parameters.reject("columns", "a table needs at least one column") }
        if Set(columns).count != columns.count { parameters.reject("columns", "a column is named twice") }
        try parameters.finish()
    }

    package func problems(in look: StageLook) throws -> [StageProblem] {
        format == .parquet ? [DuckDB.problem("format")].compactMap(\.self) : []
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let input = try context.inputs.one("data")
        let facts = try DatasetFacts(input)
        let split = try DatasetColumns(input)
        let columns = try columns(of: facts)
        var files: [ExportFigures.File] = []
        var publications: [Publication] = []
        var scripts = ScriptCounts()
        var (lostMoments, hasTimes) = (0, true)
        let parts = try await tables(split, columns, facts, context)
        for part in parts {
            scripts.merge(part.scripts)
            lostMoments += part.lostMoments
            hasTimes = hasTimes && part.hasTimes
        }
        if isOneFile {
            files = [try joined(parts, split, columns, facts, context)]
            publications = [
                Publication(
                    path: Self.joinedName, template: template, values: ["label_set": facts.labelSet ?? ""])
            ]
        }
        for (name, part) in isOneFile ? [] : Array(zip(split.sideNames, parts)) {
            let file = fileName(name)
            files.append(
                ExportFigures.File(
                    path: file, split: name, rows: part.rows, bytes: part.bytes, sha256: part.sha256))
            publications.append(
                Publication(
                    path: file, template: template,
                    values: ["split": name, "label_set": facts.labelSet ?? ""]))
        }
        if lostMoments > 0 {
            context.progress.warn(
                "\(Counts.text(lostMoments, "comment")) have a created_at that says no moment, and none in the table"
            )
        }
        let manifest = manifest(files, columns, rows: split.count, facts, context)
        try write(manifest.prettyText, to: context.outputFolder + "/" + Self.manifestName)
        if hasCard {
            let card = try ExportCard(
                facts: facts, columns: columns, kind: format, tables: template,
                pipeline: context.run.pipeline, languages: ExportLanguages(named: languages, scripts),
                license: license
            ).card(split)
            try write(card.markdown, to: context.outputFolder + "/" + ExportCard.fileName)
            let croissant = Croissant(card: card, files: files, citation: citation, hasTimes: hasTimes)
            try write(croissant.text, to: context.outputFolder + "/" + Croissant.fileName)
        }
        return StageResult(
            outputs: [StageOutput(port: "export", path: ".", locator: facts.locator)],
            figures: ExportFigures(
                rows: split.count, files: files, format: format.rawValue, columns: columns.map(\.name)
            ).json,
            publications: placed(publications, stage: context.stageName))
    }

    /// The columns as asked for; of pairs also the second text, where nothing was.
    private func columns(of facts: DatasetFacts) throws(StageError) -> [ExportColumn] {
        guard let targets = facts.targets else {
            guard columns.contains(.comment(.textPair)) else { return columns }
            throw StageError(
                "the comments of this dataset are not pairs of texts",
                hint: "leave text_pair out of 'columns'"
            )
        }
        if let column = columns.first(where: \.isOfVotes) {
            throw StageError(
                "the column '\(column.name)' goes by votes, and the rows of this dataset came with labels",
                hint: "leave it out of 'columns'")
        }
        if !targets.hasPairs || columns.contains(.comment(.textPair)) { return columns }
        guard let text = columns.firstIndex(of: .comment(.text)), columns == Self.usualColumns else {
            return columns
        }
        return Array(columns[...text]) + [.comment(.textPair)] + columns[(text + 1)...]
    }

    private static let usualColumns: [ExportColumn] = [.comment(.id), .comment(.text), .label]

    func fileName(_ side: String) -> String { "\(side).\(format.rawValue)" }

    package func publications(ofEarlier recorded: [Publication], stage: String) -> [Publication] {
        placed(recorded, stage: stage)
    }

    /// The tables where the template puts them, and beside them manifest and card where they have one folder.
    private func placed(_ publications: [Publication], stage: String) -> [Publication] {
        let beside = [Self.manifestName, ExportCard.fileName, Croissant.fileName]
        var placed = publications.filter { !beside.contains($0.path) }
        for index in placed.indices { placed[index].template = template }
        let values = (placed.first?.values ?? [:]).filter { $0.key == "label_set" }
        for name in hasCard ? [ExportCard.fileName, Croissant.fileName] : [] {
            guard let place = ExportCard.template(of: name, besides: template) else { continue }
            placed.append(
                Publication(path: name, template: place, values: values, neverOverwrites: true))
        }
        if let place = manifestTemplate(stage: stage) {
            placed.append(Publication(path: Self.manifestName, template: place, values: values))
        }
        return placed
    }

    private func write(_ text: String, to path: String) throws {
        let file = try FileWriter(path: path)
        try file.write(text)
        try file.finish()
    }

    /// Beside the tables; nowhere but in the store where each table has its own folder.
    private func manifestTemplate(stage: String) -> String? {
        let parts = template.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        if parts.contains(where: { $0.contains("{split}") }) { return nil }
        return (parts + ["\(stage)-manifest.json"]).joined(separator: "/")
    }

    private func manifest(
        _ files: [ExportFigures.File], _ columns: [ExportColumn], rows: Int, _ facts: DatasetFacts,
        _ context: StageContext
    ) -> JSONValue {
        var manifest: [String: JSONValue] = [
            "format": "splitvote-export", "version": 1, "rows": .integer(rows), "files": files.json,
            "columns": .array(columns.map { .string($0.header) }),
            "label_set": facts.labelSet.map(JSONValue.string) ?? .null, "rule": facts.rule ?? .null,
            "labels": ["0": "uncontroversial", "1": "controversial"],
            "clean": facts.clean ?? .null, "split_salt": facts.salt.map(JSONValue.string) ?? .null,
            "ledger": .string(facts.cut.digest),
            "run": [
                "pipeline": .string(context.run.pipeline), "stage": .string(context.stageName),
                "fingerprint": .string(context.fingerprint), "date": .string(context.run.date),
            ],
        ]
        // By source; with the rule's ranges they give p_controversial, and the votes a label's probability, again.
        manifest["priors"] = facts.priors
        manifest["threshold"] = facts.threshold.map(JSONValue.number)
        if let targets = facts.targets {
            manifest["task"] = .string(targets.task.rawValue)
            manifest["labels"] = .object(
                Dictionary(
                    targets.names.enumerated().map { ("\($0)", .string($1)) }, uniquingKeysWith: { $1 }))
        }
        return .object(manifest)
    }
}

extension StageError {
    static func vanishedComment(_ id: Int64) -> StageError {
        StageError(
            "comment \(id) of the split is no longer in the store",
            hint: "run the sample stage again with --force")
    }
}
