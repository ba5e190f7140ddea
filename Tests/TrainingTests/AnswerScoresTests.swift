import Foundation
import JSON
import ShardFormat
import Testing
import Tokenization
import Training

/// Scores of answers as the data sets' own programs give them, and what is found over windows; see
/// `Tests/Fixtures/metrics/make_answers.py`.
struct AnswerScoresTests {
    private struct Fixture: Decodable {
        struct Case: Decodable {
            let answers: [String]
            let prediction: String
            let difference: Double
            let scores: [String: Double]
        }

        struct Group: Decodable {
            let threshold: Double
            let scores: [String: Double]
        }

        struct Search: Decodable {
            let pieces: Int
            let asked: Int
            let longest: Int
            let step: Int
            let null: Double
            let count: Int
            let best: [[Double]]
        }

        let questions: Int
        let cases: [Case]
        let groups: [Group]
        let search: [Search]
    }

    private let fixture: Fixture

    init() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/metrics/answers.json")
        fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
    }

    private func question(_ test: Fixture.Case, number: Int = 0) -> AnsweredQuestion {
        AnsweredQuestion(
            comment: Int64(number), answers: test.answers,
            found: (AnswerSearch.Found(place: 0..<1, score: 0), test.prediction), nullScore: test.difference)
    }

    private func figures(_ questions: [AnsweredQuestion], threshold: Double?) throws -> [String: Double] {
        let rows = ScoredRows(
            names: ["start", "end"], targets: [], answers: [], thresholds: threshold.map { [$0] },
            questions: questions)
        guard case .answers(let scores) = try TrainingTask.answers.scores(rows) else { return [:] }
        return scores.figures
    }

    @Test func eachQuestionHasTheScoresOfTheDataSetsPrograms() throws {
        for (number, test) in fixture.cases.enumerated() {
            let found = try figures([question(test)], threshold: nil)
            for (name, expected) in test.scores {
                let value = try #require(found[name], "case \(number): \(name)")
                #expect(
                    abs(value - expected) < 1e-12,
                    "case \(number): \(name) is \(value), not \(expected), of '\(test.prediction)' and \(test.answers)"
                )
            }
            #expect((found["korquad_f1"] == nil) == test.answers.isEmpty)
        }
    }

    @Test func manyQuestionsHaveTheScoresAndThresholdsOfSQuAD() throws {
        for (number, group) in fixture.groups.enumerated() {
            let first = number * fixture.questions
            let questions = (first..<first + fixture.questions).map {
                question(fixture.cases[$0], number: $0)
            }
            let found = try figures(questions, threshold: group.threshold)
            for (name, expected) in group.scores {
                let value = try #require(found[name], "group \(number): \(name)")
                #expect(
                    abs(value - expected) < 1e-12, "group \(number): \(name) is \(value), not \(expected)")
            }
        }
    }

    /// What other rules would give: another threshold, one data set's score for another's.
    @Test func mistakesAreSeen() throws {
        var others = 0
        for (number, group) in fixture.groups.enumerated() {
            let first = number * fixture.questions
            let questions = (first..<first + fixture.questions).map {
                question(fixture.cases[$0], number: $0)
            }
            let found = try figures(questions, threshold: group.threshold + 1)
            if found["squad_f1"] != group.scores["squad_f1"] { others += 1 }
        }
        #expect(others > fixture.groups.count / 2)
        let answerable = fixture.cases.filter { !$0.answers.isEmpty }
        func differing(_ one: String, _ other: String) -> Int {
            answerable.count { $0.scores[one] != $0.scores[other] }
        }
        #expect(differing("korquad_f1", "squad1_f1") > 50 && differing("korquad_f1", "klue_rouge_w") > 50)
        #expect(differing("korquad_em", "klue_em") > 10)
    }

    @Test func reportsAreReadBack() throws {
        let rows = ScoredRows(
            names: ["start", "end"], targets: [], answers: [], thresholds: [0],
            questions: fixture.cases.prefix(50).map { question($0) })
        let scores = try TrainingTask.answers.scores(rows)
        let back = try JSONDecoder().decode(TaskScores.self, from: JSONEncoder().encode(scores))
        #expect(back == scores && scores.rows == 50)
        #expect(ScoreFigures(scores, of: rows).json["squad_f1"] == .number(scores.value(of: .squadF1) ?? -1))
        #expect(
            ScoreFigures(json: ScoreFigures(scores, of: rows).json)?.own?.keys.contains("klue_em") == true)
    }

    // MARK: Finding

    /// - Parameter spoiled: whether answers may begin anywhere in a window.
    private func search(_ number: Int, _ test: Fixture.Search, spoiled: Bool = false) -> AnswerSearch {
        let size = test.longest - test.asked - 3
        let windows = TokenWindows(count: test.pieces, size: size, step: test.step)
        let best = (0..<test.pieces).map(windows.best)
        return AnswerSearch(
            windows.ranges.enumerated().map { window, range in
                let tokens = test.asked + range.count + 3
                func scores(_ factor: Double, _ by: Int, _ shift: Double) -> [Double] {
                    (0..<tokens).map { token in
                        4 * cos(factor * Double(token + 1) * Double(window + by) + shift * Double(number))
                    }
                }
                let first = test.asked + 2
                let own = range.filter { spoiled || best[$0] == window }
                let begin = first + (own.first ?? range.lowerBound) - range.lowerBound
                return AnswerSearch.Window(
                    starts: scores(0.731, 2, 1.3), ends: scores(0.417, 3, 2.1), firstToken: first,
                    begins: begin..<begin + own.count, places: range.map { Int32(3 * $0)..<Int32(3 * $0 + 2) }
                )
            })
    }

    private func agrees(_ found: AnswerSearch, _ test: Fixture.Search) -> Bool {
        abs(found.nullScore - test.null) < 1e-9 && found.answers.count == test.count
            && zip(found.answers, test.best).allSatisfy { found, wanted in
                found.place == Int(wanted[0])..<Int(wanted[1]) && abs(found.score - wanted[2]) < 1e-9
            }
    }

    @Test func theBestAnswersOverWindowsAreFound() {
        for (number, test) in fixture.search.enumerated() {
            #expect(agrees(search(number, test), test), "case \(number)")
        }
        let spoiled = fixture.search.enumerated().count { !agrees(search($0, $1, spoiled: true), $1) }
        #expect(spoiled > 50, "the negative control: windows that do not show the most")
    }

    @Test func anAnswerIsAtMostThirtyTokensLong() throws {
        var ends = Array(repeating: 0.0, count: 50)
        ends[40] = 9
        var starts = ends
        (starts[40], starts[10], starts[11]) = (0, 9, 5)
        let window = AnswerSearch.Window(
            starts: starts, ends: ends, firstToken: 2, begins: 2..<50,
            places: (0..<48).map { Int32($0)..<Int32($0 + 1) })
        let best = try #require(AnswerSearch([window]).answers.first)
        #expect(
            best.place == 9..<39 && best.score == 14, "from token 11 to token 40 are 30; from token 10, 31")
    }

    @Test func withoutAWindowNothingIsFound() throws {
        #expect(AnswerSearch([]).answers.isEmpty)
        let silent = AnsweredQuestion(comment: 1, answers: [], found: nil, nullScore: 0)
        #expect(silent.isSilent(nil) && silent.text(5).isEmpty)
        #expect(try figures([silent], threshold: nil)["squad_em"] == 1)
    }

    /// Where nothing is better than silence, the threshold of a folder is below all differences.
    @Test func theThresholdOfDevIsKept() throws {
        func rows(_ differences: [(Double, right: Bool?)]) -> [AnsweredQuestion] {
            differences.map { difference, right in
                AnsweredQuestion(
                    comment: 0, answers: right == nil ? [] : [right == true ? "서울" : "부산"],
                    found: (AnswerSearch.Found(place: 0..<2, score: 0), "서울"), nullScore: difference)
            }
        }
        let mixed = try figures(rows([(-2, true), (-1, true), (0, nil), (1, true), (2, nil)]), threshold: -1)
        #expect(mixed["best_f1_thresh"] == -1 && mixed["best_f1"] == 0.8 && mixed["squad_f1"] == 0.8)
        let wrong = try figures(rows([(-2, false), (1, nil), (2, nil)]), threshold: 0)
        #expect(wrong["best_exact"] == 2.0 / 3 && wrong["best_exact_thresh"] == 0)
    }
}
