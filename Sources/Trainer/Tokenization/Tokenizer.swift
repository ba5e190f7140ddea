package import TextBasics

/// Turns text into ids: all that shards, training and prediction see of a tokenizer.
///
/// A further kind of tokenizer is one type that conforms, and one line in ``TokenizerFolder``.
package protocol Tokenizer: Sendable {
    /// Name of the rules it follows, such as `hf-fast`; shards and models keep it.
    var kind: String { get }
    /// Where its character tables come from and in which version; nil if it has none.
    var tablesVersion: String? { get }
    /// Number of ids: rows that an embedding needs.
    var vocabularySize: Int { get }
    /// Whether text is lower-cased.
    var lowercase: Bool { get }
    /// Whether accents are taken off, which takes Hangul syllables apart.
    var stripsAccents: Bool { get }
    /// Longest sequence that its configuration names, special tokens included; nil: none is named.
    var modelMaxTokens: Int? { get }
    /// Id for what it cannot spell, and the text of that token.
    var unknownID: Int { get }
    var unknownToken: String { get }
    /// Ids of the tokens with their own role, by their texts.
    var specialIDs: [String: Int] { get }

    /// What stands around texts.
    var frame: SequenceFrame { get }
    /// Id of the token that stands in place of a hidden word; nil: there is none.
    var maskID: Int? { get }
    /// Whether the piece with an id continues a word that an earlier one starts.
    func continuesWord(_ id: Int) -> Bool

    /// The bytes that identify this tokenizer: two tokenizers with the same bytes give the same ids.
    var identity: [UInt8] { get }
    /// As ``identity``, without what makes no difference to the ids, such as the order in which added tokens are listed.
    var canonicalIdentity: [UInt8] { get }
    /// What a user should know of it, as sentences.
    var remarks: [String] { get }
    /// Those remarks that point out something unusual.
    var warnings: [String] { get }

    /// Text of the piece with an id; empty for an unknown id.
    func text(of id: Int) -> String
    /// Bytes that the piece adds to a running text, with the space before a word that begins with it; several pieces may
    /// share a character.
    func spelling(of id: Int) -> [UInt8]

    /// Ids of many texts, or of pairs, in the order of the rows; see
    /// ``WordPieceTokenizer/encodeBatch(_:pairs:maxTokens:cutting:addsSpecialTokens:threads:)``.
    func encodeBatch(
        _ rows: UTF8Rows, pairs: UTF8Rows?, maxTokens: Int?, cutting side: TruncationSide,
        addsSpecialTokens: Bool, threads: Int
    ) throws(TokenizationError) -> EncodedBatch

    /// Pieces of one text, or of two as a pair, with their places; see
    /// ``WordPieceTokenizer/encode(_:pair:maxTokens:cutting:addsSpecialTokens:)-([UInt8],_,_,_,_)``.
    func encode(
        _ text: [UInt8], pair: [UInt8]?, maxTokens: Int?, cutting side: TruncationSide,
        addsSpecialTokens: Bool
    ) throws(TokenizationError) -> Encoding

    /// The ids of the hard texts by each of the rules that it knows.
    func parityEvidence() throws(TokenizationError) -> ParityEvidence
}

extension Tokenizer {
    package func spelling(of id: Int) -> [UInt8] { Array((" " + text(of: id)).utf8) }

    /// Ids of many texts, or of pairs, special tokens included.
    package func encodeBatch(
        _ rows: UTF8Rows, pairs: UTF8Rows? = nil, maxTokens: Int? = nil,
        cutting side: TruncationSide = .right, threads: Int = 1
    ) throws(TokenizationError) -> EncodedBatch {
        try encodeBatch(
            rows, pairs: pairs, maxTokens: maxTokens, cutting: side, addsSpecialTokens: true, threads: threads
        )
    }

    /// Pieces of one text with their places, special tokens included.
    package func encode(_ text: [UInt8], maxTokens: Int?) throws(TokenizationError) -> Encoding {
        try encode(text, pair: nil, maxTokens: maxTokens, cutting: .right, addsSpecialTokens: true)
    }

    /// Whether another tokenizer gives every text the same ids, as far as their files show.
    package func agrees(with other: any Tokenizer) -> Bool { canonicalIdentity == other.canonicalIdentity }
}

extension WordPieceTokenizer: Tokenizer {
    package var kind: String { options.mode.rawValue }
    package var tablesVersion: String? { options.mode.tablesVersion }
    package var lowercase: Bool { options.lowercase }
    package var stripsAccents: Bool { options.stripsAccents }
    package var unknownToken: String { options.specialTokens.unknown }

    package var frame: SequenceFrame { .bert(classificationID, separatorID) }

    package func continuesWord(_ id: Int) -> Bool { text(of: id).hasPrefix(options.continuation) }

    package func spelling(of id: Int) -> [UInt8] {
        let text = text(of: id)
        return continuesWord(id)
            ? Array(text.dropFirst(options.continuation.count).utf8) : Array((" " + text).utf8)
    }

    package var specialIDs: [String: Int] {
        var ids = [
            options.specialTokens.unknown: unknownID, options.specialTokens.classification: classificationID,
            options.specialTokens.separator: separatorID,
        ]
        ids[options.specialTokens.padding] = paddingID
        ids[options.specialTokens.mask] = maskID
        return ids
    }

    package var warnings: [String] {
        (casing.map { $0.isDeduced ? [$0.sentence] : [] } ?? []) + vocabulary.notes
    }

    package func encode(
        _ text: [UInt8], pair: [UInt8]?, maxTokens: Int?, cutting side: TruncationSide,
        addsSpecialTokens: Bool
    ) throws(TokenizationError) -> Encoding {
        try encode(
            text[...], pair: pair, maxTokens: maxTokens, cutting: side, addsSpecialTokens: addsSpecialTokens)
    }
}
