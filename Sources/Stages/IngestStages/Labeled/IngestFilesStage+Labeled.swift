private import Foundation
internal import ShardFormat
internal import StageKit
internal import TableFormat
internal import TextBasics
internal import VoteModel

/// Rows that come with labels: read whole before anything is taken, and again by their numbers in the store afterward.
extension IngestFilesStage {
    /// Folder of what the stage hands on where rows come with labels.
    private static let labeledFolder = "labelled"
    /// Most classes that are counted one by one in the figures.
    private static let mostListed = 1_000

    /// What the rows of all files are to teach; `nil` if they come with votes.
    /// - Throws: ``StageError`` with file and line for the first row that cannot be meant.
    func labeled(_ files: [ResolvedFile], _ context: StageContext) throws -> LabeledTable? {
        guard let labels else { return nil }
        var table = LabeledTable(
            labels, hasPairs: columns["text_pair"] != nil, place: settings.isSquad ? "question" : "line")
        var met: Set<String> = []
        for (number, file) in files.enumerated() where met.insert(file.digest).inserted {
            context.progress.report(number, of: files.count, unit: "files", note: file.shownPath)
            try look(at: file, &table, context)
        }
        try table.check()
        for warning in table.warnings { context.progress.warn(warning) }
        return table
    }

    private func look(at file: ResolvedFile, _ table: inout LabeledTable, _ context: StageContext) throws {
        let map = ColumnMap(columns)
        do {
            let opening = try opening(of: file, map, context)
            let reading = try reading(of: file.shownPath, map, table.book)
            table.begin(file.shownPath)
            var reader = try TableReader(
                opening.kind, columns: opening.wanted(map), options: opening.options)
            var found = table
            let texts = [map["text"], map["text_pair"]].compactMap { $0 }
            let row = { (row: TableRow) in
                var hasher = Hasher()
                for column in texts { hasher.combine(bytes: row[column]) }
                try found.add(try reading.read(row), line: row.line, texts: hasher.finalize())
            }
            // Rows that cannot be read are counted and kept aside when the file is taken.
            try opening.forEachChunk { chunk in
                try context.checkpoint()
                try reader.read(chunk, row: row) { _ in }
            }
            try reader.finish(row: row) { _ in }
            table = found
            try reading.checkEnd()
        } catch let error as TableError {
            throw StageError("\(file.shownPath): \(error)", hint: hint(for: error))
        }
    }

    func reading(of file: String, _ map: ColumnMap, _ book: ClassNumbers) throws -> LabeledReading {
        guard let labels else { preconditionFailure("rows with votes have no labels to read") }
        return try LabeledReading(
            labels, columns: map, nulls: nulls, book: book, file: file,
            place: settings.isSquad ? "question" : "line")
    }

    /// Takes a row into the store: its text, and where there is one the second text, as a comment each.
    func take(
        _ row: TableRow, _ reading: LabeledReading, _ mapper: RowMapper, to sink: any ObservationSink
    ) throws -> RowMapper.Outcome {
        let labeled: LabeledRow
        switch try reading.read(row) {
        case .row(let found): labeled = found
        case .emptyText: return .emptyText
        case .halfPair, .unlabeled: return .leftOut
        }
        return try labeled.group.withUnsafeBytes { group in
            try labeled.key.withUnsafeBytes { key in
                try mapper.map(row) { observed in
                    var comment = observed
                    (comment.key, comment.article) = (key, group)
                    try sink.append(comment)
                    guard let pair = reading.pair else { return }
                    comment.text = mapper.plain(row[pair])
                    try (labeled.key + LabeledTable.pairSuffix).withUnsafeBytes { key in
                        comment.key = key
                        try sink.append(comment)
                    }
                }
            }
        }
    }

    /// Writes the rows with their numbers in the store beside the ledger's file.
    func labeledOutput(
        _ table: LabeledTable, ledger: String, locator: JSONValue, _ cut: LedgerCut, _ context: StageContext,
        _ figures: inout FilesFigures
    ) throws -> StageOutput {
        var comments: [[UInt8]: Int64] = [:]
        try context.ledger.scan(cut, fields: .key, selection: .all) { comments[Array($0.key)] = $0.id }
        let rows = table.rows(comments)
        guard rows.count > 0 else {
            throw StageError(
                "none of the \(table.count) rows with labels is in the store",
                hint: "were they forgotten, or kept aside? 'quarantined' counts the latter")
        }
        if rows.count < table.count {
            context.progress.warn(
                "not in the store, and left out: \(Counts.text(table.count - rows.count, "row")) with labels, forgotten, "
                    + "withdrawn, or kept aside as malformed"
            )
        }
        let folder = context.outputFolder + "/" + Self.labeledFolder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = try FileWriter(path: folder + "/ledger.json")
        try file.write(ledger)
        try file.finish()
        var digest = ContentDigest()
        let written = try FileWriter(path: folder + "/" + RowTable.fileName)
        try rows.table().write { bytes in
            digest.update(bytes)
            try written.write(bytes)
        }
        try written.finish()
        var members = locator.objectValue ?? [:]
        let targets: JSONValue = [
            "task": .string(rows.task.rawValue), "names": .array(rows.names.map(JSONValue.string)),
            "rows": .string(digest.hexadecimal()), "pairs": .bool(!rows.pairs.isEmpty),
        ]
        members["targets"] = targets
        add(rows, table, to: &figures)
        return StageOutput(
            port: "comments", path: Self.labeledFolder,
            contentDigest: ContentDigest.of(ledger + targets.canonicalText), locator: .object(members))
    }

    private func add(_ rows: RowTable, _ table: LabeledTable, to figures: inout FilesFigures) {
        figures.rows = table.all
        figures.emptyText = table.emptyText
        figures.labeled = rows.count
        figures.unlabeled = table.unlabeled
        figures.halfPairs = table.halfPairs
        figures.task = rows.task.rawValue
        figures.givenSides = table.rowsOfSides
        // Tags that are joined of others are many, and each tells little.
        if ![.number, .answerPlaces].contains(rows.task.form), table.names.count <= Self.mostListed {
            figures.classes = zip(table.names, table.counts).map { ClassCount(name: $0, rows: $1) }
        }
    }
}
