import Foundation
import Testing
import Training
import TrainingStages

struct SeedScoreTests {
    private static func score(_ seed: UInt64, best: Double?) throws -> SeedScore {
        var summary: [String: Any] = ["steps": 15, "epochs": 2.5, "stopped_early": false]
        if let best { (summary["best_step"], summary["best_metric"]) = (10, best) }
        let data = try JSONSerialization.data(withJSONObject: summary)
        return SeedScore(seed: seed, summary: try JSONDecoder().decode(TrainingSummary.self, from: data))
    }

    @Test func oneModelHasARow() throws {
        #expect(
            SeedScore.report([try Self.score(42, best: 0.75)], metric: .macroF1)
                == "seed\tsteps\tepochs\tbest_step\tmacro_f1\n42\t15\t2.50\t10\t0.750000\n")
    }

    @Test func withoutDevRowsNoScoreIsReported() throws {
        #expect(
            SeedScore.report([try Self.score(42, best: nil)], metric: .accuracy)
                == "seed\tsteps\tepochs\tbest_step\taccuracy\n42\t15\t2.50\t\t\n")
    }

    /// Student's t with one degree of freedom: 12.706 times the standard error, 0.05.
    @Test func severalModelsHaveTheirMeanAndItsInterval() throws {
        let report = SeedScore.report(
            [try Self.score(1, best: 0.7), try Self.score(2, best: 0.8)], metric: .macroF1)
        let rows = report.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(rows.map { $0[0] } == ["seed", "1", "2", "mean", "low_95", "high_95"])
        #expect(rows[3].last == "0.750000")
        #expect(rows[4].last == "0.114690" && rows[5].last == "1.385310", "\(report)")
    }

    @Test(arguments: [
        ("steps.jsonl", "steps-seed-3.jsonl"), ("a/steps", "a/steps-seed-3"),
        ("a.jsonl.txt", "a.jsonl.txt-seed-3"),
    ])
    func eachSeedHasItsOwnMetrics(path: String, expected: String) {
        #expect(StandaloneTraining.metricsPath(path, seed: 3) == expected)
    }
}
