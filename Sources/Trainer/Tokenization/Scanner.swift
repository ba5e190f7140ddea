internal import TextBasics

/// What the scanner finds, as it finds it.
protocol ScanSink {
    /// A text starts.
    mutating func beginText()
    /// Forget what was emitted since the text started; it will be emitted again.
    mutating func restartText()
    /// A letter of the current word.
    /// - Parameters:
    ///   - number: the letter's number from the ``ScanTable``.
    ///   - scalar: the scalar value in the text.
    ///   - start: offset of its first byte.
    ///   - end: offset after its last byte.
    mutating func letter(_ number: UInt32, scalar: UInt32, start: Int, end: Int)
    /// A character that is a word by itself; the current word has ended.
    mutating func isolated(_ number: UInt32, scalar: UInt32, start: Int, end: Int)
    /// The current word, if there is one, has ended.
    mutating func endWord()
    /// An added token; the current word has ended.
    mutating func added(_ id: Int32, start: Int, end: Int)
    /// Tells this sink all words of a text, or takes down what it knows to come of them.
    mutating func scan(
        _ text: UnsafePointer<UInt8>, count: Int, with scanner: Scanner
    ) -> Scanner.Outcome
}

extension ScanSink {
    @inline(__always)
    mutating func scan(
        _ text: UnsafePointer<UInt8>, count: Int, with scanner: Scanner
    ) -> Scanner.Outcome {
        scanner.scan(text, count: count, into: &self)
    }
}

/// One pass over the UTF-8 bytes of a text.
struct Scanner {
    enum Outcome {
        case finished
        /// Characters of this text depend on their neighbors: it has to go through the ``LiteralTokenizer``.
        case contextual
        case invalid(byte: Int)
    }

    let pages: UnsafePointer<UInt16>
    let entries: UnsafePointer<UInt32>
    let expansions: UnsafePointer<UInt32>
    let added: AddedTokenMatcher
    /// ``ScanTable/hasPlainASCII``.
    let hasPlainASCII: Bool

    /// Tells the sink all words of a text.
    ///
    /// After anything but ``Outcome/finished`` the sink holds part of the text and has to be set back.
    @inline(__always)
    func scan<Sink: ScanSink>(_ text: UnsafePointer<UInt8>, count: Int, into sink: inout Sink) -> Outcome {
        var at = 0
        while at < count {
            guard let (scalar, length) = UTF8Decoding.scalar(at: text + at, limit: count - at) else {
                return .invalid(byte: at)
            }
            let next = at + length
            var entry = entries[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
            if entry >> 28 == ScanTable.Kind.probe {
                switch added.match(text, count: count, at: at) {
                case .token(let id, let end):
                    sink.endWord()
                    sink.added(id, start: at, end: end)
                    at = end
                    continue
                case .conditional: return .contextual
                case .none: entry = expansions[Int(entry & ScanTable.numberMask) + 1]
                }
            }
            let kind = entry >> 28
            if kind == ScanTable.Kind.letter {
                sink.letter(entry & ScanTable.numberMask, scalar: scalar, start: at, end: next)
            } else if kind == ScanTable.Kind.space {
                sink.endWord()
            } else if kind == ScanTable.Kind.isolated {
                sink.endWord()
                sink.isolated(entry & ScanTable.numberMask, scalar: scalar, start: at, end: next)
            } else if kind == ScanTable.Kind.expansion {
                expand(entry & ScanTable.numberMask, scalar: scalar, start: at, end: next, into: &sink)
            } else if kind == ScanTable.Kind.contextual {
                return .contextual
            }
            at = next
        }
        sink.endWord()
        return .finished
    }

    @inline(__always)
    private func expand<Sink: ScanSink>(
        _ place: UInt32, scalar: UInt32, start: Int, end: Int, into sink: inout Sink
    ) {
        let list = expansions + Int(place)
        for index in 1...Int(list[0]) {
            let number = list[index] & ScanTable.numberMask
            switch list[index] >> 28 {
            case ScanTable.Kind.letter: sink.letter(number, scalar: scalar, start: start, end: end)
            case ScanTable.Kind.isolated:
                sink.endWord()
                sink.isolated(number, scalar: scalar, start: start, end: end)
            default: sink.endWord()
            }
        }
    }
}
