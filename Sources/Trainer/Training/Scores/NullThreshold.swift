/// The threshold of the difference between "no answer" and the best one at which a score is highest.
///
/// The questions are tried in the order of their differences, equal ones in their own, as SQuAD's program does (`find_best_thresh`).
/// It calls the threshold at which no question gets an answer 0.
///
/// Source: evaluate-v2.0.py of Rajpurkar, Jia, Liang (2018), arXiv:1806.03822.
struct NullThreshold: Hashable {
    /// Mean over the questions, 0 ... 1.
    let score: Double
    let threshold: Double
    /// Whether no question gets an answer.
    let isSilent: Bool
    /// The difference of the next question, which gets no answer; nil if all get one.
    private let next: Double?

    init(_ questions: [AnsweredQuestion], by name: String) {
        var sum = Double(questions.count { $0.answers.isEmpty })
        var best = (sum: sum, threshold: 0.0, tried: 0)
        let order = questions.indices.sorted {
            (questions[$0].difference, $0) < (questions[$1].difference, $1)
        }
        for (number, place) in order.enumerated() {
            let question = questions[place]
            if question.answers.isEmpty {
                sum -= (question.found?.text.isEmpty ?? true) ? 0 : 1
            } else {
                sum += question.score(ofFound: name)
            }
            if sum > best.sum { best = (sum, question.difference, number + 1) }
        }
        score = best.sum / Double(max(1, questions.count))
        threshold = min(best.threshold, Double.greatestFiniteMagnitude)
        isSilent = best.tried == 0
        next = best.tried < order.count ? questions[order[best.tried]].difference : nil
    }

    /// The threshold by F1 for a model's folder; nil if each question has an answer. It lies in the middle between two questions, so
    /// that others like these are not decided by the last digit.
    static func chosen(on rows: ScoredRows) -> Double? {
        guard let questions = rows.questions, questions.contains(where: { $0.answers.isEmpty }) else {
            return nil
        }
        let found = NullThreshold(questions, by: AnswerScores.f1.name)
        if !found.isSilent {
            guard let next = found.next, next.isFinite else { return found.threshold }
            return (found.threshold + next) / 2
        }
        // Below all differences, so that no question gets an answer.
        let least = questions.map(\.difference).filter(\.isFinite).min() ?? 0
        return least - 1
    }
}
