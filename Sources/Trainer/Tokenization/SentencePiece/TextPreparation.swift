private import Foundation
internal import TextBasics

/// What the tokenizers of ALBERT, XLNet and KoBERT do to a text before SentencePiece reads it.
///
/// Compatibility decomposition takes Hangul syllables apart, too; the character map of the model puts them together again.
///
/// Source: `preprocess_text` of tokenization_albert.py and tokenization_xlnet.py in transformers 4, and of
/// tokenization_kobert.py.
struct TextPreparation: Hashable, Sendable {
    /// Whether marks are taken off letters, after compatibility decomposition (NFKD).
    var stripsMarks: Bool
    var lowercases: Bool

    var identity: String { [stripsMarks, lowercases].map { $0 ? "1" : "0" }.joined() }

    /// A text with the byte of the original that each of its bytes came from, and at last the length of the original.
    struct Prepared {
        var bytes: [UInt8] = []
        var origins: [Int] = []
    }

    /// - Parameter text: well-formed UTF-8.
    func prepare(_ text: UnsafeBufferPointer<UInt8>) -> Prepared {
        guard var scalars = try? UTF8Decoding.scalars(of: text).get() else { return Prepared() }
        scalars = Self.straightQuotes(Self.joined(scalars))
        if stripsMarks { scalars = scalars.flatMap(Self.withoutMarks) }
        if lowercases { scalars = Self.lowercased(scalars) }
        var prepared = Prepared()
        for scalar in scalars {
            UTF8Decoding.append(scalar.value, to: &prepared.bytes)
            while prepared.origins.count < prepared.bytes.count { prepared.origins.append(scalar.start) }
        }
        prepared.origins.append(text.count)
        return prepared
    }

    /// Whether a character surely stays what it is, whatever stands beside it.
    func leavesAlone(_ scalar: UInt32) -> Bool {
        if Self.isSpace(scalar) || scalar == 0x60 || scalar == 0x27 { return false }
        let placed = PlacedScalar(scalar, start: 0, end: 0)
        if stripsMarks {
            // Conjoining letters may become a syllable with what is in front of them.
            if 0x1100...0x11FF ~= scalar || Self.withoutMarks(placed).map(\.value) != [scalar] {
                return false
            }
        }
        return !lowercases || Self.lowercased([placed]).map(\.value) == [scalar]
    }

    /// White space as one space, none at the ends.
    private static func joined(_ scalars: [PlacedScalar]) -> [PlacedScalar] {
        var joined: [PlacedScalar] = []
        var gap: PlacedScalar?
        for scalar in scalars {
            if isSpace(scalar.value) {
                gap = gap ?? PlacedScalar(0x20, start: scalar.start, end: scalar.end)
            } else {
                if let gap, !joined.isEmpty { joined.append(gap) }
                gap = nil
                joined.append(scalar)
            }
        }
        return joined
    }

    /// White space of Python's `str.split`.
    private static func isSpace(_ scalar: UInt32) -> Bool {
        0x1C...0x1F ~= scalar || Vocabulary.isWhitespace(scalar)
    }

    /// Two grave accents, or two apostrophes, as a quotation mark.
    private static func straightQuotes(_ scalars: [PlacedScalar]) -> [PlacedScalar] {
        var result = scalars
        for quote in [UInt32(0x60), 0x27] where result.contains(where: { $0.value == quote }) {
            var replaced: [PlacedScalar] = []
            var at = 0
            while at < result.count {
                if at + 1 < result.count, result[at].value == quote, result[at + 1].value == quote {
                    replaced.append(PlacedScalar(0x22, start: result[at].start, end: result[at + 1].end))
                    at += 2
                } else {
                    replaced.append(result[at])
                    at += 1
                }
            }
            result = replaced
        }
        return result
    }

    /// The compatibility decomposition of a character without its combining marks, whose order so does not matter.
    private static func withoutMarks(_ scalar: PlacedScalar) -> [PlacedScalar] {
        if scalar.value < 0xA0 { return [scalar] }
        let parts: [UInt32]
        if let jamo = Hangul.decomposition(of: scalar.value) {
            parts = jamo
        } else if let character = Unicode.Scalar(scalar.value) {
            parts = String(character).decomposedStringWithCompatibilityMapping.unicodeScalars.map(\.value)
        } else {
            parts = [scalar.value]
        }
        let classes = UnicodeTables.python.combiningClasses
        return parts.filter { classes[$0] == 0 }.map {
            PlacedScalar($0, start: scalar.start, end: scalar.end)
        }
    }

    private static func lowercased(_ scalars: [PlacedScalar]) -> [PlacedScalar] {
        let tables = UnicodeTables.python
        return scalars.indices.flatMap { at -> [PlacedScalar] in
            let scalar = scalars[at]
            // A capital sigma at the end of a word is written another way.
            let mapped =
                scalar.value == 0x3A3 && isFinal(scalars, at)
                ? [0x3C2] : tables.lowercase(of: scalar.value) ?? [scalar.value]
            return mapped.map { PlacedScalar($0, start: scalar.start, end: scalar.end) }
        }
    }

    private static func isFinal(_ scalars: [PlacedScalar], _ at: Int) -> Bool {
        let tables = UnicodeTables.python
        func reachesCased(_ scalars: some Sequence<PlacedScalar>) -> Bool {
            for scalar in scalars {
                let properties = tables.properties(of: scalar.value)
                if properties.contains(.caseIgnorable) { continue }
                return properties.contains(.cased)
            }
            return false
        }
        return reachesCased(scalars[..<at].reversed()) && !reachesCased(scalars[(at + 1)...])
    }
}
