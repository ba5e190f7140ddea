/// Which WordPiece implementation to follow where they differ.
package enum WordPieceMode: String, CaseIterable, Hashable, Sendable {
    /// Hugging Face's Rust library `tokenizers`, which all of its current BERT tokenizers run on.
    case hfFast = "hf-fast"
    /// `tokenization.py` of google-research/bert.
    case google
    /// The Python tokenizer of `transformers` up to version 4 (`use_fast=False`).
    case hfSlow = "hf-slow"

    /// Longest word, in characters after normalization, that is looked up; longer ones are unknown.
    package var defaultMaxCharactersPerWord: Int { self == .google ? 200 : 100 }

    /// Where this mode's character tables come from and in which version.
    package var tablesVersion: String { tables.version }

    var tables: FrozenTables { self == .hfFast ? .huggingFace : .python }

    /// Whether a scalar value gets spaces around it as a CJK ideograph.
    func isIdeograph(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        // `tokenizers` begins this range at 2B920; the Python code where the block begins.
        case 0x2B820...0x2B91F: self != .hfFast
        default: false
        }
    }

    /// What the modes are called, with commas between.
    package static let names = allCases.map(\.rawValue).joined(separator: ", ")
}

/// How text becomes words, and words become pieces.
package struct TokenizerOptions: Hashable, Sendable {
    package var mode: WordPieceMode
    /// Whether text is lower-cased.
    package var lowercase: Bool
    /// Whether text is decomposed (NFD) and rid of its non-spacing marks; nil: where it is lower-cased.
    /// Takes Hangul syllables apart into Jamo.
    package var stripAccents: Bool?
    /// Whether CJK ideographs stand alone.
    package var isolatesIdeographs: Bool
    /// Whether control characters are dropped and white space becomes a space.
    package var cleansText: Bool
    /// Longest word, in characters after normalization, that is looked up; longer ones are unknown.
    package var maxCharactersPerWord: Int
    /// What marks a piece that continues a word.
    package var continuation: String
    package var specialTokens: SpecialTokens

    package init(mode: WordPieceMode = .hfFast, lowercase: Bool, stripAccents: Bool? = nil) {
        self.mode = mode
        self.lowercase = lowercase
        self.stripAccents = stripAccents
        isolatesIdeographs = true
        cleansText = true
        maxCharactersPerWord = mode.defaultMaxCharactersPerWord
        continuation = "##"
        specialTokens = SpecialTokens()
    }

    /// Whether marks are stripped, the default settled.
    var stripsAccents: Bool { stripAccents ?? lowercase }
}

/// The pieces with their own role.
package struct SpecialTokens: Hashable, Sendable {
    /// Stands for a word that the vocabulary cannot spell.
    package var unknown = "[UNK]"
    /// Starts every sequence.
    package var classification = "[CLS]"
    /// Ends every part of a sequence.
    package var separator = "[SEP]"
    /// Fills up short sequences. May be missing from the vocabulary.
    package var padding = "[PAD]"
    /// Stands for a hidden piece in pretraining. May be missing from the vocabulary.
    package var mask = "[MASK]"

    /// Further special tokens that a configuration names.
    package var additional: [String] = []

    package init() {}

    var all: [String] { [unknown, separator, classification, padding, mask] }

    /// All of them, in the order in which transformers 4 lists them.
    var named: [String] { [unknown, separator, padding, classification, mask] + additional }
}

/// A piece that is looked for in the text before it is cut into words.
package struct AddedToken: Hashable, Sendable {
    package var content: String
    /// Id; nil: that of the piece in the vocabulary.
    package var id: Int?
    /// Match only where no word character is beside it.
    package var isSingleWord = false
    /// Take the white space on its left, or right, with it.
    package var stripsLeft = false
    package var stripsRight = false
    /// Look for it in the normalized text instead of the text as written.
    package var isNormalized = false
    /// Whether it has a role rather than a meaning. Matters to mode `hf-slow` alone.
    package var isSpecial = false

    package init(_ content: String, id: Int? = nil) {
        self.content = content
        self.id = id
    }

    /// A special token, whose id is that of its piece in the vocabulary.
    init(special content: String) {
        self.init(content)
        isSpecial = true
    }

    /// Whether it is matched in the text as written, without conditions.
    var isPlain: Bool { !isSingleWord && !stripsLeft && !stripsRight && !isNormalized }
}
