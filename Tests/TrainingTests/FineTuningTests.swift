import Foundation
import ShardFormat
import Testing
import Training

struct FineTuningTests {
    /// Shards, and a model folder without weights beside them.
    static func folders() throws -> (TemporaryFolder, TemporaryFolder, ShardFolder, ModelFolder) {
        let data = try TemporaryFolder()
        let start = try TemporaryFolder()
        return (data, start, try Toy.shardFolder(in: data), try Toy.modelFolder(in: start))
    }

    static func options() -> TrainingOptions {
        var options = Toy.options(steps: 20)
        options.maxSteps = nil
        options.epochs = 3
        options.evaluation = .epoch
        return options
    }

    @Test func fromShardsToAModelThatIsEvaluated() throws {
        let (data, start, shards, source) = try Self.folders()
        let out = try TemporaryFolder()
        let tuning = try FineTuning(
            shards: shards, start: source, tokenizerDigest: "ab12", options: Self.options())
        var steps: [Int] = []
        let outcome = try #require(
            try tuning.run(
                .init(checkpoints: out.file("checkpoints"), output: out.file("model")),
                observe: { if case .step(let report) = $0 { steps.append(report.step) } }))
        #expect(steps == Array(1...15))  // 40 rows in steps of 8, three times
        #expect(outcome.resumedFrom == nil)
        #expect(outcome.load.file == nil)
        #expect(try out.names() == ["model"])
        let model = try ModelFolder(out.file("model"))
        let evaluation = try ModelEvaluation(
            of: model, on: "dev", of: shards, tokenizerDigest: nil, threads: 1)
        #expect(evaluation.scores.classification?.macroF1 == outcome.summary.bestMetric)
        #expect((0..<evaluation.rows.count).map(evaluation.rows.comment(of:)) == Array(1000..<1010))
        #expect(evaluation.labelNames == ["uncontroversial", "controversial"])
        withExtendedLifetime((data, start)) {}
    }

    @Test(arguments: TrainingOptions.Answers.allCases)
    func theRuleForAnswersIsChosenOnDevAndKept(answers: TrainingOptions.Answers) throws {
        let (data, start, out) = (try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder())
        let source = try Toy.modelFolder(in: start)
        var notes: [String] = []
        func rule(devRows: Int) throws -> AnswerRule? {
            var options = Self.options()
            options.answers = answers
            options.abstaining = answers == .plain ? 0 : 0.1
            let tuning = try FineTuning(
                shards: Toy.shardFolder(in: data, devRows: devRows), start: source, tokenizerDigest: nil,
                options: options)
            _ = try tuning.run(
                .init(checkpoints: out.file("checkpoints"), output: out.file("model")),
                loaded: { notes = $0.notes })
            return try ModelFolder(out.file("model")).provenance?.answers
        }
        let found = try rule(devRows: 120)
        #expect((found == nil) == (answers == .plain))
        #expect((found?.abstention == nil) == (answers == .plain))
        if answers == .calibrated { #expect(found?.threshold == nil) }
        if let found { #expect(found.temperature > 0 && found.temperature != 1) }
        #expect(notes.isEmpty)
        #expect(try rule(devRows: 40) == nil, "too few rows to choose by")
        let note =
            "abstain is 0.1 and has no effect: to choose the rows without an answer, dev needs at least 100 rows, and has 40"
        #expect(notes == (answers == .plain ? [] : [note]))
    }

    @Test func anInterruptedRunContinuesAndGivesTheSameFolder() throws {
        let (data, start, shards, source) = try Self.folders()
        let out = try TemporaryFolder()
        let tuning = try FineTuning(
            shards: shards, start: source, tokenizerDigest: nil, options: Self.options())
        _ = try tuning.run(.init(checkpoints: out.file("a"), output: out.file("straight")))
        var events = 0
        let interrupted = try tuning.run(
            .init(checkpoints: out.file("b"), output: out.file("resumed")), observe: { _ in events += 1 },
            shouldStop: { events == 8 })
        #expect(interrupted == nil)
        #expect(try out.names() == ["b", "straight"])
        let outcome = try tuning.run(.init(checkpoints: out.file("b"), output: out.file("resumed")))
        #expect(outcome?.resumedFrom == 7)
        for name in try out.names(in: "straight") {
            #expect(try out.bytes("straight/" + name) == out.bytes("resumed/" + name), "\(name)")
        }
        withExtendedLifetime((data, start)) {}
    }

    @Test func shardsAndModelMustBelongTogether() throws {
        let (data, start, shards, source) = try Self.folders()
        func error(_ digest: String?, _ source: ModelFolder) -> String {
            message {
                _ = try FineTuning(
                    shards: shards, start: source, tokenizerDigest: digest, options: Self.options())
            }
        }
        #expect(error("ab12", source) == "no error")
        #expect(
            error("other", source)
                == "tokenizer.digest: the shards were made with tokenizer ab12, the model has other. Make the shards again "
                + "with the model's tokenizer")
        let out = try TemporaryFolder()
        try ModelFolderTests.trained(source).write(to: out.file("model"))
        let cleanedOtherwise = try ModelFolder(out.file("model"))
        #expect(
            error(nil, cleanedOtherwise)
                == "clean_rules: the shards' texts were cleaned by 'none', the model's by 'kcbert-2020'")
        withExtendedLifetime((data, start)) {}
    }

    @Test func theModelCardTellsTheRun() throws {
        let (data, start, shards, source) = try Self.folders()
        let out = try TemporaryFolder()
        let tuning = try FineTuning(
            shards: shards, start: source, tokenizerDigest: nil, options: Self.options())
        let outcome = try #require(
            try tuning.run(.init(checkpoints: out.file("c"), output: out.file("model"))))
        let card = String(decoding: try out.bytes("model/README.md"), as: UTF8.self)
        for fact in [
            "# A classifier of comments: uncontroversial or controversial", "| train | 40 |", "| dev | 10 |",
            "Label set `ls-1`, texts cleaned by `none`, split salt `v1`, at most 16 tokens a comment.",
            "No weights in the folder: all \(outcome.load.initialized.count) tensors start from random numbers.",
            "Batches of 8 rows without padding; learning rate 0.005 after 2 steps of warm-up, then linearly to 0 at step "
                + "15; seed 42; fp32.",
            "15 steps (3.00 epochs).", "| best |",
            "Answering always `uncontroversial` would give accuracy 0.5000 and macro F1 0.3333.",
        ] { #expect(card.contains(fact), "\(fact)\n---\n\(card)") }
        withExtendedLifetime((data, start)) {}
    }
}
