public import Diagnostics
public import StageKit
internal import TableFormat
internal import VoteModel

/// Reads tables of comments with their votes into the store.
///
/// Each file is taken whole or not at all, in one transaction, and remembered by its content: a file that was imported
/// before in the same way costs nothing. A malformed row is kept aside with its line and reason; a comment met again is
/// another observation of its votes.
public struct IngestFilesStage: Stage {
    public static let kind = StageKind(
        "ingest.files",
        revision: 2,
        summary: "Read tables of comments with their up- and down-votes into the store.",
        outputs: [Port("comments", "comments-v1")],
        figures: [
            Figure("rows", "data rows in the files"),
            Figure("empty_text", "rows without text and without a comment number"),
            Figure("quarantined", "malformed rows kept aside"),
            Figure("quarantined_share", "share of malformed rows, 0 ... 1"),
            Figure("new_comments", "comments that these files were the first to bring"),
            Figure("repeats", "rows of comments that were known already"),
            Figure("observations", "vote counts in the ledger"),
            Figure("comments", "comments of the source"),
            Figure("articles", "articles of the source"),
            Figure("files", "files read or remembered"),
        ],
        accumulates: true
    )

    private let source: String
    private let format: TableKind?
    private let columns: [String: [String]]
    private let hasEscapes: Bool
    private let zoneSeconds: Int64
    private let mapping: String
    /// The environment variable that holds the salt of author hashes; `nil` where authors are not kept.
    private let saltVariable: String?

