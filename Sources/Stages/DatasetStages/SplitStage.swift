public import Diagnostics
internal import Sampling
public import StageKit
internal import VoteModel

/// Puts each comment on one side of a split, by its group, for good.
///
/// The first assignment of a group goes into the store's ledger under the salt, and so does each comment that is kept on
/// a side; later runs only add. A text whose exact or near copy is already on another side is left out and counted, so
/// that nothing read in training is met again in a test, tonight or on a later night.
public struct SplitStage: Stage {
    public static let kind = StageKind(
        "split",
        revision: 3,
        summary: "Put each comment on one side of a split, by its article, for good.",
        inputs: [Port("sample", ArtifactType.sample)],
        outputs: [Port("split", ArtifactType.split)],
        figures: [
            Figure("rows", "comments on all sides"),
            Figure("copies_dropped", "comments left out because a copy of their text is on another side"),
            Figure("groups", "groups that the sides are made of"),
            Figure("leakage", "comments whose group, or a copy of whose text, is on another side too"),
            Figure(
                "shared_authors", "share of the test side's comments whose author is in training too, 0 ... 1"
            ),
            Figure("largest_group", "share of all comments that are in the largest group, 0 ... 1"),
            Figure(
                "held_out", "comments that are on no side: after the last cut, frozen out, or across a cut"),
        ]
    )

    private let plan: SplitPlan

    public init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        plan = SplitPlan(&parameters)
        try parameters.finish()
    }

    public func run(in context: StageContext) async throws -> StageResult {
        let input = try context.inputs.one("sample")
        var facts = try DatasetFacts(input)
        facts.salt = plan.rule.salt
        facts.splitRule = plan.ruleText
        let sample = try DatasetColumns(input)
        let groups = try SplitGroups(of: sample, plan, facts.cut, context)
        let placed = try groups.place(plan, known: try knownFamily(context))
        let kept = try context.ledger.keptInSplit(salt: plan.rule.salt)
        var rows = SplitRows(sample, groups, placed, plan)
        rows.leaveOut(Set(try groups.straddling(plan, placed).map { sample.ids[$0] }), butFor: kept)
        try rows.freeze(plan, kept, facts, context)
        let heldOut = sample.count - rows.columns.ids.count { rows.isSampled($0) }
        let copies = try SplitCopies(of: rows.columns, kept: kept, facts, context)
        let dropped = plan.dropsCopies ? copies.acrossSides() : []
        let before = rows.columns.count
        rows.leaveOut(ids: dropped)
        let split = rows.columns
        let digest = try split.write(to: context.outputFolder + "/split.safetensors")
        let signatures = try SplitSignatures.write(
            copies.signatures, toFolder: context.outputFolder, rules: (facts.clean ?? .null).canonicalText)
        let leakage = SplitLeakage(
            rows, copies: copies.leaks(among: split), shared: try sharedAuthors(split, facts.cut, context))
        return StageResult(
            outputs: [
                StageOutput(
                    port: "split", path: "split.safetensors",
                    contentDigest: try facts.contentDigest(ofFile: digest, ids: split.ids, context),
                    fileDigest: digest,
                    locator: facts.locator.adding("signatures", .string(signatures)))
            ],
            figures: figures(
                split, groups: groups.keys.count, leakage,
                [
                    "copies_dropped": .integer(before - split.count), "held_out": .integer(heldOut),
                ]),
            changes: [.splitMembers(record(placed, groups, split))])
    }

    public func restore(in context: StageContext) async throws -> [StoreChange] {
        let input = try context.inputs.one("sample")
        let groups = try SplitGroups(of: DatasetColumns(input), plan, DatasetFacts(input).cut, context)
        let placed = try groups.place(plan, known: try knownFamily(context))
        let split = try DatasetColumns(
            path: context.outputFolder + "/split.safetensors", stage: context.stageName)
        return [.splitMembers(record(placed, groups, split))]
    }

    private func knownFamily(_ context: StageContext) throws -> SplitFamily? {
        guard let family = try context.ledger.splitFamily(salt: plan.rule.salt) else { return nil }
        if let conflict = conflict(withRule: family.rule) { throw conflict }
        return family
    }

    private func record(
        _ placed: SplitGroups.Placed, _ groups: SplitGroups, _ split: DatasetColumns
    ) -> SplitFamilyRecord {
        // Beside the groups, the comments: a source's name is never empty, so no group's key begins with a colon.
        SplitFamilyRecord(
            salt: plan.rule.salt, groupBy: plan.isByTime ? "time" : plan.rule.grouping.rawValue,
            rule: plan.ruleText,
            groups: placed.fresh.map { String(decoding: groups.keys[$0], as: UTF8.self) }
                + split.ids.map { ":\($0)" },
            sides: placed.fresh.map { name(placed.sides[$0]) } + split.sides.map { name($0) })
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
        if try test == train || tested.isEmpty || context.ledger.lacksAuthors() { return 0 }
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

    private func figures(
        _ split: DatasetColumns, groups: Int, _ leakage: SplitLeakage, _ counts: [String: JSONValue]
    ) -> JSONValue {
        var sides: [String: JSONValue] = [:]
        for (index, name) in split.sideNames.enumerated() {
            let rows = split.rows(of: index)
            let controversial = rows.count { split.labels[$0] == Verdict.controversial.code }
            sides[name] = [
                "controversial": .integer(controversial),
                "uncontroversial": .integer(rows.count - controversial),
                "articles": .integer(Set(rows.map { split.articles[$0] }).count),
            ]
        }
        let figures: [String: JSONValue] = [
            "rows": .integer(split.count), "groups": .integer(groups),
            "leakage": .integer(leakage.comments), "shared_authors": .number(leakage.sharedAuthors),
            "largest_group": .number(leakage.largestGroup),
            "sides": .object(sides), "side_order": .array(split.sideNames.map(JSONValue.string)),
            "salt": .string(plan.rule.salt),
            "group_by": .string(plan.isByTime ? "time" : plan.rule.grouping.rawValue),
        ]
        return .object(figures.merging(counts) { first, _ in first })
    }
}

extension SplitStage {
    /// The name under which the store keeps where groups are.
    package var salt: String { plan.rule.salt }

    /// Why the rule of this stage cannot go on under its salt: the store's is another one.
    /// - Parameter text: the rule that the store has for the salt, as `RunStore.splitRule(salt:)` gives it.
    /// - Returns: `nil` where they are one.
    package func conflict(withRule text: String) -> StageError? {
        if text.utf8.elementsEqual(plan.ruleText.canonicalText.utf8) { return nil }
        return StageError(
            "the salt '\(salt)' already stands for another split: \(text) in the store, "
                + "\(plan.ruleText.canonicalText) in the pipeline file",
            hint:
                "choose a new salt and the old split keeps its sides, or run with --new-split to give them up"
        )
    }
}
