import PredictionStages
import StageKit
import StageKitTesting
import Testing

struct PredictStageTests {
    private let task: AnswerBench

    init() throws {
        task = try AnswerBench()
    }

    static let complaints: [(JSONValue, [String])] = [
        (["threshold": 2], ["'threshold' is 2"]),
        (["temperature": 0], ["'temperature' is 0"]),
        (["abstain": ["from": 0.7, "to": 0.6]], ["'from' is 0.7, above 'to', which is 0.6"]),
        (["abstain": "never"], ["a map or 'none'"]),
        (["columns": ["id", "id"]], ["'columns' lists 'id' twice"]),
        (["columns": ["votes"]], ["'votes'"]),
        (["format": "csv", "precision": "fp8"], ["'fp8'", "'csv'"]),
        (["path": "out/{split}.tsv"], ["{split}"]),
    ]

    @Test(arguments: complaints.indices)
    func whatIsWrongWithParametersIsSaid(index: Int) {
        let (parameters, words) = Self.complaints[index]
        let said = PredictStage.complaints(about: parameters)
        #expect(said.count == words.count, "\(said)")
        for (message, part) in zip(said, words) { #expect(message.contains(part), "\(message)") }
    }

    @Test func everyCommentIsAnsweredUnderItsOwnName() async throws {
        let texts = try await task.texts(AnswerBench.firstNight)
        let outcome = try await task.answer(texts, by: try await task.model(of: texts))
        let table = try outcome.table()
        #expect(table[0].prefix(3) == ["id", "label", "probability"])
        #expect(table.dropFirst().map { $0[0] } == (0..<AnswerBench.rows).map { "news:\($0)" })
        for row in table.dropFirst() {
            let isEven = try #require(Int(row[0].dropFirst("news:".count))).isMultiple(of: 2)
            #expect(row[1] == (isEven ? "controversial" : "uncontroversial"))
        }
        #expect(outcome.figures["rows"] == 60 && outcome.figures["scored"] == 60)
        #expect(outcome.figures["largest_share"] == 0.5 && outcome.figures["without_answer"] == 0)
    }

    @Test func onlyWhatIsNewIsScored() async throws {
        let texts = try await task.texts(AnswerBench.firstNight)
        let model = try await task.model(of: texts)
        _ = try await task.answer(texts, by: model)
        #expect(try await task.answer(texts, by: model).figures["scored"] == 0)

        let second = try await task.texts([
            TestComment("good bad news", up: 1, down: 0, key: "late"),
            TestComment("bad news", up: 1, down: 0, key: "later"),
        ])
        let outcome = try await task.answer(second, by: model)
        #expect(outcome.figures["rows"] == 62 && outcome.figures["scored"] == 2)
        let forced = try await task.answer(second, by: model, isForced: true)
        #expect(forced.figures["scored"] == 62)
        #expect(try outcome.table() == forced.table(), "answers do not tell when they were scored")
    }

    @Test func aCommentWhoseTextChangedIsScoredAgain() async throws {
        let texts = try await task.texts(AnswerBench.firstNight)
        let model = try await task.model(of: texts)
        let before = try await task.answer(texts, by: model).table()
        var edited = AnswerBench.firstNight[7]
        edited.text = "bad bad news"
        edited.observedAt += 3600
        let outcome = try await task.answer(try await task.texts([edited]), by: model)
        #expect(outcome.figures["rows"] == 60 && outcome.figures["scored"] == 1)
        let after = try outcome.table()
        #expect(before.count == after.count)
        let changed = zip(before, after).filter { $0 != $1 }.map { $0.1[0] }
        #expect(changed == ["news:7"])
        #expect(before[8][1] == "uncontroversial" && after[8][1] == "controversial")
    }

    @Test func anotherModelScoresEverything() async throws {
        let texts = try await task.texts(AnswerBench.firstNight)
        let first = try await task.answer(texts, by: try await task.model(of: texts))
        let other = try await task.model(of: texts, seed: 2)
        let second = try await task.answer(texts, by: other)
        #expect(second.figures["scored"] == 60)
        #expect(try first.table() != second.table())
        #expect(try await task.answer(texts, by: other).figures["scored"] == 0)
    }

    @Test func whatLiesInTheBandIsLeftWithoutAnAnswerAndNotScoredAgain() async throws {
        let texts = try await task.texts(AnswerBench.firstNight)
        let model = try await task.model(of: texts)
        let plain = try await task.answer(texts, by: model)
        let banded = try await task.answer(texts, by: model, ("abstain", ["from": 0, "to": 0.5]))
        // Of two classes the band is about the second one's probability, and half of the comments are of the first.
        #expect(banded.figures["scored"] == 0 && banded.figures["without_answer"] == 30)
        let (before, after) = (try plain.table().dropFirst(), try banded.table().dropFirst())
        for (open, told) in zip(after, before) {
            #expect(open[1] == (told[1] == "uncontroversial" ? "" : "controversial"))
        }
        let none = try await task.answer(texts, by: model, ("abstain", "none"))
        #expect(try none.table() == plain.table())
    }

    @Test func aModelOfOtherCleaningIsRefused() async throws {
        let texts = try await task.texts(AnswerBench.firstNight)
        let model = try await task.model(of: texts)
        let otherwise = try await task.texts([], parameters: ["rules": "kcbert-2020"])
        let error = await #expect(throws: StageError.self) { try await task.answer(otherwise, by: model) }
        #expect(
            error?.message.hasPrefix("the texts do not fit the model: they are cleaned by 'kcbert-2020")
                == true)
        #expect(error?.hint == "clean the comments as those of the model's training were")
    }

    @Test func oneModelIsNeeded() async throws {
        let texts = try await task.texts(AnswerBench.firstNight)
        let none = await #expect(throws: StageError.self) { try await task.answer(texts, by: []) }
        #expect(none?.message == "the predict stage does not say which model is to answer")
    }
}
