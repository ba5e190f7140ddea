internal import ActiveLabeling
package import Diagnostics
package import StageKit
internal import TextBasics
internal import VoteModel

/// Takes in labels that people gave comments, beside or in place of those that follow from votes.
package struct AnnotateStage: Stage {
    package static let kind = StageKind(
        "annotate",
        revision: 1,
        summary:
            "Take in labels that people gave comments, and measure how far they agree with votes and each other.",
        inputs: [Port("labels", ArtifactType.labels)],
        outputs: [Port("labels", ArtifactType.annotated)],
        figures: AnnotateFigures.declared(),
        followsLabels: true,
        headline: AnnotateFigures.names(\.comments, \.changed, \.kappa),
        report: .annotate,
        example: """
            people: {uses: annotate, from: labels, with: {paths: "read/*.tsv", people: override}}
            """,
        values: ["paths": "read/*.tsv", "classes": "{y: controversial, n: uncontroversial}"]
    )

    /// Which labels the next stages get.
    enum Precedence: String, CaseIterable {
        /// That of people where there is one, and that of the votes elsewhere.
        case override
        /// That of people; comments that nobody labeled are left out.
        case only
        /// That of the votes; people's are only compared with them.
        case ignore
    }

    private let precedence: Precedence
    private let least: Int
    /// Classes by what people write.
    private let classes: [String: Verdict]

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.filePatterns(
            "paths",
            help:
                "Tables that people filled in, TSV or .csv: id, label and, where they have them, annotator and time. Without "
                + "annotator a file's name says who filled it in.")
        let name = parameters.choice(
            "people", default: Precedence.override.rawValue, of: Precedence.allCases.map(\.rawValue),
            help:
                "Whose labels count: override takes people's where they gave one and those of the votes elsewhere, only "
                + "leaves out comments that nobody labeled, ignore changes no label and measures agreement alone."
        )
        precedence = Precedence(rawValue: name) ?? .override
        least = parameters.int(
            "least", default: 1, in: 1...100, unit: "people",
            help:
                "Fewest people who have to give a label before it counts; most of them decide, and a tie gives none."
        )
        let given = parameters.optionalNames(
            "classes",
            help:
                "A map from what people wrote to controversial, uncontroversial or unsure; these names always count."
        )
        var classes: [String: Verdict] = [:]
        for verdict in Self.known { classes[verdict.name] = verdict }
        for entry in given ?? [] {
            guard let verdict = Self.known.first(where: { $0.name == entry.name }) else {
                parameters.reject(
                    "classes", "'\(entry.name)' is no label",
                    hint: "people can say \(Self.known.map(\.name).joined(separator: ", "))")
                continue
            }
            classes[entry.value ?? entry.name] = verdict
        }
        self.classes = classes
        try parameters.finish()
    }

    private static let known: [Verdict] = [.controversial, .uncontroversial, .abstain(.unsure)]

    /// Labels have dates: those of later than the moment that a run looks back to do not count.
    package func datedFacts(on date: String, asOf: Int64?) -> JSONValue? {
        asOf.map { ["as_of": .integer(Int($0))] }
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let input = try context.inputs.one("labels")
        var facts = try DatasetFacts(input)
        var figures = AnnotateFigures()
        let given = try read(context.files["paths"] ?? [], &figures)
        let known = try comments(given, facts.cut, context)
        let columns = try DatasetColumns(input)
        let opinions = try opinions(given, known, columns, facts.cut.asOf ?? context.run.asOf, &figures)
        let settled = Settled(opinions, columns, least: least, &figures)
        Self.measure(settled, opinions, &figures)
        warn(figures, context)
        let labels = apply(settled.verdicts, to: columns)
        let file = context.outputFolder + "/" + Self.fileName
        let digest = try labels.write(to: file)
        facts.people = [
            "rule": .string(precedence.rawValue), "least": .integer(least),
            "comments": .integer(settled.verdicts.count),
        ]
        return StageResult(
            outputs: [
                StageOutput(
                    port: "labels", path: Self.fileName,
                    contentDigest: try facts.contentDigest(ofFile: digest, ids: labels.ids, context),
                    fileDigest: digest, locator: facts.locator)
            ], figures: figures.json)
    }

    private static let fileName = "labels.safetensors"

    private func read(_ files: [ResolvedFile], _ figures: inout AnnotateFigures) throws -> AnnotationTable {
        var table = AnnotationTable()
        for file in files {
            do {
                let mapped = try MappedFile(path: file.path)
                try mapped.withBytes { bytes in try table.add(file.shownPath) { try $0(bytes) } }
            } catch let problem as ReadingProblem {
                throw StageError("\(problem)", hint: problem.hint)
            }
        }
        figures.annotations = table.rows.count
        figures.unfilled = table.unfilled
        return table
    }

    /// Numbers of the comments that are named, as far as the cut shows them.
    private func comments(
        _ table: AnnotationTable, _ cut: LedgerCut, _ context: StageContext
    ) throws -> [String: Int64] {
        let wanted = Set(table.rows.map { Array($0.comment.utf8) })
        if wanted.isEmpty { return [:] }
        var found: [String: Int64] = [:]
        var key = CommentKeyWriter()
        try context.ledger.scan(cut, fields: .key, selection: .all) { comment in
            if comment.isDeleted { return }
            let name = key.withBytes(of: comment) { Array($0) }
            if wanted.contains(name) { found[String(decoding: name, as: UTF8.self)] = comment.id }
        }
        return found
    }

    private func opinions(
        _ table: AnnotationTable, _ known: [String: Int64], _ columns: DatasetColumns, _ asOf: Int64?,
        _ figures: inout AnnotateFigures
    ) throws -> Opinions {
        var opinions = Opinions()
        var (unknown, later, undated) = (0, 0, 0)
        for row in table.rows {
            guard let verdict = classes[row.label] else {
                throw StageError(
                    "\(row.place): '\(row.label)' is no label",
                    hint:
                        "people can say \(classes.keys.sorted().joined(separator: ", ")); 'classes' takes other words"
                )
            }
            if let asOf {
                guard let moment = row.moment else {
                    undated += 1
                    continue
                }
                if moment > asOf {
                    later += 1
                    continue
                }
            }
            guard let comment = known[row.comment], columns.row(of: comment) != nil else {
                unknown += 1
                continue
            }
            opinions.add(comment, by: row.annotator, label: verdict.classIndex, at: row.moment)
        }
        figures.annotators = opinions.annotators.count
        figures.revised = opinions.revised
        (figures.unknown, figures.later, figures.undated) = (unknown, later, undated)
        return opinions
    }

    private func warn(_ figures: AnnotateFigures, _ context: StageContext) {
        if let count = figures.unknown, count > 0 {
            context.progress.warn(
                "left out: \(Counts.text(count, "label")) of comments that the label set does not have: forgotten, deleted, cleaned "
                    + "away, or of another source")
        }
        if let count = figures.undated, count > 0 {
            context.progress.warn(
                "left out: \(Counts.text(count, "label")) without a time, in a run that looks back to a moment"
            )
        }
        if let count = figures.tied, count > 0 {
            context.progress.warn(
                "no label of people: \(Counts.text(count, "comment")) on which as many say the one as the other"
            )
        }
    }

    private func apply(_ verdicts: [Int64: Verdict], to columns: DatasetColumns) -> DatasetColumns {
        if precedence == .ignore { return columns }
        var labels = DatasetColumns()
        labels.reserveCapacity(precedence == .only ? verdicts.count : columns.count)
        for row in columns.ids.indices {
            let verdict = verdicts[columns.ids[row]]
            if verdict == nil, precedence == .only { continue }
            labels.append(columns, row: row)
            if let verdict { labels.labels[labels.count - 1] = verdict.code }
        }
        return labels
    }
}

