import Foundation

/// The frozen hard set: texts, a vocabulary, and what the reference tokenizers give for them.
/// Made by `Tests/Fixtures/tokenization/make_hard_set.py`.
struct HardSet: Decodable {
    struct Expected: Decodable {
        var madeBy: String
        /// Ids of each text, special tokens included, with spaces between them.
        var ids: [String]
    }

    struct Pair: Decodable {
        var first: String
        var second: String
        var maxTokens: Int
        var ids: [Int32]
        var types: [UInt8]
    }

    struct Training: Decodable {
        struct Line: Decodable {
            var text: String
            var times: Int

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                text = try values.decode(String.self)
                times = try values.decode(Int.self)
            }
        }

        var lines: [Line]
        var size: Int
        var limitAlphabet: Int
        var pieces: [String]
    }

    var texts: [String]
    var vocabulary: [String]
    /// By mode and casing, such as "hf-fast cased".
    var expected: [String: Expected]
    var pairs: [Pair]
    var training: Training
    /// By mode and casing: start:end of each piece in bytes, special tokens left out.
    var places: [String: [String]]
    /// SHA-256 of the texts, and by mode and casing of the expected ids.
    var certificate: [String: String]

    var vocabularyBytes: [UInt8] { Array((vocabulary.joined(separator: "\n") + "\n").utf8) }

    static func load(from file: String = #filePath) throws -> HardSet {
        let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: tests.appendingPathComponent("Fixtures/tokenization/hard-set.json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(HardSet.self, from: data)
    }
}
