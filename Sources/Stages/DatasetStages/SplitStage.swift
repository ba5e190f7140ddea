package import Diagnostics
package import Sampling
package import StageKit
internal import VoteModel

/// Puts each comment on one side of a split, by its group, for good.
///
/// The first assignment of a group goes into the store's ledger under the salt, and so does each comment that is kept on
/// a side; later runs only add. A text whose exact or near copy is already on another side is left out and counted, so
/// that nothing read in training is met again in a test, tonight or on a later night.
package struct SplitStage: Stage {
    package static let kind = StageKind(
        "split",
        revision: 5,  // 5: which of two copies stays goes by when they were first seen, not by their numbers
        summary: "Put each comment on one side of a split, by its article, for good.",
        inputs: [Port("sample", ArtifactType.sample, ArtifactType.texts, ArtifactType.comments, many: true)],
        outputs: [Port("split", ArtifactType.split)],
        figures: SplitFigures.declared(),
        figureFamilies: SplitFigures.families,
        followsLabels: true,
        headline: SplitFigures.names(\.rows, \.copiesDropped, \.groups),
        report: .split,
        example: """
            split:
              uses: split
              from: sample
              with: {shares: {train: 0.8, dev: 0.1, test: 0.1}, group_by: article, salt: v1}
              checks:
                - {that: class.test.controversial, at_least: 100, else: warn}
            """,
        values: [
            "cuts": "{train: 2025-10-01, dev: 2025-11-01, test: rest}",
            "dev": "0.1",
            "folds": "5",
            "fold": "1",
            "frozen": "{test: 2025-11-01}",
            "tests": "[matched, mismatched]",
        ]
    )

    let plan: SplitPlan
    /// When two texts count as near-duplicates.
    package var nearCopies: NearDuplicateRule { plan.nearCopies }

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        plan = SplitPlan(&parameters)
        try parameters.finish()
    }

    private var decision: SplitDecision {
        SplitDecision(
            salt: plan.rule.salt, rule: plan.isRemembered ? plan.ruleText.canonicalText : nil)
    }

    package var standingDecision: (any StandingDecision)? { decision }

    package var reportedFigures: [Figure] { Self.kind.figures + SplitFigures.families(of: plan.sides) }

    /// From a side's day on it is another split than before, even if nothing else has changed.
    package func datedFacts(on date: String, asOf: Int64?) -> JSONValue? {
        let frozen = plan.frozenSides(on: date, asOf: asOf)
        return frozen.isEmpty ? nil : ["frozen": .array(frozen.map { .string($0.name) })]
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let taken = try Taken(context.inputs.all("sample"), plan, context)
        var facts = taken.facts
        let (sample, groups) = (taken.sample, taken.groups)
        facts.salt = plan.rule.salt
        facts.splitRule = plan.ruleText
        let placed = try place(taken, context)
        let kept = plan.isRemembered ? try context.splits.kept(salt: plan.rule.salt) : []
        var rows = SplitRows(sample, groups, placed, plan)
        rows.leaveOut(Set(try groups.straddling(plan, placed).map { sample.ids[$0] }), butFor: kept)
        var history: SplitHistory?
        if facts.targets == nil {
            var votes = try SplitHistory(plan, facts, context)
            try rows.freeze(plan, kept, &votes, facts, context)
            history = votes
        }
        let heldOut = sample.count - rows.columns.ids.count { rows.isSampled($0) }
        let copies = try SplitCopies(of: rows.columns, kept: kept, frozen: rows.frozen, plan, facts, context)
        let before = rows.columns.count
        if plan.copies != .keep { rows.leaveOut(ids: copies.acrossSides().subtracting(rows.frozen)) }
        let across = before - rows.columns.count
        if plan.copies == .onePerSide {
            rows.leaveOut(ids: copies.withinSides(of: rows.columns).subtracting(rows.frozen))
        }
        let split = rows.columns
        let digest = try split.write(to: context.outputFolder + "/split.safetensors")
        let signatures = try SplitSignatures.write(
            copies.signatures, toFolder: context.outputFolder, rules: (facts.clean ?? .null).canonicalText,
            plan.nearCopies)
        let leakage = SplitLeakage(
            rows, copies: copies.leaks(among: split), shared: try sharedAuthors(split, facts.cut, context),
            addresses: try SplitAddresses(of: split, plan, facts.cut, context).rows)
        let outcome = SplitOutcome(
            split, facts, plan, frozen: rows.frozenSides, leakage, copies: copies.countWithin(split),
            groups: groups.keys.count)
        for warning in outcome.warnings { context.progress.warn(warning) }
        var figures = outcome.figures
        figures.copiesDropped = across
        figures.copiesDroppedWithin = before - across - split.count
        figures.heldOut = heldOut
        return StageResult(
            outputs: [
                StageOutput(
                    port: "split", path: "split.safetensors",
                    contentDigest: try facts.contentDigest(ofFile: digest, ids: split.ids, context),
                    fileDigest: digest,
                    locator: facts.locator.adding("signatures", .string(signatures)))
            ],
            figures: figures.json,
            changes: record(placed, groups, split, history))
    }

    /// What the stage splits, by groups.
    private struct Taken {
        var facts: DatasetFacts
        let sample: DatasetColumns
        let groups: SplitGroups
        /// The side that each row came with; empty if nothing says it.
        let sides: [String]

        init(_ inputs: [InputArtifact], _ plan: SplitPlan, _ context: StageContext) throws {
            facts = try inputs.count == 1 ? DatasetFacts(inputs[0]) : DatasetFacts(inputs, context)
            if inputs.count > 1, facts.targets == nil {
                throw StageError(
                    "\(inputs.count) stages bring comments without labels to one split",
                    hint: "connect all of them to one clean stage, and that to label, sample and split")
            }
            let labeled = try LabeledSample(inputs, facts, context)
            if let targets = facts.targets { facts.labelSet = targets.labelSet }
            sample = try labeled?.columns ?? DatasetColumns(inputs[0])
            sides = labeled?.sides ?? []
            groups = try SplitGroups(of: sample, facts.targets, plan, facts.cut, context)
            if !plan.frozen.isEmpty, facts.targets != nil {
                throw StageError(
                    "'frozen' keeps what votes said on a day, and the rows of '\(inputs[0].stage)' came with labels",
                    hint: "leave 'frozen' out")
            }
        }
    }

    private func place(_ taken: Taken, _ context: StageContext) throws -> SplitGroups.Placed {
        guard case .given(let dev) = plan.placement else {
            return try taken.groups.place(plan, known: try knownFamily(context))
        }
        guard !taken.sides.isEmpty else {
            throw StageError(
                "method: given keeps the sides that rows came with, and these came without",
                hint:
                    "name the column 'split' under 'columns' of the ingest stage, or its files under 'sides', such as "
                    + "sides: {train: \"*train*\", test: \"*test*\"}")
        }
        if let without = taken.sides.firstIndex(where: { !plan.sides.contains($0) }) {
            let name = taken.sides[without]
            throw StageError(
                name.isEmpty
                    ? "\(taken.sides.count(where: \.isEmpty)) rows came without a side"
                    : "rows came on the side '\(name)'; sides are \(plan.sides.joined(separator: ", "))",
                hint:
                    "name the sides so in the ingest stage, or list those that are tested on under 'tests' of the split "
                    + "stage")
        }
        return try taken.groups.given(taken.sides, plan, dev: dev)
    }

    package func restore(in context: StageContext) async throws -> [any StoreChange] {
        if !plan.isRemembered { return [] }
        let taken = try Taken(context.inputs.all("sample"), plan, context)
        var placed = try place(taken, context)
        let split = try DatasetColumns(
            path: context.outputFolder + "/split.safetensors", stage: context.stageName)
        placed.follow(split, taken.sample, taken.groups)
        let history = taken.facts.targets == nil ? try SplitHistory(plan, taken.facts, context) : nil
        return record(placed, taken.groups, split, history)
    }

    private func knownFamily(_ context: StageContext) throws -> SplitFamily? {
        guard plan.isRemembered, let family = try context.splits.family(salt: plan.rule.salt) else {
            return nil
        }
        if let conflict = decision.conflict(with: family.rule) { throw conflict }
        return family
    }

    /// What the store keeps for good of where groups and rows are; nothing where that follows from the rows.
    private func record(
        _ placed: SplitGroups.Placed, _ groups: SplitGroups, _ split: DatasetColumns, _ history: SplitHistory?
    ) -> [any StoreChange] {
        if !plan.isRemembered { return [] }
        // Beside the groups, the comments: a source's name is never empty, so no group's key begins with a colon.
        return [
            SplitFamilyRecord(
                salt: plan.rule.salt, groupBy: plan.groupName,
                rule: plan.ruleText,
                groups: placed.fresh.map { String(decoding: groups.keys[$0], as: UTF8.self) }
                    + split.ids.map { ":\($0)" },
                sides: placed.fresh.map { name(placed.sides[$0]) } + split.sides.map { name($0) },
                labels: history?.changes(to: split) ?? [])
        ]
    }

    private func name(_ side: UInt8) -> String { side == SplitPlan.noSide ? "" : plan.sides[Int(side)] }

    /// Share of the comments on the test side whose author is known and wrote in training too.
    ///
    /// Sides are the ones called test and train, or else the last and the first.
    private func sharedAuthors(
        _ split: DatasetColumns, _ cut: LedgerCut, _ context: StageContext
    ) throws -> Double {
        let test = split.sideNames.firstIndex(of: "test") ?? split.sideNames.count - 1
        let train = split.sideNames.firstIndex(of: "train") ?? 0
        let tested = split.rows(of: test)
        if try test == train || tested.isEmpty || context.origins.lacksAuthors() { return 0 }
        var authors: Set<[UInt8]> = []
        func scan(_ rows: [Int], _ body: ([UInt8]) -> Void) throws {
            let ids = rows.map { split.ids[$0] }
            try context.ledger.scan(cut, fields: [.key, .author], selection: .ids(ids)) { comment in
                comment.authorHash.map { body(Array(comment.source) + [0x1F] + Array($0)) }
            }
        }
        try scan(split.rows(of: train)) { authors.insert($0) }
        if authors.isEmpty { return 0 }
        var shared = 0
        try scan(tested) { shared += authors.contains($0) ? 1 : 0 }
        return Double(shared) / Double(tested.count)
    }
}
