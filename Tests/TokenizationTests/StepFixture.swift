import Foundation
import Testing
import Tokenization

/// Files of tokenizers that are described step by step, and what `tokenizers` makes of texts with them.
/// Made by `Tests/Fixtures/tokenization/make_steps.py`.
struct StepFixture: Decodable {
    struct Case: Decodable {
        var files: [String: String]
        var ids: [[Int32]]
        var places: [[Int]]
        var pairs: [[Int32]]

        func tokenizer(changing change: (String) -> String = { $0 }) throws -> any Tokenizer {
            try TokenizerFolderTests.with(files.mapValues(change)) {
                try #require(try TokenizerFolder.load($0))
            }
        }
    }

    var texts: [String]
    var cases: [String: Case]

    static let shared: StepFixture? = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/tokenization/steps.json")
        return try? JSONDecoder().decode(StepFixture.self, from: Data(contentsOf: path))
    }()

    static let names = shared?.cases.keys.sorted() ?? []

    static func named(_ name: String) throws -> (expected: Case, texts: [String]) {
        let fixture = try #require(shared, "steps.json cannot be read")
        return (try #require(fixture.cases[name]), fixture.texts)
    }
}
