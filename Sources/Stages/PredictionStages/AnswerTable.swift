internal import DatasetStages
internal import DuckDBTables
internal import Prediction
internal import StageKit
internal import TableFormat
internal import TextBasics
internal import Training
internal import VoteModel

/// The table of all answers, a row for each comment in the order of their numbers.
struct AnswerTable {
    private let answers: ModelAnswers
    private let columns: [CommentColumn]
    private let format: TableFileFormat

    init(_ answers: ModelAnswers, columns: [CommentColumn], format: TableFileFormat) {
        self.answers = answers
        self.columns = columns
        self.format = format
    }

    private static let blockSize = 4_096

    /// - Parameter watch: gets each answer, and whether its text was cut.
    func write(
        _ rows: ScoredRows, of texts: AskedTexts, to path: String, _ context: StageContext,
        watch: (ModelAnswers.Answer, Bool) -> Void
    ) throws {
        if format == .parquet { return try writeParquet(rows, of: texts, to: path, context, watch) }
        var writer = AnswerWriter(answers, isJSON: format == .jsonl, withLogits: false, hasEscapes: true)
        let file = try FileWriter(path: path)
        try forEachBlock(rows, of: texts, context, watch) { lines, scores in
            try file.write(writer.text(of: lines, scores))
        }
        try file.write(writer.rest(keeping: columns.map(\.header)))
        try file.finish()
    }

    private func writeParquet(
        _ rows: ScoredRows, of texts: AskedTexts, to path: String, _ context: StageContext,
        _ watch: (ModelAnswers.Answer, Bool) -> Void
    ) throws {
        let session = try DuckDBSession(for: context)
        var answered = try AnswerRows(answers, keeping: columns.map(\.header))
        // Not taken for scores that an interrupted run has left.
        let lines = context.workFolder + "/lines.draft"
        let file = try FileWriter(path: lines)
        try forEachBlock(rows, of: texts, context, watch) { block, scores in
            for (row, scores) in zip(block.rows, scores) { try answered.add(row, scores) }
            try answered.drain { try file.write($0) }
        }
        try file.finish()
        let table = ParquetTable(
            answered.columns.enumerated().map { place, column in
                ParquetTable.Column(column.name, type(of: place, column.form))
            }, session)
        try table.write([lines], to: path, isStopRequested: { context.isStopping })
        try Disk.remove(lines)
        try table.verify(path, against: answered.writer.digest, isStopRequested: { context.isStopping })
    }

    private func type(of place: Int, _ form: AnswerRows.Form) -> ParquetTable.ColumnType {
        if place < columns.count { return columns[place] == .createdAt ? .moment : .text }
        return switch form {
        case .text: .text
        case .texts: .texts
        case .number: .number
        }
    }

    /// A time of writing as a moment in UTC; `nil` if it says none.
    private func moment(_ text: UnsafeRawBufferPointer, _ comment: CommentRow, _ zones: [String: Int64])
        -> String?
    {
        let zone = zones[String(decoding: comment.source, as: UTF8.self)] ?? 0
        return Moment.seconds(text, zoneSeconds: zone).map(Moment.text)
    }

    /// Calls `body` with the kept columns and the scores of some rows at a time.
    private func forEachBlock(
        _ rows: ScoredRows, of texts: AskedTexts, _ context: StageContext,
        _ watch: (ModelAnswers.Answer, Bool) -> Void, _ body: (TextBlock, [[Float]?]) throws -> Void
    ) throws {
        var lost = 0
        var key = CommentKeyWriter()
        var fields = columns.reduce(into: CommentFields()) { $0.formUnion($1.fields) }
        let zones = format == .parquet && columns.contains(.createdAt) ? texts.facts.zones : nil
        if zones != nil { fields.insert(.key) }
        for start in stride(from: 0, to: rows.count, by: Self.blockSize) {
            let block = start..<min(start + Self.blockSize, rows.count)
            try context.checkpoint()
            var lines = TextBlock(keptColumns: columns.map(\.header), rows: [])
            var pairs = columns.contains(.textPair) ? try texts.pairs(of: Array(rows.ids[block]))[...] : []
            try context.ledger.scan(
                texts.facts.cut, fields: fields, selection: .ids(Array(rows.ids[block]))
            ) { comment in
                var line = TextRow(text: nil)
                let pair = pairs.popFirst()
                line.kept = try columns.map { column in
                    try column.withValue(of: comment, pair: pair, &key, texts.cleaned) { value in
                        guard let value, let zones, column == .createdAt else {
                            return value.map { String(decoding: $0, as: UTF8.self) }
                        }
                        let moment = moment(value, comment, zones)
                        if moment == nil { lost += 1 }
                        return moment
                    }
                }
                lines.rows.append(line)
            }
            guard lines.rows.count == block.count else {
                throw StageError.vanishedDuringAnswers
            }
            for row in block { watch(answers.answer(Array(rows.scores(of: row))), rows.cuts[row] != 0) }
            try body(lines, block.map { Array(rows.scores(of: $0)) })
            context.progress.report(block.upperBound, of: rows.count, unit: "answers")
        }
        if lost > 0 {
            context.progress.warn(
                "\(Counts.text(lost, "comment")) have a created_at that says no moment, and none in the table"
            )
        }
    }
}
