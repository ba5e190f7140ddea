internal import SpoolFormat
internal import StageKit
internal import TableFormat
internal import VoteModel

/// Files read into batches by workers.
extension IngestFilesStage {
    /// Reads the worker's share of the files into batches, one for each file; those whose batch is there already cost
    /// nothing.
    func gather(_ gathering: Gathering, _ context: StageContext) throws -> StageResult {
        let spool = SpoolFolder(path: gathering.spool)
        try spool.warnOfHalfWritten(context)
        defer { removeAnswers(context) }
        let salt = try saltMark()
        let latest = try latestBatches(of: spool)
        let asksForNothing =
            query?.asksOutside == true && !gathering.share.contains(queryName(context))
        let files = asksForNothing ? [] : try files(context)
        var work = FilesWork()
        for (index, file) in files.enumerated() {
            try context.checkpoint()
            context.progress.report(index, of: files.count, unit: "files", note: file.shownPath)
            if latest[file.shownPath]?.header.input == file.digest { continue }
            var header = BatchHeader(
                .rows, source: source, mapping: mapping, salt: salt, name: file.shownPath, input: file.digest,
                moment: midnight(context), modified: 0, share: gathering.share.description)
            header.modified = (try Disk.facts(file.path)?.modified ?? 0) / 1_000_000_000
            work.read = work.read + (try gather(file, header, into: spool, &work, context))
            work.filesRead += 1
        }
        context.progress.report(files.count, of: files.count, unit: "files")
        context.progress.log(
            "the share is in the spool",
            [
                "share": gathering.share.description, "files": "\(files.count)",
                "sealed": "\(work.filesRead)",
                "spool": gathering.spool,
            ])
        return try result(work, files: files.count, nil, context)
    }

    private func latestBatches(of spool: SpoolFolder) throws -> [String: SpoolFolder.Sealed] {
        let batches = try spool.batches().filter {
            $0.header.source.utf8.elementsEqual(source.utf8)
                && $0.header.mapping.utf8.elementsEqual(mapping.utf8)
        }
        return Dictionary(
            batches.map { ($0.header.name, $0) },
            uniquingKeysWith: { SpoolFolder.Sealed.precede($0, $1) ? $1 : $0 })
    }

    private func gather(
        _ file: ResolvedFile, _ header: BatchHeader, into spool: SpoolFolder, _ work: inout FilesWork,
        _ context: StageContext
    ) throws -> ImportFigures {
        let reading = try opened(FileReadingPlan.Step(file: file, moment: header.moment), context)
        let sealed = try spool.seal(header) { writer in
            try read(reading, to: writer, context)
            for sentence in sentences(of: reading) { try writer.record("warn", sentence) }
        }
        conclude(reading, &work, context)
        context.progress.log(
            "sealed a batch",
            [
                "file": file.shownPath, "batch": sealed.name.description, "rows": "\(reading.judge.rows)",
                "bytes": "\(sealed.size)",
            ])
        var figures = ImportFigures()
        figures.rows = reading.judge.rows
        figures.emptyText = reading.judge.withoutText
        figures.quarantined = reading.judge.refused
        return figures
    }

    /// What there is to say of a file, for those who take its batch in.
    private func sentences(of reading: OpenedFile) -> [String] {
        let judge = reading.judge
        let notes = reading.mapper.notes.sentences(
            of: reading.opening.source.name, rows: judge.rows, judge.refused)
        return notes + [FileJudge.warning([(reading.name, judge)])].compactMap { $0 }
    }

    func saltMark() throws -> String? {
        guard columns["author"] != nil else { return nil }
        return try saltVariable.map { SaltMark.of(try SecretVariable.value(of: $0)) }
    }
}

