public import Diagnostics
internal import Sampling
public import StageKit
internal import VoteModel

/// Puts each comment on one side of a split, by its group, for good.
///
/// The first assignment of a group goes into the store's ledger under the salt; later runs only add groups. A text whose
/// exact or near copy is already on another side is left out and counted, so that nothing read in training is met again
/// in a test.
public struct SplitStage: Stage {
    public static let kind = StageKind(
        "split",
        revision: 2,
        summary: "Put each comment on one side of a split, by its article, for good.",
        inputs: [Port("sample", ArtifactType.sample)],
        outputs: [Port("split", ArtifactType.split)],
        figures: [
            Figure("rows", "comments on all sides"),
            Figure("copies_dropped", "comments left out because a copy of their text is on another side"),
            Figure("groups", "groups that the sides are made of"),
        ]
    )

    private let rule: SplitRule
    private let ruleText: JSONValue
    private let dropsCopies: Bool
    /// A row's side is stored in one byte.
    private static let mostSides = 255

    public init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        let shares = parameters.shares(
            "shares", default: [("train", 0.8), ("dev", 0.1), ("test", 0.1)],
            help: "Sides in their order and the share of groups that each gets; together 1.")
        let grouping = parameters.choice(
            "group_by", default: "article", of: ["article", "comment"],
            help: "What comments are kept together by.")
        rule = SplitRule(
            method: .hash(shares: shares.map { SplitRule.Share(Side($0.name), $0.share) }),
            grouping: SplitRule.Grouping(rawValue: grouping) ?? .article,
            salt: parameters.string("salt", default: "v1", help: "Another salt, another split."))
        dropsCopies =
            parameters.choice(
                "copies", default: "drop", of: ["drop", "keep"],
                help: "What becomes of a text whose exact or near copy is on another side.") == "drop"
        if shares.count > Self.mostSides {
            parameters.reject(
                "shares", "there are \(shares.count) sides; at most \(Self.mostSides) are possible")
        }
        for problem in rule.problems() { parameters.reject("shares", problem.description) }
        for share in shares where share.name.contains(where: { $0 == "/" || $0 == "\t" || $0.isNewline }) {
            parameters.reject("shares", "the side '\(share.name)' cannot be part of a file's name")
        }
        try parameters.finish()
        ruleText = .object([
            "shares": .array(shares.map { [.string($0.name), .number($0.share)] }),
            "group_by": .string(grouping),
        ])
    }

    public func run(in context: StageContext) async throws -> StageResult {
        let input = try context.inputs.one("sample")
        var facts = try DatasetFacts(input)
        facts.salt = rule.salt
        let sample = try DatasetColumns(input)
        let groups = try groupKeys(of: sample, facts.cut, context)
        let placed = try place(groups, knownFamily(context))
        var split = sample
        split.sideNames = rule.sides.map(\.name)
        split.sides = groups.rowGroups.map { placed.sides[$0] }
        let dropped = dropsCopies ? try copiesAcrossSides(split, facts, context) : []
        split = split.without(dropped)
        try split.write(to: context.outputFolder + "/split.safetensors")
        return StageResult(
            outputs: [StageOutput(port: "split", path: "split.safetensors", locator: facts.locator)],
            figures: figures(split, copies: dropped.count, groups: groups.keys.count),
            changes: [.splitMembers(record(placed, groups))])
    }

    public func restore(in context: StageContext) async throws -> [StoreChange] {
        let input = try context.inputs.one("sample")
        let groups = try groupKeys(of: DatasetColumns(input), DatasetFacts(input).cut, context)
        return [.splitMembers(record(try place(groups, knownFamily(context)), groups))]
    }

    /// The groups of a sample: each group's key, and the group of each row.
    private struct Groups {
        /// UTF-8, compared as bytes.
        var keys: [[UInt8]] = []
        var rowGroups: [Int] = []
    }

    private func groupKeys(
        of sample: DatasetColumns, _ cut: LedgerCut, _ context: StageContext
    ) throws -> Groups {
        let byArticle = rule.grouping == .article
        var groups = Groups()
        // One comment stands for all of its article.
        var speakers: [Int64] = []
        var groupOfArticle: [Int64: Int] = [:]
        for (row, id) in sample.ids.enumerated() {
            let known = byArticle ? groupOfArticle[sample.articles[row]] : nil
            groups.rowGroups.append(known ?? speakers.count)
            if known != nil { continue }
            if byArticle { groupOfArticle[sample.articles[row]] = speakers.count }
            speakers.append(id)
        }
        var key = CommentKey()
        try context.ledger.scan(
            cut, fields: byArticle ? [.key, .article] : .key, selection: .ids(speakers)
        ) { comment in
            groups.keys.append(
                byArticle
                    ? key.withArticleBytes(of: comment) { Array($0) }
                    : key.withBytes(of: comment) { Array($0) })
        }
        guard groups.keys.count == speakers.count else {
            throw StageError(
                "\(speakers.count - groups.keys.count) comments of the sample are no longer in the store",
                hint: "run the sample stage again with --force")
        }
        if byArticle, groups.keys.count == 1, sample.count > 1, rule.sides.count > 1 {
            throw StageError(
                "all \(sample.count) comments belong to one article, so they would all be on one side",
                hint: "name the article's column in the ingest stage, or set group_by: comment")
        }
        return groups
    }

    private func knownFamily(_ context: StageContext) throws -> SplitFamily? {
        guard let family = try context.ledger.splitFamily(salt: rule.salt) else { return nil }
        guard family.rule == ruleText.canonicalText else {
            throw StageError(
                "the salt '\(rule.salt)' already stands for another split: \(family.rule) in the store, "
                    + "\(ruleText.canonicalText) in the pipeline file",
                hint: "choose a new salt for the new split; the old one keeps its sides")
        }
        return family
    }

    private struct Placed {
        /// Index of the side of each group.
        var sides: [UInt8] = []
        /// Groups that the ledger does not have yet.
        var fresh: [Int] = []
    }

    private func place(_ groups: Groups, _ family: SplitFamily?) throws -> Placed {
        let assignment = try rule.assignment()
        let known = family?.sides ?? [:]
        let names = Dictionary(uniqueKeysWithValues: zip(rule.sides.map(\.name), UInt8(0)...))
        var placed = Placed()
        for (group, key) in groups.keys.enumerated() {
            if let side = known[key].flatMap({ names[$0] }) {
                placed.sides.append(side)
            } else {
                placed.fresh.append(group)
                placed.sides.append(UInt8(key.withUnsafeBytes { assignment.side(ofGroup: $0) }))
            }
        }
        return placed
    }

    private func record(_ placed: Placed, _ groups: Groups) -> SplitFamilyRecord {
        let names = rule.sides.map(\.name)
        return SplitFamilyRecord(
            salt: rule.salt, groupBy: rule.grouping.rawValue, rule: ruleText,
            groups: placed.fresh.map { String(decoding: groups.keys[$0], as: UTF8.self) },
            sides: placed.fresh.map { names[Int(placed.sides[$0])] })
    }

    /// Rows whose text, or one nearly like it, was seen earlier on another side.
    private func copiesAcrossSides(
        _ split: DatasetColumns, _ facts: DatasetFacts, _ context: StageContext
    ) throws -> [Int] {
        let texts = try CleanedTexts(facts)
        // In the order in which the store first saw them, so that what is kept today is kept tomorrow.
        let order = split.ids.indices.sorted { split.ids[$0] < split.ids[$1] }
        let ids = order.map { split.ids[$0] }
        var finder = CopyFinder(NearDuplicateRule(), expectedTexts: split.count)
        try context.ledger.scan(facts.cut, fields: .text, selection: .ids(ids)) { comment in
            texts.withText(of: comment) { finder.add(id: comment.id, text: $0) }
        }
        let rowOfID = Dictionary(uniqueKeysWithValues: zip(ids, order))
        return finder.copiesAcrossSides { id in rowOfID[id].map { split.sides[$0] } ?? 0 }
            .compactMap { rowOfID[$0] }.sorted()
    }

    private func figures(_ split: DatasetColumns, copies: Int, groups: Int) -> JSONValue {
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
        return [
            "rows": .integer(split.count), "copies_dropped": .integer(copies), "groups": .integer(groups),
            "sides": .object(sides), "side_order": .array(split.sideNames.map(JSONValue.string)),
            "salt": .string(rule.salt), "group_by": .string(rule.grouping.rawValue),
        ]
    }
}

extension DatasetColumns {
    /// The same without some rows, given in rising order.
    fileprivate func without(_ rows: [Int]) -> DatasetColumns {
        if rows.isEmpty { return self }
        let leftOut = Set(rows)
        var rest = DatasetColumns()
        rest.sideNames = sideNames
        for row in 0..<count where !leftOut.contains(row) {
            rest.append(self, row: row)
            rest.sides.append(sides[row])
        }
        return rest
    }
}
