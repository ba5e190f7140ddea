package import TextBasics

/// Words and a vector for each.
package struct VectorTable: Hashable, Sendable {
    package let words: UTF8Rows
    /// Numbers of a vector.
    package let size: Int
    /// Vectors of the words in order, row by row.
    package let values: [Float]

    /// - Precondition: there are `size` values for each word.
    package init(words: UTF8Rows, size: Int, values: [Float]) {
        precondition(values.count == words.count * size, "each word has \(size) numbers")
        self.words = words
        self.size = size
        self.values = values
    }

    package var count: Int { words.count }

    /// The vector of a word.
    package subscript(word: Int) -> ArraySlice<Float> { values[word * size..<(word + 1) * size] }

    /// The word as text.
    package func name(_ word: Int) -> String { String(decoding: words[word], as: UTF8.self) }

    /// The words whose vectors point most nearly the same way, the nearest first, without the word itself.
    /// - Parameter among: how many words are looked at, from the first one on.
    package func nearest(
        to word: Int, count: Int, among: Int = .max
    ) -> [(word: Int, cosine: Double)] {
        let length = length(word)
        let cosines = (0..<min(among, self.count)).filter { $0 != word }.map {
            other -> (word: Int, cosine: Double) in
            let product = zip(self[word], self[other]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            return (other, product / max(length * self.length(other), .leastNormalMagnitude))
        }
        return Array(cosines.sorted { ($0.cosine, $1.word) > ($1.cosine, $0.word) }.prefix(count))
    }

    private func length(_ word: Int) -> Double {
        self[word].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
}