/// Batches taken in by a run.
extension IngestFilesStage {
    /// Takes the batches of a spool in, as if the run had read their files itself.
    func takeIn(_ spool: String, _ context: StageContext) throws -> StageResult {
        try SpoolFolder(path: AbsolutePath.of(spool, in: context.baseFolder)).warnOfHalfWritten(context)
        let known = try context.imports.everRead(of: source)
        let spooled = try SpooledBatches(
            context.files["spool"] ?? [],
            SpooledBatches.Expectation(
                content: .rows, source: source, mapping: mapping, salt: try saltMark(), known: known))
        let live = try Set(context.imports.readings(of: source).map { [$0.digest, $0.mapping] })
        let plan = TakingPlan(spooled.batches, live: live, known: known)
        tell(plan.late, spooled.byOtherSettings, context)
        if let sentence = spooled.sentenceOnShares { context.progress.warn(sentence) }
        let since = try positionBefore(context)
        var work = FilesWork()
        for (number, round) in plan.rounds.enumerated() {
            let isLast = number == plan.rounds.count - 1
            try take(round, since: since, isFirst: number == 0, isLast: isLast, &work, context)
        }
        context.progress.log(
            "batches of the spool",
            [
                "taken in": "\(work.filesRead)", "known": "\(spooled.batches.count - work.filesRead)",
                "bytes": "\(spooled.batches.reduce(0) { $0 + $1.size })", "spool": spool,
            ])
        return try result(work, files: spooled.batches.count, nil, context)
    }

    private func tell(_ late: [SpoolFolder.Sealed], _ byOtherSettings: Int, _ context: StageContext) {
        if let first = late.first {
            context.progress.warn(
                "\(late.count) \(late.count == 1 ? "batch" : "batches") came after a newer one of the same file and "
                    + "\(late.count == 1 ? "was" : "were") not taken in; the first is \(first.name), of \(first.header.name)"
            )
        }
        if byOtherSettings > 0 {
            context.progress.warn(
                "\(byOtherSettings) \(byOtherSettings == 1 ? "batch was" : "batches were") read by other settings and taken in then; "
                    + "what they gave stays until splitvote gather has read their files again")
        }
    }

    /// Takes in what one round finds.
    private func take(
        _ round: TakingPlan.Round, since: Int64, isFirst: Bool, isLast: Bool, _ work: inout FilesWork,
        _ context: StageContext
    ) throws {
        let files = round.values.sorted { $0.header.name.utf8.lexicographicallyPrecedes($1.header.name.utf8) }
        let plan = FileReadingPlan(
            try context.imports.readings(of: source), found: files.map(\.step), mapping: mapping,
            since: since,
            isRefresh: isLast && context.run.refreshed.contains(context.stageName))
        work.remembered = plan.remembered
        if isFirst {
            work.read = plan.resumed
            work.filesRead = plan.resumedFiles
        }
        for (position, name) in plan.moved { try context.ledgerWriter.rename(reading: position, to: name) }
        if let reason = try plan.reasonToRereadAll(context.imports) {
            work = FilesWork()
            work.read = try reread(plan, because: reason, context) { try feed($0, to: $1, context) }
            work.filesRead = plan.all.count
            return
        }
        for (index, step) in plan.new.enumerated() {
            try context.checkpoint()
            context.progress.report(index, of: plan.new.count, unit: "batches", note: step.file.shownPath)
            let before = try context.imports.latestImport(source: source, name: step.file.shownPath)
            let figures = try context.ledgerWriter.importFile(
                imported(step, context), rows: { try feed(step, to: $0, context) },
                review: { try review($0, of: step.file.shownPath, before) })
            tell(figures, of: step, context)
            work.read = work.read + figures
            work.filesRead += 1
        }
    }

    private func feed(_ step: FileReadingPlan.Step, to sink: any ObservationSink, _ context: StageContext)
        throws
    {
        do {
            try SpoolFolder.read(step.file.path, to: sink, context) { record in
                guard record.kind == "warn", let sentence = record.fields.first else {
                    throw BatchError.damaged("it holds a record '\(record.kind)', which rows have none of")
                }
                context.progress.warn(sentence)
            }
        } catch let error as BatchError {
            throw StageError(
                "\(step.file.path), read from \(step.file.shownPath): \(error)",
                hint:
                    "nothing of the batch was taken in; remove it, and let its worker (splitvote gather) write it again",
                sourceIncomplete: true)
        }
    }
}

extension SpoolFolder.Sealed {
    /// The batch in place of the file that it was read from.
    fileprivate var step: FileReadingPlan.Step {
        let file = ResolvedFile(
            path: path, shownPath: header.name, digest: header.input, size: size, isFolder: false)
        return FileReadingPlan.Step(file: file, moment: header.moment)
    }
}
