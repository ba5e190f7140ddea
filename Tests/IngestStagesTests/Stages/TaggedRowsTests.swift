import IngestStages
import StageKit
import StageKitTesting
import Testing

/// Texts with a tag for each word: files in CoNLL's manner, and tables with a column of tags.
struct TaggedRowsTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench()
    }

    private func ingest(
        _ text: String, as name: String = "a.tsv", _ more: [(String, JSONValue)] = []
    ) async throws -> StageOutcome {
        try bench.folder.write(text, to: name)
        let parameters: JSONValue = [
            "paths": [.string(name)], "source": "s", "columns": ["id": "id", "text": "text", "tags": "tags"],
        ]
        return try await bench.run(
            IngestFilesStage.self, more.reduce(parameters) { $0.adding($1.0, $1.1) },
            files: ["paths": [name]])
    }

    private func names(_ outcome: StageOutcome) -> JSONValue? {
        outcome["comments"][0].locator["targets"]?["names"]
    }

    private static let conll: [(String, JSONValue)] = [("format", "conll")]

    private static let characters = """
        ## 토큰, 레이블 구분자 : \\t
        ## 컬럼명 : CHAR\tNE_TAG
        ## ner_0\t<박:PS>씨가 왔다
        박\tB-PS
        씨\tO
        가\tO
         \tO
        왔\tO
        다\tO

        ## ner_1\t<서울:LC>
        서\tB-LC
        울\tI-LC
        """

    @Test func charactersWithTagsAreTexts() async throws {
        let outcome = try await ingest(
            Self.characters, Self.conll + [("conll", ["unit": "character"])])
        #expect(outcome.figures["rows"] == 2 && outcome.figures["labelled"] == 2)
        #expect(names(outcome) == ["B-LC", "B-PS", "I-LC", "O"])
        #expect(outcome.figures["task"] == "tokens")
        let classes = (outcome.figures["classes"]?.arrayValue ?? []).map { $0["rows"]?.intValue ?? 0 }
        #expect(classes == [1, 1, 1, 4], "the blank has no word")
        #expect(outcome.warnings.isEmpty, "\(outcome.warnings)")
    }

    @Test func wordsInChosenColumnsAreTexts() async throws {
        let text = """
            ## dp_0\t유희열이 흘렸다.
            1\t유희열이\t유희열 이\tNNP+JKS\t2\tNP_SBJ
            2\t흘렸다.\t흘리 었 다 .\tVV+EP+EF+SF\t0\tVP

            1\t끝\t끝\tNNG\t0\tVP

            """
        let outcome = try await ingest(text, Self.conll + [("conll", ["word": 2, "tag": 4])])
        #expect(names(outcome) == ["NNG", "NNP+JKS", "VV+EP+EF+SF"])
    }

    @Test func blanksDivideColumnsAndSuffixesBecomePrefixes() async throws {
        let text = "-DOCSTART- -X- O\n\nKim NNP PER-B\nlives VBZ O\n\nin IN O\nSeoul NNP LOC-B\n"
        let outcome = try await ingest(text, as: "a.conll", Self.conll)
        #expect(names(outcome) == ["B-LOC", "B-PER", "O"])
        #expect(outcome.figures["rows"] == 2)
    }

    /// A line that begins with a number sign is a comment in front of a text, and a word where it has a tag.
    @Test func aNumberSignIsAWordWhereItHasATag() async throws {
        let text = "# text = Type O\n# O\n1 O\n\n# sent_id = 7\nKim B-PER\n# I-PER\n"
        let outcome = try await ingest(text, as: "a.conll", Self.conll)
        #expect(names(outcome) == ["B-PER", "I-PER", "O"])
        let classes = (outcome.figures["classes"]?.arrayValue ?? []).map { $0["rows"]?.intValue ?? 0 }
        #expect(classes == [1, 1, 2])
    }

    @Test func aListBetweenBlanksIsOneTagAWord() async throws {
        let outcome = try await ingest("id\ttext\ttags\n1\t박씨가 왔다\tPER-B O\n2\t갔다\tO\n")
        #expect(names(outcome) == ["B-PER", "O"])
    }

    static let spans = [
        #"[[0, 1, "PS"], [4, 6, "DT"]]"#,
        #"[{"start": 0, "end": 1, "label": "PS"}, {"start": 4, "end": 6, "label": "DT"}]"#,
    ]

    @Test(arguments: spans)
    func spansAreCodePoints(tags: String) async throws {
        let outcome = try await ingest(
            #"{"id": "1", "text": "박씨가 오늘", "tags": \#(tags)}"# + "\n", as: "a.jsonl")
        #expect(names(outcome) == ["B-DT", "B-PS", "I-DT", "O"])
        let classes = (outcome.figures["classes"]?.arrayValue ?? []).map { $0["rows"]?.intValue ?? 0 }
        #expect(classes == [1, 1, 1, 2])
    }

    static let wrong: [(tags: String, words: String)] = [
        (
            #"[[0, 9, "PS"]]"#,
            "a.jsonl, line 1: the tag 'PS' is at 0 ..< 9, outside of the text of 6 code points"
        ),
        (#"[[2, 2, "PS"]]"#, "the tag 'PS' is at 2 ..< 2, outside of the text"),
        (#"[[0, 2, "PS"], [1, 3, "LC"]]"#, "the tag 'LC' at 1 ..< 3 shares code points with another"),
        (#"[[0, 2]]"#, "'[0,2]' is no tag"),
        (#"["O"]"#, "there are 1 tags for 2 words between blanks, or 6 code points"),
    ]

    @Test(arguments: wrong)
    func tagsThatDoNotFitStopTheRun(tags: String, words: String) async throws {
        let error = await #expect(throws: StageError.self) {
            try await ingest(#"{"id": "1", "text": "박씨가 오늘", "tags": \#(tags)}"# + "\n", as: "a.jsonl")
        }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func aLineWithoutATagIsToldWithItsNumber() async throws {
        let error = await #expect(throws: StageError.self) {
            try await ingest("박 B-PS\n씨\n", as: "a.conll", Self.conll)
        }
        #expect(
            error?.message.hasPrefix("a.conll, line 2: '씨' has no word in column 1") == true,
            "\(error?.message ?? "")")
        let other = await #expect(throws: StageError.self) {
            try await ingest(
                "박씨\tB-PS\n", as: "a.tsv", Self.conll + [("conll", ["unit": "character"])])
        }
        #expect(other?.message == "a.tsv, line 1: '박씨' is not one character")
    }

    @Test func tagsOutsideOfTheNamedOnesAreRefused() async throws {
        let error = await #expect(throws: StageError.self) {
            try await ingest(
                "\n\n박 B-PS\n왔다 O\n\n김 B-XX\n", as: "a.conll",
                Self.conll + [("classes", ["B-PS", "I-PS", "O"])])
        }
        #expect(error?.message == "a.conll, line 6: the label 'B-XX' is not one of the classes B-PS, I-PS, O")
    }

    @Test func anInsideWithoutABeginningIsCounted() async throws {
        let outcome = try await ingest("박 I-PS\n씨 I-PS\n왔다 O\n서울 I-LC\n", as: "a.conll", Self.conll)
        #expect(outcome.warnings.contains { $0.hasPrefix("an I follows no tag of its type at 2 words") })
    }

    static let refusals: [(String, JSONValue, String)] = [
        ("conll", ["word": 2], "'conll' is for format: conll"),
        ("task", "single_label", "'task' is single_label, and 'columns' names a 'tags'"),
        ("text_format", "html", "tags and answers have their places in the text as given"),
    ]

    @Test(arguments: refusals)
    func settingsThatCannotBeMeantAreRefused(key: String, value: JSONValue, words: String) {
        let complaints = IngestFilesStage.complaints(
            about: (["paths": ["x"], "source": "s", "columns": ["text": "t", "tags": "l"]] as JSONValue)
                .adding(
                    key, value))
        #expect(complaints.first?.hasPrefix(words) == true, "\(complaints)")
    }
}
