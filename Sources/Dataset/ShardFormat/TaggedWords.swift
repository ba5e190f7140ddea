/// A word of a text and its tag, or a single character where characters are tagged.
package struct TaggedWord: Hashable, Sendable {
    /// Its place in the text as given, in code points from 0; at least one of them.
    package var start: Int32
    package var end: Int32
    /// Index into the names of the tags.
    package var tag: Int32

    package init(start: Int, end: Int, tag: Int) {
        self.start = Int32(clamping: start)
        self.end = Int32(clamping: end)
        self.tag = Int32(clamping: tag)
    }
}

/// The tagged words of each of some rows, end to end; of questions, their answers in the second text, which all have the tag 0.
package struct TaggedWords: Hashable, Sendable {
    /// Row r has the words `offsets[r] ..< offsets[r + 1]`.
    private var offsets: [Int64] = [0]
    private var words: [TaggedWord] = []

    package init() {}

    /// Rows.
    package var count: Int { offsets.count - 1 }

    /// The words of a row, in the order of the text.
    package subscript(row: Int) -> ArraySlice<TaggedWord> { words[Int(offsets[row])..<Int(offsets[row + 1])] }

    /// Adds a row.
    package mutating func append(_ row: some Collection<TaggedWord>) {
        words += row
        offsets.append(Int64(words.count))
    }

    /// Name of the column that rows keep them in.
    private static let column = "words"
    /// Numbers of a word in the column: its place and its tag.
    private static let width = 3

    /// The rows as a column of lists: start, end and tag of each word.
    package var columns: [(name: String, column: ColumnTable.Column)] {
        let numbers = words.flatMap { [$0.start, $0.end, $0.tag] }
        return [(Self.column, .lists(numbers, offsets: offsets.map { $0 * Int64(Self.width) }))]
    }

    /// Those of a table; nil if its rows have none.
    /// - Throws: ``ShardError`` for a column that holds something else.
    package init?(_ table: ColumnTable) throws(ShardError) {
        guard table[Self.column] != nil else { return nil }
        let (numbers, offsets) = try table.lists(Self.column)
        let width = Int64(Self.width)
        guard offsets.allSatisfy({ $0 % width == 0 }) else {
            throw ShardError(
                "column '\(Self.column)' holds lists that are not made of \(width) numbers a word")
        }
        self.offsets = offsets.map { $0 / width }
        words = stride(from: 0, to: numbers.count, by: Self.width).map { place in
            TaggedWord(
                start: Int(numbers[place]), end: Int(numbers[place + 1]), tag: Int(numbers[place + 2]))
        }
    }
}

/// The tags of a row of tokens: what each token is to come to, and which token answers for each word.
package struct TokenTags: Hashable, Sendable {
    /// What stands for a token that does not count, or for no token.
    package static let none: Int32 = -1

    /// Tag of each token, ``none`` for one that does not count, such as [CLS].
    package var ofTokens: [Int32]
    /// Tag of each word, in the order of the text.
    package var ofWords: [Int32] = []
    /// The token that answers for each word, from 0 within the row; ``none`` for a word that no token stands for. Words that
    /// share a token follow each other.
    package var answering: [Int32] = []

    package init(ofTokens: [Int32]) { self.ofTokens = ofTokens }
}

/// What the names of tags say: parts of spans, as IOB2 has it, or the tag of each word on its own.
///
/// Source: Ramshaw, Marcus, "Text Chunking using Transformation-Based Learning" (1995), arXiv:cmp-lg/9505040; in IOB2 each
/// span begins with B.
package struct TagScheme: Hashable, Sendable {
    /// What a tag says of its word.
    package enum Part: Hashable, Sendable {
        case outside
        /// The first word of a span, or a further one; with the number of its type.
        case begin(Int)
        case inside(Int)
    }

    /// Of the tags, in their order.
    package let names: [String]
    /// Names of the types of spans, rising by their bytes; empty if tags are no parts of spans.
    package let types: [String]
    /// What each tag says; empty if tags are no parts of spans.
    package let parts: [Part]
    /// The tag of words that are in no span.
    package let outside: Int?

    package init(_ names: [String]) {
        self.names = names
        let split = names.map { name -> (Substring, String)? in
            name.hasPrefix("B-") || name.hasPrefix("I-") ? (name.prefix(1), String(name.dropFirst(2))) : nil
        }
        outside = names.firstIndex(of: "O")
        guard zip(names, split).allSatisfy({ $0 == "O" || $1 != nil }), split.contains(where: { $0 != nil })
        else {
            (types, parts) = ([], [])
            return
        }
        let types = Set(split.compactMap { $0?.1 }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.types = types
        parts = split.map { found in
            guard let (letter, type) = found, let number = types.firstIndex(of: type) else { return .outside }
            return letter == "B" ? .begin(number) : .inside(number)
        }
    }

    /// Whether tags are parts of spans.
    package var hasSpans: Bool { !parts.isEmpty }

    /// The tag of a word that continues what a tag begins: I-X for B-X if there is one, and the tag itself for others.
    package func continued(_ tag: Int) -> Int {
        guard hasSpans, case .begin(let type) = parts[tag] else { return tag }
        return parts.firstIndex(of: .inside(type)) ?? tag
    }

    /// A span of words.
    package struct Span: Hashable, Sendable {
        /// Index into ``TagScheme/types``.
        package var type: Int
        package var words: Range<Int>
    }

    /// The spans of a row of tags.
    ///
    /// - Parameter strictly: whether only B begins a span, as IOB2 says; otherwise an I after O or after another type does
    ///   as well, as in conlleval.
    package func spans(of tags: some RandomAccessCollection<Int>, strictly: Bool = false) -> [Span] {
        guard hasSpans else { return [] }
        var spans: [Span] = []
        var isOpen = false
        for (word, tag) in tags.enumerated() {
            switch parts[tag] {
            case .outside: isOpen = false
            case .begin(let type):
                spans.append(Span(type: type, words: word..<word + 1))
                isOpen = true
            case .inside(let type) where isOpen && spans[spans.count - 1].type == type:
                spans[spans.count - 1].words = spans[spans.count - 1].words.lowerBound..<word + 1
            case .inside(let type):
                isOpen = !strictly
                if isOpen { spans.append(Span(type: type, words: word..<word + 1)) }
            }
        }
        return spans
    }
}
