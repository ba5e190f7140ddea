import Foundation
import Testing
import TextBasics
import Tokenization

/// Added tokens with every mixture of flags, against the ids that transformers gave.
/// Made by `Tests/Fixtures/tokenization/added_tokens.py`.
struct AddedTokenTests {
    struct Fixture: Decodable {
        struct Case: Decodable {
            var configuration: String
            var texts: [String]
            var ids: [String]
        }

        struct Reference: Decodable {
            var madeBy: String
            var cases: [Case]

            enum CodingKeys: String, CodingKey {
                case madeBy = "made_by"
                case cases
            }
        }

        var vocabulary: [String]
        var references: [String: Reference] = [:]

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Name.self)
            vocabulary = try values.decode([String].self, forKey: Name("vocabulary"))
            for key in values.allKeys where key.stringValue != "vocabulary" {
                references[key.stringValue] = try values.decode(Reference.self, forKey: key)
            }
        }

        struct Name: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(_ name: String) { stringValue = name }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        static func load(from file: String = #filePath) throws -> Fixture {
            let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            let data = try Data(
                contentsOf: tests.appendingPathComponent("Fixtures/tokenization/added-tokens.json"))
            return try JSONDecoder().decode(Fixture.self, from: data)
        }
    }

    /// Rows that differ when each case is tokenized by the rules of `mode`.
    private func differences(_ reference: Fixture.Reference, _ vocabulary: [String], _ mode: WordPieceMode)
        throws
        -> (rows: Int, different: [String])
    {
        var rows = 0
        var different: [String] = []
        for item in reference.cases {
            let tokenizer = try WordPieceTokenizer(
                vocabularyBytes: Array(vocabulary.map { $0 + "\n" }.joined().utf8),
                configurationJSON: Array(item.configuration.utf8), mode: mode)
            let batch = try tokenizer.encodeBatch(UTF8Rows(item.texts))
            for (row, expected) in item.ids.enumerated() {
                let found = batch[row].map { String($0) }.joined(separator: " ")
                let slowly = try tokenizer.encode(item.texts[row]).ids.map { String($0) }.joined(
                    separator: " ")
                #expect(slowly == found)
                rows += 1
                if found != expected {
                    let scalars = item.texts[row].unicodeScalars.map { String($0.value, radix: 16) }
                    different.append("\(scalars): \(found), expected \(expected)")
                }
            }
        }
        return (rows, different)
    }

    @Test(arguments: [WordPieceMode.hfFast, .hfSlow])
    func flagsMeanWhatTheReferenceTakesThemFor(mode: WordPieceMode) throws {
        let fixture = try Fixture.load()
        let reference = try #require(fixture.references[mode.rawValue])
        let (rows, different) = try differences(reference, fixture.vocabulary, mode)
        #expect(rows >= 400)
        #expect(different.isEmpty, "\(reference.madeBy): \(different.prefix(5))")
    }

    /// The two references differ on these, so the fixture notices when one is followed for the other.
    @Test func theReferencesDoNotAgree() throws {
        let fixture = try Fixture.load()
        let slow = try #require(fixture.references["hf-slow"])
        #expect(try differences(slow, fixture.vocabulary, .hfFast).different.count > 20)
    }

    static let vocabulary = Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n".utf8)

    @Test func aTokenOfWhichNothingIsLeftIsRefused() {
        let json = #"{"added_tokens_decoder": {"7": {"content": "\u200d", "normalized": true}}}"#
        let error = #expect(throws: TokenizationError.self) {
            try WordPieceTokenizer(vocabularyBytes: Self.vocabulary, configurationJSON: Array(json.utf8))
        }
        #expect(
            error?.description
                == "the added token of id 7 is looked for in normalized text, and nothing is left of it there; set its "
                + "'normalized' to false or leave it out")
    }

    @Test func anAddedTokenHasAText() throws {
        let json = #"{"added_tokens_decoder": {"7": {"content": "코로나", "normalized": false}}}"#
        let tokenizer = try WordPieceTokenizer(
            vocabularyBytes: Self.vocabulary, configurationJSON: Array(json.utf8))
        #expect(
            try tokenizer.encode("a코로나").ids.map { tokenizer.text(of: Int($0)) } == [
                "[CLS]", "a", "코로나", "[SEP]",
            ])
        #expect(tokenizer.text(of: 6) == "", "no piece and no token")
    }
}
