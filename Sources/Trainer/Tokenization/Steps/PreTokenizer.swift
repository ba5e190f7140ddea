/// One pre-tokenizer of a `tokenizer.json`: cuts normalized text into words.
///
/// Source: tokenizers/src/pre_tokenizers of huggingface/tokenizers 0.22.
enum PreTokenizer: Hashable, Sendable {
    case whitespaceSplit
    case metaspace(Metaspace)

    /// Spaces as one visible character, each the start of a word.
    struct Metaspace: Hashable, Sendable {
        enum Scheme: String, CaseIterable, Sendable {
            case always, first, never
        }

        var replacement: UInt32 = 0x2581
        /// Where a text gets a replacement in front that does not start with one: always, at the start of all text, never.
        var scheme = Scheme.always
        var splits = true
    }

    /// A part of a text, and where in all text it starts.
    struct Word {
        var text: AlignedText
        var start: Int
    }

    func words(of word: Word) -> [Word] {
        switch self {
        case .whitespaceSplit:
            return word.text.scalars.split { Vocabulary.isWhitespace($0.value) }.map(Self.word)
        case .metaspace(let rule): return Self.words(of: word, rule)
        }
    }

    private static func word(_ scalars: ArraySlice<PlacedScalar>) -> Word {
        Word(text: AlignedText(scalars: Array(scalars)), start: scalars.first?.start ?? 0)
    }

    private static func words(of word: Word, _ rule: Metaspace) -> [Word] {
        var text = word.text
        for at in text.scalars.indices where text.scalars[at].value == 0x20 {
            text.scalars[at].value = rule.replacement
        }
        if text.scalars.first?.value != rule.replacement {
            switch rule.scheme {
            case .always: text.prepend([rule.replacement])
            case .first: if word.start == 0 { text.prepend([rule.replacement]) }
            case .never: break
            }
        }
        guard rule.splits else { return [Word(text: text, start: word.start)] }
        var words: [Word] = []
        var start = 0
        for at in text.scalars.indices.dropFirst() where text.scalars[at].value == rule.replacement {
            words.append(Self.word(text.scalars[start..<at]))
            start = at
        }
        if start < text.scalars.count { words.append(Self.word(text.scalars[start...])) }
        return words
    }
}
