import CLibrary
import ShardFormat

/// A question with its right answers, and what a model finds in the context.
package struct AnsweredQuestion: Hashable, Sendable {
    /// Number of the question's comment in the store.
    package let comment: Int64
    /// Texts of the right answers; none if the context holds none.
    package let answers: [String]
    /// The best answer in the context, with its text; nil if no window has one.
    package let found: (AnswerSearch.Found, text: String)?
    /// The score of "no answer".
    package let nullScore: Double
    /// Scores of what is found, and of no answer, in the order of ``AnswerScores/ofQuestions``.
    private let scores: [Double]
    private let scoresOfNone: [Double]

    package init(
        comment: Int64, answers: [String], found: (AnswerSearch.Found, text: String)?, nullScore: Double
    ) {
        self.comment = comment
        self.answers = answers
        self.found = found
        self.nullScore = nullScore
        scores = AnswerScores.values(found?.text ?? "", answers)
        // SQuAD's program gives silence nothing where there is an answer, were it of articles alone.
        let none: Double = answers.isEmpty ? 1 : 0
        scoresOfNone = [none, none] + AnswerScores.values("", answers).dropFirst(2)
    }

    package static func == (one: AnsweredQuestion, other: AnsweredQuestion) -> Bool {
        one.comment == other.comment && one.answers == other.answers && one.found?.0 == other.found?.0
            && one.found?.text == other.found?.text && one.nullScore == other.nullScore
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(comment)
        hasher.combine(nullScore)
    }

    /// The score of "no answer" less that of the best one: above a threshold no answer is given.
    package var difference: Double { nullScore - (found?.0.score ?? -.infinity) }

    /// Whether no answer is given.
    /// - Parameter threshold: nil if one is always given.
    package func isSilent(_ threshold: Double?) -> Bool {
        found == nil || threshold.map { difference > $0 } ?? false
    }

    /// The text that is given; empty for none.
    package func text(_ threshold: Double?) -> String { isSilent(threshold) ? "" : found?.text ?? "" }

    /// One of the scores of what is found, whether it is given or not.
    func score(ofFound name: String) -> Double { value(scores, name) }

    /// One of the scores of what is given.
    func score(_ name: String, by rows: ScoredRows) -> Double {
        value(isSilent(rows.thresholds?.first) ? scoresOfNone : scores, name)
    }

    private func value(_ scores: [Double], _ name: String) -> Double {
        AnswerScores.ofQuestions.firstIndex { $0.name == name }.map { scores[$0] } ?? 0
    }
}

extension ScoredRows {
    /// Questions, each with the best answer over the windows of its context.
    ///
    /// - Parameters:
    ///   - answers: scores of all tokens, `[tokens, 2]`, row-major.
    ///   - threshold: least difference at which no answer is given; nil for 0 where some question has none, and otherwise for always
    ///     giving one.
    init(questionsOf rows: TokenRows, names: [String], answers: [Double], threshold: Double?) {
        var questions: [AnsweredQuestion] = []
        var windows: [AnswerSearch.Window] = []
        var first: (comment: Int64, row: AnswerRow)?
        func end() {
            guard let first else { return }
            questions.append(AnsweredQuestion(first.row, comment: first.comment, windows))
            windows = []
        }
        var (token, loss, learned) = (0, 0.0, 0)
        for number in 0..<rows.count {
            guard let row = rows.answer(of: number) else { continue }
            // Further rows of a question leave its context out.
            if !row.context.isEmpty {
                end()
                first = (rows.comment(of: number), row)
            }
            let tokens = rows.length(of: number)
            let own = answers[2 * token..<2 * (token + tokens)]
            token += tokens
            let window = AnswerSearch.Window(row, scores: own)
            windows.append(window)
            if row.start == AnswerRow.none { continue }
            loss += (window.starts.surprise(at: Int(row.start)) + window.ends.surprise(at: Int(row.end))) / 2
            learned += 1
        }
        end()
        let mayBeSilent = questions.contains { $0.answers.isEmpty }
        self.init(
            names: names, targets: [], answers: answers,
            thresholds: (threshold ?? (mayBeSilent ? 0 : nil)).map { [$0] }, questions: questions,
            lossOfPlaces: learned == 0 ? 0 : loss / Double(learned))
    }
}

extension AnsweredQuestion {
    /// - Parameter row: the first of the question.
    fileprivate init(_ row: AnswerRow, comment: Int64, _ windows: [AnswerSearch.Window]) {
        let scalars = Array(String(decoding: row.context, as: UTF8.self).unicodeScalars)
        func text(_ place: Range<Int>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars[place.clamped(to: scalars.indices)])
            return String(view)
        }
        let search = AnswerSearch(windows)
        self.init(
            comment: comment, answers: row.answers.map { text(Int($0.lowerBound)..<Int($0.upperBound)) },
            found: search.answers.first.map { ($0, text($0.place)) }, nullScore: search.nullScore)
    }
}

extension [Double] {
    /// Cross-entropy of the softmax over the scores from one of them, in nats.
    fileprivate func surprise(at place: Int) -> Double {
        let highest = self.max() ?? 0
        return highest + log(reduce(0) { $0 + exp($1 - highest) }) - self[place]
    }
}
