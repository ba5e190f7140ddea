internal import SeededRandom
internal import Tensors
internal import TextBasics

/// Learns word vectors by CBOW or skip-gram with negative sampling: gensim's formulas, in its own order.
///
/// **Repeatable with any number of threads.** The texts are cut into jobs of at most 10,000 words. A job's random numbers
/// start from the seed, the epoch and the job's number, and none depends on the vectors; so jobs are drawn side by side and
/// learned one after the other. Within a job each block of ``WordVectorSettings/block`` examples is learned in two rounds.
/// In the first every example computes what it would change, from the numbers as they stood before the block; in the second
/// each row of the tables is changed by one thread, example by example. What a thread does decides neither which numbers are
/// added nor in which order. Where word2vec and gensim let threads write over each other and read what is half written, a
/// block reads what is at most a block old.
///
/// With a block of one example this is what gensim does with one worker, to rounding.
///
/// Source: Mikolov, Sutskever, Chen, Corrado, Dean, "Distributed representations of words and phrases and their
/// compositionality" (2013), arXiv:1310.4546; formulas and constants as in gensim 4.4.
package final class WordVectorTraining {
    private let corpus: WordCorpus
    private let settings: WordVectorSettings
    private let threads: Int
    private let jobs: [WordJob]
    private let examples: WordExamples
    private let stride: Int
    private let input: AlignedBuffer
    private let output: AlignedBuffer
    /// Words learned from so far, those left out not counted.
    package private(set) var learnedWords = 0

    /// - Parameter settings: in their ranges.
    package init(_ corpus: WordCorpus, settings: WordVectorSettings, threads: Int) {
        self.corpus = corpus
        self.settings = settings
        self.threads = max(1, threads)
        jobs = WordJob.jobs(of: corpus)
        let odds = WordOdds(counts: corpus.counts, settings: settings)
        examples = WordExamples(corpus: corpus, settings: settings, odds: odds)
        let lanes = NegativeSampling.lanes
        stride = (settings.size + lanes - 1) / lanes * lanes
        let bytes = 4 * stride * corpus.words.count
        input = AlignedBuffer(bytes: bytes)
        output = AlignedBuffer(bytes: bytes)
        drawStart()
    }

    /// Numbers between ±1 / size for the input table; the output table stays 0.
    private func drawStart() {
        var random = PhiloxStream(seed: settings.seed, stream: "word vectors")
        let values = input.base.assumingMemoryBound(to: Float.self)
        for word in 0..<corpus.words.count {
            for column in 0..<settings.size {
                let draw = Float(random.next() >> 40) * 0x1p-24
                values[word * stride + column] = (2 * draw - 1) / Float(settings.size)
            }
        }
    }

    /// Replaces the numbers that learning starts from.
    /// - Parameter input: of the words' vectors, row by row; `output` likewise of the other table.
    package func start(input: [Float], output: [Float]) {
        for (table, values) in [(self.input, input), (self.output, output)] {
            precondition(
                values.count == corpus.words.count * settings.size, "a number for each place is needed")
            let target = table.base.assumingMemoryBound(to: Float.self)
            for (place, value) in values.enumerated() {
                target[place / settings.size * stride + place % settings.size] = value
            }
        }
    }

    /// Learns from all epochs.
    /// - Parameter progress: told after each few jobs how many words were looked at, of all epochs; may throw to stop.
    package func run(progress: (_ done: Int, _ all: Int) throws -> Void = { _, _ in }) throws {
        let all = corpus.allWords * settings.epochs
        var done = 0
        for epoch in 0..<settings.epochs {
            try learn(
                epoch: epoch,
                draws: { [settings] job in
                    Self.draws(seed: settings.seed, epoch: epoch, job: job, window: settings.window)
                },
                learned: { words in
                    done += words
                    try progress(done, all)
                })
        }
    }

    /// One epoch.
    ///
    /// - Parameters:
    ///   - draws: the random numbers of a job: where they start, and how much smaller the next window is.
    ///   - learned: told the words of each few jobs.
    package func learn(
        epoch: Int, draws: (Int) -> (WordDraws, () -> Int), learned: (Int) throws -> Void
    ) throws {
        let sampling = try NegativeSampling(
            input: tensor(input), output: tensor(output), width: settings.negative + 1,
            block: settings.block)
        for first in Swift.stride(from: 0, to: jobs.count, by: threads) {
            let group = first..<min(first + threads, jobs.count)
            try Compute.run(threads: 1) {
                for (job, drawn) in zip(group, draw(group, draws)) {
                    sampling.learn(drawn.examples, rate: rate(epoch: epoch, job: job), threads: threads)
                    learnedWords += drawn.words
                }
            }
            try learned(jobs[group].reduce(0) { $0 + $1.words })
        }
    }

    private func draw(
        _ group: Range<Int>, _ draws: (Int) -> (WordDraws, () -> Int)
    ) -> [(examples: NegativeSampling.Examples, words: Int)] {
        var drawn = [(examples: NegativeSampling.Examples, words: Int)](
            repeating: (NegativeSampling.Examples(), 0), count: group.count)
        let starts = group.map(draws)
        drawn.withUnsafeMutableBufferPointer { drawn in
            Compute.onOwnThreads(threads, count: group.count) { number in
                let (draws, reduction) = starts[number]
                drawn[number] = examples.of(
                    jobs[group.lowerBound + number], draws: draws, reduction: reduction)
            }
        }
        return drawn
    }

    /// The random numbers of a job.
    private static func draws(
        seed: UInt64, epoch: Int, job: Int, window: Int
    ) -> (WordDraws, () -> Int) {
        var random = SplitMix64(
            seed: SplitMix64.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ UInt64(epoch) << 32 ^ UInt64(job))
        let state = random.next() & 0xFFFF_FFFF_FFFF
        return (WordDraws(state: state), { Int(random.integer(below: UInt64(window))) })
    }

    /// The rate falls in a straight line over the texts of all epochs, and stays as it is within a job.
    private func rate(epoch: Int, job: Int) -> Float {
        let before = Double(jobs[job].texts.lowerBound) / Double(corpus.texts)
        let progress = (Double(epoch) + before) / Double(settings.epochs)
        return Float(
            max(settings.leastRate, settings.rate - (settings.rate - settings.leastRate) * progress))
    }

    private func tensor(_ buffer: AlignedBuffer) -> Tensor {
        buffer.tensor([corpus.words.count, stride])
    }

    /// The current vectors.
    package var vectors: VectorTable {
        VectorTable(words: corpus.words, size: settings.size, values: values(of: input))
    }

    /// The table of the words to be predicted, row by row; for tests.
    package var outputValues: [Float] { values(of: output) }

    private func values(of table: AlignedBuffer) -> [Float] {
        let source = table.base.assumingMemoryBound(to: Float.self)
        return (0..<corpus.words.count).flatMap { word in
            UnsafeBufferPointer(start: source + word * stride, count: settings.size)
        }
    }
}
