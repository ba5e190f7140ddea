import Foundation
import Models
import ShardFormat
import Testing
import Training

/// The card of a model for a task other than one class of each row, and what is said while it is trained.
struct ModelCardTests {
    private static func train(
        _ task: TaskName, family: String = "bert", devRows: Int = 20,
        isConstantOnDev: Bool = false,
        change: (inout TrainingOptions) -> Void
    ) throws -> (card: String, notes: [String], folder: TemporaryFolder) {
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
        var notes: [String] = []
        _ = try FineTuning(shards: shards, start: source, tokenizerDigest: nil, options: options).run(
            .init(checkpoints: out.file("c"), output: out.file("model")), loaded: { notes = $0.notes })
        return (String(decoding: try out.bytes("model/README.md"), as: UTF8.self), notes, out)
    }

    @Test(arguments: [
        ("bert", "the pooler's output of the frozen model"),
        ("distilbert", "what the classifier of the frozen model reads"),
    ])
    func theFitOnFeaturesIsCalledWhatItIs(family: String, features: String) throws {
        let card = try Self.train(.regression, family: family) {
            $0.method = .features
            $0.l2 = 0.01
        }.card
        #expect(card.contains("\nRidge regression on \(features), without dropout; l2 0.01.\n"), "\(card)")
        #expect(!card.contains("Logistic") && !card.contains("L-BFGS"))
    }

    @Test func aCorrelationThatIsUndefinedKeepsItsColumn() throws {
        let card = try Self.train(.regression, isConstantOnDev: true) { $0.epochs = 1 }.card
        let head = try #require(card.split(separator: "\n").first { $0.hasPrefix("| Step | Loss |") })
        let row = try #require(card.split(separator: "\n").first { $0.contains("| undefined |") }, "\(card)")
        #expect(head.contains("pearson") && head.contains("spearman"))
        #expect(row.count { $0 == "|" } == head.count { $0 == "|" })
    }

    @Test func thresholdsThatFewRowsChoseAreToldAsSuch() throws {
        func notes(devRows: Int, answers: TrainingOptions.Answers = .tuned) throws -> [String] {
            let (_, notes, out) = try Self.train(.multiLabel, devRows: devRows) {
                $0.epochs = 1
                $0.answers = answers
            }
            let thresholds = try ModelFolder(out.file("model")).provenance?.thresholds
            #expect(thresholds?.count == (answers == .tuned ? 2 : nil))
            return notes
        }
        #expect(
            try notes(devRows: 99) == [
                "the thresholds of the classes are not reliable: dev needs at least 100 rows, and has 99"
            ])
        #expect(try notes(devRows: 100).isEmpty)
        #expect(try notes(devRows: 99, answers: .plain).isEmpty)
    }
}
