import Foundation
import Testing

/// `splitvote tokenize` as a user runs it.
struct TokenizeTests {
    static let special = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"

    static func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(special + "의견\n##들\nA\n", to: "words/vocab.txt")
        return sandbox
    }

    // MARK: Shards

    /// Header and tensors of a safetensors file, read here without the program's own reader.
    private func tensors(_ data: Data) throws -> (metadata: [String: String], ids: [UInt16], offsets: [Int64])
    {
        let length = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let header = try #require(
            try JSONSerialization.jsonObject(with: data.dropFirst(8).prefix(length)) as? [String: Any])
        func bytes(_ name: String, _ type: String) throws -> Data {
            let tensor = try #require(header[name] as? [String: Any])
            #expect(tensor["dtype"] as? String == type)
            let range = try #require(tensor["data_offsets"] as? [Int])
            return Data(data.dropFirst(8 + length)[(8 + length + range[0])..<(8 + length + range[1])])
        }
        let ids = try bytes("input_ids", "U16")
        let offsets = try bytes("offsets", "I64")
        return (
            header["__metadata__"] as? [String: String] ?? [:],
            stride(from: 0, to: ids.count, by: 2).map { UInt16(ids[$0]) | UInt16(ids[$0 + 1]) << 8 },
            stride(from: 0, to: offsets.count, by: 8).map { at in
                (0..<8).reduce(Int64(0)) { $0 | Int64(offsets[at + $1]) << Int64(8 * $1) }
            }
        )
    }

    @Test func shardsHoldWhatIsPrinted() throws {
        let sandbox = try Self.sandbox()
        let text = "의견들 없음\n\n의견\r\nA 의견 의견 의견"
        let printed = try sandbox.splitvote("tokenize", "--vocab", "words", "--max-tokens", "5", input: text)
        let outcome = try sandbox.splitvote(
            "tokenize", "--vocab", "words", "--max-tokens", "5", "--shards", "out/ids", input: text)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(try sandbox.files(below: "out") == ["ids/ids-00000.safetensors"])
        let (metadata, ids, offsets) = try tensors(sandbox.data("out/ids/ids-00000.safetensors"))
        let rows = zip(offsets, offsets.dropFirst()).map {
            ids[Int($0)..<Int($1)].map(String.init).joined(separator: " ")
        }
        #expect(rows.joined(separator: "\n") + "\n" == printed.output)
        #expect(metadata["mode"] == "hf-fast")
        #expect(metadata["max_tokens"] == "5")
        #expect(metadata["tables"]?.hasPrefix("tokenizers ") == true)
        #expect(
            outcome.errors.contains(
                "out/ids: 1 file, 4 rows, 15 tokens, mean 3.75, p50 3, p95 5, p99 5, longest 5, [UNK] 6.67 %, 1 row cut, "
                    + "padded to 5: 1.33 x the tokens, padded to the longest of each 32: 1.33 x"),
            "\(outcome.errors)")
    }

    @Test func aFolderWithFilesIsNotWrittenInto() throws {
        let sandbox = try Self.sandbox()
        let outcome = try sandbox.splitvote(
            "tokenize", "--vocab", "words", "--shards", "words", input: "A\n")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("--shards words: the folder is not empty"), "\(outcome.errors)")
        #expect(try sandbox.files(below: "words") == ["vocab.txt"])
    }

    @Test func linesAreTheSameHoweverTheyArrive() throws {
        let sandbox = try Self.sandbox()
        // Longer than a piece that is read at a time, so that lines and their ends fall across two.
        let lines = (0..<40_000).map { $0 % 7 == 0 ? "" : String(repeating: "의견들 ", count: $0 % 9) + "A" }
        let expected = lines.map { line -> String in
            let words = line.split(separator: " ").map { $0 == "A" ? "7" : "5 6" }
            return (["2"] + words + ["3"]).joined(separator: " ")
        }
        for end in ["\n", "\r\n"] {
            let outcome = try sandbox.splitvote(
                "tokenize", "--vocab", "words", input: "\u{FEFF}" + lines.joined(separator: end))
            #expect(outcome.output == expected.joined(separator: "\n") + "\n", "\(end.count)")
        }
    }

    @Test func aLineWithoutEndIsRefusedBeforeItFillsTheMemory() throws {
        let sandbox = try Self.sandbox()
        let outcome = try sandbox.run(
            URL(filePath: "/bin/sh"),
            [
                "-c",
                "head -c 20000000 /dev/zero | tr '\\0' a | \(Sandbox.command.path) tokenize --vocab words",
            ])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("standard input, line 1 has more than 16 MiB"), "\(outcome.errors)")
    }

    // MARK: Vocabularies as they are found

    static let vocabularies: [(String, String, String)] = [
        (
            special + "A\n의견\nA\n", "2 7 6 3\n",
            "the vocabulary lists 1 pieces again, the last id counts: 'A' (ids 5 and 7)"
        ),
        (
            special + "\nA\n의견\n", "2 6 7 3\n",
            "the vocabulary has 1 empty lines, the first is line 6; their ids are never used"
        ),
        ((special + "A\n의견\n").replacing("\n", with: "\r\n"), "2 5 6 3\n", "text is not lower-cased"),
    ]

    @Test(arguments: vocabularies)
    func oddVocabulariesAreTakenAsTheReferenceTakesThemAndSaidSo(
        vocabulary: String, ids: String, note: String
    ) throws {
        let sandbox = try Sandbox()
        try sandbox.write(vocabulary, to: "v/vocab.txt")
        let outcome = try sandbox.splitvote("tokenize", "--vocab", "v", input: "A 의견\n")
        #expect(outcome.output == ids)
        #expect(outcome.errors.contains(note), "\(outcome.errors)")
    }

    static let refused: [(String, String)] = [
        ("\u{FEFF}" + special, "v: the vocabulary starts with a byte-order mark (EF BB BF)"),
        ("", "v: the vocabulary is empty"),
        (special.replacing("[UNK]\n", with: ""), "v: the vocabulary of 4 pieces has no '[UNK]'"),
        (special.replacing("[CLS]\n", with: ""), "v: the vocabulary of 4 pieces has no '[CLS]'"),
        (special.replacing("[SEP]\n", with: ""), "v: the vocabulary of 4 pieces has no '[SEP]'"),
    ]

    @Test(arguments: refused)
    func unusableVocabulariesAreRefused(vocabulary: String, message: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write(vocabulary, to: "v/vocab.txt")
        let outcome = try sandbox.splitvote("tokenize", "--vocab", "v", input: "A\n")
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func addedTokensBehindTheVocabularyHaveTexts() throws {
        let sandbox = try Self.sandbox()
        try sandbox.write(
            #"{"added_tokens_decoder": {"8": {"content": "<url>", "normalized": false}}}"#,
            to: "words/tokenizer_config.json")
        let outcome = try sandbox.splitvote("tokenize", "--vocab", "words", "--pieces", input: "A <url>\n")
        #expect(outcome.output == "[CLS] A <url> [SEP]\n", "\(outcome.errors)")
    }

    // MARK: Other rules

    /// Shards made by other rules than the usual ones; the model that learns from them predicts by the same.
    @Test(arguments: ["google", "hf-slow"])
    func aModelKeepsToTheRulesOfItsShards(mode: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/a.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        try sandbox.write(
            SampleComments.pipeline()
                + SampleComments.training.replacing("max_tokens: 32", with: "max_tokens: 32, mode: \(mode)")
                .replacing("init: init,", with: "init: init, path: out/model,"), to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let configuration = try sandbox.read("out/model/config.json")
        #expect(configuration.contains("\"tokenizer_kind\": \"\(mode)\""), "\(configuration)")
        #expect(try sandbox.splitvote("predict", "--model", "out/model", input: "하나\n").status == 0)
        for (other, message) in [
            ("hf-fast", "out/model has another tokenizer than the one it was trained with"),
            ("hf-2031", "out/model was trained with the tokenizer rules 'hf-2031', which"),
        ] {
            try sandbox.write(
                configuration.replacing(
                    "\"tokenizer_kind\": \"\(mode)\"", with: "\"tokenizer_kind\": \"\(other)\""),
                to: "out/model/config.json")
            let refused = try sandbox.splitvote("predict", "--model", "out/model", input: "하나\n")
            #expect(refused.status == 1)
            #expect(refused.errors.contains(message), "\(refused.errors)")
        }
    }

    // MARK: Texts cleaned otherwise

    /// Trains on texts cleaned by one set of rules, then offers texts cleaned by another.
    @Test func textsCleanedOtherwiseAreRefused() throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/a.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        let training = SampleComments.training.replacing(
            "seed: 1}}\n  scores", with: "seed: 1, path: out/model}}\n  scores")
        try sandbox.write(SampleComments.pipeline() + training, to: "plain.yaml")
        let first = try sandbox.splitvote("run", "plain.yaml", "--until", "model")
        #expect(first.status == 0, "\(first.errors)")
        let configuration = try sandbox.read("out/model/config.json")
        #expect(configuration.contains("\"clean_rules\": \"none\""), "\(configuration)")
        #expect(configuration.contains("\"clean_revision\": 1"))
        #expect(configuration.contains("\"hf-slow\""), "the parity certificate")
        #expect(try sandbox.splitvote("predict", "--model", "out/model", input: "하나\n").status == 0)

        let other =
            (SampleComments.pipeline(
                ("rules: none", "rules: kcbert-2022"),
                ("state.sqlite, artifacts: artifacts", "other.sqlite, artifacts: others"))
            + SampleComments.training)
            .replacing("with: {size: 300, min_frequency: 1}", with: "with: {reuse: out/model}")
            .replacing("init: init", with: "init: out/model")
        try sandbox.write(other, to: "cleaned.yaml")
        let second = try sandbox.splitvote("run", "cleaned.yaml", "--until", "model")
        #expect(second.status == 1)
        #expect(
            second.errors.contains(
                "clean_rules: the shards' texts were cleaned by 'kcbert-2022+entities+nfc', the model's by 'none'"
            ),
            "\(second.errors)")

        for (old, new, message) in [
            ("\"clean_revision\": 1", "\"clean_revision\": 2", "cleaned by revision 2 of the rules 'none'"),
            (
                "\"clean_rules\": \"none\"", "\"clean_rules\": \"kcbert-2031\"",
                "cleaned by 'kcbert-2031', which"
            ),
        ] {
            try sandbox.write(configuration.replacing(old, with: new), to: "out/model/config.json")
            let refused = try sandbox.splitvote("predict", "--model", "out/model", input: "하나\n")
            #expect(refused.status == 1)
            #expect(refused.errors.contains(message), "\(refused.errors)")
        }
    }
}
