package import TextBasics
internal import TextFeatures

/// Texts as rows of word numbers, the most frequent word first; words that are too rare have no number and leave no gap.
package struct WordCorpus: Sendable {
    /// Words in the order of their numbers.
    package let words: UTF8Rows
    /// Times that each occurs.
    package let counts: [Int]
    /// Numbers of all texts' words.
    package let ids: [Int32]
    /// Where each text begins in ``ids``; one more than there are texts.
    package let starts: [Int]
    /// Words of each text, the rare ones included: jobs are cut by them.
    package let lengths: [Int32]
    /// Words that occur at all, different and together.
    package let distinctWords: Int
    package let allWords: Int

    /// Words of the texts that have a vector, together.
    package var keptWords: Int { ids.count }
    package var texts: Int { lengths.count }

    /// Gives each word that occurs often enough its number: by count, of equal counts the one seen last first, as
    /// gensim does.
    ///
    /// - Parameters:
    ///   - found: numbers in the order of first sight, of all texts.
    ///   - words: the words of these numbers.
    ///   - lengths: words of each text.
    init(found: [Int32], words all: UTF8Rows, lengths: [Int32], minCount: Int) {
        var counts = [Int](repeating: 0, count: all.count)
        for number in found { counts[Int(number)] += 1 }
        let order = counts.indices.filter { counts[$0] >= minCount }.sorted {
            (counts[$0], $0) > (counts[$1], $1)
        }
        var numbers = [Int32](repeating: -1, count: all.count)
        for (place, number) in order.enumerated() { numbers[number] = Int32(place) }
        var ids: [Int32] = []
        ids.reserveCapacity(found.count)
        var starts = [0]
        starts.reserveCapacity(lengths.count + 1)
        var place = 0
        for length in lengths {
            for number in found[place..<place + Int(length)] where numbers[Int(number)] >= 0 {
                ids.append(numbers[Int(number)])
            }
            place += Int(length)
            starts.append(ids.count)
        }
        var words = UTF8Rows()
        for number in order { words.append(all[number]) }
        self.words = words
        self.counts = order.map { counts[$0] }
        self.ids = ids
        self.starts = starts
        self.lengths = lengths
        distinctWords = all.count
        allWords = found.count
    }
}

/// Gathers the words of texts, or their pieces, for ``WordCorpus``.
package struct WordCorpusBuilder {
    /// Most words of one text that are learned together; longer ones are learned in parts of this many.
    package static let mostWords = 10_000

    private var table = WordTable()
    private var found: [Int32] = []
    private var lengths: [Int32] = []

    package init() {}

    /// Adds a text: its words are what stands between white space, as Python's `split()` sees it.
    package mutating func add(_ text: UnsafeRawBufferPointer) {
        let before = found.count
        WordTable.forEachWord(of: text) { word in found.append(Int32(table.number(of: word))) }
        end(found.count - before)
    }

    /// Adds a text as pieces of a vocabulary, special ones left out.
    /// - Parameter name: the text of a piece, asked once for each.
    package mutating func add(pieces: ArraySlice<Int32>, name: (Int32) -> String) {
        for piece in pieces {
            var name = name(piece)
            name.withUTF8 { found.append(Int32(table.number(of: UnsafeRawBufferPointer($0)))) }
        }
        end(pieces.count)
    }

    private mutating func end(_ count: Int) {
        var left = count
        repeat {
            lengths.append(Int32(min(left, Self.mostWords)))
            left -= Self.mostWords
        } while left > 0
    }

    /// The corpus of all texts added.
    /// - Throws: ``WordVectorError`` when no word occurs often enough.
    package func corpus(minCount: Int) throws(WordVectorError) -> WordCorpus {
        var words = UTF8Rows()
        for number in 0..<table.count { words.append(table[number]) }
        let corpus = WordCorpus(found: found, words: words, lengths: lengths, minCount: minCount)
        guard corpus.words.count > 1 else {
            let most = WordCorpus(found: found, words: words, lengths: lengths, minCount: 1).counts.first ?? 0
            throw WordVectorError(
                "\(corpus.words.count) words occur at least \(minCount) times in \(lengths.count) texts; the most frequent "
                    + "one occurs \(most) times. Lower min_count, or give more texts")
        }
        return corpus
    }
}
