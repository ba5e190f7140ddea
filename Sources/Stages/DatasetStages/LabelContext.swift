package import Labeling
package import StageKit
package import VoteModel

/// What a label rule may ask for beside a comment's own votes: a prior fitted to its source's comments, and whether its
/// votes have come to rest.
struct LabelContext {
    let rule: ControversyRule
    /// Whether each source gets a prior of its own, drawn from its comments.
    let fitsPriors: Bool
    /// `nil`: every comment is settled.
    let gate: SettlingGate?

    /// Whether the votes alone do not decide.
    var isNeeded: Bool { fitsPriors || gate != nil }

    /// Judges all rows anew.
    /// - Parameter zones: by source, the offset of times that name none; see ``DatasetFacts/zones``.
    /// - Returns: the rules that were used.
    func judge(
        _ columns: inout DatasetColumns, _ cut: LedgerCut, zones: [String: Int64], _ context: StageContext
    ) throws -> RulesBySource {
        let runs = fitsPriors ? try context.ledger.sourceRuns(of: cut) : []
        let book = fitsPriors ? fit(columns, runs, context) : RulesBySource(rule)
        let rules = book.byComment(runs)
        var unsettled = try gate?.unsettledComments(of: cut, zones: zones, context.times)[...] ?? []
        for row in columns.ids.indices {
            let id = columns.ids[row]
            while let first = unsettled.first, first < id { unsettled.removeFirst() }
            let verdict = rules[id].verdict(
                for: columns.votes(row), settled: unsettled.first != id)
            columns.labels[row] = verdict.code
        }
        return book
    }

    private func fit(_ columns: DatasetColumns, _ runs: [SourceRun], _ context: StageContext) -> RulesBySource
    {
        var names: [String] = []
        var tags: [UInt32] = []
        tags.reserveCapacity(columns.count)
        var rest = runs[...]
        var tag: UInt32?
        for id in columns.ids {
            while let run = rest.first, run.last < id {
                rest.removeFirst()
                tag = nil
            }
            if tag == nil {
                let source = rest.first?.source ?? ""
                tag = UInt32(names.firstIndex { $0.utf8.elementsEqual(source.utf8) } ?? names.count)
                if Int(tag ?? 0) == names.count { names.append(source) }
            }
            tags.append(tag ?? 0)
        }
        let census = VoteCensus(ups: columns.ups, downs: columns.downs, tags: tags)
        var priors: [String: BetaPrior] = [:]
        for (index, name) in names.enumerated() {
            let fit = PriorFit(census.filtered { $0 == UInt32(index) })
            priors[name] = fit.prior
            context.progress.log("\(name): \(fit)", [:])
        }
        return RulesBySource(rule, priors: priors)
    }
}

extension SettlingGate {
    /// The gate of a label rule, from its parameters; `nil` where it has none.
    package init?(rule: JSONValue?) {
        guard let age = rule?["settle"]?.intValue else { return nil }
        self.init(age: Int64(age))
    }

    /// The comments of a cut whose votes have not come to rest, in rising order of ids.
    /// - Parameter zones: by source, the offset of times that name none, in seconds east of Greenwich.
    package func unsettledComments(
        of cut: LedgerCut, zones: [String: Int64], _ times: any CommentTimes
    ) throws -> [Int64] {
        let young = try times.youngComments(of: cut, within: age, zones: zones)
        return young.comments.filter { comment in
            let readings = SettlingGate.Readings(
                createdAt: comment.createdAt, first: comment.first, last: comment.last,
                changed: SettlingGate.changed(from: comment.previous, to: comment.votes))
            return !isSettled(readings, at: young.moment)
        }.map(\.id)
    }
}
