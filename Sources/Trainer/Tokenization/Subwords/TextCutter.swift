internal import TextBasics

/// Cuts text into the ids of pieces, without special tokens around it.
protocol TextCutter: Sendable {
    /// What one thread works with and keeps from text to text.
    associatedtype Memory

    /// Number of pieces that it knows; ids lie below.
    var pieceCount: Int { get }

    /// What a piece begins with that starts a word.
    var wordStart: String { get }

    func withMemory<Result>(_ body: (inout Memory) -> Result) -> Result

    /// What a piece adds to a running text.
    func spelling(of piece: String) -> [UInt8]

    /// Adds the ids of a text.
    /// - Parameter text: well-formed UTF-8, after which ``SubwordTokens/readableAfter`` bytes can be read.
    func cut(_ text: UnsafeBufferPointer<UInt8>, into sink: inout IDSink, _ memory: inout Memory)

    /// Adds the ids of a part of a text.
    /// - Parameter startsText: whether nothing is in front of it.
    func cut(
        _ text: UnsafeBufferPointer<UInt8>, startsText: Bool, into sink: inout IDSink,
        _ memory: inout Memory)

    /// The same ids with the bytes of the text that each piece covers.
    func pieces(of text: [UInt8]) -> [PlacedPiece]

    func pieces(of text: [UInt8], startsText: Bool) -> [PlacedPiece]

    /// How the places of pieces leave out spaces; nil: they do not.
    var trimming: PlaceTrimming? { get }
}

extension TextCutter {
    var trimming: PlaceTrimming? { nil }
    var wordStart: String { "\u{2581}" }

    /// The mark of a word's start is a space, one of its end too, and `<0x0A>` is a byte.
    func spelling(of piece: String) -> [UInt8] {
        if piece.utf8.count == 6, piece.hasPrefix("<0x"), piece.hasSuffix(">"),
            let byte = UInt8(piece.dropFirst(3).dropLast(), radix: 16)
        {
            return [byte]
        }
        let end = "</w>"
        let word = piece.hasSuffix(end) ? piece.dropLast(end.count) + " " : piece
        return Array(word.replacing(wordStart, with: " ").utf8)
    }

    func cut(
        _ text: UnsafeBufferPointer<UInt8>, startsText: Bool, into sink: inout IDSink,
        _ memory: inout Memory
    ) { cut(text, into: &sink, &memory) }

    func pieces(of text: [UInt8], startsText: Bool) -> [PlacedPiece] { pieces(of: text) }
}

/// Takes the spaces at the ends of pieces off their places, as `tokenizers` does after byte-level models: by characters, and
/// not the one space in front of the first piece where that may have been put there.
struct PlaceTrimming {
    let addsPrefixSpace: Bool
    /// Number of spaces that a piece starts with, and that it ends with.
    let spaces: (Int32) -> (leading: Int, trailing: Int)

    func trimmed(
        _ place: Range<Int>, _ spaces: (leading: Int, trailing: Int), of text: [UInt8], isFirst: Bool
    ) -> Range<Int> {
        var (start, end) = (place.lowerBound, place.upperBound)
        let mayBeAdded = (isFirst || start == 0) && addsPrefixSpace && spaces.leading == 1
        for _ in 0..<(mayBeAdded ? 0 : spaces.leading) where start < end {
            repeat { start += 1 } while start < end && text[start] & 0xC0 == 0x80
        }
        for _ in 0..<spaces.trailing where end > start {
            repeat { end -= 1 } while end > start && text[end] & 0xC0 == 0x80
        }
        return start..<end
    }

    /// White space at the ends of a text.
    static func spaces(of text: ArraySlice<UInt8>) -> (leading: Int, trailing: Int) {
        let scalars = UTF8Decoding.scalars(of: text) ?? []
        return (
            scalars.prefix(while: Vocabulary.isWhitespace).count,
            scalars.reversed().prefix(while: Vocabulary.isWhitespace).count
        )
    }
}

/// A piece and the bytes of its text that it covers.
struct PlacedPiece: Hashable, Sendable {
    var id: Int32
    var place: Range<Int>
}

/// What the readers of subwords share.
enum SubwordTokens {
    /// Bytes that can be read after a text: a block that is looked at at once, and the longest run of ``ChunkTable`` in it.
    static let readableAfter = 64 + ChunkTable.readBytes
}
