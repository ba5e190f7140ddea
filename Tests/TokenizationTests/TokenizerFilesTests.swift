import Testing
import Tokenization

struct TokenizerFilesTests {
    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    static func vocabulary(_ pieces: String...) -> [UInt8] {
        bytes((["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + pieces).joined(separator: "\n"))
    }

    static let undecided: [([UInt8], Bool, Bool?, String)] = [
        (
            vocabulary("가", "A", "a"), false, nil,
            "text is not lower-cased, accents kept: no setting says so, and 1 pieces of the vocabulary hold "
                + "upper-case letters"
        ),
        (
            vocabulary("가", "1"), false, nil,
            "text is not lower-cased, accents kept: no setting says so, and the vocabulary holds no letters with case"
        ),
        (
            vocabulary("가", "a"), true, false,
            "text is lower-cased, accents kept: no setting says so; the vocabulary holds 1 pieces with lower-case "
                + "letters and none with upper-case ones, and whole Hangul syllables but no Jamo"
        ),
        (
            vocabulary("a", "\u{1100}"), true, nil,
            "text is lower-cased, accents stripped: no setting says so; the vocabulary holds 1 pieces with "
                + "lower-case letters and none with upper-case ones"
        ),
        (
            vocabulary("é", "e"), true, false,
            "text is lower-cased, accents kept: no setting says so; the vocabulary holds 2 pieces with lower-case "
                + "letters and none with upper-case ones, 1 of them with accents"
        ),
    ]

    @Test(arguments: undecided)
    func withoutConfigurationTheVocabularyDecides(
        vocabulary: [UInt8], lowercase: Bool, stripAccents: Bool?, sentence: String
    ) throws {
        let tokenizer = try WordPieceTokenizer(vocabularyBytes: vocabulary)
        #expect(tokenizer.options.lowercase == lowercase)
        #expect(tokenizer.options.stripAccents == stripAccents)
        #expect(tokenizer.casing?.sentence == sentence)
    }

    @Test func theConfigurationGoesBeforeTheVocabularyAndTheCallerBeforeBoth() throws {
        let configuration = Self.bytes(
            #"{"do_lower_case": true, "strip_accents": false, "model_max_length": 300}"#)
        let cased = Self.vocabulary("A", "a", "é")
        let configured = try WordPieceTokenizer(vocabularyBytes: cased, configurationJSON: configuration)
        #expect(configured.options.lowercase)
        #expect(configured.modelMaxTokens == 300)
        #expect(try configured.encode("AÉ é").ids == [2, 1, 7, 3])
        #expect(
            configured.casing?.sentence
                == "text is lower-cased, accents kept: tokenizer_config.json has 'do_lower_case': true")
        let asked = try WordPieceTokenizer(
            vocabularyBytes: cased, configurationJSON: configuration, lowercase: false)
        #expect(!asked.options.lowercase)
        #expect(try asked.encode("A").ids == [2, 5, 3])
    }

    @Test func configuredTokensAreUsed() throws {
        let configuration = Self.bytes(
            #"""
            {"unk_token": "<unk>", "cls_token": {"content": "<s>", "lstrip": false}, "sep_token": "</s>",
             "model_max_length": 1000000000000000019884624838656,
             "added_tokens_decoder": {"0": {"content": "<s>", "special": true, "normalized": false},
              "9": {"content": "코로나", "normalized": true, "special": false},
              "10": {"content": "@", "single_word": true, "normalized": false}}}
            """#)
        let tokenizer = try WordPieceTokenizer(
            vocabularyBytes: Self.bytes("<s>\n</s>\n<unk>\nA\n##B"), configurationJSON: configuration)
        #expect(tokenizer.modelMaxTokens == nil)
        #expect(tokenizer.vocabularySize == 11)
        #expect(try tokenizer.encode("AB코로나A").ids == [0, 3, 4, 9, 3, 1])
        #expect(try tokenizer.encode("코\u{200D}로나").ids == [0, 9, 1], "found in the cleaned text")
        #expect(try tokenizer.encode("@ A@ <s>").ids == [0, 10, 3, 2, 0, 1])
    }

    static let json = #"""
        {"version": "1.0", "added_tokens": [
          {"id": 2, "special": true, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false}],
         "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
           "strip_accents": null, "lowercase": false},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
           "max_input_chars_per_word": 4, "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4,
           "\uac01": 5, "\u1100\u1161\u11a8": 6, "##\ud83d\ude00": 8, "\u00e9": 7, "e\u0301": 9}}}
        """#

    @Test func tokenizerJSONIsEnough() throws {
        let tokenizer = try WordPieceTokenizer(tokenizerJSON: Self.bytes(Self.json))
        #expect(tokenizer.vocabulary.count == 10)
        #expect(
            try tokenizer.encode("각 \u{1100}\u{1161}\u{11A8}😀 \u{E9} e\u{301} 각각각각각").ids == [
                2, 5, 6, 8, 7, 9, 1, 3,
            ])
        #expect(
            try tokenizer.encode("[CLS][SEP]").ids == [2, 2, 1, 1, 1, 3], "only listed tokens are looked for")
        #expect(tokenizer.casing?.sentence == "text is not lower-cased, accents kept: tokenizer.json says so")
    }

    static let unsupported: [(String, String, String)] = [
        (
            "\"BertNormalizer\"", "\"NFKC\"",
            "tokenizer.json: 'normalizer' is of type 'NFKC'; only BertNormalizer is supported"
        ),
        (
            "\"WordPiece\"", "\"BPE\"",
            "tokenizer.json: 'model' is of type 'BPE'; only WordPiece is supported"
        ),
        (
            "{\"type\": \"BertPreTokenizer\"}", "null",
            "tokenizer.json: 'pre_tokenizer' is missing; only BertPreTokenizer is supported"
        ),
        (
            "\"[MASK]\": 4", "\"[MASK]\": -4",
            "tokenizer.json: 'model.vocab.[MASK]' must be an id from 0 to 9,999,999"
        ),
        (
            "\"lowercase\": false", "\"lowercase\": 0",
            "tokenizer.json: 'normalizer.lowercase' must be true or false"
        ),
    ]

    @Test(arguments: unsupported)
    func otherKindsAreRefused(part: String, replacement: String, message: String) {
        let json = Self.json.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
            .joined(separator: replacement)
        #expect(throws: TokenizationError.configuration(message)) {
            try WordPieceTokenizer(tokenizerJSON: Self.bytes(json))
        }
    }

    static let badConfigurations: [(String, String)] = [
        ("", "tokenizer_config.json is not JSON: text ends; expected a value at byte 0"),
        ("[]", "tokenizer_config.json holds no JSON object"),
        (
            "{\"a\": 1, \"a\": 2}",
            "tokenizer_config.json is not JSON: key 'a' occurs twice in one object at byte 9"
        ),
        ("{\"a\": 1,}", "tokenizer_config.json is not JSON: found '}'; expected a key in quotes at byte 8"),
        ("{\"do_lower_case\": 1}", "tokenizer_config.json: 'do_lower_case' must be true or false"),
        ("{\"unk_token\": 3}", "tokenizer_config.json: 'unk_token' must be text"),
        (
            "{\"do_basic_tokenize\": false}",
            "tokenizer_config.json: 'do_basic_tokenize' is false, so text would be cut at spaces only; "
                + "tokenizers without the basic step are not supported"
        ),
        ("{\"a\": \"\\ud800\"}", "tokenizer_config.json is not JSON: half of a surrogate pair at byte 7"),
        (
            String(repeating: "[", count: 500),
            "tokenizer_config.json is not JSON: more than 64 levels of nesting at byte 65"
        ),
    ]

    @Test(arguments: badConfigurations)
    func badConfigurationsAreRefused(json: String, message: String) {
        #expect(throws: TokenizationError.configuration(message)) {
            try WordPieceTokenizer(vocabularyBytes: Self.vocabulary("a"), configurationJSON: Self.bytes(json))
        }
    }
}
