import PipelineEngine
import RunStore
import Testing

struct RetentionRuleTests {
    /// Three nights: each ingested, labelled and exported anew.
    private func facts(nights: Int = 3, promoted: Set<String> = []) -> RetentionState {
        var results: [KeptResult] = []
        var uses: [ResultUse] = []
        for night in 0..<nights {
            let first = Int64(night * 3 + 1)
            for (offset, stage) in ["ingest", "label", "export"].enumerated() {
                let number = first + Int64(offset)
                results.append(
                    KeptResult(
                        stageRun: number, pipeline: "news", stage: stage, folder: "\(stage)/\(number)",
                        size: 100, outputs: ["digest-\(number)"],
                        inputs: offset == 0 ? [] : ["digest-\(number - 1)"],
                        labelSet: stage == "label" ? "set-\(night)" : nil))
            }
            uses.insert(
                ResultUse(
                    run: Int64(night + 1), runID: "run-\(night)", pipeline: "news",
                    results: Set(first...first + 2)), at: 0)
        }
        let last = Int64(nights * 3)
        return RetentionState(
            results: results, uses: uses, standing: Set(last - 2...last), promotedLabelSets: promoted)
    }

    private func collected(_ rule: RetentionRule, _ facts: RetentionState) -> [Int64] {
        rule.collect(from: facts).map(\.result.stageRun)
    }

    @Test func withoutARuleEverythingStays() {
        #expect(collected(RetentionRule(), facts()).isEmpty)
    }

    @Test(arguments: [(1, [1, 2, 3, 4, 5, 6]), (2, [1, 2, 3]), (3, []), (9, [])] as [(Int, [Int64])])
    func theLatestRunsKeepTheirResults(runs: Int, expected: [Int64]) {
        #expect(collected(RetentionRule(runs: runs), facts()) == expected)
    }

    @Test func aPromotedSetIsSafeWithAllItWasMadeFrom() {
        // Set 0 was made by stage run 2 from 1; what was made from it goes.
        #expect(collected(RetentionRule(runs: 1), facts(promoted: ["set-0"])) == [3, 4, 5, 6])
    }

    @Test func whatAKeptResultWasMadeFromIsSafe() {
        var facts = facts()
        // The last run ran its export alone, on the labels of the first night.
        facts.uses[0].results = [9]
        facts.results[8].inputs = ["digest-2"]
        facts.standing = [9]
        #expect(collected(RetentionRule(runs: 1), facts) == [3, 4, 5, 6, 7, 8])
    }

    @Test func whatStandsIsSafeHoweverOldItsRun() {
        var facts = facts()
        // A stage that runs on Sundays only.
        facts.standing.insert(3)
        #expect(collected(RetentionRule(runs: 1), facts) == [4, 5, 6])
    }

    @Test(
        arguments: [
            (900, []), (899, [1, 2, 3]), (600, [1, 2, 3]), (300, [1, 2, 3, 4, 5, 6]),
            (1, [1, 2, 3, 4, 5, 6]),
        ]
            as [(Int64, [Int64])])
    func beyondTheSizeTheOldestRunsGoFirstAndTheLastStays(size: Int64, expected: [Int64]) {
        #expect(collected(RetentionRule(maxSize: size), facts()) == expected)
    }

    @Test func eachPipelineKeepsItsOwnRuns() {
        var facts = facts()
        facts.uses[2].pipeline = "other"
        #expect(collected(RetentionRule(runs: 1), facts) == [4, 5, 6])
    }

    @Test func reasonsNameTheRule() {
        let old = RetentionRule(runs: 2).collect(from: facts())[0]
        #expect(old.reason == "not used by the last 2 runs")
        #expect(old.lastRun == "run-0")
        let large = RetentionRule(maxSize: 600).collect(from: facts())[0]
        #expect(large.reason == "beyond the size that is kept")
    }
}
