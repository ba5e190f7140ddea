internal import StageKit
internal import TextBasics
internal import Tokenization
internal import Training

/// A sentence with places for a text and a masked word, and the words that stand for classes there.
///
/// Text, and what stands before, between and behind the two places, are tokenized each on its own.
///
/// Source: Schick, Schuetze, "Exploiting Cloze Questions for Few-Shot Text Classification and Natural Language Inference" (2021),
/// arXiv:2001.07676.
struct ClozeSetting: Hashable, Sendable {
    /// What stands before, between and behind the two places.
    let literals: [String]
    let textIsFirst: Bool
    /// By the name of the class.
    let words: [String: [String]]

    private static let (text, mask) = ("{text}", "{mask}")
    private static let example = "{text} 이 댓글은 {mask} 의견이다."

    /// - Parameter isWanted: whether cloze is among the methods.
    /// - Returns: nil if it is not, or if a mistake was found.
    init?(_ parameters: inout ParameterReader, isWanted: Bool) {
        let pattern = parameters.optionalString(
            "pattern",
            help:
                "Sentence that cloze sets each text into: {text} stands for the text, {mask} for the word that answers."
        )
        let values = parameters.values(
            "verbalizers", help: "For each class the word, or the words, that stand for it in 'pattern'.")
        guard isWanted else {
            for key in ["pattern", "verbalizers"] {
                parameters.rejectIfGiven(
                    key, "'\(key)' is for the method cloze, which 'methods' does not name",
                    hint: "add cloze to 'methods', or leave it out")
            }
            return nil
        }
        if values.count < 2 {
            parameters.reject(
                "verbalizers", "cloze needs 'verbalizers': a word, or several, for each class",
                hint: "write verbalizers: {controversial: 다른, uncontroversial: 같은}")
        }
        guard let pattern else {
            parameters.reject(
                "pattern", "cloze needs a 'pattern' to set texts into",
                hint: "write pattern: \"\(Self.example)\"")
            return nil
        }
        var words: [String: [String]] = [:]
        for (name, value) in values {
            let own = value.stringValue.map { [$0] } ?? value.arrayValue?.compactMap(\.stringValue) ?? []
            if own.isEmpty || own.contains("") || own.count < value.arrayValue?.count ?? 1 {
                parameters.reject(
                    "verbalizers", "'verbalizers' takes a word, or a list of words, for '\(name)'")
            }
            words[name] = own
        }
        let (texts, masks) = (
            Self.parts(of: pattern, around: Self.text), Self.parts(of: pattern, around: Self.mask)
        )
        guard texts.count == 2, masks.count == 2 else {
            parameters.reject(
                "pattern",
                "'pattern' has \(Self.text) \(texts.count - 1) times and \(Self.mask) \(masks.count - 1) times; it needs each of them once",
                hint: "for example \"\(Self.example)\"")
            return nil
        }
        textIsFirst = texts[0].count < masks[0].count
        let (first, second) = textIsFirst ? (texts, Self.mask) : (masks, Self.text)
        literals = [first[0]] + Self.parts(of: first[1], around: second)
        self.words = words
    }

    private static func parts(of pattern: String, around place: String) -> [String] {
        pattern.split(separator: place, omittingEmptySubsequences: false).map(String.init)
    }

    /// What stands right in front of the masked word.
    private var lead: String { textIsFirst ? literals[1] : literals[0] }
    /// Whether it is a part of the last word of the text.
    private var continuesText: Bool { textIsFirst && literals[1].isEmpty }

