package import CommentStore
package import RunStore

/// Which results are kept: those of the latest runs, as long as they fit.
package struct RetentionRule: Hashable, Sendable {
    /// Latest runs of each pipeline whose results are kept; `nil`: of all runs.
    package var runs: Int?
    /// Most bytes that results and kept answers may take; `nil`: any. Beyond it the oldest runs give theirs up first, then
    /// the oldest answers go.
    package var maxSize: Int64?

    /// Seconds that answers of web sources are kept; `nil`: any.
    package var answers: Int?

    package init(runs: Int? = nil, maxSize: Int64? = nil, answers: Int? = nil) {
        self.runs = runs
        self.maxSize = maxSize
        self.answers = answers
    }
}

/// What retention knows about a store.
package struct RetentionState: Sendable {
    package var results: [KeptResult]
    /// Newest first.
    package var uses: [ResultUse]
    /// Current results, and the rows of promoted label sets and of those promoted before them.
    package var standing: Set<Int64>
    package var promotedLabelSets: Set<String>
    /// Bytes of the answers that stay whatever the rule says.
    package var answers: Int64

    package init(
        results: [KeptResult], uses: [ResultUse], standing: Set<Int64>, promotedLabelSets: Set<String>,
        answers: Int64 = 0
    ) {
        self.results = results
        self.uses = uses
        self.standing = standing
        self.promotedLabelSets = promotedLabelSets
        self.answers = answers
    }
}

extension RetentionRule {
    /// A result that nothing keeps.
    package struct Verdict: Hashable, Sendable {
        package var result: KeptResult
        /// The last run that made or used it; `nil` if none is known.
        package var lastRun: String?
        package var reason: String
    }

    /// The results to be collected, oldest first.
    ///
    /// Safe are, whatever the rule says: the current result of every stage, the promoted label sets, and
    /// everything that any of these or of a kept run's results was made from.
    package func collect(from facts: RetentionState) -> [Verdict] {
        let graph = ResultGraph(facts.results)
        var safe = facts.standing
        for result in facts.results {
            if let set = result.labelSet, result.pipeline != "", facts.promotedLabelSets.contains(set) {
                safe.insert(result.stageRun)
            }
        }
        var keptRuns = latestRuns(facts.uses)
        var kept = graph.closure(of: safe.union(keptRuns.flatMap(\.results)))
        let allowed = Set(keptRuns.map(\.run))
        while let maxSize, graph.size(of: kept) + facts.answers > maxSize, !keptRuns.isEmpty {
            keptRuns.removeLast()
            kept = graph.closure(of: safe.union(keptRuns.flatMap(\.results)))
        }
        let lastUses = lastUses(facts.uses)
        return facts.results.filter { !kept.contains($0.stageRun) }.map { result in
            let last = lastUses[result.stageRun]
            let isOld = last.map { !allowed.contains($0.run) } ?? true
            return Verdict(
                result: result, lastRun: last?.runID,
                reason: isOld
                    ? "not used by the last \(runs.map { "\($0) runs" } ?? "runs")"
                    : "beyond the size that is kept")
        }
    }

    /// The answers to be given up. Safe are those that a visit under way needs, and those of each source's last crawl.
    /// - Parameters:
    ///   - kept: the oldest first.
    ///   - now: seconds since 1970, UTC.
    ///   - results: bytes of the results that stay.
    package func giveUp(_ kept: [KeptAnswer], now: Int64, results: Int64) -> [KeptAnswer] {
        var size = results + kept.reduce(0) { $0 + $1.size }
        return kept.filter { answer in
            if answer.isNeeded { return false }
            let isOld = answers.map { answer.lastAt < now - Int64($0) } ?? false
            let isTooMuch = maxSize.map { size > $0 } ?? false
            guard isOld || isTooMuch else { return false }
            size -= answer.size
            return true
        }
    }

    /// The kept runs, newest first.
    private func latestRuns(_ uses: [ResultUse]) -> [ResultUse] {
        guard let runs else { return uses }
        var counts: [String: Int] = [:]
        return uses.filter { use in
            counts[use.pipeline, default: 0] += 1
            return counts[use.pipeline, default: 0] <= runs
        }
    }

    private func lastUses(_ uses: [ResultUse]) -> [Int64: ResultUse] {
        var last: [Int64: ResultUse] = [:]
        for use in uses {
            for result in use.results where last[result] == nil { last[result] = use }
        }
        return last
    }
}

/// Which result was made from which.
private struct ResultGraph {
    private let results: [Int64: KeptResult]
    /// The latest result that gives a digest.
    private let makers: [String: Int64]

    init(_ results: [KeptResult]) {
        self.results = Dictionary(results.map { ($0.stageRun, $0) }, uniquingKeysWith: { $1 })
        var makers: [String: Int64] = [:]
        for result in results {
            for digest in result.outputs { makers[digest] = max(makers[digest] ?? 0, result.stageRun) }
        }
        self.makers = makers
    }

    /// These results and all that they were made from.
    func closure(of roots: Set<Int64>) -> Set<Int64> {
        var found: Set<Int64> = []
        var open = Array(roots)
        while let number = open.popLast() {
            guard let result = results[number], found.insert(number).inserted else { continue }
            open += result.inputs.compactMap { makers[$0] }
        }
        return found
    }

    /// Bytes; a folder that several results share counts once.
    func size(of numbers: Set<Int64>) -> Int64 {
        var sizes: [String: Int64] = [:]
        for number in numbers {
            if let result = results[number] {
                sizes[result.folder] = max(sizes[result.folder] ?? 0, result.size)
            }
        }
        return sizes.values.reduce(0, +)
    }
}
