import IngestStages
import StageKit
import StageKitTesting
import Testing

/// Questions with contexts: documents as SQuAD has them, and tables with a column of answers.
struct SquadTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench()
    }

    private func ingest(
        _ text: String, as name: String = "a.json", _ more: [(String, JSONValue)] = [("format", "squad")]
    ) async throws -> StageOutcome {
        try bench.folder.write(text, to: name)
        let parameters: JSONValue = [
            "paths": [.string(name)], "source": "s",
            "columns": [
                "id": "id", "text": "question", "text_pair": "context", "answers": "answers",
                "group": "title",
            ],
        ]
        return try await bench.run(
            IngestFilesStage.self, more.reduce(parameters) { $0.adding($1.0, $1.1) }, files: ["paths": [name]]
        )
    }

    private static func document(_ questions: String, context: String = "이순신은 1545년 서울에서 났다. 😀 서울은 크다.")
        -> String
    {
        #"{"version": "1", "data": [{"title": "이순신", "paragraphs": [{"context": "\#(context)", "qas": [\#(questions)]}]}]}"#
    }

    private static let born =
        #"{"id": "q1", "question": "언제 났나?", "answers": [{"text": "1545년", "answer_start": 5}, {"text": "1545", "answer_start": 5}]}"#
    private static let size =
        #"{"guid": "q2", "question": "무엇이 큰가?", "answers": [{"text": "서울은", "answer_start": 22}], "question_type": 1, "is_impossible": false}"#
    private static let none =
        #"{"id": "q3", "question": "누구의 딸인가?", "answers": [], "is_impossible": true, "plausible_answers": [{"text": "서울", "answer_start": 11}]}"#

    @Test func questionsAreRowsOfTwoTexts() async throws {
        let outcome = try await ingest(
            Self.document([Self.born, Self.size, Self.none].joined(separator: ", ")))
        #expect(outcome.figures["rows"] == 3 && outcome.figures["labelled"] == 3)
        #expect(outcome.figures["task"] == "answers" && outcome.figures["comments"] == 6)
        let targets = outcome["comments"][0].locator["targets"]
        #expect(targets?["names"] == ["start", "end"] && targets?["pairs"] == true)
        #expect(outcome.warnings == ["the context of 1 question holds no answer: a model learns to say so"])
    }

    @Test func aTableWithAColumnOfAnswersIsTheSame() async throws {
        let line =
            #"{"id": "1", "question": "언제?", "context": "1545년에", "answers": [{"text": "1545년", "answer_start": 0}], "title": "t"}"#
        let outcome = try await ingest(line + "\n", as: "a.jsonl", [])
        #expect(outcome.figures["labelled"] == 1 && outcome.figures["task"] == "answers")
    }

    /// Places are code points: the emoji is one, whatever it is in UTF-8 and UTF-16.
    static let misplaced: [(question: String, words: String)] = [
        (
            #"{"id": "q", "question": "?", "answers": [{"text": "서울은", "answer_start": 23}]}"#,
            "a.json are not where they are said to be, the first in question 1: '서울은' is said to begin at 23, where the context has "
                + "'울은 '; the nearest one begins at 22"
        ),
        (
            #"{"id": "q", "question": "?", "answers": [{"text": "부산", "answer_start": 0}]}"#,
            "where the context has '이순'; the context holds it nowhere"
        ),
        (
            #"{"id": "q", "question": "?", "answers": [{"text": "서울", "answer_start": 99}]}"#,
            "and the context has 29 code points; the nearest one begins at 22"
        ),
    ]

    @Test(arguments: misplaced)
    func anAnswerThatIsNotThereStopsTheRun(question: String, words: String) async throws {
        let error = await #expect(throws: StageError.self) { try await ingest(Self.document(question)) }
        #expect(error?.message.contains("1 of 1 answers of a.json") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    static let wrong: [(document: String, words: String)] = [
        ("{}", "a.json is not a JSON document with a list called 'data'"),
        ("[1", "a.json is not a JSON document with a list called 'data'"),
        (#"{"data": [{"title": "t"}]}"#, "a.json: data[0] has no list called 'paragraphs'"),
        (
            #"{"data": [{"paragraphs": [{"context": "", "qas": []}]}]}"#,
            "a.json: data[0].paragraphs[0] has no text called 'context'"
        ),
        (document(#"{"id": "", "question": "?", "answers": []}"#), "qas[0] has no id, or an empty one"),
        (document(#"{"id": "1", "answers": []}"#), "qas[0] has no text called 'question'"),
        (
            document(#"{"id": "1", "question": "?", "answers": []}"#),
            "qas[0] has no answer and is not called impossible"
        ),
        (
            document(
                #"{"id": "1", "question": "?", "answers": [{"text": "서울", "answer_start": 11}], "is_impossible": true}"#
            ),
            "is called impossible and has 1 answers"
        ),
        (
            document([born, born].joined(separator: ",")),
            "data[0].paragraphs[0].qas[1] has the id 'q1', as has data[0].paragraphs[0].qas[0]"
        ),
        (
            document(#"{"id": "1", "question": "?", "answers": [{"text": "", "answer_start": 0}]}"#),
            "a.json, question 1: '{"
        ),
        (document(none), "none of the 1 questions of a.json has an answer"),
    ]

    @Test(arguments: wrong)
    func whatIsNoQuestionIsToldWithItsPlace(document: String, words: String) async throws {
        let error = await #expect(throws: StageError.self) { try await ingest(document) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func answersNeedASecondText() {
        let complaints = IngestFilesStage.complaints(about: [
            "paths": ["a.json"], "source": "s", "format": "squad",
            "columns": ["text": "question", "answers": "answers"],
        ])
        #expect(complaints.contains { $0.contains("names 'answers' and no 'text_pair'") }, "\(complaints)")
    }
}
