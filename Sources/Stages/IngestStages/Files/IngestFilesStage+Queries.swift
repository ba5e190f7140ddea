internal import DuckDBTables
private import Foundation
internal import StageKit
internal import TableFormat
internal import TextBasics

/// Files that DuckDB reads, and queries.
extension IngestFilesStage {
    /// How a file is read.
    /// - Throws: `TableError` or `StageError` for a file that is not the table that is wanted.
    func opening(of file: ResolvedFile, _ columns: ColumnMap, _ context: StageContext) throws -> TableOpening
    {
        let source = ByteSource(
            path: file.path, name: file.shownPath, size: file.size, sheet: settings.sheet)
        if query?.asksOutside == true { return TableOpening(spool: source) }
        return try opening(
            of: source, columns, { try session(context) }, isStopRequested: { context.isStopping })
    }

    /// The same before anything runs; `nil` for what costs too much to be looked at then: queries, and Parquet files but
    /// for the newest.
    func opening(before file: FoundFile, isNewest: Bool, _ columns: ColumnMap) throws -> TableOpening? {
        if query != nil { return nil }
        let source = ByteSource(path: file.path, name: file.shownPath, sheet: settings.sheet)
        if !isNewest, try source.container() == .parquet { return nil }
        return try opening(of: source, columns, Self.sessionBefore, isStopRequested: { false })
    }

    private func opening(
        of source: ByteSource, _ columns: ColumnMap, _ session: () throws -> DuckDBSession,
        isStopRequested: @escaping @Sendable () -> Bool
    ) throws -> TableOpening {
        if let query {
            return TableOpening(
                source,
                queried: try QueriedTable(
                    query.relation(of: source.path), name: "the query of \(source.name)", isParquet: false,
                    columns: columns, roles: self.columns, try session(), isStopRequested: isStopRequested))
        }
        guard try source.container() == .parquet else {
            if settings.isParquet {
                throw StageError(
                    "\(source.name) is not a Parquet file: it does not begin with PAR1",
                    hint: "set 'format' of the stage to what it is, or fetch the file again")
            }
            return try TableOpening(source, settings, columns: columns.wanted(in: .csv))
        }
        if let format = settings.format {
            throw StageError(
                "\(source.name) is a Parquet file; it was to be read as \(format.rawValue)",
                hint: "set 'format' of the stage to parquet, or leave it out")
        }
        return TableOpening(
            source,
            queried: try QueriedTable(
                SQLText.parquet(source.path), name: source.name, isParquet: true, columns: columns,
                roles: self.columns, try session(), isStopRequested: isStopRequested))
    }

    private func session(_ context: StageContext) throws(StageError) -> DuckDBSession {
        let variables = try query?.variables() ?? (all: [:], secrets: [:])
        let mask = SecretMask(variables.secrets)
        return DuckDBSession(
            try DuckDB.find(), folder: context.baseFolder, scratch: context.workFolder + "/duckdb",
            threads: context.threads, setup: query?.setup ?? "", environment: variables.all,
            mayInstall: query != nil && !context.run.offline, mask: { mask.masked($0) })
    }

    private static func sessionBefore() throws(StageError) -> DuckDBSession {
        DuckDBSession(
            try DuckDB.find(), folder: "/", scratch: NSTemporaryDirectory() + "splitvote-duckdb", threads: 1)
    }

    // MARK: Queries of other sources

    /// The files of the stage; of a query without files, its answer.
    func files(_ context: StageContext) throws -> [ResolvedFile] {
        guard let query, query.asksOutside else { return context.files["paths"] ?? [] }
        if context.run.offline { return try answersSoFar(context) }
        return [try answer(query, context)]
    }

    /// Asks nothing: what earlier runs read stays.
    private func answersSoFar(_ context: StageContext) throws -> [ResolvedFile] {
        if context.run.refreshed.contains(context.stageName) {
            throw StageError(
                "--refresh reads the query of '\(context.stageName)' again, and --offline keeps it from being asked",
                hint: "leave one of them out")
        }
        guard try !context.imports.readings(of: source).isEmpty else {
            throw StageError(
                "the query of '\(context.stageName)' has never been asked, and --offline keeps it from being asked",
                hint: "run once without --offline")
        }
        context.progress.warn("the query was not asked (--offline); what it gave before stays")
        return []
    }

    func queryName(_ context: StageContext) -> String { "query of '\(context.stageName)'" }

    private func answerPath(_ context: StageContext) -> String { context.workFolder + "/query.jsonl" }

    /// Texts of people do not lie about in the stage's work folder.
    func removeAnswers(_ context: StageContext) {
        if query?.asksOutside == true { try? Disk.remove(answerPath(context)) }
    }

    /// Asks the query and keeps its rows as a file, which is known by what its rows say: in another order they are the
    /// same answer.
    private func answer(_ query: QuerySettings, _ context: StageContext) throws -> ResolvedFile {
        let name = queryName(context)
        let path = answerPath(context)
        do {
            let table = try QueriedTable(
                query.relation(of: nil), name: "the " + name, isParquet: false, columns: ColumnMap(columns),
                roles: columns, try session(context), isStopRequested: { context.isStopping })
            var digest = AnswerDigest()
            let file = try FileWriter(path: path)
            try table.forEachPiece { piece in
                digest.add(piece)
                try file.write(piece)
                context.progress.report(digest.rows, of: nil, unit: "rows")
            }
            try file.finish()
            return ResolvedFile(
                path: path, shownPath: name, digest: digest.text, size: Int64(file.byteCount), isFolder: false
            )
        } catch let error as TableError {
            throw StageError("the \(name): \(error)", hint: hint(for: error))
        }
    }
}

/// What the rows of an answer say, whatever their order: the sum of the SHA-256 of its lines, and how many there are.
struct AnswerDigest {
    private(set) var rows = 0
    private var sum = SIMD4<UInt64>.zero
    /// The start of a line whose end has not come.
    private var open: [UInt8] = []

    mutating func add(_ piece: UnsafeRawBufferPointer) {
        var rest = piece[...]
        while let end = rest.firstIndex(of: 0x0A) {
            if open.isEmpty {
                addLine(UnsafeRawBufferPointer(rebasing: rest[..<end]))
            } else {
                open.append(contentsOf: rest[..<end])
                open.withUnsafeBytes { addLine($0) }
                open.removeAll(keepingCapacity: true)
            }
            rest = rest[(end + 1)...]
        }
        open.append(contentsOf: rest)
    }

    private mutating func addLine(_ line: UnsafeRawBufferPointer) {
        rows += 1
        sum &+= ContentDigest.words(of: line)
    }

    /// 64 hex digits.
    var text: String {
        let words = (0..<4).map { String(sum[$0], radix: 16) }.joined(separator: " ")
        return ContentDigest.of("query \(rows) \(words)")
    }
}
