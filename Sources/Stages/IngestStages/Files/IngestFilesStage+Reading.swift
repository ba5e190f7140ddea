internal import FieldValues
internal import StageKit
internal import TableFormat
internal import VoteModel

extension IngestFilesStage {
    /// Takes one file into the ledger, or nothing of it.
    func importFile(
        _ file: ResolvedFile, _ work: inout FilesWork, _ context: StageContext
    ) throws -> ImportFigures {
        let columns = ColumnMap(columns)
        let before = try context.ledger.latestImport(source: source, name: file.shownPath)
        let imported = ImportedFile(
            source: source, name: file.shownPath, digest: file.digest, mapping: mapping, run: context.run.id)
        do {
            let source = ByteSource(
                path: file.path, name: file.shownPath, size: file.size, sheet: settings.sheet)
            let opening = try TableOpening(source, settings, columns: columns.wanted(in: .csv))
            if !opening.findings.isEmpty {
                context.progress.log(
                    "found out how a file is written",
                    opening.findings.merging(["file": file.shownPath]) { $1 })
            }
            let mapper = RowMapper(columns: columns, rules: try rules(opening, context))
            var judge = FileJudge()
            let figures = try context.ledger.importFile(
                imported,
                rows: { sink in
                    try read(opening, columns, mapper, &judge, to: sink, context)
                    try judge.check(opening, mapper.notes)
                },
                review: { try review($0, of: file.shownPath, before) })
            say(mapper.notes, opening, judge, context)
            work.judges.append((file.shownPath, judge))
            return figures
        } catch let error as TableError {
            throw StageError("\(file.shownPath): \(error)", hint: hint(for: error))
        }
    }

    private func rules(_ opening: TableOpening, _ context: StageContext) throws -> RowRules {
        let midnight = MomentText(zone: moments.zone).seconds(context.run.date) ?? 0
        var rules = RowRules(moments: moments, defaultObservedAt: midnight)
        rules.nulls = Set(nulls.map { Array($0.utf8) })
        rules.numbersAreOfArticles = numbersAreOfArticles
        rules.textIsHTML = textIsHTML
        rules.authorSalt = try saltVariable.map { try SecretVariable.value(of: $0) }
        rules.watchesQuotes = opening.mayBeQuoted && opening.options.quoted != true
        return rules
    }

    private func read(
        _ opening: TableOpening, _ columns: ColumnMap, _ mapper: RowMapper, _ judge: inout FileJudge,
        to sink: any ObservationSink, _ context: StageContext
    ) throws {
        var reader = try TableReader(
            opening.kind, columns: columns.wanted(in: opening.kind), options: opening.options)
        var counts = judge
        let row = { (row: TableRow) in
            switch try mapper.map(row, { try sink.append($0) }) {
            case .taken: counts.take()
            case .emptyText:
                counts.takeEmpty()
                sink.countEmptyText()
            case .refused(let problem):
                counts.refuse(problem)
                try sink.quarantine(QuarantinedRow(problem))
            }
        }
        let problem = { (problem: RowProblem) in
            counts.refuse(problem)
            try sink.quarantine(QuarantinedRow(problem))
        }
        try opening.forEachChunk { chunk in
            try context.checkpoint()
            try reader.read(chunk, row: row, problem: problem)
        }
        try reader.finish(row: row, problem: problem)
        judge = counts
    }

    /// What came of a file as a whole, before it is there to stay.
    /// - Throws: ``StageError`` for numbers that belong to comments of other files, and for a file that changed, brought
    ///   nothing, and has more rows that cannot be read than before.
    private func review(_ figures: ImportFigures, of name: String, _ before: LatestImport?) throws {
        if figures.numberConflicts * 100 >= figures.rows, figures.numberConflicts > 0 {
            throw FileJudge.numbersRestart(name, figures.numberConflicts, figures.rows, "")
        }
        guard let before, before.mapping == mapping, figures.newComments == 0, figures.observations == 0,
            figures.quarantined > before.figures.quarantined
        else { return }
        throw StageError(
            "\(name) changed since it was last read and brings nothing new: \(figures.quarantined) of its "
                + "\(figures.rows) rows could not be read, \(before.figures.quarantined) the last time",
            hint: "has whoever writes it changed its form? nothing of the file was taken",
            sourceIncomplete: true)
    }

    private func say(
        _ notes: RowNotes, _ opening: TableOpening, _ judge: FileJudge, _ context: StageContext
    ) {
        for sentence in notes.sentences(of: opening.source.name, rows: judge.rows, judge.refused) {
            context.progress.warn(sentence)
        }
    }

    private func hint(for error: TableError) -> String {
        switch error {
        case .missingColumns:
            "set 'columns' of the stage to the names in the header, or 'format' and 'delimiter' if it was misread"
        case .noHeader:
            "give the names of the columns with header: [name, …], or header: none to call them \"1\", \"2\" and so on"
        case .noRows: "set 'rows' of the stage to where the list of rows stands, such as data.comments"
        case .repeatedColumn: "give the columns other names with header: [name, …], or mend the file"
        case .empty: "an empty download? remove the file or fetch it again; nothing of it was taken"
        default: "nothing of the file was taken; mend it and run again"
        }
    }
}

extension QuarantinedRow {
    fileprivate init(_ problem: RowProblem) {
        self.init(line: problem.line, reason: problem.reason.description, excerpt: problem.excerpt)
    }
}
