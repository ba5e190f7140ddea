import Foundation
import Testing
import TextBasics
import Tokenization

/// Byte-level and SentencePiece tokenizers and what the references make of texts with them.
/// Made by `Tests/Fixtures/tokenization/make_subwords.py`.
struct SubwordFixture: Decodable {
    struct Case: Decodable {
        var files: [String: String]?
        var model: Data?
        var ids: [[Int32]]
        var places: [[Int]]
        var pairs: [[Int32]]?

        func tokenizer() throws -> any Tokenizer {
            if let model { return try SentencePieceFiles.plain(Array(model), name: "x.model") }
            return try TokenizerFolderTests.with(files ?? [:]) {
                try #require(try TokenizerFolder.load($0))
            }
        }
    }

    /// A tokenizer as a family has it.
    struct Family: Decodable {
        var folder: [String: Data]
        var ids: [[Int32]]
        var pairs: [[Int32]]

        func with<Result>(_ body: (String) throws -> Result) throws -> Result {
            let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: path) }
            for (name, bytes) in folder { try bytes.write(to: path.appending(path: name)) }
            return try body(path.path)
        }
    }

    var texts: [String]
    var familyTexts: [String]
    var families: [String: Family]
    var training: [String]
    var cases: [String: Case]

    private enum CodingKeys: String, CodingKey {
        case texts, families, training, cases
        case familyTexts = "family texts"
    }

    static let shared: SubwordFixture? = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/tokenization/subwords.json")
        return try? JSONDecoder().decode(SubwordFixture.self, from: Data(contentsOf: path))
    }()

    static let names = shared?.cases.keys.sorted() ?? []

    static func named(_ name: String) throws -> (tokenizer: any Tokenizer, expected: Case, texts: [String]) {
        let fixture = try #require(shared, "subwords.json cannot be read")
        let expected = try #require(fixture.cases[name])
        return (try expected.tokenizer(), expected, fixture.texts)
    }
}
