package import StageKit
internal import VoteModel

/// What a split holds on to from earlier runs, by keys instead of numbers: for those who make the same split elsewhere.
package struct SplitHoldings {
    package struct Comment: Hashable, Sendable {
        /// `source:key`
        package var id: String
        package var side: String
    }

    /// A comment of a side that stays as it was on a day.
    package struct Member: Hashable, Sendable {
        package var id: String
        package var side: String
        /// 1 controversial, 0 uncontroversial.
        package var label: Int
        package var up: Int32
        package var down: Int32
    }

    /// Groups that have a side, in the order of their keys; an empty side is none.
    package var groups: [(key: String, side: String)] = []
    /// Comments that were kept on a side, the oldest claim first.
    package var comments: [Comment] = []
    package var frozenSides: [String] = []
    /// Of frozen sides, in the order of their rows.
    package var members: [Member] = []

    package init() {}
}

extension SplitStage {
    /// What the split holds on to in a store.
    /// - Parameters:
    ///   - sources: where the split's comments come from.
    ///   - date: the run's logical date, `YYYY-MM-DD`.
    ///   - asOf: the moment that the run looks back to; `nil` for none.
    ///   - stageRun: of a split that is to be made once more: what its run was the first to decide is left out.
    /// - Throws: ``/StageKit/StageError`` where a frozen side is of a version of this program that kept no labels of the day.
    package func holdings(
        _ memory: SplitMemory, _ ledger: any LedgerReader, sources: [String], date: String, asOf: Int64?,
        before stageRun: Int64? = nil
    ) throws -> SplitHoldings {
        var holdings = SplitHoldings()
        guard plan.isRemembered else { return holdings }
        let salt = plan.rule.salt
        // A hash gives every night the same side; it needs no memory, and shows itself without one.
        let family = plan.isByTime ? try memory.family(salt: salt, before: stageRun)?.sides ?? [:] : [:]
        holdings.groups = family.map { (String(decoding: $0, as: UTF8.self), $1) }.sorted { $0.0 < $1.0 }
        let kept = try memory.kept(salt: salt)
        let ever = LedgerCut(sources: sources, position: .max, digest: "")
        let keys = try Self.keys(of: kept.map(\.comment), ever, ledger)
        holdings.comments = try memory.kept(salt: salt, before: stageRun).compactMap { comment in
            guard plan.sides.contains(comment.side), let id = keys[comment.comment] else { return nil }
            return SplitHoldings.Comment(id: id, side: comment.side)
        }
        let cut = try ledger.cut(of: sources, asOf: asOf)
        for (name, day, _) in plan.frozenSides(on: date, asOf: asOf) {
            holdings.frozenSides.append(name)
            let there = Set(kept.filter { $0.side == name && $0.date <= day }.map(\.comment))
            let records = try memory.labels(salt: salt, upTo: day).filter { there.contains($0.comment) }
            if records.isEmpty, !there.isEmpty {
                throw StageError(
                    "the store has no labels of \(day) for the frozen side '\(name)'",
                    hint: "run the pipeline once with this version, which keeps them")
            }
            let shown = try Self.keys(of: records.map(\.comment), cut, ledger)
            holdings.members += records.compactMap { record in
                guard let label = record.label, let id = shown[record.comment] else { return nil }
                return SplitHoldings.Member(
                    id: id, side: name, label: Int(label), up: record.up, down: record.down)
            }
        }
        return holdings
    }

    private static func keys(
        of ids: [Int64], _ cut: LedgerCut, _ ledger: any LedgerReader
    ) throws -> [Int64: String] {
        var keys: [Int64: String] = [:]
        var writer = CommentKeyWriter()
        try ledger.scan(cut, fields: .key, selection: .ids(ids)) { keys[$0.id] = writer.text(of: $0) }
        return keys
    }
}
