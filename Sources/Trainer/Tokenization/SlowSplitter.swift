/// Cuts a text at added tokens as the Python tokenizers of transformers 4 do, oddities included.
///
/// The text is lower-cased first, but not where a special token or a normalized added one is in it as written. Then
/// it is cut at the tokens, wherever they are: a token's case and the cleaning of text do not matter. Last, tokens
/// absorb white space next to them, and a token that must stand alone but does not is given back to its neighbor, so
/// that the text is cut into words across the two.
///
/// Source: `PreTrainedTokenizer.tokenize` and `Trie.split` of transformers 4.57.6.
struct SlowSplitter: Sendable {
    enum Stretch {
        case text([PlacedScalar])
        case token(id: Int32, [PlacedScalar])
    }

    /// What a word becomes that is neither lower-cased nor cut at punctuation.
    enum Whole {
        case piece(id: Int32)
        /// Not a piece of the vocabulary: cut into pieces as is.
        case word
    }

    /// Words that are neither lower-cased nor cut at punctuation: the special tokens.
    let neverSplit: [[UInt32]: Whole]
    /// Whether tokens are found where they are in the text as written, the longest first, without conditions.
    let isSimple: Bool

    private let tokens: [[UInt32]: AddedTokenMatcher.Entry]
    private let trie: SlowTrie
    /// What is not lower-cased; nil: nothing is.
    private let keptCase: [[UInt32]]?
    private let literal: LiteralTokenizer

    /// - Parameter neverSplit: the special tokens and the ids of their pieces, if they are pieces.
    init(
        _ entries: [AddedTokenMatcher.Entry], neverSplit: [(String, Int?)], lowercase: Bool,
        _ literal: LiteralTokenizer
    ) {
        let special = neverSplit.map { token in token.0.unicodeScalars.map(\.value) }
        self.neverSplit = Dictionary(
            zip(special, neverSplit.map { $0.1.map { .piece(id: Int32($0)) } ?? .word }),
            uniquingKeysWith: { first, _ in first })
        let meant = entries.filter { !$0.token.isSpecial && $0.token.isNormalized }.map(\.scalars)
        keptCase = lowercase ? (special + meant).filter { !$0.isEmpty } : nil
        tokens = Dictionary(entries.map { ($0.scalars, $0) }, uniquingKeysWith: { $1 })
        trie = SlowTrie(entries.map(\.scalars))
        self.literal = literal
        let capitals: ClosedRange<UInt32> = 0x41...0x5A
        isSimple =
            entries.allSatisfy { entry in
                entry.token.isPlain && special.contains(entry.scalars)
                    && entry.scalars.allSatisfy { $0 < 0x80 }
                    && (!lowercase || entry.scalars.contains { capitals.contains($0) })
                    && !entries.contains {
                        $0.scalars != entry.scalars && Self.overlap($0.scalars, entry.scalars)
                    }
            } && special.allSatisfy { $0.allSatisfy { $0 < 0x80 } }
    }

    /// Whether one token could be inside the other, or begin inside it.
    private static func overlap(_ one: [UInt32], _ other: [UInt32]) -> Bool {
        one.indices.contains { start in
            let rest = one[start...]
            return start + other.count <= one.count ? rest.starts(with: other) : other.starts(with: rest)
        }
    }

    func stretches(of text: [PlacedScalar]) -> [Stretch] {
        var parts = trie.cut(loweredAroundTokens(text))
        for index in parts.indices {
            guard let token = tokens[parts[index].map(\.value)]?.token else { continue }
            let hasLeft = index > 0 && !parts[index - 1].isEmpty
            let hasRight = index + 1 < parts.count && !parts[index + 1].isEmpty
            // The neighbors as they are now, before white space is taken: that is how the reference looks at them.
            let touchesLeft = hasLeft && parts[index - 1].last?.value != 0x20
            let touchesRight = hasRight && parts[index + 1].first?.value != 0x20
            if token.stripsRight, hasRight {
                parts[index + 1] = Array(parts[index + 1].drop { Self.isSpace($0.value) })
            }
            if token.stripsLeft, hasLeft {
                while parts[index - 1].last.map({ Self.isSpace($0.value) }) == true {
                    parts[index - 1].removeLast()
                }
            }
            if token.isSingleWord, touchesLeft {
                parts[index - 1] += parts[index]
                parts[index] = []
            } else if token.isSingleWord, touchesRight {
                parts[index + 1] = parts[index] + parts[index + 1]
                parts[index] = []
            }
        }
        return parts.filter { !$0.isEmpty }.map { part in
            tokens[part.map(\.value)].map { .token(id: $0.id, part) } ?? .text(part)
        }
    }

