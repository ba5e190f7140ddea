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

    private let format: TableFileFormat
    private let columns: [ExportColumn]
    private let template: String
    /// Whether all sides go into one table, which only Parquet tables do.
    private let isOneFile: Bool
    private let hasCard: Bool
    /// Languages of the texts as the pipeline file names them; empty if it does not.
    private let languages: [String]
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

    /// Writes the table of each side; the first one, which is mostly the largest, beside all others.
    private func tables(
        _ split: DatasetColumns, _ columns: [ExportColumn], _ facts: DatasetFacts, _ context: StageContext
    ) async throws -> [Written] {
        @Sendable func write(_ sides: Range<Int>) throws -> [Written] {
            try sides.map { side in
                try context.checkpoint()
                let name = split.sideNames[side]
                context.progress.report(side, of: split.sideNames.count, unit: "tables", note: name)
                let path = context.outputFolder + "/" + fileName(name)
                return try self.write(split, columns, side: side, to: path, facts, context)
            }
        }
        let count = split.sideNames.count
        if context.threads < 2 || count < 2 { return try write(0..<count) }
        async let others = write(1..<count)
        return try write(0..<1) + (await others)
    }

    private func fileName(_ side: String) -> String { "\(side).\(format.rawValue)" }

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

    private struct Written {
        var rows: Int
        var bytes: Int
        var sha256: String
        var scripts: ScriptCounts
        /// Whether what is said of when comments were written can be read as times.
        var hasTimes: Bool
        /// Rows whose time of writing says no moment, where moments are wanted.
        var lostMoments = 0
        /// Lines of JSON that become part of a table later.
        var lines: (path: String, rows: RowDigest)?
    }

    private func write(
        _ split: DatasetColumns, _ columns: [ExportColumn], side: Int, to path: String, _ facts: DatasetFacts,
        _ context: StageContext
    ) throws -> Written {
        let rows = split.rows(of: side)
        let texts = try CleanedTexts(facts)
        let rules =
            facts.targets == nil
            ? try RulesBySource(facts).byComment(rows.map { split.ids[$0] }, of: facts.cut, context.ledger)
            : nil
        let pairs =
            columns.contains(.comment(.textPair)) ? try pairs(of: split, rows, texts, facts, context) : []
        var writer = try TableWriter(format.rows, columns: columns.map(\.header))
        var digest = ContentDigest()
        let lines = format == .parquet ? context.workFolder + "/\(split.sideNames[side]).jsonl" : path
        let file = try FileWriter(path: lines)
        var (next, lostMoments) = (0, 0)
        var fields = columns.reduce(into: CommentFields()) { $0.formUnion($1.fields) }
        // Its source says in which zone a comment's time is.
        if format == .parquet, fields.contains(.createdAt) { fields.insert(.key) }
        let bursts =
            columns.contains(.voteBurst) ? try bursts(rows.map { split.ids[$0] }, facts, context) : []
        var scripts = ScriptCounts()
        let looksAtTimes = hasCard && columns.contains(.comment(.createdAt))
        var hasTimes = true
        let countsScripts = hasCard && languages.isEmpty && columns.contains(.comment(.text))
        try context.ledger.scan(facts.cut, fields: fields, selection: .ids(rows.map { split.ids[$0] })) {
            comment in
            let row = rows[next]
            next += 1
            guard split.ids[row] == comment.id else { throw StageError.vanishedComment(split.ids[row]) }
            var member = ExportRow(
                comment: comment, split: split, row: row, rule: rules?[comment.id],
                hasBurst: bursts.contains(comment.id))
            member.targets = facts.targets
            if format == .parquet { member.zones = facts.zones }
            if !pairs.isEmpty { member.pair = pairs[next - 1] }
            for column in columns { try column.write(&member, texts, to: &writer) }
            if countsScripts, next <= ScriptCounts.mostTexts {
                texts.withText(of: comment) { scripts.count($0) }
            }
            if looksAtTimes, let time = comment.createdAt, !time.isEmpty, hasTimes {
                hasTimes = Croissant.isTime(time)
            }
            writer.endRow()
            if member.hasLostMoment { lostMoments += 1 }
            if writer.bytes.count > 1 << 18 { try drain(&writer, &digest, file) }
        }
        guard next == rows.count else { throw StageError.vanishedComment(split.ids[rows[next]]) }
        try drain(&writer, &digest, file)
        try file.finish()
        let written = Written(
            rows: rows.count, bytes: file.byteCount, sha256: digest.hexadecimal(), scripts: scripts,
            hasTimes: hasTimes, lostMoments: lostMoments)
        return try finished(written, lines, writer.digest, columns, at: path, facts, context)
    }

    /// Reads what was written again, and makes the table of it that is asked for.
    /// - Parameters:
    ///   - lines: the path of what was written.
    ///   - digest: of the rows in it.
    private func finished(
        _ written: Written, _ lines: String, _ digest: RowDigest, _ columns: [ExportColumn], at path: String,
        _ facts: DatasetFacts, _ context: StageContext
    ) throws -> Written {
        guard format == .parquet else {
            try verify(path, columns, against: digest)
            return written
        }
        var written = written
        if isOneFile {
            written.lines = (lines, digest)
            return written
        }
        let table = try parquetTable(columns, facts, context)
        try table.write([lines], to: path, isStopRequested: { context.isStopping })
        try Disk.remove(lines)
        try compare(digest, with: try table.digest(of: path, isStopRequested: { context.isStopping }), path)
        (written.bytes, written.sha256) = try identity(of: path)
        return written
    }

    private static let joinedName = "all.parquet"

    /// Makes one table of all sides, in their order.
    private func joined(
        _ parts: [Written], _ split: DatasetColumns, _ columns: [ExportColumn], _ facts: DatasetFacts,
        _ context: StageContext
    ) throws -> ExportFigures.File {
        let path = context.outputFolder + "/" + Self.joinedName
        let table = try parquetTable(columns, facts, context)
        let lines = parts.compactMap(\.lines)
        try table.write(lines.map(\.path), to: path, isStopRequested: { context.isStopping })
        for (name, part) in zip(split.sideNames, lines) {
            try Disk.remove(part.path)
            let found = try table.digest(
                of: path, where: (ExportColumn.split.header, name), isStopRequested: { context.isStopping })
            try compare(part.rows, with: found, path)
        }
        let (bytes, sha256) = try identity(of: path)
        return ExportFigures.File(
            path: Self.joinedName, split: "all", rows: split.count, bytes: bytes, sha256: sha256)
    }

    private func parquetTable(
        _ columns: [ExportColumn], _ facts: DatasetFacts, _ context: StageContext
    ) throws -> ParquetTable {
        ParquetTable(
            columns.map { ParquetTable.Column($0.header, $0.parquetType(facts.targets)) },
            DuckDBSession(
                try DuckDB.find(), folder: context.baseFolder, scratch: context.workFolder + "/duckdb",
                threads: context.threads))
    }

    private func compare(_ rows: RowDigest, with found: RowDigest, _ path: String) throws(StageError) {
        if rows == found { return }
        throw StageError(
            "the table \(path) does not read back as it was written: its rows say something else",
            hint: "this is a bug, one of DuckDB, or a failing disk; nothing was published")
    }

    private func identity(of path: String) throws -> (bytes: Int, sha256: String) {
        var digest = ContentDigest()
        let bytes = try FileReader.forEachPiece(of: path) { digest.update($0) }
        return (Int(bytes), digest.hexadecimal())
    }

    /// The cleaned second texts of some rows.
    private func pairs(
        of split: DatasetColumns, _ rows: [Int], _ texts: CleanedTexts, _ facts: DatasetFacts,
        _ context: StageContext
    ) throws -> [[UInt8]] {
        var pairs: [[UInt8]] = []
        let ids = rows.map { split.pairs[$0] }
        try context.ledger.scan(facts.cut, fields: .text, selection: .ids(ids)) { comment in
            texts.withText(of: comment) { pairs.append(Array($0)) }
        }
        guard pairs.count == rows.count else { throw StageError.vanishedComment(ids.first ?? 0) }
        return pairs
    }

    /// Those of these comments most of whose votes of one side came between two readings.
    private func bursts(
        _ ids: [Int64], _ facts: DatasetFacts, _ context: StageContext
    ) throws -> Set<Int64> {
        var found: Set<Int64> = []
        try context.ledger.readings(facts.cut, of: ids) { id, readings in
            let readings = readings.map { VoteBurst.Reading(at: $0.at, votes: $0.votes) }
            if !VoteBurst().findings(in: readings).isEmpty { found.insert(id) }
        }
        return found
    }

    private func drain(_ writer: inout TableWriter, _ digest: inout ContentDigest, _ file: FileWriter) throws
    {
        var sum = digest
        try writer.drain { bytes in
            sum.update(bytes)
            try file.write(bytes)
        }
        digest = sum
    }

    /// Reads the table as a stranger would and compares what it says with what was meant.
    private func verify(_ path: String, _ columns: [ExportColumn], against expected: RowDigest) throws {
        let file = try MappedFile(path: path)
        var verifier = try TableVerifier(format.rows, columns: columns.map(\.header))
        do {
            try file.withBytes { try verifier.read($0) }
            guard try verifier.finish() == expected else { throw StageError("its rows say something else") }
        } catch {
            throw StageError(
                "the table \(path) does not read back as it was written: \(error)",
                hint: "this is a bug or a failing disk; nothing was published")
        }
    }
}

extension StageError {
    static func vanishedComment(_ id: Int64) -> StageError {
        StageError(
            "comment \(id) of the split is no longer in the store",
            hint: "run the sample stage again with --force")
    }
}