    /// The sentence around texts of at most as many tokens as a model has positions for.
    func frame(by tokenizer: any Tokenizer, maxTokens: Int) throws -> ClozeFrame {
        guard let mask = tokenizer.maskID.map(Int32.init) else {
            throw StageError(
                "the tokenizer of the shards has no mask token, such as [MASK] or <mask>, which a cloze is answered at",
                hint: "take the tokenizer of a model that was pretrained on masked words")
        }
        let places = try literals.map { try Self.pieces($0, tokenizer) }
        let leading = try Self.pieces(Self.withoutEndingSpace(lead), tokenizer)
        let sequence = tokenizer.frame
        return try ClozeFrame(
            opening: sequence.before.count, closing: sequence.after.count,
            before: textIsFirst ? places[0] : leading + [mask] + places[1],
            after: textIsFirst ? leading + [mask] + places[2] : places[2],
            mask: textIsFirst ? .after(leading.count) : .before(leading.count), maxTokens: maxTokens)
    }

    /// Parts of the sentence that the tokenizer cannot spell.
    func unknownParts(by tokenizer: any Tokenizer) throws -> [String] {
        try literals.filter { try Self.pieces($0, tokenizer).contains(Int32(tokenizer.unknownID)) }
    }

    /// Ids of the words of each class, in the order of the classes.
    /// - Throws: `StageError` for a class without words, and a word that is not one piece where it stands.
    func ids(by tokenizer: any Tokenizer, classes: [String]) throws -> [[Int32]] {
        if let other = words.keys.sorted().first(where: { !classes.contains($0) }) {
            throw StageError(
                "'verbalizers' names the class '\(other)'; the shards have \(classes.joined(separator: ", "))",
                hint: "give words for these classes")
        }
        var owners: [Int32: String] = [:]
        return try classes.map { name in
            guard let own = words[name] else {
                throw StageError(
                    "'verbalizers' has no word for the class '\(name)'",
                    hint: "give at least one for each class")
            }
            return try own.map { word in
                let id = try id(of: word, for: name, by: tokenizer)
                if let other = owners.updateValue(name, forKey: id) {
                    throw StageError(
                        "'\(word)' of class '\(name)' is the same piece as a word of class '\(other)': "
                            + tokenizer.text(of: Int(id)), hint: "take words that differ")
                }
                return id
            }
        }
    }

    private func id(of word: String, for name: String, by tokenizer: any Tokenizer) throws -> Int32 {
        let shown = "'\(word)' of class '\(name)'"
        if continuesText {
            let piece = "##" + word
            guard
                let id = (0..<tokenizer.vocabularySize).first(where: {
                    tokenizer.continuesWord($0) && tokenizer.text(of: $0) == piece
                })
            else {
                throw StageError(
                    "\(shown) follows the text without a space, and the tokenizer has no piece '\(piece)'",
                    hint: "put a space between {text} and {mask}, or take another word")
            }
            return Int32(id)
        }
        let leading = try Self.pieces(Self.withoutEndingSpace(lead), tokenizer)
        let whole = try Self.pieces(lead + word, tokenizer)
        let hint = "take a word that the tokenizer keeps whole"
        guard whole.starts(with: leading), whole.count == leading.count + 1, let id = whole.last else {
            let own = whole.starts(with: leading) ? Array(whole.dropFirst(leading.count)) : whole
            throw StageError(
                "\(shown) is not one piece where it stands in the pattern, but \(Counts.text(own.count, "piece")): "
                    + own.map { tokenizer.text(of: Int($0)) }.joined(separator: ", "), hint: hint)
        }
        guard Int(id) != tokenizer.unknownID else {
            throw StageError(
                "\(shown) is unknown to the tokenizer: it gives \(tokenizer.unknownToken)", hint: hint)
        }
        return id
    }

    /// A tokenizer that spells a space at the start of a word spells none in front of the masked one.
    private static func withoutEndingSpace(_ text: String) -> String {
        String(text.reversed().drop(while: \.isWhitespace).reversed())
    }

    private static func pieces(_ text: String, _ tokenizer: any Tokenizer) throws -> [Int32] {
        if text.isEmpty { return [] }
        return try tokenizer.encode(
            Array(text.utf8), pair: nil, maxTokens: nil, cutting: .right, addsSpecialTokens: false
        ).ids
    }
}
