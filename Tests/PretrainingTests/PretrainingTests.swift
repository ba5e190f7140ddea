import Foundation
import Models
import Pretraining
import SeededRandom
import Testing
import Training

/// Pretraining from texts to a folder: it learns, it can be killed anywhere, and it says what it cannot do.
struct PretrainingTests {
    struct Killed: Error {}

    /// Every way of pretraining.
    enum Way: String, CaseIterable {
        case words, spans, next, order, replaced, parts, following

        var texts: Int { self == .next || self == .order ? 2 : 1 }
        var type: String { self == .replaced ? "electra" : self == .following ? "gpt2" : "bert" }

        var options: PretrainingOptions {
            ToyTexts.options { options in
                switch self {
                case .words: break
                case .spans:
                    options.masking.unit = .span
                    options.masking.share = 0.2
                case .next: options.pairs = .next
                case .order:
                    options.pairs = .order
                    options.masking.unit = .word
                    options.masking.count = .exact
                case .replaced: options.objective = .replacedWords
                case .following: options.objective = .nextWords
                case .parts: options.training.accumulate = 3
                }
            }
        }
    }

    private static func weights(_ way: Way, killedBefore kills: [Int] = [], threads: Int = 1) throws -> Data {
        let toy = try ToyTexts()
        var options = way.options
        options.training.threads = threads
        let run = try toy.run(options, try toy.corpus(texts: way.texts), type: way.type)
        var kills = kills[...]
        while true {
            var seen = 0
            let limit = kills.popFirst()
            do {
                let outcome = try run.run(
                    toy.paths("model"),
                    observe: { _ in
                        seen += 1
                        if seen == limit { throw Killed() }
                    })
                let found = try #require(outcome)
                #expect(found.state.step == 20 && found.state.history.count == 20)
                let own = try toy.bytes("model/model.safetensors")
                return way == .replaced ? own + (try toy.bytes("model/generator/model.safetensors")) : own
            } catch is Killed {}
        }
    }

