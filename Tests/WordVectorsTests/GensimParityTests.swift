import Foundation
import Testing
import TextBasics
import WordVectors

/// Word vectors beside those of gensim, for the random numbers that its workers drew.
struct GensimParityTests {
    struct Tables: Decodable, Sendable {
        let input: [Float]
        let output: [Float]

        /// The largest difference of two numbers.
        func apart(from other: Tables) -> Float {
            let pairs = Array(zip(input, other.input)) + Array(zip(output, other.output))
            return pairs.map { abs($0 - $1) }.max() ?? .infinity
        }
    }

    struct Job: Decodable, Sendable {
        let state: UInt64
        let windows: String
    }

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let architecture: String
        let window: Int
        let negative: Int
        let epochs: Int
        let words: [String]
        let counts: [Int]
        let jobs: [Job]
        let start: Tables
        let found: Tables
        let blocks: [String: Tables]
        /// Of each mistake, what becomes of the input table.
        let mistakes: [String: [Float]]

        var testDescription: String { architecture }
    }

    struct Document: Decodable, Sendable {
        let size: Int
        let sample: Double
        let minCount: Int
        let texts: [String]
        let cases: [Case]
    }

    static let document: Document? = {
        let place = URL(filePath: #filePath).appending(path: "../../Fixtures/word2vec/word2vec.json")
            .standardized
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(Document.self, from: Data(contentsOf: place))
    }()

    /// A rounding more or less: the largest difference that the tolerance covers is a hundredth of the smallest mistake's.
    static let tolerance: Float = 1e-5

    static func learn(_ found: Case, block: Int, threads: Int) throws -> Tables {
        let document = try #require(document)
        var builder = WordCorpusBuilder()
        for text in document.texts { Array(text.utf8).withUnsafeBytes { builder.add($0) } }
        let corpus = try builder.corpus(minCount: document.minCount)
        #expect(
            (0..<corpus.words.count).map { String(decoding: corpus.words[$0], as: UTF8.self) } == found.words)
        #expect(corpus.counts == found.counts)
        var settings = WordVectorSettings()
        settings.architecture = found.architecture == "cbow" ? .cbow : .skipGram
        settings.size = document.size
        settings.window = found.window
        settings.negative = found.negative
        settings.epochs = found.epochs
        settings.sample = document.sample
        settings.minCount = document.minCount
        settings.block = block
        let training = WordVectorTraining(corpus, settings: settings, threads: threads)
        training.start(input: found.start.input, output: found.start.output)
        let jobs = found.jobs.count / found.epochs
        for epoch in 0..<found.epochs {
            try training.learn(
                epoch: epoch,
                draws: { job in
                    let logged = found.jobs[epoch * jobs + job]
                    var windows = logged.windows.utf8.map { Int($0) - 0x30 }.makeIterator()
                    return (WordDraws(state: logged.state), { windows.next() ?? -1 })
                }, learned: { _ in })
        }
        return Tables(input: training.vectors.values, output: training.outputValues)
    }

    @Test(arguments: document?.cases ?? [])
    func oneExampleAfterTheOtherGivesGensimsVectors(found: Case) throws {
        #expect(try Self.learn(found, block: 1, threads: 1).apart(from: found.found) < Self.tolerance)
        #expect(found.start.apart(from: found.found) > 0.5, "nothing was learned")
    }

    @Test(arguments: document?.cases ?? [])
    func blocksGiveTheOraclesVectorsWithAnyNumberOfThreads(found: Case) throws {
        #expect(found.blocks.count == 2)
        for (size, expected) in found.blocks {
            let block = try #require(Int(size))
            let one = try Self.learn(found, block: block, threads: 1)
            #expect(one.apart(from: expected) < Self.tolerance, "blocks of \(size)")
            for threads in [2, 3, 4] {
                let several = try Self.learn(found, block: block, threads: threads)
                #expect(several.input == one.input && several.output == one.output, "\(threads) threads")
            }
        }
    }

    @Test(arguments: document?.cases ?? [])
    func theComparisonSeesEachMistake(found: Case) throws {
        let ours = try Self.learn(found, block: 1, threads: 1)
        #expect(found.mistakes.count >= 4)
        for (name, wrong) in found.mistakes {
            let apart = zip(ours.input, wrong).map { abs($0 - $1) }.max() ?? 0
            #expect(apart > 100 * Self.tolerance, "\(name)")
        }
    }
}
