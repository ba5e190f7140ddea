import Foundation
import StageKit
import Testing

/// The recipe for questions with contexts, on documents made up in the form of KLUE-MRC, and what its model answers to others.
struct AnswererTests {
    private static let recipe = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "pipelines/korquad.yaml")

    private static let people = ["김철수", "박영희", "이민호", "최지우", "정우성"]
    private static let towns = ["서울", "부산", "대구", "광주"]
    private static let filler = ["날씨는 맑고", "바람은 잔잔하고", "길은 멀고", "하늘은 높고"]

    /// Texts that say who went where, some of them longer than a row, and some in which nobody went; of each it is asked who.
    private static func document(_ texts: Range<Int>) throws -> Data {
        let articles = texts.map { number -> [String: Any] in
            let isNobody = number % 3 == 2
            let (who, town) = (people[number % people.count], towns[(number / 2) % towns.count])
            let before = (0..<number % 9).map { filler[($0 + number) % filler.count] + " " }.joined()
            let after = (0..<(number * 3) % 7).map { " " + filler[($0 + number) % filler.count] }.joined()
            let answer: [String: Any] = ["text": who, "answer_start": before.unicodeScalars.count]
            let question: [String: Any] = [
                "guid": "\(number)", "question": "누가 갔나", "question_type": isNobody ? 3 : 1,
                "is_impossible": isNobody, "answers": isNobody ? [] : [answer], "plausible_answers": [answer],
            ]
            let context = "\(before)\(isNobody ? "비가" : "\(who) 님이") \(town) 으로 갔다\(after)"
            return ["title": "글 \(number)", "paragraphs": [["context": context, "qas": [question]]]]
        }
        return try JSONSerialization.data(withJSONObject: ["version": "v1.1", "data": articles])
    }

    private func run(epochs: Int) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(Data(contentsOf: Self.recipe), to: "pipelines/korquad.yaml")
        try sandbox.write(try Self.document(0..<300), to: "data/klue-mrc-v1.1_train.json")
        try sandbox.write(try Self.document(300..<360), to: "data/klue-mrc-v1.1_dev.json")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        let outcome = try sandbox.splitvote(
            "run", "pipelines/korquad.yaml", "--quiet", "-S",
            "rows=" + sandbox.folder.appending(path: "data/klue-mrc-v1.1_*.json").path, "-S",
            "init=" + sandbox.folder.appending(path: "init").path, "-S", "epochs=\(epochs)", "-S",
            "tokens=32",
            "-S", "stride=8", "-S", "shards.max_query_tokens=8", "-S", "model.metric=klue_rouge_w", "-S",
            "model.learning_rate=3e-3", "-S", "model.batch_size=16", "-S", "split.dev=0.2", "-S",
            "vocabulary.size=200")
        try #require(outcome.status == 0, "\(outcome.errors)")
        return sandbox
    }

    @Test func answersAreLearnedScoredAndFound() throws {
        let sandbox = try run(epochs: 8)
        let store = "pipelines/state/korquad.sqlite"
        let found = try sandbox.sqlite("SELECT figures FROM stage_run WHERE stage = 'scores'", store: store)
        let sides = try JSONValue(parsing: #require(found.first))["results"]?.arrayValue ?? []
        #expect(sides.count == 2)
        for side in sides {
            for name in [
                "squad_em", "squad_f1", "klue_em", "klue_rouge_w", "has_answer_f1", "no_answer_em", "best_f1",
            ] {
                #expect(side[name]?.doubleValue ?? 0 > 0.8, "\(name): \(side[name] ?? .null)")
            }
            #expect(
                side["best_f1_thresh"]?.doubleValue != nil && side["korquad_f1"] == nil, "some have no answer"
            )
            let interval = side["intervals"]?["squad_f1"]?.arrayValue?.compactMap(\.doubleValue) ?? []
            #expect(interval.count == 2)
        }
        let rows = try sandbox.sqlite("SELECT figures FROM stage_run WHERE stage = 'shards'", store: store)
        #expect(
            try JSONValue(parsing: #require(rows.first))["rows"]?.intValue ?? 0 > 360,
            "long contexts are several rows")

        let configuration = try JSONValue(parsing: sandbox.read("pipelines/out/korquad/model/config.json"))
        #expect(configuration["architectures"] == ["BertForQuestionAnswering"])
        #expect(configuration["splitvote"]?["null_threshold"]?.doubleValue != nil)
        #expect(configuration["splitvote"]?["windows"] == ["doc_stride": 8, "max_query_tokens": 8])

        let predictions = try sandbox.read("pipelines/out/korquad/predictions.tsv").split(separator: "\n")
        #expect(predictions[0] == "id\tsplit\tanswers\tpredicted\tscore\tnull_score")
        #expect(
            predictions.count == 1 + sides.reduce(0) { $0 + ($1["rows"]?.intValue ?? 0) },
            "a line for each question")
        #expect(predictions.contains { $0.hasPrefix("korquad:300\ttest\t[\"김철수\"]\t김철수\t") })

        // Places are those of the text as given, in a context of many windows too.
        let long = Array(repeating: "바람은 잔잔하고 길은 멀고", count: 3).joined(separator: " ") + "  최지우 님이 부산 으로 갔다"
        let table =
            "id\tquestion\tcontext\n1\t누가 갔나\t\(long)\n2\t누가 갔나\t바람은 잔잔하고 비가 부산 으로 갔다\n3\t\t\(long)\n"
        try sandbox.write(table, to: "asked.tsv")
        let model = "pipelines/out/korquad/model"
        let answers = try sandbox.splitvote(
            "predict", "asked.tsv", "--model", model, "--column", "question", "--pair-column", "context",
            "--keep", "id")
        try #require(answers.status == 0, "\(answers.errors)")
        let lines = answers.output.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(lines.first == ["id", "answer", "start", "end", "score", "null_score"])
        let start = long.unicodeScalars.count - "최지우 님이 부산 으로 갔다".unicodeScalars.count
        #expect(
            lines.dropFirst().map { Array($0.prefix(4)) } == [
                ["1", "최지우", "\(start)", "\(start + 3)"], ["2", "", "", ""], ["3", "", "", ""],
            ], "\(answers.output)")
        #expect(
            !lines[2][5].isEmpty && lines[3][5].isEmpty,
            "a silence has its scores, and a row without a question none")
        #expect(answers.errors.contains("1 row of 3 rows had no text"))

        let words = try sandbox.splitvote(
            "predict", "asked.tsv", "--model", model, "--column", "question", "--pair-column", "context",
            "--format", "words")
        #expect(
            words.status != 0
                && words.errors.contains("the model finds answers in contexts, and --format words"))
    }
}