    @Test(arguments: Way.allCases)
    func killedAnywhereItEndsWithTheSameBytes(way: Way) throws {
        let straight = try Self.weights(way)
        for kills in [[1], [5], [9, 2, 4], [22]] {
            #expect(try Self.weights(way, killedBefore: kills) == straight, "killed before \(kills)")
        }
        #expect(try Self.weights(way, threads: 2) == straight, "another number of threads")
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func anyNumberOfKillsLeavesTheSameBytes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let kills = (0..<5).map { _ in Int(random.integer(below: 9)) + 1 }
        let way = Way.allCases[Int(seed) % Way.allCases.count]
        #expect(
            try Self.weights(way, killedBefore: kills) == Self.weights(way), "\(way), killed before \(kills)")
    }

    @Test func wordsThatFollowFromOthersAreLearned() throws {
        let toy = try ToyTexts()
        let options = ToyTexts.options(steps: 500) { $0.training.evaluation = .steps(100) }
        let outcome = try #require(
            try toy.run(options, try toy.corpus(rows: 400)).run(toy.paths("model")))
        let (first, last) = (
            try #require(outcome.state.evaluations.first), try #require(outcome.state.evaluations.last)
        )
        #expect(first.step == 0 && abs(first.wordLoss - log(40)) < 0.3, "\(first.wordLoss)")
        #expect(last.wordLoss < 1.5 && last.wordAccuracy > 0.5, "\(last)")
        let perplexity = try #require(outcome.pseudoPerplexity)
        #expect(perplexity > 1 && perplexity < 6, "\(perplexity)")
        let card = String(decoding: try toy.bytes("model/README.md"), as: UTF8.self)
        #expect(card.contains("Made texts.") && card.contains("Pseudo-perplexity"))
    }

    /// The next word follows from the one before it but for the first of a text, the length, and where words start over.
    @Test func wordsAreToldFromThoseBeforeThem() throws {
        let toy = try ToyTexts()
        let options = ToyTexts.options(steps: 300) { options in
            options.objective = .nextWords
            options.training.evaluation = .steps(100)
        }
        let outcome = try #require(
            try toy.run(options, try toy.corpus(rows: 400), type: "gpt2").run(toy.paths("model")))
        let (first, last) = (
            try #require(outcome.state.evaluations.first), try #require(outcome.state.evaluations.last)
        )
        #expect(first.step == 0 && abs(first.wordLoss - log(40)) < 0.3, "\(first.wordLoss)")
        #expect(last.wordLoss < 1 && last.wordAccuracy > 0.6, "\(last)")
        #expect(outcome.pseudoPerplexity == nil)
        let perplexity = try #require(outcome.perplexity)
        #expect(abs(perplexity / exp(last.wordLoss) - 1) < 1e-9)
        let card = String(decoding: try toy.bytes("model/README.md"), as: UTF8.self)
        #expect(card.contains("Perplexity") && card.contains("text-generation") && !card.contains("Masked"))
        let configuration = String(decoding: try toy.bytes("model/config.json"), as: UTF8.self)
        #expect(configuration.contains("GPT2LMHeadModel"))
    }

    @Test func pairsThatBelongTogetherAreTold() throws {
        let toy = try ToyTexts()
        let options = ToyTexts.options(steps: 1_200) { options in
            options.pairs = .next
            options.training.evaluation = .steps(300)
            options.training.learningRate = 3e-3
        }
        let outcome = try #require(
            try toy.run(options, try toy.corpus(rows: 600, texts: 2)).run(toy.paths("model")))
        let last = try #require(outcome.state.evaluations.last)
        #expect(try #require(last.pairAccuracy) > 0.75, "\(last)")
        let configuration = String(decoding: try toy.bytes("model/config.json"), as: UTF8.self)
        #expect(configuration.contains("BertForPreTraining") && !configuration.contains("id2label"))
    }

    @Test func replacedWordsAreFound() throws {
        let toy = try ToyTexts()
        let options = ToyTexts.options(steps: 500) { options in
            options.objective = .replacedWords
            options.generatorSize = 0.5
            options.training.evaluation = .steps(300)
            options.training.learningRate = 3e-3
        }
        let outcome = try #require(
            try toy.run(options, try toy.corpus(rows: 400), type: "electra").run(toy.paths("model")))
        let evaluations = outcome.state.evaluations
        let (first, last) = (try #require(evaluations.first), try #require(evaluations.last))
        let share = try #require(last.replacedShare)
        #expect(share > 0.005 && share < 0.14, "\(share)")
        // Better than answering that nothing was replaced.
        #expect(try #require(last.replacedLoss) < #require(first.replacedLoss) / 2, "\(last)")
        #expect(try #require(last.replacedAccuracy) > 1 - share, "\(last)")
    }

    /// A folder that was pretrained is where the next pretraining, or a classifier, starts from.
    @Test(arguments: ["bert", "electra"])
    func pretrainingContinuesFromAFolder(type: String) throws {
        let toy = try ToyTexts()
        let options = ToyTexts.options(steps: 300) { options in
            options.objective = type == "electra" ? .replacedWords : .maskedWords
            options.generatorSize = 0.5
            options.training.evaluation = .steps(200)
        }
        let corpus = try toy.corpus(rows: 400)
        _ = try toy.run(options, corpus, type: type).run(toy.paths("one"))
        let start = try ModelFolder(toy.path + "/one")
        let again = Pretraining(
            start: start,
            options: ToyTexts.options(steps: 1) { again in
                again.objective = options.objective
                again.generatorSize = options.generatorSize
            },
            corpus: corpus, vocabulary: ToyTexts.vocabulary,
            source: try toy.run(options, corpus, type: type).source)
        let outcome = try #require(try again.run(toy.paths("two")))
        #expect(outcome.load.initialized.isEmpty, "\(outcome.load)")
        // The first look is before the first step: heads, and a generator, were loaded too.
        // Random ones have 3.7 for words and 0.7 for replaced words.
        let first = outcome.state.evaluations[0]
        #expect(first.wordLoss < (type == "bert" ? 1.5 : 3.2) && first.replacedLoss ?? 0 < 0.45, "\(first)")
        let (_, report) = try start.makeModel(labelCount: 2, seed: 1, threads: 1)
        #expect(
            report.initialized.allSatisfy {
                !$0.tensor.contains("encoder") && !$0.tensor.contains("embeddings")
            })
        #expect(report.loaded.count >= 35)
    }

    @Test func otherRunsCheckpointsAreRefused() throws {
        let toy = try ToyTexts()
        let corpus = try toy.corpus()
        _ = try toy.run(ToyTexts.options(), corpus).run(toy.paths("one"))
        let changes: [(String, (inout PretrainingOptions) -> Void)] = [
            ("its settings", { $0.masking.share = 0.2 }),
            ("its settings", { $0.training.learningRate = 1e-3 }),
            ("the weights it started from", { $0.training.seed = 6 }),
        ]
        for (why, change) in changes {
            let error = #expect(throws: TrainingError.self) {
                _ = try toy.run(ToyTexts.options(steps: 20, change), corpus).run(toy.paths("one"))
            }
            #expect("\(try #require(error))".contains("of another run: \(why)"))
        }
        let error = #expect(throws: TrainingError.self) {
            _ = try toy.run(ToyTexts.options(), try toy.corpus(seed: 2)).run(toy.paths("one"))
        }
        #expect("\(try #require(error))".contains("of another run: the texts"))
    }

    @Test func whatCannotBeLearnedFromIsSaid() throws {
        let toy = try ToyTexts()
        func message(_ options: PretrainingOptions, _ corpus: PretrainingCorpus) throws -> String {
            let error = #expect(throws: TrainingError.self) {
                _ = try toy.run(options, corpus).run(toy.paths("none"))
            }
            return "\(try #require(error))"
        }
        #expect(
            try message(ToyTexts.options(), try toy.corpus(rows: 10)).contains("fewer than one batch of 16"))
        #expect(
            try message(ToyTexts.options { $0.pairs = .next }, try toy.corpus())
                .contains("needs rows of two texts"))
        #expect(
            try message(ToyTexts.options { $0.maxTokens = 25 }, try toy.corpus()).contains("has 24 positions")
        )
        #expect(
            try message(
                ToyTexts.options(steps: 50) {
                    $0.training.learningRate = 1e30
                    $0.training.clipNorm = nil
                    $0.training.warmup = 0
                }, try toy.corpus()
            )
            .contains("Lower learning_rate"))
    }

    @Test func copiesOfATextAreOnOneSide() throws {
        let toy = try ToyTexts()
        let writer = try PretrainingCorpus.Writer(toy.path + "/copies", texts: 1)
        for row in 0..<600 { try writer.append([Int32(5 + row % 30), Int32(5 + row % 20), 9, 10]) }
        let corpus = try writer.finish()
        let outcome = try #require(
            try toy.run(ToyTexts.options { $0.heldOut = 0.3 }, corpus).run(toy.paths("model")))
        // 60 different texts, each ten times.
        #expect(
            outcome.heldOutRows % 10 == 0 && outcome.heldOutRows > 0
                && outcome.rows + outcome.heldOutRows == 600)
    }
}
