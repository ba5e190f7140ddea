import Crypto
import Foundation
import Testing
import Tokenization

/// The certificate that shards and models carry, against the hashes that Python made of the references' ids.
struct ParityEvidenceTests {
    static func hash(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    }

    @Test func theProgramCarriesTheFrozenTexts() throws {
        #expect(try HardTexts.all == HardSet.load().texts.map { Array($0.utf8) })
    }

    static let casings: [(String, lowercase: Bool, stripAccents: Bool?)] = [
        ("cased", false, nil), ("uncased", true, nil), ("lower", true, false), ("stripped", false, true),
    ]

    @Test(arguments: casings, WordPieceMode.allCases)
    func aCertificateIsTheHashOfTheReferencesIDs(
        casing: (name: String, lowercase: Bool, stripAccents: Bool?), mode: WordPieceMode
    ) throws {
        let set = try HardSet.load()
        guard set.expected["\(mode.rawValue) \(casing.name)"] != nil else {
            #expect(mode == .google, "only google-research/bert has no such casing")
            return
        }
        let tokenizer = try WordPieceTokenizer(
            vocabularyBytes: set.vocabularyBytes, lowercase: casing.lowercase,
            stripAccents: casing.stripAccents
        )
        let digests = try tokenizer.parityEvidence().digests(by: Self.hash)
        #expect(digests["texts"] == set.certificate["texts"])
        #expect(digests[mode.rawValue] == set.certificate["\(mode.rawValue) \(casing.name)"])
        #expect(digests.keys.sorted() == ["google", "hf-fast", "hf-slow", "texts"])
    }

    @Test func anotherVocabularyHasAnotherCertificate() throws {
        let set = try HardSet.load()
        var bytes = set.vocabularyBytes
        bytes.replace(Array("\n##a\n".utf8), with: Array("\n##0\n".utf8), maxReplacements: 1)
        #expect(bytes != set.vocabularyBytes)
        let changed = try WordPieceTokenizer(vocabularyBytes: bytes, lowercase: false)
        let digests = try changed.parityEvidence().digests(by: Self.hash)
        for mode in WordPieceMode.allCases {
            #expect(digests[mode.rawValue] != set.certificate["\(mode.rawValue) cased"])
        }
    }

    @Test(arguments: [false, true])
    func piecesOfTheHardTextsStandWhereTheReferenceSaysTheyDo(lowercase: Bool) throws {
        let set = try HardSet.load()
        let expected = try #require(set.places["hf-fast \(lowercase ? "uncased" : "cased")"])
        let tokenizer = try WordPieceTokenizer(vocabularyBytes: set.vocabularyBytes, lowercase: lowercase)
        for (text, places) in zip(set.texts, expected) {
            let found = try tokenizer.encode(text).offsets.dropFirst().dropLast()
            let shown = found.map { "\($0.lowerBound):\($0.upperBound)" }.joined(separator: " ")
            #expect(shown == places, "\(text.unicodeScalars.map { String($0.value, radix: 16) })")
        }
        #expect(expected.count == set.texts.count)
    }
}
