internal import PipelinePlan
internal import RunStore
internal import StageKit

/// Finds out whether a stage has to run, and why. Reads files and the store, and changes neither.
struct StageExaminer {
    let pipeline: PlannedPipeline
    let options: EngineOptions
    /// `nil` while nothing has ever run.
    let store: RunStore?
    let digests: FileDigests
    let resolver: FileResolver
    let artifacts: ArtifactFolder
    /// Number of comments that were forgotten.
    private let forgotten: Int
    /// When sources are asked.
    private let asked: String
    /// The selected stages, and what these take from others. Nothing else is looked at.
    private let needed: Set<String>
    /// Stages that go by labels that are only tried.
    private let trials: Set<String>

    init(pipeline: PlannedPipeline, options: EngineOptions, store: RunStore?) {
        self.pipeline = pipeline
        self.options = options
        self.store = store
        digests = FileDigests(store: store, usesMemory: options.usesFileMemory, clock: options.clock)
        resolver = FileResolver(
            baseFolder: pipeline.baseFolder, workingFolder: options.workingFolder,
            share: options.gathering?.share ?? .whole, digests: digests)
        artifacts = ArtifactFolder(root: pipeline.store.artifacts)
        // Should it not be readable, the next question to the store will say so.
        forgotten = (try? store?.ledger.forgottenCount()) ?? 0
        asked = options.clock.timestamp()
        needed = Self.needed(pipeline, options)
        trials = Self.trials(pipeline, options)
    }

    private static func needed(_ pipeline: PlannedPipeline, _ options: EngineOptions) -> Set<String> {
        var needed: Set<String> = []
        var open = pipeline.stages.map(\.name).filter { options.selection?.contains($0) ?? true }
        while let name = open.popLast() {
            // A result that is used as it is needs nothing any more.
            guard needed.insert(name).inserted, options.pinned[name] == nil else { continue }
            open += pipeline[name]?.dependencies ?? []
        }
        return needed
    }

    func isNeeded(_ stage: String) -> Bool { needed.contains(stage) }

    /// A trial: labels by rules of the command line, as of the past, or from an existing set.
    private static func trials(_ pipeline: PlannedPipeline, _ options: EngineOptions) -> Set<String> {
        let graph = StageGraph(pipeline)
        return pipeline.stages.reduce(into: pipeline.trialStages) { trials, stage in
            if options.asOf != nil, stage.kind.accumulates {
                trials.formUnion(graph.downstream(of: stage.name))
            }
            if case .stageRun = options.pinned[stage.name] {
                trials.insert(stage.name)
                trials.formUnion(graph.downstream(of: stage.name))
            }
        }
    }

    /// Whether a stage uses labels of a trial, so that it promotes none and its files replace no others.
    func isTrial(_ stage: String) -> Bool { trials.contains(stage) }

    func isSelected(_ stage: String) -> Bool { options.selection?.contains(stage) ?? true }

    func isForced(_ stage: String) -> Bool {
        isSelected(stage)
            && (options.forcesAll || options.forced.contains(stage) || options.refreshed.contains(stage))
    }

    /// Whether the stage's `when` includes the day of the run, or the stage is forced.
    func isScheduled(_ stage: PlannedStage) -> Bool {
        guard let days = stage.when, let today = Weekday(ofDate: pipeline.runDate) else { return true }
        return days.contains(today) || isForced(stage.name)
    }

    /// Gathers a stage's inputs and files and works out its fingerprint.
    /// - Parameter results: of every stage that it depends on.
    func prepare(_ stage: PlannedStage, results: [String: CurrentResult]) throws -> PreparedStage {
        var inputs: [String: [InputArtifact]] = [:]
        var records: [ArtifactRecord] = []
        var readsLedger = false
        for input in stage.inputs {
            for source in input.sources {
                guard let result = results[source.stage], let record = result[source.output] else {
                    throw StageError(
                        "stage '\(source.stage)' has given nothing to its output '\(source.output)'",
                        hint: "run it again with --force \(source.stage)")
                }
                records.append(record)
                readsLedger = readsLedger || pipeline[source.stage]?.kind.accumulates == true
                inputs[input.port, default: []].append(
                    InputArtifact(
                        stage: source.stage, kind: result.kind, type: record.type,
                        path: artifacts.absolute(record.path), digest: record.digest, locator: record.locator,
                        figures: result.figures))
            }
        }
        let files = try resolver.resolve(
            requests(of: stage), fromCommandLine: pipeline.overriddenParameters(of: stage.name))
        let upstream = summaries(before: stage, results)
        let fingerprint = fingerprint(stage, inputs, files, upstream, readsLedger: readsLedger)
        return PreparedStage(
            planned: stage, fingerprint: fingerprint, inputs: StageInputs(inputs), inputArtifacts: records,
            files: files, upstream: upstream,
            labelSet: stage.dependencies.lazy.compactMap { results[$0]?.labelSet }.first)
    }