    public init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.filePatterns(
            "paths", help: "Files to read, as paths or patterns with * and ?; plain or .gz.")
        source = parameters.requiredString(
            "source", help: "Name of the source; comments are kept apart by source.")
        if source.contains(":") || source.isEmpty {
            parameters.reject("source", "a source's name is not empty and holds no ':'")
        }
        let name = parameters.choice(
            "format", default: "auto", of: ["auto", "tsv", "csv", "jsonl"],
            help: "How rows are written; auto goes by the file's name.")
        format = TableKind(rawValue: name)
        columns = parameters.columns(
            "columns", allowed: ColumnMap.roles, required: ColumnMap.requiredRoles,
            help: "Which column holds what; several columns together make the article's key.")
        hasEscapes =
            parameters.choice(
                "escapes", default: "none", of: ["none", "backslash"],
                help: "Whether \\t, \\n, \\r and \\\\ in TSV fields stand for tab, line ends and backslash.")
            == "backslash"
        let zone = parameters.string(
            "time_zone", default: "Z", help: "Offset of times that name none, such as +09:00.")
        if let seconds = Moment.zoneSeconds(zone) {
            zoneSeconds = seconds
        } else {
            zoneSeconds = 0
            parameters.reject("time_zone", "'\(zone)' is no offset; expected Z or one such as +09:00")
        }
        saltVariable = parameters.secret(
            "author_salt", required: false,
            help: "Salt for the hashes of authors, as $secrets.NAME; the names themselves are never stored.")
        if columns["author"] != nil, !parameters.isSet("author_salt") {
            parameters.reject(
                "columns", "the column 'author' needs 'author_salt': authors are kept as salted hashes only",
                hint: "name an environment variable under 'secrets' and write author_salt: $secrets.NAME")
        } else if columns["author"] == nil, parameters.isSet("author_salt") {
            parameters.reject(
                "author_salt", "'author_salt' is given, and no column 'author'",
                hint: "name the column of the authors' ids under 'columns', or remove the salt")
        }
        try parameters.finish()
        mapping = ContentDigest.of(parameters.resolved.canonicalText)
    }

    public func run(in context: StageContext) async throws -> StageResult {
        let files = context.files["paths"] ?? []
        var sum = ImportFigures()
        for (index, file) in files.enumerated() {
            try context.checkpoint()
            context.progress.report(index, of: files.count, unit: "files", note: file.shownPath)
            if let known = try context.ledger.importedFile(
                source: source, fileDigest: file.digest, mapping: mapping)
            {
                sum = sum + known
                continue
            }
            sum = sum + (try importFile(file, context))
        }
        context.progress.report(files.count, of: files.count, unit: "files")
        return try result(sum, files: files.count, context)
    }

    private func result(
        _ sum: ImportFigures, files: Int, _ context: StageContext
    ) throws -> StageResult {
        let cut = try context.ledger.cut(of: [source], asOf: nil)
        let size = try context.ledger.size(of: cut)
        let text = JSONValue.object(["sources": [.string(source)], "ledger": .string(cut.digest)]).prettyText
        let file = try FileWriter(path: context.outputFolder + "/ledger.json")
        try file.write(text)
        try file.finish()
        return StageResult(
            outputs: [
                StageOutput(
                    port: "comments", path: "ledger.json",
                    contentDigest: zoneSeconds == 0
                        ? nil : ContentDigest.of(text + "time_zone \(zoneSeconds)"),
                    locator: [
                        "sources": [.string(source)], "position": .integer(Int(cut.position)),
                        "ledger": .string(cut.digest),
                        // What 'settle' reads times of writing by that name no offset.
                        "time_zones": zoneSeconds == 0 ? [:] : [source: .integer(Int(zoneSeconds))],
                    ])
            ],
            figures: [
                "rows": .integer(sum.rows), "empty_text": .integer(sum.emptyText),
                "quarantined": .integer(sum.quarantined),
                "quarantined_share": .number(sum.rows == 0 ? 0 : Double(sum.quarantined) / Double(sum.rows)),
                "new_comments": .integer(sum.newComments), "repeats": .integer(sum.repeats),
                "observations": .integer(size.observations), "comments": .integer(size.comments),
                "articles": .integer(size.articles), "files": .integer(files),
            ])
    }

    private func importFile(_ file: ResolvedFile, _ context: StageContext) throws -> ImportFigures {
        let midnight = Array(context.run.date.utf8).withUnsafeBytes {
            Moment.seconds($0, zoneSeconds: zoneSeconds)
        }
        let columns = ColumnMap(columns)
        let salt = try saltVariable.map { try SecretVariable.value(of: $0) }
        let mapper = RowMapper(
            columns: columns, zoneSeconds: zoneSeconds, defaultObservedAt: midnight ?? 0, authorSalt: salt)
        let kind = try format ?? Self.kind(ofFile: file.shownPath)
        let imported = ImportedFile(
            source: source, name: file.shownPath, digest: file.digest, mapping: mapping, run: context.run.id)
        do {
            return try context.ledger.importFile(imported) { sink in
                var reader = try TableReader(
                    kind, columns: columns.wanted(in: kind),
                    options: TableReaderOptions(backslashEscapes: hasEscapes))
                let row = { (row: TableRow) in try Self.take(row, mapper, sink) }
                let problem = { (problem: RowProblem) in try sink.quarantine(QuarantinedRow(problem)) }
                try ByteSource(path: file.path, name: file.shownPath).forEachChunk { chunk in
                    try context.checkpoint()
                    try reader.read(chunk, row: row, problem: problem)
                }
                try reader.finish(row: row, problem: problem)
            }
        } catch let error as TableError {
            throw StageError("\(file.shownPath): \(error)", hint: hint(for: error))
        }
    }

    private static func take(_ row: TableRow, _ mapper: RowMapper, _ sink: any ObservationSink) throws {
        switch try mapper.map(row, { try sink.append($0) }) {
        case .taken: break
        case .emptyText: sink.countEmptyText()
        case .refused(let problem): try sink.quarantine(QuarantinedRow(problem))
        }
    }

    private func hint(for error: TableError) -> String {
        switch error {
        case .missingColumns:
            "set 'columns' of the stage to the names in the header, or 'format' if it was misread"
        case .empty: "an empty download? remove the file or fetch it again; nothing of it was taken"
        default: "nothing of the file was taken; mend it and run again"
        }
    }

    /// - Throws: ``StageError`` when the name does not tell.
    private static func kind(ofFile name: String) throws(StageError) -> TableKind {
        var parts = name.lowercased().split(separator: ".")
        if parts.last == "gz" { parts.removeLast() }
        switch parts.last {
        case "tsv", "tab", "txt": return .tsv
        case "csv": return .csv
        case "jsonl", "ndjson": return .jsonl
        default:
            throw StageError(
                "\(name) does not say how its rows are written",
                hint: "set 'format' of the stage to tsv, csv or jsonl")
        }
    }
}

extension QuarantinedRow {
    fileprivate init(_ problem: RowProblem) {
        self.init(line: problem.line, reason: problem.reason.description, excerpt: problem.excerpt)
    }
}
