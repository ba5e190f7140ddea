internal import TextBasics

/// Texts that tokenizers get wrong, frozen: controls, Jamo, decomposed syllables, joined emoji, variation selectors,
/// U+3164, ideographs of every block, case mappings, words around the length limits, special tokens inside of text.
///
/// They are those of `Tests/Fixtures/tokenization/hard-set.json`, which holds the ids that the references give them.
package enum HardTexts {
    /// Each text as UTF-8.
    package static let all: [[UInt8]] = decode(frozen)

    /// What names the texts when hashed: each after its length in bytes and a space, a line feed after it.
    package static var identity: [UInt8] {
        all.reduce(into: []) { bytes, text in
            bytes += Array("\(text.count) ".utf8) + text + [0x0A]
        }
    }

    /// Reads scalar values in hexadecimal; `61x200` is a run of them and `;` ends a text.
    private static func decode(_ frozen: StaticString) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        var text: [UInt8] = []
        let words = frozen.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }.split {
            $0 == " " || $0 == "\n"
        }
        for word in words {
            if word == ";" {
                texts.append(text)
                text = []
                continue
            }
            let parts = word.split(separator: "x")
            for _ in 0..<(parts.count > 1 ? Int(parts[1]) ?? 0 : 1) {
                UTF8Decoding.append(UInt32(parts[0], radix: 16) ?? 0, to: &text)
            }
        }
        return texts
    }
}

/// The ids that a vocabulary and its settings give the hard texts by the rules of each mode, to be hashed.
///
/// Another implementation that was given the same vocabulary agrees with ours on the hard texts when its ids have the
/// same hash: the ids of a text in decimal with a space between two, special tokens included, and a line feed after
/// each text.
package struct ParityEvidence: Hashable, Sendable {
    /// ``HardTexts/identity``.
    package let texts: [UInt8]
    package let ids: [WordPieceMode: [UInt8]]

    /// Hashes by name: `texts`, and each mode's.
    package func digests(by hash: ([UInt8]) -> String) -> [String: String] {
        var digests = ["texts": hash(texts)]
        for (mode, lines) in ids { digests[mode.rawValue] = hash(lines) }
        return digests
    }
}

extension WordPieceTokenizer {
    /// Tokenizes the hard texts by the rules of each mode.
    package func parityEvidence() throws(TokenizationError) -> ParityEvidence {
        var ids: [WordPieceMode: [UInt8]] = [:]
        for mode in WordPieceMode.allCases { ids[mode] = try following(mode).hardLines() }
        return ParityEvidence(texts: HardTexts.identity, ids: ids)
    }

    private func hardLines() throws(TokenizationError) -> [UInt8] {
        var rows = UTF8Rows()
        for text in HardTexts.all { rows.append(text) }
        let batch = try encodeBatch(rows)
        var lines: [UInt8] = []
        for row in 0..<batch.count {
            lines += Array(batch[row].map { String($0) }.joined(separator: " ").utf8) + [0x0A]
        }
        return lines
    }
}
