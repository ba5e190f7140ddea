/// How a comment's text is cleaned before it is learned from. The raw text is kept; this one is derived.
///
/// The steps, in this order; each is done only if asked for:
///
/// 1. HTML character references become the characters they name, as in Python's `html.unescape`;
/// 2. the text becomes NFC;
/// 3. each run of characters that the base does not list becomes one space;
/// 4. `http://` and `https://` addresses are removed;
/// 5. long repeats of a word character are shortened;
/// 6. runs of white space become one space, and none is left at either end.
///
/// Step 3 belongs to the two KcBERT bases, and steps 4, 5 and 6 are part of them; with the base `none` and no other
/// rule, a text passes through byte for byte.
package struct CleaningRules: Hashable, Sendable {
    /// A published cleaning function to start from.
    package enum Base: String, Hashable, Sendable, CaseIterable {
        /// Keep every character.
        case none
        /// `clean()` of KcBERT's README from August 2020 to September 2022, the function nearest to what the
        /// model was trained with. Keeps ASCII, `％·∼`, U+3131 ... U+D7A3 and the emoji of the package emoji
        /// 0.6.0, whose vocabulary rows the model has.
        case kcbert2020 = "kcbert-2020"
        /// `clean()` of KcBERT's README since September 2022. Keeps ASCII, `％·∼`, compatibility Jamo
        /// U+3131 ... U+3163 and Hangul syllables; emoji are lost.
        case kcbert2022 = "kcbert-2022"
    }

    /// Raised when the same rules would give another text.
    package static let revision = 1

    /// A published cleaning function to start from.
    package var base: Base
    /// Whether texts are HTML, which becomes plain text with line breaks before all other steps.
    package var readsHTML = false
    /// Whether `&amp;`, `&#39;` and the like become the characters they name.
    package var decodesEntities: Bool
    /// Whether the text becomes NFC, by the tables of Unicode 14.
    package var normalizes: Bool
    /// Whether each run of white space becomes one space, and none is left at either end; so it is with the KcBERT bases
    /// in any case.
    package var collapsesSpace: Bool
    /// Whether `http://` and `https://` addresses are removed, by KcBERT's pattern.
    package var removesURLs: Bool
    /// How long repeats of a word character are shortened; `nil` keeps them.
    package var repeats: RepeatRule?
    /// Fewest characters, as code points, that a cleaned text may have; 0 or more.
    package var minChars: Int
    /// What names how cleaned texts were masked, by spans that no rule finds; `nil` if they were not. Rules name it, so that
    /// masked texts and others are not taken for each other; texts that are cleaned by them have to be masked too.
    package var masking: String?

    /// Makes rules from a base and what is asked for beside it.
    ///
    /// Addresses and repeats follow the base where they are not given.
    package init(
        _ base: Base, decodesEntities: Bool = false, normalizes: Bool = false, collapsesSpace: Bool? = nil,
        removesURLs: Bool? = nil, repeats: RepeatRule?? = .none, minChars: Int = 0
    ) {
        self.base = base
        self.decodesEntities = decodesEntities
        self.normalizes = normalizes
        self.collapsesSpace = collapsesSpace ?? (base != .none)
        self.removesURLs = removesURLs ?? (base != .none)
        self.repeats = repeats ?? (base == .none ? nil : .soynlp)
        self.minChars = minChars
    }

    /// What harms no text of whatever language: references decoded, composed form, single blanks.
    package static let plain = CleaningRules(
        .none, decodesEntities: true, normalizes: true, collapsesSpace: true)
}

/// How long repeats of one word character (`\w` of Python's `re`: letters, numbers, underscore) are shortened.
package struct RepeatRule: Hashable, Sendable {
    /// The shortest run that is shortened; at least 2.
    package let shortestRun: Int
    /// What is left of it; at least 1, fewer than ``shortestRun``.
    package let keep: Int

    package init(shortestRun: Int, keep: Int) {
        precondition(
            keep >= 1 && shortestRun > keep, "a run of \(shortestRun) is not shortened to \(keep) characters")
        self.shortestRun = shortestRun
        self.keep = keep
    }

    /// `repeat_normalize(num_repeats=2)` of soynlp 0.0.493, which KcBERT's README names: four or more become
    /// two, and `ㅋㅋㅋ` or the zeros of `5000` stay. KcBERT's vocabulary agrees: it has 37 pieces with a run of
    /// three and none with a run of four.
    package static let soynlp = RepeatRule(shortestRun: 4, keep: 2)
}
