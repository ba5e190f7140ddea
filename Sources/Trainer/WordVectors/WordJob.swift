internal import SeededRandom
internal import Tensors

/// Texts that are learned with one learning rate and one start of the random numbers: at most 10,000 words, or one text.
package struct WordJob: Hashable {
    /// Texts of the corpus.
    package let texts: Range<Int>
    /// Words of the texts, the rare ones included.
    package let words: Int

    /// Cuts a corpus into jobs, in the order of its texts.
    package static func jobs(of corpus: WordCorpus) -> [WordJob] {
        var jobs: [WordJob] = []
        var (first, words) = (0, 0)
        for (text, length) in corpus.lengths.enumerated() {
            if words + Int(length) > WordCorpusBuilder.mostWords, text > first {
                jobs.append(WordJob(texts: first..<text, words: words))
                (first, words) = (text, 0)
            }
            words += Int(length)
        }
        if first < corpus.texts { jobs.append(WordJob(texts: first..<corpus.texts, words: words)) }
        return jobs
    }
}

/// Draws the examples of a job. What is drawn does not depend on what was learned before, so jobs are drawn side by side.
struct WordExamples {
    let corpus: WordCorpus
    let settings: WordVectorSettings
    let odds: WordOdds

    /// - Parameters:
    ///   - draws: the generator at the start of the job.
    ///   - reduction: by how much the window of the next word is smaller, 0 ..< window; asked once a word.
    /// - Returns: the examples, and the words they are of.
    func of(
        _ job: WordJob, draws: WordDraws, reduction: () -> Int
    ) -> (examples: NegativeSampling.Examples, words: Int) {
        var draws = draws
        let (ids, bounds) = keep(job, &draws)
        let reductions = ids.map { _ in Int32(reduction()) }
        var examples = NegativeSampling.Examples()
        let width = settings.negative + 1
        let about = ids.count * (settings.architecture == .cbow ? 1 : settings.window + 1)
        examples.targets.reserveCapacity(about * width)
        examples.contexts.reserveCapacity(ids.count * (settings.window + 1))
        examples.offsets.reserveCapacity(about + 1)
        odds.withTables { sums, guide in
            func draw(_ target: Int32) {
                examples.targets.append(target)
                for _ in 1..<width {
                    let word = odds.word(draws.next(), sums, guide)
                    examples.targets.append(word == target ? -1 : word)
                }
                examples.offsets.append(Int64(examples.contexts.count))
            }
            for text in 1..<bounds.count {
                for place in bounds[text - 1]..<bounds[text] {
                    let reach = settings.window - Int(reductions[place])
                    let around = max(bounds[text - 1], place - reach)..<min(bounds[text], place + reach + 1)
                    for other in around where other != place {
                        examples.contexts.append(ids[other])
                        if settings.architecture == .skipGram { draw(ids[place]) }
                    }
                    if settings.architecture == .cbow { draw(ids[place]) }
                }
            }
        }
        return (examples, ids.count)
    }

    /// The words that stay: rare ones are gone already, frequent ones go by chance, before windows are laid.
    /// - Returns: the words, and where each text begins.
    private func keep(_ job: WordJob, _ draws: inout WordDraws) -> (ids: [Int32], bounds: [Int]) {
        var ids: [Int32] = []
        var bounds = [0]
        for text in job.texts {
            for place in corpus.starts[text]..<corpus.starts[text + 1] {
                let id = corpus.ids[place]
                if let keeps = odds.keeps, UInt64(keeps[Int(id)]) < draws.next() { continue }
                ids.append(id)
            }
            bounds.append(ids.count)
        }
        return (ids, bounds)
    }
}
