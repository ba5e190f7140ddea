internal import FieldValues
internal import StageKit
internal import TableFormat
internal import TextBasics
internal import VoteModel

extension IngestFilesStage {
    /// Imports one file into the ledger, completely or not at all.
    func importFile(
        _ step: FileReadingPlan.Step, _ work: inout FilesWork, _ context: StageContext
    ) throws -> ImportFigures {
        let before = try context.imports.latestImport(source: source, name: step.file.shownPath)
        let reading = try opened(step, context)
        let figures = try context.ledgerWriter.importFile(
            imported(step, context), rows: { try read(reading, to: $0, context) },
            review: { try review($0, of: step.file.shownPath, before) })
        conclude(reading, &work, context)
        return figures
    }

    /// Reads all files again: what earlier readings of them gave is as if it had never been.
    func reread(
        _ plan: FileReadingPlan, because reason: String, _ work: inout FilesWork, _ context: StageContext
    ) throws -> ImportFigures {
        var readings: [OpenedFile] = []
        let figures = try reread(plan, because: reason, context) { step, sink in
            let reading = try opened(step, context)
            try read(reading, to: sink, context)
            readings.append(reading)
        }
        for reading in readings { conclude(reading, &work, context) }
        work.filesRead += readings.count
        return figures
    }

    /// - Parameter rows: hands over the rows of one file.
    func reread(
        _ plan: FileReadingPlan, because reason: String, _ context: StageContext,
        rows: (FileReadingPlan.Step, any ObservationSink) throws -> Void
    ) throws -> ImportFigures {
        let steps = plan.all
        let byDigest = Dictionary(steps.map { ($0.file.digest, $0) }, uniquingKeysWith: { first, _ in first })
        context.progress.log("files are read again", ["files": "\(steps.count)", "why": reason])
        var done = 0
        let figures = try context.ledgerWriter.reread(
            plan.voided, of: source, files: steps.map { imported($0, context) }
        ) { file, sink in
            guard let step = byDigest[file.digest] else { return }
            context.progress.report(done, of: steps.count, unit: "files", note: step.file.shownPath)
            try rows(step, sink)
            done += 1
        }
        if figures.withdrawn > 0 {
            context.progress.warn(
                "\(figures.withdrawn) \(figures.withdrawn == 1 ? "comment" : "comments") of the earlier reading "
                    + "\(figures.withdrawn == 1 ? "is" : "are") no longer shown (\(reason))")
        }
        return figures
    }

    /// Says what a file instead of another took back.
    func tell(_ figures: ImportFigures, of step: FileReadingPlan.Step, _ context: StageContext) {
        let name = step.file.shownPath
        if !step.replaces.isEmpty, figures.newComments > 0, figures.repeats == 0 {
            let remedy =
                withdrawsReplaced
                ? "\(figures.withdrawn) of them are no longer shown; if the file is rewritten every night, "
                    + "set 'replaced: keep'" : "they stay"
            context.progress.warn("\(name) holds none of the comments that it held before; \(remedy)")
        } else if figures.withdrawn > 0 {
            context.progress.warn(
                "\(figures.withdrawn) \(figures.withdrawn == 1 ? "comment" : "comments") of the earlier \(name) "
                    + "\(figures.withdrawn == 1 ? "is" : "are") not in it any more and no longer shown")
        }
        if figures.edited > 0 {
            context.progress.log(
                "texts of known comments were edited", ["file": name, "edited": "\(figures.edited)"])
        }
    }

    func midnight(_ context: StageContext) -> Int64 {
        MomentText(zone: moments.zone).seconds(context.run.date) ?? 0
    }

    func imported(_ step: FileReadingPlan.Step, _ context: StageContext) -> ImportedFile {
        ImportedFile(
            source: source, name: step.file.shownPath, digest: step.file.digest, mapping: mapping,
            run: context.run.id, moment: step.moment, replaces: step.replaces, withdraws: withdrawsReplaced)
    }

    func opened(_ step: FileReadingPlan.Step, _ context: StageContext) throws -> OpenedFile {
        let file = step.file
        let columns = ColumnMap(columns)
        do {
            let opening = try opening(of: file, columns, context)
            if let remark = opening.remark(on: settings) { context.progress.warn(remark) }
            if !opening.findings.isEmpty {
                context.progress.log(
                    "found out how a file is written",
                    opening.findings.merging(["file": file.shownPath]) { $1 })
            }
            let mapper = RowMapper(columns: columns, rules: try rules(opening, observedAt: step.moment))
            let labeled = try labels.map { labels in
                try reading(of: file.shownPath, columns, labels.book)
            }
            return OpenedFile(
                name: file.shownPath, opening: opening, columns: columns, mapper: mapper, labeled: labeled)
        } catch let error as TableError {
            throw StageError("\(file.shownPath): \(error)", hint: hint(for: error))
        }
    }

    func read(
        _ reading: OpenedFile, to sink: any ObservationSink, _ context: StageContext
    ) throws {
        do {
            try read(reading, &reading.judge, to: sink, context)
            try reading.judge.check(reading.opening, reading.mapper.notes)
            if let (column, reason) = reading.mapper.mistakenVotes.first {
                throw StageError(
                    "the column '\(column)' of \(reading.name) does not hold votes on comments: \(reason)",
                    hint:
                        "set 'up' and 'down' under 'columns' of the stage to the columns that hold the votes; nothing was "
                        + "imported from the file",
                    sourceIncomplete: true)
            }
        } catch let error as TableError {
            throw StageError("\(reading.name): \(error)", hint: hint(for: error))
        }
    }

