/// How word vectors are learned; the defaults are gensim's.
package struct WordVectorSettings: Hashable, Sendable {
    package enum Architecture: String, CaseIterable, Sendable {
        /// The words around a word predict it together, by their mean.
        case cbow
        /// Each word around a word predicts it alone.
        case skipGram = "skip_gram"
    }

    package var architecture = Architecture.cbow
    /// Numbers of a vector, 1 ... 10,000.
    package var size = 100
    /// Most words to each side that are looked at; each word draws one of 1 ... window. At least 1.
    package var window = 5
    /// Times that a word must occur to get a vector; at least 1.
    package var minCount = 5
    /// Words drawn against each example, 1 ... 100.
    package var negative = 5
    /// Share of all words above which a word is left out more often the more frequent it is; 0 leaves out none.
    package var sample = 1e-3
    /// Power of the counts by which words are drawn.
    package var exponent = 0.75
    package var epochs = 5
    /// Learning rate at the beginning, and at the end of the last epoch; it falls from job to job.
    package var rate = 0.025
    package var leastRate = 0.0001
    package var seed: UInt64 = 1
    /// Examples that see the same numbers, whose changes are then added in order. 1 is gensim's own order: one example
    /// after the other, in one thread.
    package var block = 256

    package init() {}
}
