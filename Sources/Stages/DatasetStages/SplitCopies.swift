internal import Sampling
internal import StageKit
internal import VoteModel

/// Finds texts whose exact or near copy is on another side.
///
/// What a split has once kept has a claim to its text for good, also on days when it is not in the sample itself: texts
/// that come later, under whatever number, and are copies of it from another side are left out. So a kept row is kept
/// whenever it is sampled, and a text that was trained on is never met in a test of a later night.
struct SplitCopies {
    /// Signatures of all texts compared, in the order of ids.
    private(set) var signatures: CopySignatures
    private var finder: CopyFinder
    private var clusters: [CopyFinder.Member] = []
    private var sides: [Int64: UInt8]
    /// All comments that may have copies: those of frozen sides first, then those with the older claim, then the others by
    /// when they were first seen and by key. Any engine has these two; numbers of comments only this store has.
    private var order: [Int64]

    /// - Parameters:
    ///   - rows: what is to be split, with its sides.
    ///   - kept: what the split's family has kept so far, the oldest first.
    ///   - frozen: comments of frozen sides, which stay whatever else is there.
    init(
        of rows: DatasetColumns, kept: [SplitKept], frozen: Set<Int64>, _ plan: SplitPlan,
        _ facts: DatasetFacts, _ context: StageContext
    ) throws {
        let rule = plan.nearCopies
        let texts = try CleanedTexts(facts, context, unknown: .unmasked)
        var sides = Dictionary(uniqueKeysWithValues: zip(rows.ids, rows.sides))
        // A claim outlives the sample and the cut that it was made under, but not the comment.
        let cut = LedgerCut(sources: facts.cut.sources, position: .max, digest: "")
        let indices = Dictionary(uniqueKeysWithValues: zip(rows.sideNames, UInt8(0)...))
        let absent = kept.filter { sides[$0.comment] == nil }
        let sideOfAbsent = Dictionary(
            absent.map { ($0.comment, indices[$0.side]) }, uniquingKeysWith: { old, _ in old })
        try context.ledger.scan(cut, fields: [], selection: .ids(sideOfAbsent.keys.sorted())) { comment in
            if let side = sideOfAbsent[comment.id] ?? nil { sides[comment.id] = side }
        }
        let ids = sides.keys.sorted()
        let rules = (facts.clean ?? .null).canonicalText
        let known = try Self.known(rule, rules: rules, facts, context)
        let signatures = try Self.sign(ids, known ?? CopySignatures(rule), rule, texts, cut, context)
        self.signatures = signatures
        let candidates = signatures.candidates()
        finder = CopyFinder(rule, expectedTexts: candidates.count)
        self.sides = sides
        let claimed = kept.map(\.comment).filter { sides[$0] != nil }
        let isClaimed = Set(claimed)
        let newcomers = candidates.map { signatures.ids[$0] }.filter { !isClaimed.contains($0) }
        let claims = claimed + (try Self.byFirstSight(newcomers, cut, context))
        order =
            frozen.isEmpty ? claims : claims.filter(frozen.contains) + claims.filter { !frozen.contains($0) }
        try read(candidates, texts, cut, context)
        clusters = finder.clusters()
    }

    /// The comments in the order in which they were first seen; of those seen at one moment, in the order of their keys,
    /// `source:key`, as bytes.
    private static func byFirstSight(
        _ ids: [Int64], _ cut: LedgerCut, _ context: StageContext
    ) throws -> [Int64] {
        var moments: [Int64: Int64] = [:]
        try context.ledger.readings(cut, of: ids) { id, readings in moments[id] = readings.first?.at }
        var keys: [Int64: [UInt8]] = [:]
        var writer = CommentKeyWriter()
        try context.ledger.scan(cut, fields: .key, selection: .ids(ids)) { comment in
            keys[comment.id] = writer.withBytes(of: comment) { Array($0) }
        }
        return ids.sorted { one, other in
            let (left, right) = (moments[one, default: .max], moments[other, default: .max])
            if left != right { return left < right }
            return keys[one, default: []].lexicographicallyPrecedes(keys[other, default: []])
        }
    }

