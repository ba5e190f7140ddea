import Foundation
import JSON
import Models
import Testing
import Training

/// Folders of sentence-transformers: what they say, and what is refused.
struct SentenceModulesTests {
    private static let fixtures = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/sentences")

    /// A copy of a folder in which files are changed, or removed where there is no text.
    private func folder(_ name: String, _ changes: [String: String?] = [:]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sentences-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Self.fixtures.appending(path: name), to: folder)
        for (file, text) in changes {
            let path = folder.appending(path: file)
            if let text {
                try Data(text.utf8).write(to: path)
            } else {
                try FileManager.default.removeItem(at: path)
            }
        }
        return folder.path
    }

    private func modules(_ name: String, _ changes: [String: String?] = [:]) throws -> SentenceModules? {
        let path = try folder(name, changes)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try SentenceModules(ofFolder: path)
    }

    private static func list(_ types: String...) -> String {
        let paths = ["", "1_Pooling", "2_Normalize", "3_More"]
        return "["
            + zip(types, paths).map { #"{"path": "\#($1)", "type": "sentence_transformers.models.\#($0)"}"# }
            .joined(separator: ",") + "]"
    }

    @Test func aFolderSaysHowItPools() throws {
        #expect(try modules("mean") == SentenceModules(.mean, isNormalized: true, maxTokens: 12))
        #expect(try modules("cls") == SentenceModules(.first, isNormalized: false, maxTokens: 40))
        #expect(try modules("max") == SentenceModules(.max, isNormalized: false, maxTokens: 40))
        #expect(try modules("mean", ["modules.json": nil]) == nil)
    }

    /// As folders of versions before 5 have it: flags, and the length beside the encoder, which goes before the tokenizer's.
    @Test func olderFoldersAreReadToo() throws {
        let older: [String: String?] = [
            "modules.json": Self.list("Transformer", "Pooling"),
            "1_Pooling/config.json":
                #"{"word_embedding_dimension": 12, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#,
            "sentence_bert_config.json": #"{"max_seq_length": 9, "do_lower_case": false}"#,
        ]
        #expect(try modules("mean", older) == SentenceModules(.first, isNormalized: false, maxTokens: 9))
        // Without any flag it is the mean.
        #expect(try modules("cls", ["1_Pooling/config.json": "{}"])?.pooling == .mean)
        #expect(
            try modules("cls", ["tokenizer_config.json": #"{"model_max_length": 1e30}"#])?.maxTokens == nil)
    }

    static let refusals: [(changes: [String: String?], words: String)] = [
        (
            ["modules.json": list("Transformer", "Pooling", "Dense")],
            "modules.json has the module 'sentence_transformers.models.Dense'"
        ),
        (
            [
                "modules.json":
                    #"[{"path": "", "type": "mine.Transformer"}, {"path": "1_Pooling", "type": "mine.Pooling"}]"#
            ],
            "modules.json has the module 'mine.Transformer'"
        ),
        (["modules.json": list("Transformer", "Normalize")], "modules.json lists Transformer, Normalize"),
        (["modules.json": list("Transformer")], "modules.json lists Transformer"),
        (["modules.json": "[]"], "modules.json lists no module"),
        (["modules.json": "{"], "modules.json: it is not valid JSON"),
        (
            [
                "modules.json": list("Transformer", "Pooling").replacing(
                    #""path": """#, with: #""path": "0_Transformer""#)
            ],
            "its encoder is in the folder '0_Transformer'"
        ),
        (["1_Pooling/config.json": nil], "has no 1_Pooling/config.json"),
        (
            ["1_Pooling/config.json": #"{"pooling_mode": "lasttoken"}"#],
            "1_Pooling/config.json pools by lasttoken"
        ),
        (
            ["1_Pooling/config.json": #"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}"#],
            "1_Pooling/config.json pools by cls and mean"
        ),
        (
            ["sentence_bert_config.json": #"{"max_seq_length": 9, "do_lower_case": true}"#],
            "lower-cases texts before the tokenizer does"
        ),
        (
            [
                "config_sentence_transformers.json":
                    #"{"default_prompt_name": "q", "prompts": {"q": "query: "}}"#
            ],
            "puts the prompt 'query: ' before each text"
        ),
        (
            ["2_Normalize/config.json": #"{"module_input_name": "token_embeddings"}"#],
            "scales 'token_embeddings'"
        ),
    ]

    @Test(arguments: refusals)
    func whatIsNotComputedExactlyIsRefusedByName(changes: [String: String?], words: String) throws {
        let error = #expect(throws: TrainingError.self) { try modules("mean", changes) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    /// What is written says the same, in the words of versions before 5, and holds the same weights and tokenizer.
    @Test(arguments: ["mean", "cls", "max"])
    func aWrittenFolderSaysTheSame(name: String) throws {
        let source = Self.fixtures.appending(path: name).path
        let target = FileManager.default.temporaryDirectory.appending(path: "written-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: target) }
        let modules = try #require(try SentenceModules(ofFolder: source))
        try modules.write(try ModelFolder(source), to: target)
        #expect(try SentenceModules(ofFolder: target) == modules)
        for file in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
            #expect(
                FileManager.default.contentsEqual(atPath: source + "/" + file, andPath: target + "/" + file),
                "\(file)")
        }
        #expect(throws: TrainingError.self) { try modules.write(try ModelFolder(source), to: target) }
    }
}