    private func fingerprint(
        _ stage: PlannedStage, _ inputs: [String: [InputArtifact]], _ files: [String: [ResolvedFile]],
        _ upstream: [StageSummary], readsLedger: Bool
    ) -> StageFingerprint {
        var figures: String?
        if stage.kind.readsUpstreamFigures {
            figures = ContentDigest.of(
                JSONValue.array(
                    upstream.map(\.identity)
                ).canonicalText)
        }
        let fingerprint = StageFingerprint.of(
            stage, inputs: inputs.mapValues { $0.map(\.digest) }, files: files.mapValues { $0.map(\.digest) },
            upstreamFigures: figures)
        guard var fields = fingerprint.fields.objectValue else { return fingerprint }
        // A stage downstream of the ledger reads it as of the run's moment.
        if readsLedger, let asOf = options.asOf { fields["as_of"] = .integer(Int(asOf)) }
        if let dated = stage.stage.datedFacts(on: pipeline.runDate, asOf: options.asOf) {
            fields["dated"] = dated
        }
        // What a source says is known only once it has been asked.
        if stage.stage.asksItsSource || options.gathering != nil { fields["asked"] = .string(asked) }
        // What was forgotten makes the ledger another one.
        if stage.kind.accumulates, forgotten > 0 { fields["forgotten"] = .integer(forgotten) }
        return StageFingerprint(fields: .object(fields))
    }

    /// Figures of every stage that this one depends on, directly or not, in the order of the plan.
    private func summaries(before stage: PlannedStage, _ results: [String: CurrentResult]) -> [StageSummary] {
        var names: Set<String> = []
        var open = stage.dependencies
        while let name = open.popLast() {
            if names.insert(name).inserted { open += pipeline[name]?.dependencies ?? [] }
        }
        return pipeline.stages.filter { names.contains($0.name) }.compactMap { planned in
            results[planned.name].map {
                StageSummary(
                    stage: planned.name, kind: $0.kind,
                    figures: $0.figures.leavingOut(planned.kind.figures.filter(\.isOfTheMoment).map(\.name)),
                    warnings: $0.warnings.map(\.text))
            }
        }
    }

    /// The files that this run reads for a stage.
    func requests(of stage: PlannedStage) -> [FileRequest] {
        let left: FileRequest.Occasion = options.gathering == nil ? .gathering : .takingIn
        return stage.fileRequests.filter { $0.occasion != left }
    }

    func decide(_ prepared: PreparedStage) throws -> StageDecision {
        let stage = prepared.planned
        let digest = prepared.fingerprint.digest
        if isForced(stage.name) { return .run([.forced]) }
        guard let store else { return .run([.neverRan]) }
        let last = try store.lastState(pipeline: pipeline.name, stage: stage.name, withResult: true)
        if let result = try earlierResult(stage, digest, last, store) {
            if let missing = try firstDamaged(result.artifacts) {
                return .run([.outputMissing(path: missing)])
            }
            let standing = CurrentResult(result, of: stage, labelSet: prepared.labelSet)
            return .stands(standing, isRestored: try !isCurrent(standing, of: prepared, last, store))
        }
        return .run(try reasons(prepared, last, store))
    }

    /// Whether the store says already what this result says.
    private func isCurrent(
        _ result: CurrentResult, of prepared: PreparedStage, _ last: StageState?, _ store: RunStore
    ) throws -> Bool {
        guard let last, last.fingerprint == prepared.fingerprint.digest else { return false }
        if isTrial(prepared.planned.name) { return true }
        if last.wasTrial { return false }
        // Collected while the pipeline did not have the stage.
        if let sets = prepared.planned.kind.tables?.sets,
            try !store.hasSet(sets, pipeline: pipeline.name, stage: prepared.planned.name)
        {
            return false
        }
        // Another set that was promoted by hand is so until the next run.
        guard prepared.planned.kind.rulesLabels, result.artifacts.contains(where: { $0.labelSet != nil })
        else { return true }
        return try !store.isPromotedByHand(pipeline: pipeline.name)
    }

