internal import DuckDBTables
internal import Labeling
internal import StageKit
internal import TableFormat
internal import TextCleaning
internal import VoteModel

/// How the rows of each side become a table, which is read back before anything is published.
extension ExportStage {
    /// Writes the table of each side; the first one, which is mostly the largest, beside all others.
    func tables(
        _ split: DatasetColumns, _ columns: [ExportColumn], _ facts: DatasetFacts, _ context: StageContext
    ) async throws -> [Written] {
        let masks = try DatasetMasks(facts, context)
        @Sendable func write(_ sides: Range<Int>) throws -> [Written] {
            try sides.map { side in
                try context.checkpoint()
                let name = split.sideNames[side]
                context.progress.report(side, of: split.sideNames.count, unit: "tables", note: name)
                let path = context.outputFolder + "/" + fileName(name)
                return try self.write(split, columns, side: side, to: path, facts, masks, context)
            }
        }
        let count = split.sideNames.count
        if context.threads < 2 || count < 2 { return try write(0..<count) }
        async let others = write(1..<count)
        return try write(0..<1) + (await others)
    }

    struct Written {
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
        _ masks: DatasetMasks?, _ context: StageContext
    ) throws -> Written {
        let rows = split.rows(of: side)
        let texts = try CleanedTexts(facts, masks: masks)
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
                try texts.withText(of: comment) { scripts.count($0) }
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
        try table.verify(path, against: digest, isStopRequested: { context.isStopping })
        (written.bytes, written.sha256) = try identity(of: path)
        return written
    }

    static let joinedName = "all.parquet"

    /// Makes one table of all sides, in their order.
    func joined(
        _ parts: [Written], _ split: DatasetColumns, _ columns: [ExportColumn], _ facts: DatasetFacts,
        _ context: StageContext
    ) throws -> ExportFigures.File {
        let path = context.outputFolder + "/" + Self.joinedName
        let table = try parquetTable(columns, facts, context)
        let lines = parts.compactMap(\.lines)
        try table.write(lines.map(\.path), to: path, isStopRequested: { context.isStopping })
        for (name, part) in zip(split.sideNames, lines) {
            try Disk.remove(part.path)
            try table.verify(
                path, against: part.rows, where: (ExportColumn.split.header, name),
                isStopRequested: { context.isStopping })
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
            try DuckDBSession(for: context))
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
            try texts.withText(of: comment) { pairs.append(Array($0)) }
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
