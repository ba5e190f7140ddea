internal import Charts
internal import Console
internal import DatasetHistory
internal import DatasetStages
internal import Files
internal import LabelStudies
package import PipelinePlan
internal import Reports
package import RunStore
package import StageKit
internal import StoreFile
internal import TrainingStages

/// The page of the current results in a store: what the report stage shows of them, and what only the store knows of the
/// last run, the runs before it and single comments.
package struct StoredReport {
    private let pipeline: String
    private let store: RunStore
    private let plan: PlannedPipeline?
    private let kinds: [StageKind]

    /// - Parameters:
    ///   - plan: gives the order of the stages, and which there are; `nil` for all that the store has.
    ///   - kinds: those of the program, whose parts the page has in this order.
    package init(of pipeline: String, in store: RunStore, plan: PlannedPipeline?, kinds: [StageKind]) {
        self.pipeline = pipeline
        self.store = store
        self.plan = plan
        self.kinds = kinds
    }

    /// - Throws: `StoreError` where no stage has a result yet.
    package func html() throws -> String { try made(withFiles: false).html }

    /// Writes the page.
    ///
    /// - Parameter withFiles: whether to write its pictures and tables too, into a folder beside it that has its name
    ///   without the ending. Files that an earlier page left there are removed.
    /// - Returns: the paths of what was written, and what a person has to be told of it.
    /// - Throws: `StoreError` where no stage has a result yet, or a picture cannot be painted.
    package func write(
        to path: String, withFiles: Bool, painter: PicturePainter = PicturePainter()
    ) async throws -> (paths: [String], note: String?) {
        let page = try made(withFiles: withFiles)
        try OutputFile(path).write { try $0(page.html) }
        guard withFiles else { return ([path], nil) }
        let folder = ReportPage.folder(of: path)
        try Disk.makeFolder(folder)
        let endings = [".svg", ".tsv", ".png", PicturePainter.unfinished]
        for name in try Disk.files(below: folder) where endings.contains(where: name.hasSuffix) {
            try Disk.remove("\(folder)/\(name)")
        }
        for file in page.files {
            try OutputFile("\(folder)/\(file.name)").write { try $0(file.text) }
        }
        if let absence = painter.absence { return ([path, folder + "/"], absence) }
        try await painter.paint(in: folder)
        return ([path, folder + "/"], nil)
    }

    /// - Parameter withFiles: whether what only the files hold is wanted.
    private func made(withFiles: Bool) throws -> (html: String, files: [ReportFile]) {
        let states = try resultStates()
        guard !states.isEmpty else {
            throw StoreError(
                .other, "no stage of '\(pipeline)' has a result yet", hint: "run the pipeline first")
        }
        let run = try LastRun(of: pipeline, in: store, plan: plan)
        var contents = ReportContents(
            pipeline: pipeline, date: run?.summary.run.date,
            stages: states.map {
                StageSummary(
                    stage: $0.stage, kind: $0.kind, figures: $0.figures, warnings: $0.warnings.map(\.text))
            },
            artifacts: try states.flatMap(artifacts))
        contents.run = run.map { RunSection.head($0) }
        let live = try? LabelSets(store, pipeline: pipeline).load("promoted")
        contents.surface = live.flatMap(ThresholdsInForce.surface).map { ($0, LabelStage.kind) }
        let quotes = QuotedComments(store, plan: plan)
        contents.sections = try sections(run, states, live, quotes, withFiles)
        let ids = Set(contents.sections.map(\.section.id))
        if run?.quarantined.isEmpty == false || !ids.isDisjoint(with: ["changed", "examples"]) {
            contents.footnote =
                "It quotes comments: write it again after splitvote forget has removed some of them."
        }
        return ReportPage.made(of: contents, kinds: kinds)
    }

    private func sections(
        _ run: LastRun?, _ states: [StageState], _ live: LabelSets.Loaded?, _ quotes: QuotedComments,
        _ withFiles: Bool
    ) throws -> [PlacedSection] {
        var found: [PlacedSection?] = []
        func add(_ section: ReportSection?, _ place: PlacedSection.Place) {
            found.append(section.map { PlacedSection($0, place) })
        }
        if let run {
            add(RunSection.section(run), .first)
            add(try TrendSection(of: pipeline, in: store).section(), .first)
            add(LineageSection(run, states, plan: plan).section(), .first)
        }
        let afterLabels = PlacedSection.Place.after(LabelStage.kind.report?.name ?? "")
        if let live {
            add(
                try ChangedComments(pipeline, live, store, quotes, withFiles: withFiles).section(),
                afterLabels)
            add(DensitySection.section(live), afterLabels)
            add(OutletSection.section(try store.labelGroups(pipeline: pipeline)), afterLabels)
        }
        let answers = try ScoredAnswers.all(of: states, in: store)
        add(CurveSection.section(answers), .after(EvaluateStage.kind.report?.name ?? ""))
        add(try ExampleSection(quotes, live: live, answers: answers).section(), .last)
        return found.compactMap { $0 }
    }

    /// In the order of the file, or if there is none in the order in which they ended.
    private func resultStates() throws -> [StageState] {
        let names = try plan?.stages.map(\.name) ?? store.stageNames(pipeline: pipeline)
        return try names.compactMap { name in
            try store.lastState(pipeline: pipeline, stage: name, withResult: true)
        }.filter { $0.kind != ReportStage.kind.name }
    }

    private func artifacts(of state: StageState) throws -> [ReportedArtifact] {
        guard let number = state.madeBy, let result = try store.result(stageRun: number) else { return [] }
        return result.artifacts.map {
            ReportedArtifact(stage: state.stage, type: $0.type, digest: $0.digest)
        }
    }
}

/// What thresholds around those in force would label.
private enum ThresholdsInForce {
    /// `nil` if the rule goes by another score than the ratio.
    static func surface(_ set: LabelSets.Loaded) -> SurfaceFigures? {
        let (votes, band) = (set.rule.minVotes, set.rule.controversial)
        let rows = ["0.3-0.7", "0.35-0.65", "0.4-0.6", "0.45-0.55"]
        let own = "\(band.lowerBound)-\(band.upperBound)"
        let columns = Set(stride(from: 5, through: 50, by: 5)).union([votes]).sorted()
        guard
            let axes = try? SweepAxes(
                minVotes: columns.map(String.init).joined(separator: ","),
                bands: (rows.contains(own) ? rows : rows + [own]).joined(separator: ",")),
            let surface = try? set.surface(axes), var figures = SurfaceFigures(surface)
        else { return nil }
        figures.current = SurfaceFigures.Rule(minVotes: votes, band: band)
        return figures
    }
}
