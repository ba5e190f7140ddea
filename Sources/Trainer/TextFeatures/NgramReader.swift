internal import TextBasics

/// Takes the n-grams out of texts, one text after the other, as scikit-learn's `CountVectorizer` does.
///
/// A text's n-grams are handed on as bytes that hold until the next one, with a hash of them.
struct NgramReader {
    private let rules: NgramRules
    /// The text as it is read: lower-cased, white space made even; for words, each followed by a space.
    private var bytes: [UInt8] = []
    /// Where each code point starts in ``bytes``, and the end.
    private var starts: [Int32] = []
    /// First and last unit of each word: code points, or of words the words.
    private var words: [Range<Int>] = []

    init(_ rules: NgramRules) {
        self.rules = rules
    }

    /// Calls `body` with each n-gram, as often as it is there.
    mutating func read(_ text: ArraySlice<UInt8>, _ body: (UnsafeRawBufferPointer, UInt64) -> Void) {
        load(text)
        bytes.withUnsafeBytes { bytes in
            switch rules.unit {
            case .characters: runs(of: 0..<starts.count - 1, bytes, body)
            case .charactersInWords: for word in words { runs(of: word, bytes, body) }
            case .words: runs(of: 0..<words.count, bytes, body)
            }
        }
    }

    /// All runs of some units. A word of fewer units than the shortest run is one run inside of words.
    private func runs(
        of units: Range<Int>, _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UInt64) -> Void
    ) {
        let (least, most) = (rules.lengths.lowerBound, rules.lengths.upperBound)
        if rules.unit == .charactersInWords, units.count < least {
            let (start, end) = (place(units.lowerBound), end(of: units.upperBound - 1))
            return body(
                UnsafeRawBufferPointer(rebasing: bytes[start..<end]),
                NgramHash.hash(bytes, start..<end, NgramHash.seed))
        }
        for first in units {
            let start = place(first)
            var hash = NgramHash.seed
            var hashed = start
            for last in first..<min(first + most, units.upperBound) {
                let end = end(of: last)
                hash = NgramHash.hash(bytes, hashed..<end, hash)
                hashed = end
                if last - first + 1 >= least {
                    body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), hash)
                }
            }
        }
    }

    private func place(_ unit: Int) -> Int {
        Int(starts[rules.unit == .words ? words[unit].lowerBound : unit])
    }

    private func end(of unit: Int) -> Int {
        Int(starts[rules.unit == .words ? words[unit].upperBound : unit + 1])
    }

    private mutating func load(_ text: ArraySlice<UInt8>) {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        words.removeAll(keepingCapacity: true)
        let scalars = rules.lowercase ? PythonText.lowercased(text) : PythonText.scalars(text)
        switch rules.unit {
        case .characters: loadCharacters(scalars)
        case .charactersInWords: loadPaddedWords(scalars)
        case .words: loadWords(scalars)
        }
        starts.append(Int32(bytes.count))
    }

    private mutating func append(_ scalar: UInt32) {
        starts.append(Int32(bytes.count))
        UTF8Decoding.append(scalar, to: &bytes)
    }

    /// Two or more white spaces become one space; a single one stays what it is.
    private mutating func loadCharacters(_ scalars: [UInt32]) {
        var index = 0
        while index < scalars.count {
            var end = index
            while end < scalars.count, PythonText.isSpace(scalars[end]) { end += 1 }
            if end - index > 1 {
                append(0x20)
                index = end
            } else {
                append(scalars[index])
                index += 1
            }
        }
    }

    private mutating func loadPaddedWords(_ scalars: [UInt32]) {
        for word in scalars.split(whereSeparator: PythonText.isSpace) {
            let first = starts.count
            append(0x20)
            for scalar in word { append(scalar) }
            append(0x20)
            words.append(first..<starts.count)
        }
    }

    private mutating func loadWords(_ scalars: [UInt32]) {
        for word in scalars.split(whereSeparator: { !PythonText.isWordCharacter($0) })
        where word.count >= rules.leastWordLength {
            let first = starts.count
            for scalar in word { append(scalar) }
            words.append(first..<starts.count)
            append(0x20)
        }
    }
}

/// A hash that grows with its bytes: FNV-1a.
///
/// Source: Fowler, Noll, Vo; RFC 9923.
enum NgramHash {
    static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

    static func hash(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ start: UInt64) -> UInt64 {
        var hash = start
        for place in range { hash = (hash ^ UInt64(bytes[place])) &* 0x100_0000_01B3 }
        return hash
    }
}