    /// The latest result of a stage, whatever it was made from, where its files are still there.
    func latestResult(_ stage: PlannedStage) throws -> CurrentResult? {
        let last = try store?.lastState(pipeline: pipeline.name, stage: stage.name, withResult: true)
        return try last?.madeBy.flatMap { try result($0, of: stage) }
    }

    /// The result that this run is to use for a stage without looking at it; `nil` if none is available.
    func pinnedResult(_ stage: PlannedStage) throws -> CurrentResult? {
        switch options.pinned[stage.name] {
        case nil: nil
        case .latest: try latestResult(stage)
        case .stageRun(let number): try result(number, of: stage)
        }
    }

    private func result(_ number: Int64, of stage: PlannedStage) throws -> CurrentResult? {
        guard let result = try store?.result(stageRun: number), try firstDamaged(result.artifacts) == nil
        else {
            return nil
        }
        return CurrentResult(result, of: stage)
    }

    private func earlierResult(
        _ stage: PlannedStage, _ digest: String, _ last: StageState?, _ store: RunStore
    ) throws -> StoredResult? {
        if !stage.kind.accumulates { return try store.result(stage: stage.name, fingerprint: digest) }
        guard let last, last.fingerprint == digest, let number = last.madeBy else { return nil }
        return try store.result(stageRun: number)
    }

    private func reasons(_ prepared: PreparedStage, _ last: StageState?, _ store: RunStore) throws
        -> [RunReason]
    {
        let stage = prepared.planned
        let digest = prepared.fingerprint.digest
        let latest = try store.lastState(pipeline: pipeline.name, stage: stage.name, withResult: false)
        if let latest, latest.fingerprint == digest {
            switch latest.verdict {
            case .failed, .rejected: return [.failedBefore]
            case .interrupted: return [.interrupted]
            default: break
            }
        }
        if try store.hasWork(stage: stage.name, fingerprint: digest) { return [.interrupted] }
        let reasons = RunReason.reasons(from: last?.fields, to: prepared.fingerprint, of: stage)
        if !reasons.isEmpty { return reasons }
        if last?.fields["forgotten"] != prepared.fingerprint.fields["forgotten"] {
            return [.commentsForgotten]
        }
        if stage.stage.asksItsSource || options.gathering != nil { return [.asksItsSource] }
        if last?.fields["dated"] != prepared.fingerprint.fields["dated"] {
            return [
                .parameterChanged(
                    name: "dated", old: last?.fields["dated"], new: prepared.fingerprint.fields["dated"])
            ]
        }
        if last?.fields["as_of"] != prepared.fingerprint.fields["as_of"] {
            return [
                .parameterChanged(
                    name: "as_of", old: last?.fields["as_of"], new: prepared.fingerprint.fields["as_of"])
            ]
        }
        return [.outputMissing(path: artifacts.place(stage: stage.name, fingerprint: digest))]
    }

    /// The first artifact that is gone or says something else than when it was made.
    private func firstDamaged(_ records: [ArtifactRecord]) throws -> String? {
        try records.first { try digest(of: $0.path)?.value != $0.fileDigest }?.path
    }

    /// What an artifact says, packed or not.
    /// - Parameter path: relative to the artifacts folder.
    func digest(of path: String) throws -> FileDigests.Digest? {
        let folder = ArtifactRecord.resultFolder(of: path)
        if try Disk.facts(artifacts.absolute(folder)) == nil { return try artifacts.packs.digest(of: path) }
        return try digests.digest(of: artifacts.absolute(path), isOurs: true)
    }
}

extension StageSummary {
    /// What a stage that reads it depends on.
    fileprivate var identity: JSONValue {
        var members: [String: JSONValue] = [
            "stage": .string(stage), "kind": .string(kind), "figures": figures,
        ]
        if !warnings.isEmpty { members["warnings"] = .array(warnings.map(JSONValue.string)) }
        return .object(members)
    }
}

extension JSONValue {
    /// An object without these members.
    fileprivate func leavingOut(_ names: [String]) -> JSONValue {
        guard let members = objectValue, !names.isEmpty else { return self }
        return .object(members.filter { !names.contains($0.key) })
    }
}