    private func loweredAroundTokens(_ text: [PlacedScalar]) -> [PlacedScalar] {
        guard let keptCase else { return text }
        var lowered: [PlacedScalar] = []
        var at = 0
        while at < text.count {
            let rest = text[at...]
            if let kept = keptCase.first(where: { rest.lazy.map(\.value).starts(with: $0) }) {
                lowered += rest.prefix(kept.count)
                at += kept.count
            } else {
                lowered += literal.lowered([text[at]])
                at += 1
            }
        }
        return lowered
    }

    /// `str.isspace` of Python.
    private static func isSpace(_ scalar: UInt32) -> Bool {
        0x1C...0x1F ~= scalar || Vocabulary.isWhitespace(scalar)
    }
}

/// The search for several tokens at once of transformers 4, which follows every possible start in step and settles on
/// the first one that ends.
private struct SlowTrie: Sendable {
    private var children: [[UInt32: Int]] = [[:]]
    private var isEnd: [Bool] = [false]

    private struct Search {
        var start: Int
        var node: Int
    }

    init(_ tokens: [[UInt32]]) {
        for token in tokens where !token.isEmpty {
            var node = 0
            for scalar in token {
                if let next = children[node][scalar] {
                    node = next
                } else {
                    children.append([:])
                    isEnd.append(false)
                    children[node][scalar] = children.count - 1
                    node = children.count - 1
                }
            }
            isEnd[node] = true
        }
    }

    /// The text in parts, of which the tokens are some.
    func cut(_ text: [PlacedScalar]) -> [[PlacedScalar]] {
        var cuts: [Int] = []
        var searches: [Search] = []
        var skip = 0
        for current in text.indices where current >= skip {
            var dropped: Set<Int> = []
            var found: (start: Int, end: Int)?
            for index in searches.indices {
                let search = searches[index]
                if isEnd[search.node] {
                    found = longest(text, searches, at: index, current, &skip)
                    break
                }
                if let next = children[search.node][text[current].value] {
                    searches[index].node = next
                } else {
                    dropped.insert(search.start)
                }
            }
            if let found {
                cuts += [found.start, found.end]
                searches = []
            } else {
                searches.removeAll { dropped.contains($0.start) }
            }
            if current >= skip, let node = children[0][text[current].value] {
                searches.append(Search(start: current, node: node))
            }
        }
        if let last = searches.first(where: { isEnd[$0.node] }) { cuts += [last.start, text.count] }
        return parts(text, cuts + [text.count])
    }

    /// Looks ahead for a longer token, from the start that ended and from those before it.
    private func longest(
        _ text: [PlacedScalar], _ searches: [Search], at index: Int, _ current: Int, _ skip: inout Int
    ) -> (start: Int, end: Int) {
        var start = searches[index].start
        var end = current
        for search in searches {
            if search.start > start { break }
            // Searches from earlier starts have taken the current character already.
            var place = search.start < start ? current + 1 : current
            end = place
            var node = search.node
            func settle() {
                start = search.start
                end = place
                skip = place
            }
            if isEnd[node] { settle() }
            while place < text.count, let next = children[node][text[place].value] {
                node = next
                place += 1
                if isEnd[node] { settle() }
            }
        }
        return (start, end)
    }

    private func parts(_ text: [PlacedScalar], _ cuts: [Int]) -> [[PlacedScalar]] {
        var parts: [[PlacedScalar]] = []
        var start = 0
        for end in cuts where end > start {
            parts.append(Array(text[start..<end]))
            start = end
        }
        return parts
    }
}
