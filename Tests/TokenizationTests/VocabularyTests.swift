import Testing
import Tokenization

struct VocabularyTests {
    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func idsAreLineNumbers() throws {
        let vocabulary = try Vocabulary(bytes: Self.bytes("[PAD]\n[UNK]\n가\n##나\n"))
        #expect(vocabulary.count == 4)
        #expect(vocabulary.id(of: "##나") == 3)
        #expect(vocabulary.id(of: "나") == nil)
        #expect(vocabulary.id(of: "\u{1100}\u{1161}") == nil, "a decomposed syllable is another piece")
        #expect(vocabulary.text(2) == "가")
        #expect(vocabulary.notes.isEmpty)
    }

    static let sameVocabulary = [
        "a\nb\n", "a\nb", "a\r\nb\r\n", "a\r\nb", "a \nb\t\n", "a\u{3000}\nb\u{85}\n",
    ]

    @Test(arguments: sameVocabulary)
    func lineEndsAndTrailingSpaceDoNotMatter(text: String) throws {
        let vocabulary = try Vocabulary(bytes: Self.bytes(text))
        #expect(try vocabulary == Vocabulary(pieces: [Self.bytes("a"), Self.bytes("b")]))
        #expect(vocabulary.fileBytes == Self.bytes("a\nb\n"))
    }

    @Test func anEmptyLineTakesAnID() throws {
        let vocabulary = try Vocabulary(bytes: Self.bytes("a\n\nb\n\n"))
        #expect(vocabulary.count == 4)
        #expect(vocabulary.id(of: "b") == 2)
        #expect(
            vocabulary.notes == [
                "the vocabulary has 2 empty lines, the first is line 2; their ids are never used"
            ])
    }

    @Test func ofARepeatedPieceTheLastIDCounts() throws {
        let vocabulary = try Vocabulary(bytes: Self.bytes("a\nb\na\n"))
        #expect(vocabulary.count == 3)
        #expect(vocabulary.id(of: "a") == 2)
        #expect(vocabulary.text(0) == "a")
        #expect(
            vocabulary.notes == ["the vocabulary lists 1 pieces again, the last id counts: 'a' (ids 0 and 2)"]
        )
    }

    static let refused: [([UInt8], String)] = [
        (
            [0xEF, 0xBB, 0xBF, 0x61],
            "the vocabulary starts with a byte-order mark (EF BB BF), which would become part of its first "
                + "piece; save the file as UTF-8 without one"
        ),
        ([], "the vocabulary is empty; a vocab.txt holds one piece a line"),
        ([0x61, 0x0A, 0xEA, 0xB0, 0x0A], "line 2 of the vocabulary is not UTF-8; save the file as UTF-8"),
    ]

    @Test(arguments: refused)
    func badFilesAreRefused(bytes: [UInt8], message: String) {
        #expect(throws: TokenizationError.vocabulary(message)) { try Vocabulary(bytes: bytes) }
    }

    @Test(arguments: ["[UNK]", "[CLS]", "[SEP]"])
    func aMissingSpecialTokenIsNamed(token: String) throws {
        let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].filter { $0 != token }
        let error = #expect(throws: TokenizationError.self) {
            try WordPieceTokenizer(vocabularyBytes: Self.bytes(pieces.joined(separator: "\n")))
        }
        #expect(
            error?.description.hasPrefix("the vocabulary of 4 pieces has no '\(token)', which stands for ")
                == true)
    }

    @Test func paddingAndMaskMayBeMissing() throws {
        let tokenizer = try WordPieceTokenizer(vocabularyBytes: Self.bytes("[UNK]\n[CLS]\n[SEP]\n"))
        #expect(tokenizer.paddingID == nil)
        #expect(tokenizer.maskID == nil)
        #expect(tokenizer.separatorID == 2)
    }
}
