internal import TextBasics

/// Whether a tokenizer lower-cases, and why.
///
/// Many published vocabularies come without `tokenizer_config.json`. Taking "lower-case" for granted there
/// breaks Korean: stripping accents takes every syllable apart into Jamo that the vocabulary does not hold,
/// and all words become [UNK] (google-research/bert issues 135 and 228).
package struct CasingDecision: Hashable, Sendable {
    package var lowercase: Bool
    /// nil: as `lowercase`.
    package var stripAccents: Bool?
    /// The decision and its reason, to be printed.
    package var sentence: String
    /// Whether no setting says so and the pieces decided.
    package var isDeduced = false

    init(lowercase: Bool, stripAccents: Bool?, because reason: String) {
        self.lowercase = lowercase
        self.stripAccents = stripAccents
        let accents = (stripAccents ?? lowercase) ? "accents stripped" : "accents kept"
        sentence = "text is \(lowercase ? "lower-cased" : "not lower-cased"), \(accents): \(reason)"
    }

    /// Decides from the pieces alone.
    package init(vocabulary: Vocabulary) {
        let census = LetterCensus(vocabulary)
        let keepsSyllables = census.syllables > 0 && census.jamo == 0
        if census.upper > 0 {
            self.init(
                lowercase: false, stripAccents: nil,
                because:
                    "no setting says so, and \(census.upper) pieces of the vocabulary hold upper-case letters"
            )
        } else if census.lower == 0 {
            self.init(
                lowercase: false, stripAccents: nil,
                because: "no setting says so, and the vocabulary holds no letters with case")
        } else if keepsSyllables {
            self.init(
                lowercase: true, stripAccents: false,
                because:
                    "no setting says so; the vocabulary holds \(census.lower) pieces with lower-case letters and "
                    + "none with upper-case ones, and whole Hangul syllables but no Jamo")
        } else {
            self.init(
                lowercase: true, stripAccents: census.accented > 0 ? false : nil,
                because:
                    "no setting says so; the vocabulary holds \(census.lower) pieces with lower-case letters and "
                    + "none with upper-case ones"
                    + (census.accented > 0 ? ", \(census.accented) of them with accents" : ""))
        }
        isDeduced = true
    }
}

/// Kinds of letters, counted in pieces.
private struct LetterCensus {
    var upper = 0
    var lower = 0
    /// Pieces with lower-case letters that decompose.
    var accented = 0
    var syllables = 0
    var jamo = 0

    init(_ vocabulary: Vocabulary) {
        let tables = UnicodeTables.huggingFace
        // Lower-case letters are what other letters become.
        var lowercase = Set<UInt32>()
        for page in 0..<0x1F0 {
            for scalar in UInt32(page) << 8...UInt32(page) << 8 | 0xFF
            where !tables.lowercase.isZero(page: page) {
                lowercase.formUnion(tables.lowercase(of: scalar) ?? [])
            }
        }
        for id in 0..<vocabulary.count {
            let piece = vocabulary.piece(id)
            // Names in brackets, such as [UNK] and [unused7], are not words.
            let isName =
                piece.count > 2 && piece.first == UInt8(ascii: "[") && piece.last == UInt8(ascii: "]")
            guard !isName, let scalars = UTF8Decoding.scalars(of: piece) else { continue }
            if scalars.contains(where: { tables.lowercase[$0] != 0 }) { upper += 1 }
            if scalars.contains(where: lowercase.contains) { lower += 1 }
            if scalars.contains(where: { lowercase.contains($0) && tables.decompositions[$0] != 0 }) {
                accented += 1
            }
            if scalars.contains(where: Hangul.syllables.contains) { syllables += 1 }
            if scalars.contains(where: Hangul.isJamo) { jamo += 1 }
        }
    }
}
