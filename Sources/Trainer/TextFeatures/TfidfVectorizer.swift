private import CLibrary
package import LinearModels
package import TextBasics

/// Texts as rows of n-gram weights, as scikit-learn's `TfidfVectorizer` makes them: how often an n-gram is in the text, times
/// how rare it is among the texts it was fitted on, at length 1.
///
/// The weight of an n-gram that is c times in the text, and in d of n texts that were fitted, is
/// (1 + ln c, or c) · (ln((1 + n) / (1 + d)) + 1), over the root of the row's squares.
///
/// Source: Salton, Buckley, "Term-weighting approaches in automatic text retrieval" (1988); scikit-learn's user guide, section
/// "Tf–idf term weighting".
package struct TfidfVectorizer: Sendable {
    /// What is counted, and of what is counted, what is kept.
    package struct Options: Hashable, Sendable {
        package var ngrams: NgramRules
        /// Fewest texts that an n-gram must be in, at least 1.
        package var leastTexts: Int
        /// Most n-grams to keep: those that are most often there, of equal ones the first in the order of code points. `nil`
        /// keeps all.
        package var mostFeatures: Int?
        /// Whether c n-grams count 1 + ln c.
        package var sublinear: Bool

        package init(
            _ ngrams: NgramRules, leastTexts: Int = 1, mostFeatures: Int? = nil, sublinear: Bool = false
        ) {
            self.ngrams = ngrams
            self.leastTexts = leastTexts
            self.mostFeatures = mostFeatures
            self.sublinear = sublinear
        }
    }

    package let options: Options
    /// Factor of each n-gram by its rarity.
    package let inverseFrequencies: [Double]
    private let table: NgramTable

    /// Number of n-grams.
    package var count: Int { table.count }

    /// An n-gram's UTF-8. They are in the order of code points.
    package subscript(ngram: Int) -> ArraySlice<UInt8> { table[ngram] }

    /// Takes over what was fitted before.
    ///
    /// - Parameters:
    ///   - ngrams: in the order of code points, each once.
    ///   - inverseFrequencies: of each.
    package init(_ options: Options, ngrams: some Sequence<ArraySlice<UInt8>>, inverseFrequencies: [Double]) {
        self.options = options
        self.inverseFrequencies = inverseFrequencies
        var table = NgramTable()
        for ngram in ngrams {
            ngram.withUnsafeBytes {
                _ = table.number(of: $0, NgramHash.hash($0, 0..<$0.count, NgramHash.seed))
            }
        }
        precondition(table.count == inverseFrequencies.count, "each n-gram once, with its factor")
        self.table = table
    }

    /// Counts the n-grams of texts.
    package init(_ options: Options, fitting texts: UTF8Rows) {
        var found = Counts()
        var reader = NgramReader(options.ngrams)
        for text in 0..<texts.count {
            reader.read(texts[text]) { found.add($0, $1, text: Int32(text)) }
        }
        let kept = found.kept(options)
        let total = Double(texts.count)
        self.init(
            options, ngrams: kept.lazy.map { found.table[$0] },
            inverseFrequencies: kept.map { log((1 + total) / (1 + Double(found.texts[$0]))) + 1 })
    }

    /// The rows of texts.
    ///
    /// - Parameter threads: that the rows' products may use.
    package func rows(of texts: UTF8Rows, threads: Int = 1) -> SparseFeatures {
        var starts = [0]
        var columns: [Int32] = []
        var values: [Double] = []
        var reader = NgramReader(options.ngrams)
        var found: [Int32] = []
        for text in 0..<texts.count {
            found.removeAll(keepingCapacity: true)
            reader.read(texts[text]) { ngram, hash in
                if let number = table.find(ngram, hash) { found.append(Int32(number)) }
            }
            found.sort()
            append(found, &columns, &values)
            starts.append(columns.count)
        }
        return SparseFeatures(
            columnCount: count, starts: starts, columns: columns, values: values, threads: threads)
    }

    /// Adds a text's row.
    /// - Parameter ngrams: of the text, rising, each as often as it is there.
    private func append(_ ngrams: [Int32], _ columns: inout [Int32], _ values: inout [Double]) {
        let first = values.count
        var place = 0
        var squares = 0.0
        while place < ngrams.count {
            var end = place + 1
            while end < ngrams.count, ngrams[end] == ngrams[place] { end += 1 }
            let times = Double(end - place)
            let value =
                (options.sublinear ? 1 + log(times) : times) * inverseFrequencies[Int(ngrams[place])]
            columns.append(ngrams[place])
            values.append(value)
            squares += value * value
            place = end
        }
        let length = squares.squareRoot()
        for index in first..<values.count { values[index] /= length }
    }
}

/// How often each n-gram was seen, and in how many texts.
private struct Counts {
    var table = NgramTable()
    var times: [Int] = []
    var texts: [Int32] = []
    /// Text that each was last seen in.
    private var last: [Int32] = []

    mutating func add(_ ngram: UnsafeRawBufferPointer, _ hash: UInt64, text: Int32) {
        let number = table.number(of: ngram, hash)
        if number == times.count {
            times.append(0)
            texts.append(0)
            last.append(-1)
        }
        times[number] += 1
        if last[number] != text {
            last[number] = text
            texts[number] += 1
        }
    }

    /// Numbers of the n-grams to keep, in the order of code points.
    func kept(_ options: TfidfVectorizer.Options) -> [Int] {
        var kept = times.indices.filter { Int(texts[$0]) >= options.leastTexts }
        kept.sort { table[$0].lexicographicallyPrecedes(table[$1]) }
        guard let most = options.mostFeatures, most < kept.count else { return kept }
        let places = kept.indices.sorted { (times[kept[$1]], $0) < (times[kept[$0]], $1) }
        return places.prefix(most).sorted().map { kept[$0] }
    }
}
