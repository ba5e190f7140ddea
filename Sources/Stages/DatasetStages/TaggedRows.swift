internal import ShardFormat
internal import StageKit
internal import TextBasics
internal import TextCleaning
internal import Tokenization
internal import VoteModel

/// Rows of tokens with the tags of words laid over them.
struct TaggedRows {
    let tokenizer: any Tokenizer
    let scheme: TagScheme
    let settings: TagSettings
    let maxTokens: Int

    /// A window of a text, with its tags.
    typealias Row = (tokens: [Int32], tags: TokenTags)

    /// The windows of a text; none where no token stands for any of its words.
    ///
    /// - Parameters:
    ///   - given: the text as given, in which words have their places.
    ///   - cleaned: the same as it is tokenized.
    func rows(of words: ArraySlice<TaggedWord>, given: [UInt8], cleaned: [UInt8]) throws -> [Row] {
        let places = CleanedPlaces(given: given, cleaned: cleaned)
        let alignment = try WordAlignment(
            cleaned, words: words.map { places.bytes(of: Int($0.start)..<Int($0.end)) }, by: tokenizer,
            maxTokens: maxTokens, overlap: settings.overlap ?? TagSettings.overlap(maxTokens: maxTokens))
        let tags = words.map { Int($0.tag) }
        return alignment.rows.map { row in
            var found = TokenTags(ofTokens: Array(repeating: TokenTags.none, count: row.tokens.count))
            for piece in row.pieces where alignment.counts(piece, in: row) {
                guard let word = alignment.wordOfPiece[piece] else { continue }
                if alignment.answering[word] == piece {
                    found.ofTokens[row.token(of: piece)] = Int32(tags[word])
                } else if settings.countsEveryToken {
                    found.ofTokens[row.token(of: piece)] = Int32(scheme.continued(tags[word]))
                }
            }
            for word in row.words {
                found.ofWords.append(Int32(tags[word]))
                found.answering.append(
                    alignment.answering[word].map { Int32(row.token(of: $0)) } ?? TokenTags.none)
            }
            return (row.tokens, found)
        }
    }
}

/// How the tags of words are laid over tokens.
struct TagSettings: Hashable {
    /// Whether all tokens of a word count, and not only the first.
    var countsEveryToken = false
    /// Tokens that neighboring windows of a longer text have in common; `nil`: a quarter of a row.
    var overlap: Int?

    static func overlap(maxTokens: Int) -> Int { maxTokens / 4 }
}
