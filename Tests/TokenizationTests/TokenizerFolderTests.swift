import Foundation
import Testing
import Tokenization

/// Folders as versions of transformers save them, against the ids that these gave.
/// Made by `Tests/Fixtures/tokenization/make_folders.py`.
struct TokenizerFolderTests {
    struct Saved: Decodable {
        var files: [String: String]
        var texts: [String]
        var ids: [[Int32]]
    }

    static let saved: [String: Saved] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/tokenization/folders.json")
        guard let data = try? Data(contentsOf: path) else { return [:] }
        return (try? JSONDecoder().decode([String: Saved].self, from: data)) ?? [:]
    }()

    static let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n가\n나\nA\n"

    /// Calls `body` with a folder that holds these files.
    static func with<Result>(
        _ files: [String: String], _ body: (String) throws -> Result
    ) throws -> Result {
        let folder = NSTemporaryDirectory() + "tokenizer-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files {
            try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        }
        return try body(folder)
    }

    static func ids(_ saved: Saved, _ files: [String: String]) throws -> [[Int32]] {
        try with(files) { folder in
            let tokenizer = try #require(try TokenizerFolder.load(folder))
            return try saved.texts.map { try tokenizer.encode(Array($0.utf8), maxTokens: nil).ids }
        }
    }

    @Test(arguments: saved.keys.sorted())
    func aFolderGivesTheIdsThatTheVersionGaveWhichSavedIt(name: String) throws {
        let saved = try #require(Self.saved[name])
        #expect(try Self.ids(saved, saved.files) == saved.ids)
    }

    @Test func theFixtureHoldsEveryKindOfFolder() {
        let versions = ["4.30.2", "4.57.6", "5.24.0"]
        let kinds = ["plain", "added", "disagreeing"].flatMap { kind in versions.map { "\(kind) \($0)" } }
        #expect(Self.saved.keys.sorted() == (kinds + ["slow 4.30.2", "slow 4.57.6"]).sorted())
    }

    /// Each file decides something: without it the ids differ, or the folder is not valid.
    @Test func theFilesOfTheFixtureAreNeeded() throws {
        for (name, file) in [
            ("slow 4.30.2", "added_tokens.json"), ("disagreeing 4.57.6", "tokenizer.json"),
            ("added 5.24.0", "tokenizer.json"),
        ] {
            let saved = try #require(Self.saved[name])
            var files = saved.files
            files[file] = nil
            let isThere = try Self.with(files) { try TokenizerFolder.load($0) } != nil
            #expect(try !isThere || Self.ids(saved, files) != saved.ids, "\(name) without \(file)")
        }
    }

    @Test(arguments: saved.keys.sorted())
    func theFilesThatAreNamedMakeTheSameTokenizer(name: String) throws {
        let saved = try #require(Self.saved[name])
        let (names, identity) = try Self.with(saved.files) { folder in
            let found = try #require(try TokenizerFolder.find(in: folder))
            return (found.files, found.tokenizer.identity)
        }
        let again = try Self.with(saved.files.filter { names.contains($0.key) }) { folder in
            try #require(try TokenizerFolder.find(in: folder)).tokenizer.identity
        }
        #expect(again == identity)
        // transformers 4.57 keeps everything in tokenizer_config.json, 4.30 the added tokens elsewhere.
        let isEnough = name.hasPrefix("plain 4") || ["added 4.57.6", "slow 4.57.6"].contains(name)
        #expect((names == ["vocab.txt", "tokenizer_config.json"]) == isEnough, "\(names)")
    }

    @Test func aDisagreementIsReported() throws {
        let saved = try #require(Self.saved["disagreeing 4.57.6"])
        let remarks = try Self.with(saved.files) { try #require(try TokenizerFolder.load($0)).remarks }
        #expect(remarks.contains { $0.hasPrefix("tokenizer.json differs from vocab.txt") })
        let agreeing = try #require(Self.saved["plain 4.57.6"])
        let quiet = try Self.with(agreeing.files) { try #require(try TokenizerFolder.load($0)).remarks }
        #expect(quiet.count == 1)
    }

    @Test func theOrderInWhichAddedTokensAreListedMakesNoDifference() throws {
        let listed = try #require(Self.saved["plain 4.57.6"])
        let published = [
            "vocab.txt": try #require(listed.files["vocab.txt"]),
            "tokenizer_config.json": #"{"do_lower_case": false}"#,
        ]
        func tokenizer(_ files: [String: String]) throws -> any Tokenizer {
            try Self.with(files) { try #require(try TokenizerFolder.load($0)) }
        }
        let (one, two) = (try tokenizer(listed.files), try tokenizer(published))
        #expect(one.identity != two.identity)
        #expect(one.agrees(with: two))
        var lowered = published
        lowered["tokenizer_config.json"] = #"{"do_lower_case": true, "strip_accents": false}"#
        #expect(!one.agrees(with: try tokenizer(lowered)))
    }

    static let refused: [([String: String], String)] = [
        (
            ["vocab.txt": vocabulary, "tokenizer_78b3253a26.model": "x"],
            "tokenizer_78b3253a26.model is not a SentencePiece model"
        ),
        (["other.model": "x"], "other.model is a SentencePiece model"),
        (
            ["vocab.txt": vocabulary, "tokenizer_config.json": #"{"tokenizer_class": "KoBertTokenizer"}"#],
            "tokenizer_config.json names the tokenizer class KoBertTokenizer"
        ),
        (
            ["vocab.txt": vocabulary, "config.json": #"{"tokenizer_class": "AlbertTokenizerFast"}"#],
            "config.json names the tokenizer class AlbertTokenizerFast"
        ),
        (["vocab.txt": "<!DOCTYPE html><html></html>"], "vocab.txt is a web page"),
        (
            ["vocab.txt": vocabulary, "added_tokens.json": #"{"ㅋㅋ": "x"}"#],
            "added_tokens.json: 'ㅋㅋ' must be an id from 0"
        ),
        (
            ["vocab.txt": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"],
            "vocab.txt is a Git LFS pointer"
        ),
        (["vocab.txt": "../../blobs/12ab"], "vocab.txt holds nothing but the target of a link"),
    ]

    @Test(arguments: refused)
    func foldersOfAnotherKindAreRefusedInWords(files: [String: String], words: String) throws {
        let error = #expect(throws: TokenizationError.self) {
            try Self.with(files) { try TokenizerFolder.load($0) }
        }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
    }

    @Test(arguments: ["BertTokenizer", "ElectraTokenizerFast", "DistilBertTokenizer", "TokenizersBackend"])
    func classesOfWordPieceAreTaken(name: String) throws {
        let files = [
            "vocab.txt": Self.vocabulary, "tokenizer_config.json": #"{"tokenizer_class": "\#(name)"}"#,
        ]
        #expect(try Self.with(files) { try TokenizerFolder.load($0) } != nil)
    }

    /// A normalizer that is not read: vocab.txt is no substitute.
    @Test func aTokenizerFileThatCannotBeFollowedIsNotPassedOver() throws {
        let saved = try #require(Self.saved["plain 4.57.6"])
        var files = saved.files
        files["tokenizer.json"] = files["tokenizer.json"]?.replacingOccurrences(
            of: "\"normalizer\": {",
            with:
                "\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKC\"}]}, \"was\": {"
        )
        let error = #expect(throws: TokenizationError.self) {
            try Self.with(files) { try TokenizerFolder.load($0) }
        }
        #expect(error?.description.contains("'normalizer' is of type 'Sequence' (NFKC)") == true)
        #expect(error?.description.contains("take tokenizer.json out of the folder") == true)
    }

    @Test func anEmptyFolderHasNoTokenizer() throws {
        #expect(try Self.with(["README.md": "x"]) { try TokenizerFolder.load($0) } == nil)
    }
}
