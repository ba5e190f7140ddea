import Foundation
import ShardFormat
import Testing

struct ShardManifestTests {
    static func example() -> ShardManifest {
        var auditor = TokenAuditor(maxTokens: 128)
        auditor.add(length: 20, unknown: 1, truncated: false)
        return ShardManifest(
            tokenizer: .init(
                digest: "ab12", kind: "hf-fast", lowercase: false, stripAccents: false,
                vocabularySize: 30_000,
                specialTokens: ["[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4]),
            cleanRules: "kcbert-2020", labelSet: "ls-1", splitSalt: "v1", maxTokens: 128,
            files: [
                .init(
                    path: "train-00000.safetensors", split: "train", rows: 2, tokens: 9, bytes: 400,
                    sha256: "00"),
                .init(
                    path: "train-00001.safetensors", split: "train", rows: 1, tokens: 2, bytes: 300,
                    sha256: "01"),
                .init(
                    path: "dev-00000.safetensors", split: "dev", rows: 1, tokens: 2, bytes: 300, sha256: "02"),
            ],
            audit: ["train": auditor.audit])
    }

    @Test func comesBackWithTheSameBytes() throws {
        let bytes = try Self.example().encoded()
        let back = try ShardManifest(decoding: bytes)
        #expect(back == Self.example())
        #expect(try back.encoded() == bytes)
        #expect(back.rows == ["train": 3, "dev": 1])
        #expect(back.labelNames == ["uncontroversial", "controversial"])
    }

    static let edits: [(String, String, String)] = [
        (
            "\"version\" : 1", "\"version\" : 2",
            "manifest.json has version 2; this program reads version 1. Make the shards again with the 'shards' stage"
        ),
        ("splitvote-shards", "parquet", "manifest.json has format 'parquet'; expected 'splitvote-shards'"),
        (
            "\"max_tokens\" : 128", "\"max_tokens\" : \"128\"",
            "manifest.json: 'max_tokens' is not of type Int"
        ),
        ("\"label_set\"", "\"labelset\"", "manifest.json: 'label_set' is missing"),
        ("dev-00000.safetensors", "../dev", "manifest.json: file '../dev' is not a name inside the folder"),
        ("\"dev\" : 1", "\"dev\" : 4", "manifest.json: rows.dev is 4; the files of that split have 1"),
        ("\"dev\" : 1", "\"dew\" : 0", "manifest.json: rows says nothing of split 'dev', which has files"),
        ("{", "[", "manifest.json is not a JSON object with 'format' and 'version'"),
    ]

    @Test(arguments: edits)
    func namesTheFieldThatIsWrong(found: String, replacement: String, expected: String) throws {
        let text = String(decoding: try Self.example().encoded(), as: UTF8.self)
        let edited = text.replacingOccurrences(of: found, with: replacement)
        #expect(edited != text)
        #expect(throws: ShardError(expected)) { try ShardManifest(decoding: Data(edited.utf8)) }
    }

    @Test func refusesTextsCleanedOtherwise() throws {
        var manifest = Self.example()
        try manifest.requireCleaning("kcbert-2020", revision: nil)
        try manifest.requireCleaning("kcbert-2020", revision: 1)
        #expect(
            throws: ShardError(
                "clean_rules: the shards' texts were cleaned by 'kcbert-2020', the model's by 'kcbert-2022'")
        ) { try manifest.requireCleaning("kcbert-2022", revision: 1) }
        manifest.cleanRevision = 2
        #expect(
            throws: ShardError(
                "clean_revision: the shards' texts were cleaned by revision 2 of 'kcbert-2020', the model's by revision 1"
            )
        ) { try manifest.requireCleaning("kcbert-2020", revision: nil) }
        try manifest.requireCleaning("kcbert-2020", revision: 2)
        #expect(try ShardManifest(decoding: manifest.encoded()) == manifest)
    }

    @Test func refusesAModelThatDoesNotFit() throws {
        let manifest = Self.example()
        try manifest.requireFit(tokenizerDigest: "ab12", vocabularySize: 30_000, positions: 128)
        #expect(
            throws: ShardError(
                "tokenizer.digest: the shards were made with tokenizer ab12, the model has cd34. Make the shards again "
                    + "with the model's tokenizer")
        ) { try manifest.requireFit(tokenizerDigest: "cd34", vocabularySize: 30_000, positions: 128) }
        #expect(
            throws: ShardError(
                "tokenizer.vocabulary_size: the shards use 30000 ids, the model's embedding has 29999")
        ) { try manifest.requireFit(tokenizerDigest: "ab12", vocabularySize: 29_999, positions: 128) }
        #expect(
            throws: ShardError(
                "max_tokens: rows of the shards have up to 128 tokens, the model's position table has 127. Make the "
                    + "shards with max_tokens of at most 127")
        ) { try manifest.requireFit(tokenizerDigest: nil, vocabularySize: 30_000, positions: 127) }
    }
}
