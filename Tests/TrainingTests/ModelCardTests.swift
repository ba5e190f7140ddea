import Foundation
import Models
import ShardFormat
import Testing
import Training

/// The card of a model for a task other than one class of each row.
struct ModelCardTests {
    private static func train(
        _ task: TaskName, family: String = "bert", devRows: Int = 20,
        isConstantOnDev: Bool = false,
        change: (inout TrainingOptions) -> Void
    ) throws -> String {
        let (data, start, out) = (try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder())
        let family = try #require(FamilyCase.all.first { $0.name == family })
        let names = task == .multiLabel ? ["seven", "six"] : ["score"]
        let shards = try Toy.shardFolder(
            in: data, devRows: devRows,
            shard: { rows in
                Toy.targets(rows, task) { isConstantOnDev && rows == devRows ? 1 : Float($0 % 3) }
            },
            change: { ($0.task, $0.labelNames) = (task, names) })
        let head = try #require(HeadCase.all.first { $0.task.name == task })
        let source = try Combination(family: family, head: head).modelFolder(in: start)
        var options = FineTuningTests.options()
        change(&options)
        _ = try FineTuning(shards: shards, start: source, tokenizerDigest: nil, options: options).run(
            .init(checkpoints: out.file("c"), output: out.file("model")))
        return String(decoding: try out.bytes("model/README.md"), as: UTF8.self)
    }

    @Test(arguments: [
        ("bert", "the pooler's output of the frozen model"),
        ("distilbert", "what the classifier of the frozen model reads"),
    ])
    func theFitOnFeaturesIsCalledWhatItIs(family: String, features: String) throws {
        let card = try Self.train(.regression, family: family) {
            $0.method = .features
            $0.l2 = 0.01
        }
        #expect(card.contains("\nRidge regression on \(features), without dropout; l2 0.01.\n"), "\(card)")
        #expect(!card.contains("Logistic") && !card.contains("L-BFGS"))
    }

    @Test func aCorrelationThatIsUndefinedKeepsItsColumn() throws {
        let card = try Self.train(.regression, isConstantOnDev: true) { $0.epochs = 1 }
        let head = try #require(card.split(separator: "\n").first { $0.hasPrefix("| Step | Loss |") })
        let row = try #require(card.split(separator: "\n").first { $0.contains("| undefined |") }, "\(card)")
        #expect(head.contains("pearson") && head.contains("spearman"))
        #expect(row.count { $0 == "|" } == head.count { $0 == "|" })
    }
}