/// The labels that people agree on, beside those of the votes.
private struct Settled {
    /// Of the comments that enough people agree on.
    var verdicts: [Int64: Verdict] = [:]
    /// The classes of people and of the votes, of comments that have both.
    var pairs: [(one: Int, other: Int)] = []

    init(_ opinions: Opinions, _ columns: DatasetColumns, least: Int, _ figures: inout AnnotateFigures) {
        var (tied, unsure, few, confirmed, changed, added) = (0, 0, 0, 0, 0, 0)
        for comment in opinions.comments {
            let people = opinions.labels(of: comment).count
            switch opinions.consensus(on: comment) {
            case .label(let label) where people >= least:
                verdicts[comment] = label == 1 ? .controversial : .uncontroversial
                let voted = columns.row(of: comment).flatMap { Verdict(code: columns.labels[$0])?.classIndex }
                if let voted { pairs.append((label, voted)) }
                if voted == nil { added += 1 } else if voted == label { confirmed += 1 } else { changed += 1 }
            case .label: few += 1
            case .tied: tied += 1
            case .unsure, nil: unsure += 1
            }
        }
        figures.comments = verdicts.count
        (figures.tied, figures.unsure, figures.tooFew) = (tied, unsure, few)
        (figures.confirmed, figures.changed, figures.added) = (confirmed, changed, added)
    }
}

extension AnnotateStage {
    fileprivate static func measure(
        _ settled: Settled, _ opinions: Opinions, _ figures: inout AnnotateFigures
    ) {
        if !settled.pairs.isEmpty {
            figures.agreement =
                Double(settled.pairs.count { $0.one == $0.other }) / Double(settled.pairs.count)
        }
        figures.kappa = CohenKappa.value(of: settled.pairs, classCount: 2)
        figures.alpha = KrippendorffAlpha.value(
            of: opinions.comments.map { opinions.labels(of: $0) }, classCount: 2)
    }
}

extension DatasetColumns {
    /// Where a comment is among rows in the order of ids.
    fileprivate func row(of comment: Int64) -> Int? {
        let row = ids.partitioningIndex { $0 >= comment }
        return row < ids.count && ids[row] == comment ? row : nil
    }
}
