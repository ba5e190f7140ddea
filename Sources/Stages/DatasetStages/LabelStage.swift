package import Diagnostics
internal import Labeling
package import StageKit
internal import VoteModel

/// Labels each comment by how evenly its votes split.
///
/// The rule is `ControversyRule`; every judged comment gets a row, abstentions included. The result is an immutable
/// label set, named by what made it: the rule, the votes it saw and the clean rules.
package struct LabelStage: Stage {
    package static let kind = StageKind(
        "label",
        revision: 5,  // 5: counts the articles that seem to be truncated
        summary: "Label each comment by how evenly its votes split.",
        inputs: [Port("comments", ArtifactType.texts)],
        outputs: [Port("labels", ArtifactType.labels)],
        figures: LabelFigures.declared(
            ofTheMoment: \.driftVotes, \.driftVotesNoise, \.driftRatio, \.driftRatioNoise, \.driftLengths,
            \.driftLengthsNoise, \.driftOutlets, \.driftOutletsNoise, \.drifts),
        rulesLabels: true,
        followsLabels: true,
        headline: LabelFigures.countNames,
        report: .label,
        example: """
            labels:
              uses: label
              from: clean
              with:
                min_votes: 20
                controversial: [0.4, 0.6]
                uncontroversial: {at_most: 0.2, at_least: 0.8}
              checks:
                - {that: flips_since_promoted, at_most: 3%, else: error}
            """,
        values: [
            "confidence": "0.8",
            "settle": "72h",
            "threshold": "0.7",
            "top": "5%",
            "prior.per": "source",
        ]
    )

    private let rule: ControversyRule
    let context: LabelContext
    private let resolved: JSONValue

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        let outer = parameters.outerRange(
            "uncontroversial", default: (atMost: 0.2, atLeast: 0.8), in: 0...1,
            help: "Ratios at or below the lower bound, or at or above the upper bound, are uncontroversial.")
        var level: PriorLevel?
        let minVotes = parameters.int(
            "min_votes", default: 20, in: 1...100_000, unit: "votes",
            help: "Minimum number of votes, up and down together, for a comment to be judged.")
        let scoring = parameters.scoring()
        rule = ControversyRule(
            minVotes: minVotes,
            controversial: parameters.band(of: scoring),
            uncontroversial: OuterRange(atMost: outer.atMost, atLeast: outer.atLeast),
            confidence: parameters.optionalNumber(
                "confidence", in: 0...1,
                help: "Posterior mass that a class's range needs, above 0 and below 1; less is 'unsure'."),
            prior: parameters.map("prior", help: "Beta prior of the ratio, for 'confidence'.") { prior in
                Self.prior(&prior, &level)
            } ?? .uniform, scoring: scoring)
        let settle = parameters.duration(
            "settle", default: nil,
            help: "Comments younger than this whose votes still change are 'unsettled'.")
        context = LabelContext(
            rule: rule, priors: level, gate: settle.map { SettlingGate(age: Int64($0)) })
        for problem in rule.problems() {
            if problem.isWarning {
                parameters.warn(problem.key, problem.description)
            } else {
                parameters.reject(problem.key, problem.description)
            }
        }
        try parameters.finish()
        resolved = parameters.resolved
    }

    private static func prior(_ reader: inout ParameterReader, _ level: inout PriorLevel?) -> BetaPrior {
        level = reader.optionalChoice(
            "per", of: PriorLevel.allCases.map(\.rawValue),
            help:
                "Fit alpha and beta to the comments of each source, instead of giving them; or of each outlet, drawn toward "
                + "those of its source; or of each article, drawn toward those of its outlet."
        ).flatMap(PriorLevel.init)
        if reader.isSet("per") {
            for key in ["alpha", "beta"] where reader.isSet(key) {
                reader.reject(
                    key, "'prior' has both 'per' and '\(key)'",
                    hint:
                        "per: \(level?.rawValue ?? "source") draws alpha and beta from the data; remove one of the two"
                )
            }
        }
        return BetaPrior(
            alpha: reader.number(
                "alpha", default: 1, in: 1e-6...1e6, help: "Up-votes that the prior adds to every comment."),
            beta: reader.number(
                "beta", default: 1, in: 1e-6...1e6, help: "Down-votes that the prior adds to every comment."))
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let input = try context.inputs.one("comments")
        var facts = try DatasetFacts(input)
        guard facts.targets == nil else {
            throw StageError(
                "the rows of this dataset came with labels and have no votes to label them by",
                hint: "connect the split stage to '\(input.stage)' and leave out the label and sample stages")
        }
        let judged = try LabelJudge(rule: rule, cut: facts.cut, dropped: DroppedComments(input), context)
            .judge()
        var judgedRows = judged.rows
        var judgedSummary = judged.summary
        var delta = judged.delta
        var rules = RulesBySource(rule)
        var asymmetry: BandAsymmetry?
        if self.context.isNeeded {
            var columns = try judgedRows.columns()
            rules = try self.context.judge(&columns, facts.cut, zones: facts.zones, context)
            judgedRows = JudgedRows(columns)
            judgedSummary = JudgedSummary(columns)
            // Votes alone do not say what these rows were called.
            asymmetry = BandAsymmetry(columns)
            delta = nil
        }
        let (rows, summary) = (judgedRows, judgedSummary)
        facts.rule = resolved
        facts.priors = rules.json
        facts.threshold = rules.barOfTop
        facts.labelSet = labelSetID(facts)
        // Hashing and writing the rows takes about as long as studying them.
        let made = facts
        async let writing = Self.write(
            rows, summary, toFolder: context.outputFolder, sharing: judged.earlier)
        async let listing = ListedArticles(rows)
        async let drifting = LabelDrift(rows, made, minVotes: rule.minVotes, context)
        let flips = try LabelFlips(rows, summary.labels, delta, facts, rules, context)
        let lean = Lean(
            asymmetry: asymmetry ?? BandAsymmetry(of: rule, over: summary.census), listed: try await listing)
        let drift = try await drifting
        for warning in [lean.warning, drift.warning].compactMap(\.self) { context.progress.warn(warning) }
        var figures = figures(rules.base, summary, facts, flips, lean)
        figures.set(drift)
        let written = try await writing
        return StageResult(
            outputs: [
                StageOutput(
                    port: "labels", path: Self.folderName,
                    contentDigest: try facts.contentDigest(
                        ofFile: written.digest, context
                    ) { rows.contains($0) },
                    locator: facts.locator)
            ],
            figures: figures.json,
            changes: [record(rows, summary, facts, delta)],
            fileDigests: Dictionary(
                uniqueKeysWithValues: written.files.map { (Self.folderName + "/" + $0.key, $0.value) }))
    }

    private static let folderName = "labels"
    /// Where earlier versions wrote all rows.
    private static let fileName = "labels.safetensors"

    private static func write(
        _ rows: JudgedRows, _ summary: JudgedSummary, toFolder folder: String,
        sharing earlier: InputArtifact?
    ) throws -> DatasetSegments.Written {
        try DatasetSegments.write(rows, summary, toFolder: folder + "/" + folderName, sharing: earlier)
    }

    package func restore(in context: StageContext) async throws -> [any StoreChange] {
        var facts = try DatasetFacts(try context.inputs.one("comments"))
        facts.rule = resolved
        facts.labelSet = labelSetID(facts)
        let folder = context.outputFolder + "/" + Self.folderName
        let columns = try DatasetColumns(
            path: Disk.isFolder(folder) ? folder : context.outputFolder + "/" + Self.fileName,
            stage: context.stageName)
        return [record(JudgedRows(columns), JudgedSummary(columns), facts, nil)]
    }

    /// First 16 hex digits of SHA-256 over the rule, the votes it saw and the clean rules.
    private func labelSetID(_ facts: DatasetFacts) -> String {
        var identity: [String: JSONValue] = [
            "rule": resolved, "ledger": .string(facts.cut.digest), "clean": facts.clean ?? .null,
        ]
        if let asOf = facts.cut.asOf { identity["as_of"] = .integer(Int(asOf)) }
        // The ages that 'settle' asks for follow from the zones.
        if self.context.gate != nil { identity["time_zones"] = facts.zonesJSON }
        return String(ContentDigest.of(JSONValue.object(identity).canonicalText).prefix(16))
    }

    private func record(
        _ rows: JudgedRows, _ summary: JudgedSummary, _ facts: DatasetFacts, _ delta: JudgedDelta?
    ) -> LabelSetRecord {
        LabelSetRecord(
            id: facts.labelSet ?? "", rule: resolved, cut: facts.cut, clean: facts.clean ?? .null,
            counts: Dictionary(
                uniqueKeysWithValues: Verdict.allCases.map { ($0.name, summary.labels[Int($0.code)]) }),
            delta: delta.map {
                LabelSetDelta(base: $0.base, changed: LabelSetRows($0.changed), gone: $0.gone)
            }
        ) { LabelSetRows(try rows.columns()) }
    }

    private func figures(
        _ rule: ControversyRule, _ summary: JudgedSummary, _ facts: DatasetFacts, _ flips: LabelFlips,
        _ lean: Lean
    ) -> LabelFigures {
        let counts = summary.labels
        let comments = summary.census.comments
        let judged = counts[Int(Verdict.controversial.code)] + counts[Int(Verdict.uncontroversial.code)]
        var figures = LabelFigures(
            comments: comments,
            abstainShare: comments == 0 ? 0 : Double(comments - judged) / Double(comments),
            flipsSincePromoted: flips.share,
            expectedNoise: LabelNoise(of: rule, over: summary.census).all.share ?? 0,
            bandAsymmetry: lean.asymmetry.share, truncatedArticles: lean.listed.share,
            oneSided: lean.warning,
            labelSet: facts.labelSet ?? "", minVotes: rule.minVotes,
            band: rule.scoring.map { $0.score == .posterior } ?? true ? rule.controversial : nil,
            atMost: rule.uncontroversial.atMost, atLeast: rule.uncontroversial.atLeast,
            ratios: RatioHistogram(summary.census, minVotes: rule.minVotes).figure,
            flips: flips.comparison, priors: facts.priors)
        figures.by = rule.scoring?.score.rawValue
        figures.threshold = rule.scoring.flatMap { $0.threshold.isFinite ? $0.threshold : nil }
        figures.top = rule.scoring?.top
        for verdict in Verdict.allCases { figures[verdict] = counts[Int(verdict.code)] }
        return figures
    }
}

/// Whether a source shows all of its comments, as far as their votes tell.
struct Lean {
    var asymmetry: BandAsymmetry
    var listed: ListedArticles

    /// What it means for the labels, as a sentence; `nil` if nothing needs to be said.
    var warning: String? {
        let found = [asymmetry.warning, listed.warning].compactMap(\.self)
        return found.isEmpty ? nil : found.joined(separator: "; ")
    }
}

extension ListedArticles {
    /// Counts all rows, from wherever they are.
    init(_ rows: JudgedRows) throws {
        self.init()
        for part in rows.parts {
            switch part {
            case .earlier(let segment): add(try segment.columns())
            case .own(let columns): add(columns)
            }
        }
    }

    init(_ rows: DatasetColumns) {
        self.init()
        add(rows)
    }

    private mutating func add(_ columns: DatasetColumns) {
        for row in columns.ids.indices {
            add(article: columns.articles[row], up: columns.ups[row], down: columns.downs[row])
        }
    }
}

extension LabelSetRows {
    fileprivate init(_ columns: DatasetColumns) {
        self.init(
            comments: columns.ids, labels: columns.labels, ups: columns.ups, downs: columns.downs)
    }
}
