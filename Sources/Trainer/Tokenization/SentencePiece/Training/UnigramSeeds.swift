private import Foundation

/// The strings that the training of a Unigram model starts from, with how much of the texts they cover.
///
/// Beside the single characters these are the inner nodes of the suffix tree of all texts, as the reference has them: strings
/// that are seen before different characters. They lie within words, so that the suffixes of the distinct words do, each
/// counted as often as it is seen.
///
/// Source: Abouelhoda, Kurtz, Ohlebusch, "Replacing Suffix Trees with Enhanced Suffix Arrays" (2004), section 4.
struct UnigramSeeds: Sendable {
    struct Piece: Sendable {
        var scalars: [UInt32]
        var score: Float
    }

    private(set) var pieces: [Piece] = []

    /// Longest piece, in characters, and most pieces beside the characters.
    private static let longest = 16
    private static let most = 1_000_000

    /// - Parameter special: texts that are no pieces, as they have a role.
    init(_ words: TrainingWords, leavingOut special: Set<String>) {
        let avoided = Set(special.map { $0.unicodeScalars.map(\.value) })
        var uses: [UInt32: Int64] = [:]
        for word in 0..<words.count {
            for at in words.bounds[word]..<words.bounds[word + 1]
            where words.scalars[at] != TrainingWords.unknown {
                uses[words.scalars[at], default: 0] += words.counts[word]
            }
        }
        for (scalar, count) in uses.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            pieces.append(Piece(scalars: [scalar], score: Float(count)))
        }
        var nodes = SuffixTree(words.followed, longest: Self.longest).nodes()
        nodes = nodes.indices.sorted { (nodes[$1].cover, $0) < (nodes[$0].cover, $1) }.prefix(Self.most).map {
            nodes[$0]
        }
        for node in nodes where !avoided.contains(node.scalars) {
            pieces.append(Piece(scalars: node.scalars, score: Float(node.cover)))
        }
        toLogarithms()
    }

    private mutating func toLogarithms() {
        var sum: Float = 0
        for piece in pieces { sum += piece.score }
        let logarithm = Float(log(Double(sum)))
        for at in pieces.indices {
            pieces[at].score = Float(log(Double(pieces[at].score)) - Double(logarithm))
        }
    }
}

/// Words whose suffixes are compared.
private struct SuffixTexts {
    struct Suffix {
        /// The first three scalar values.
        var key: UInt64
        var start: Int32
        var word: Int32
    }

    let scalars: UnsafeBufferPointer<UInt32>
    let bounds: UnsafeBufferPointer<Int>
    let longest: Int

    /// The suffixes of all words in order; what ends a word is one of its own only together with what is in front.
    func sorted() -> [Suffix] {
        var suffixes: [Suffix] = []
        suffixes.reserveCapacity(scalars.count)
        for word in 0..<bounds.count - 1 {
            let end = bounds[word + 1]
            for start in bounds[word]..<end - 1 {
                var key: UInt64 = 0
                for at in start..<start + 3 { key = key << 21 | UInt64(at < end ? scalars[at] : 0) }
                suffixes.append(Suffix(key: key, start: Int32(start), word: Int32(word)))
            }
        }
        suffixes.sort { one, other in one.key != other.key ? one.key < other.key : precedes(one, other) }
        return suffixes
    }

    private func precedes(_ one: Suffix, _ other: Suffix) -> Bool {
        let common = common(one, other)
        let (first, second) = (Int(one.start) + common, Int(other.start) + common)
        let (firstEnd, secondEnd) = (bounds[Int(one.word) + 1], bounds[Int(other.word) + 1])
        if first == firstEnd || second == secondEnd { return first == firstEnd && second < secondEnd }
        return common <= longest && scalars[first] < scalars[second]
    }

    /// Number of equal scalar values that two suffixes start with, up to one more than the longest piece has.
    func common(_ one: Suffix, _ other: Suffix) -> Int {
        let (first, second) = (Int(one.start), Int(other.start))
        let limit = min(
            bounds[Int(one.word) + 1] - first, bounds[Int(other.word) + 1] - second, longest + 1)
        var length = 0
        while length < limit, scalars[first + length] == scalars[second + length] { length += 1 }
        return length
    }
}

/// The inner nodes of the suffix tree of all words.
private struct SuffixTree {
    /// A string that is seen before different characters.
    struct Node {
        var scalars: [UInt32]
        /// How often it is seen, times its length.
        var cover: Int64
    }

    private let words: WordCounter
    private let longest: Int

    init(_ words: WordCounter, longest: Int) {
        self.words = words
        self.longest = longest
    }

    /// The inner nodes of the suffix tree that can be pieces, children before their parents.
    func nodes() -> [Node] {
        words.scalars.withUnsafeBufferPointer { scalars in
            words.bounds.withUnsafeBufferPointer { bounds in
                nodes(SuffixTexts(scalars: scalars, bounds: bounds, longest: longest))
            }
        }
    }

    private func nodes(_ texts: SuffixTexts) -> [Node] {
        let suffixes = texts.sorted()
        var found: [Node] = []
        // Where an interval starts, how often suffixes were seen before it, and the length that all of it share.
        var open: [(start: Int, seen: Int64, length: Int)] = [(-1, 0, -1)]
        var seen: Int64 = 0
        for at in 0...suffixes.count {
            let isEnd = at == suffixes.count
            let length = isEnd || at == 0 ? -1 : texts.common(suffixes[at - 1], suffixes[at])
            var next = (start: at, seen: seen, length: length)
            while let top = open.last, top.length > next.length {
                if at - top.start > 1, 2...longest ~= top.length {
                    let start = Int(suffixes[top.start].start)
                    let text = Array(texts.scalars[start..<start + top.length])
                    if ScriptClasses.shared.canBePiece(text) {
                        found.append(Node(scalars: text, cover: (seen - top.seen) * Int64(top.length)))
                    }
                }
                (next.start, next.seen) = (top.start, top.seen)
                open.removeLast()
            }
            if let top = open.last, top.length < next.length { open.append(next) }
            if isEnd { break }
            open.append((at, seen, Int.max))
            seen += words.counts[Int(suffixes[at].word)]
        }
        return found
    }
}