    /// The rows to leave out, as ids.
    func acrossSides() -> Set<Int64> {
        Set(finder.copiesAcrossSides(of: clusters, inOrder: order) { sides[$0] ?? SplitPlan.noSide })
    }

    /// The rows to leave out so that one of each text stays on its side, as ids.
    func withinSides(of rows: DatasetColumns) -> Set<Int64> {
        Set(
            finder.copiesWithinSides(of: clusters, inOrder: order, among: Set(rows.ids)) {
                sides[$0] ?? SplitPlan.noSide
            })
    }

    /// By side, how many of these rows are copies of another one there.
    func countWithin(_ rows: DatasetColumns) -> [UInt8: Int] {
        finder.countWithinSides(of: clusters, among: Set(rows.ids)) { sides[$0] ?? SplitPlan.noSide }
    }

    /// How many of these rows have a copy on another side among them.
    func leaks(among rows: DatasetColumns) -> Int {
        finder.countAcrossSides(of: clusters, among: Set(rows.ids)) { sides[$0] ?? SplitPlan.noSide }
    }

    /// The signatures that an earlier split kept, but for comments with several texts; `nil` if they are of other texts.
    private static func known(
        _ rule: NearDuplicateRule, rules: String, _ facts: DatasetFacts, _ context: StageContext
    ) throws -> CopySignatures? {
        guard let earlier = try context.earlierResult(sameParameters: false), let split = earlier["split"],
            let before = try? DatasetFacts(split), before.cut.revision == facts.cut.revision,
            let known = SplitSignatures.read(earlier, rule, rules: rules)
        else { return nil }
        let edited = try context.ledger.editions(of: facts.cut).map(\.comment)
        let others = Set(known.ids.common(with: edited))
        if others.isEmpty { return known }
        var same = CopySignatures(rule)
        for row in 0..<known.count where !others.contains(known.ids[row]) { same.append(known, row: row) }
        return same
    }

    /// The signatures of these comments, in rising order of ids: those that are known, and the rest from their texts.
    private static func sign(
        _ ids: [Int64], _ known: CopySignatures, _ rule: NearDuplicateRule, _ texts: CleanedTexts,
        _ cut: LedgerCut, _ context: StageContext
    ) throws -> CopySignatures {
        let unknown = ids.missing(in: known.ids)
        let signer = CopySigner(rule)
        var fresh = CopySignatures(rule)
        try context.ledger.scan(cut, fields: .text, selection: .ids(unknown)) { comment in
            fresh.append(comment.id, try texts.withText(of: comment) { signer.sign($0) })
            if fresh.count % 16_384 == 0 { try context.checkpoint() }
        }
        if unknown.count == ids.count { return fresh }
        var all = CopySignatures(rule)
        var (left, right) = (0, 0)
        for id in ids {
            while left < known.count, known.ids[left] < id { left += 1 }
            if left < known.count, known.ids[left] == id {
                all.append(known, row: left)
            } else if right < fresh.count, fresh.ids[right] == id {
                all.append(fresh, row: right)
                right += 1
            }
        }
        return all
    }

    /// Reads the texts of those that may have copies.
    private mutating func read(
        _ candidates: [Int], _ texts: CleanedTexts, _ cut: LedgerCut, _ context: StageContext
    ) throws {
        var rest = candidates[...]
        let ids = candidates.map { signatures.ids[$0] }
        try context.ledger.scan(cut, fields: .text, selection: .ids(ids)) { comment in
            while let row = rest.first, signatures.ids[row] != comment.id { rest.removeFirst() }
            guard let row = rest.popFirst() else { return }
            try texts.withText(of: comment) {
                finder.add(id: comment.id, text: $0, signature: signatures[row])
            }
        }
    }
}
