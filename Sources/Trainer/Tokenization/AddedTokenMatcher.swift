/// Finds added tokens in text: leftmost, then longest, as `tokenizers` does.
struct AddedTokenMatcher: Sendable {
    enum Match {
        case none
        case token(id: Int32, end: Int)
        /// A token whose conditions have to be looked at.
        case conditional
    }

    /// A token with its id, its bytes and its scalar values.
    struct Entry: Sendable {
        var token: AddedToken
        var id: Int32
        var bytes: [UInt8]
        var scalars: [UInt32]

        fileprivate var hasSpaces: Bool { bytes.contains(UInt8(ascii: " ")) }
    }

    /// A stretch of text: an added token, or what is between two.
    enum Stretch {
        case text(Range<Int>)
        case token(id: Int32, Range<Int>)
    }

    /// Looked for in the text as written, the longest first.
    let raw: [Entry]
    /// Looked for in normalized text, the longest first. Their scalar values are normalized.
    let normalized: [Entry]
    private let allPlain: Bool
    /// Whether a token continues after a space.
    let hasSpaces: Bool
    /// Cuts a text at the tokens where mode `hf-slow` is followed.
    let splitter: SlowSplitter?

    init(_ entries: [Entry], normalize: ([UInt32]) -> [UInt32]) {
        func longestFirst(_ list: [Entry]) -> [Entry] { list.sorted { $0.scalars.count > $1.scalars.count } }
        raw = longestFirst(entries.filter { !$0.token.isNormalized })
        normalized = longestFirst(
            entries.filter(\.token.isNormalized).compactMap { entry in
                var entry = entry
                entry.scalars = normalize(entry.scalars)
                return entry.scalars.isEmpty ? nil : entry
            })
        allPlain = raw.allSatisfy(\.token.isPlain)
        hasSpaces = raw.contains(where: \.hasSpaces)
        splitter = nil
    }

    /// Tokens for mode `hf-slow`, which looks for all of them in the text as written.
    init(_ entries: [Entry], _ splitter: SlowSplitter) {
        raw = entries.sorted { $0.scalars.count > $1.scalars.count }
        normalized = []
        allPlain = splitter.isSimple
        hasSpaces = raw.contains(where: \.hasSpaces)
        self.splitter = splitter
    }

    /// Whether texts cannot be scanned in one pass, because tokens are not looked for in the text as written.
    var readsLiterally: Bool { splitter.map { !$0.isSimple } ?? !normalized.isEmpty }

    /// Whether a token of the list can never be found, because it is empty after normalization. (`tokenizers` would
    /// cut every word into characters for its sake.)
    func normalizesToNothing(_ entry: Entry) -> Bool {
        entry.token.isNormalized && !normalized.contains { $0.id == entry.id }
    }

    /// Scalar values that a token in the text as written can start with.
    var firstScalars: Set<UInt32> { Set(raw.compactMap(\.scalars.first)) }

    /// The token that starts at a byte of a text.
    @inline(never)
    func match(_ text: UnsafePointer<UInt8>, count: Int, at start: Int) -> Match {
        for entry in raw where entry.bytes.count <= count - start {
            if entry.bytes.indices.allSatisfy({ entry.bytes[$0] == text[start + $0] }) {
                return allPlain ? .token(id: entry.id, end: start + entry.bytes.count) : .conditional
            }
        }
        // With hf-slow, cleaning can still turn this text into a special token.
        return splitter == nil ? .none : .conditional
    }

    /// Splits scalar values at the tokens of one list. Ranges are indices of scalar values.
    func stretches(
        of text: [PlacedScalar], _ entries: [Entry], isWord: (UInt32) -> Bool, isSpace: (UInt32) -> Bool
    ) -> [Stretch] {
        var stretches: [Stretch] = []
        var done = 0
        var at = 0
        while at < text.count {
            guard let entry = entries.first(where: { starts(with: $0.scalars, text, at) }) else {
                at += 1
                continue
            }
            var start = at
            var end = at + entry.scalars.count
            at = end
            if entry.token.isSingleWord {
                let touchesLeft = start > 0 && isWord(text[start - 1].value)
                let touchesRight = end < text.count && isWord(text[end].value)
                if touchesLeft || touchesRight { continue }
            }
            if entry.token.stripsLeft {
                while start > done, isSpace(text[start - 1].value) { start -= 1 }
            }
            if entry.token.stripsRight {
                while end < text.count, isSpace(text[end].value) { end += 1 }
            }
            if done < start { stretches.append(.text(done..<start)) }
            stretches.append(.token(id: entry.id, start..<end))
            done = end
            at = max(at, end)
        }
        if done < text.count { stretches.append(.text(done..<text.count)) }
        return stretches
    }

    private func starts(with scalars: [UInt32], _ text: [PlacedScalar], _ at: Int) -> Bool {
        at + scalars.count <= text.count && scalars.indices.allSatisfy { text[at + $0].value == scalars[$0] }
    }
}