    func conclude(_ reading: OpenedFile, _ work: inout FilesWork, _ context: StageContext) {
        say(reading.mapper.notes, reading.opening, reading.judge, context)
        if reading.judge.rows == 0 {
            context.progress.warn(
                "\(reading.name) holds no rows" + (reading.opening.isIndexed ? "" : " below its header"))
        }
        work.judges.append((reading.name, reading.judge))
    }

    private func rules(_ opening: TableOpening, observedAt: Int64) throws -> RowRules {
        var rules = RowRules(moments: moments, defaultObservedAt: observedAt)
        rules.nulls = Set(nulls.map { Array($0.utf8) })
        rules.numbersAreOfArticles = numbersAreOfArticles
        rules.textIsHTML = textIsHTML
        rules.authorSalt = try saltVariable.map { try SecretVariable.value(of: $0) }
        rules.keysAreGiven = labels != nil
        rules.watchesQuotes = opening.mayBeQuoted && opening.options.quoted != true
        return rules
    }

    private func read(
        _ reading: OpenedFile, _ judge: inout FileJudge, to sink: any ObservationSink, _ context: StageContext
    ) throws {
        let (opening, columns, mapper) = (reading.opening, reading.columns, reading.mapper)
        let labeled = reading.labeled
        var reader = try TableReader(
            opening.kind, columns: opening.wanted(columns), options: opening.options)
        var counts = judge
        let row = { (row: TableRow) in
            let outcome =
                if let labeled {
                    try take(row, labeled, mapper, to: sink)
                } else {
                    try mapper.map(row) { try sink.append($0) }
                }
            switch outcome {
            case .taken, .leftOut: counts.take()
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
    func review(_ figures: ImportFigures, of name: String, _ before: LatestImport?) throws {
        if figures.numberConflicts * 100 >= figures.rows, figures.numberConflicts > 0 {
            throw FileJudge.numbersRestart(name, figures.numberConflicts, figures.rows, "")
        }
        if let before, figures.rows == 0, before.figures.rows > 0 {
            throw StageError(
                "\(name) holds no row any more; it held \(before.figures.rows) when it was last read",
                hint:
                    "was the export cut short? fetch it again; if its comments are to go, remove the file and run "
                    + "with --refresh; nothing was changed",
                sourceIncomplete: true)
        }
        guard let before, before.mapping == mapping, figures.newComments == 0, figures.observations == 0,
            figures.quarantined > before.figures.quarantined
        else { return }
        throw StageError(
            "\(name) changed since it was last read and brings nothing new: \(figures.quarantined) of its "
                + "\(figures.rows) rows could not be read, \(before.figures.quarantined) the last time",
            hint: "has its format changed at the source? nothing of the file was taken",
            sourceIncomplete: true)
    }

    private func say(
        _ notes: RowNotes, _ opening: TableOpening, _ judge: FileJudge, _ context: StageContext
    ) {
        for sentence in notes.sentences(of: opening.source.name, rows: judge.rows, judge.refused) {
            context.progress.warn(sentence)
        }
    }

    func hint(for error: TableError) -> String {
        switch error {
        case .missingColumns(let names, let header):
            Self.proposal(names, columns, header)
                + "set 'columns' of the stage to the names in the header, or 'format' and 'delimiter' if it was misread"
        case .noHeader:
            "give the names of the columns with header: [name, …], or header: none to call them \"1\", \"2\" and so on"
        case .noRows: "set 'rows' of the stage to where the list of rows is, such as data.comments"
        case .repeatedColumn: "give the columns other names with header: [name, …], or fix the file"
        case .empty: "an empty download? remove the file or fetch it again; nothing was imported"
        default: "nothing was imported from the file; fix it and run again"
        }
    }
}

extension IngestFilesStage {
    /// Columns that may have been meant by those that are missing, by their spelling or, for votes, by their meaning.
    private static func proposal(_ missing: [String], _ columns: [String: [String]], _ header: [String])
        -> String
    {
        let proposed = missing.compactMap { name -> String? in
            if let near = NearestName.hint(for: name, among: header) { return near }
            let role = ["up", "down"].first { columns[$0] == [name] }
            let meaning = role == "up" ? VoteColumnName.Meaning.up : .down
            guard let role, let found = header.first(where: { VoteColumnName.meaning(of: $0) == meaning })
            else {
                return nil
            }
            return "'\(found)' looks like the column for '\(role)':"
        }
        return proposed.map { $0 + " " }.joined()
    }
}

extension QuarantinedRow {
    fileprivate init(_ problem: RowProblem) {
        self.init(line: problem.line, reason: problem.reason.description, excerpt: problem.excerpt)
    }
}

/// A file about to be read, and what is found on the way.
final class OpenedFile {
    let name: String
    let opening: TableOpening
    let columns: ColumnMap
    let mapper: RowMapper
    /// Reads what rows are to teach; `nil` if they come with votes.
    let labeled: LabeledReading?
    var judge = FileJudge()

    init(
        name: String, opening: TableOpening, columns: ColumnMap, mapper: RowMapper, labeled: LabeledReading?
    ) {
        self.name = name
        self.labeled = labeled
        self.opening = opening
        self.columns = columns
        self.mapper = mapper
    }
}
