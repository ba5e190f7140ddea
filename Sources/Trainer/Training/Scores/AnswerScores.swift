/// How well answers are found in contexts, by the rules of each data set's own program, each under its own name.
package struct AnswerScores: Hashable, Codable, Sendable {
    package let questions: Int
    /// Mean over the rows that are learned from, in nats.
    package let loss: Double
    /// By their names; those that mean nothing for these questions are left out.
    package let figures: [String: Double]

    static let exact = OwnScore(
        "squad_em", title: "SQuAD exact match",
        meaning:
            "share of questions with the very answer, or rightly none, 0 ... 1, as SQuAD 2.0 counts: words in lower case without "
            + "punctuation and English articles")
    static let f1 = OwnScore(
        "squad_f1", title: "SQuAD F1",
        meaning: "mean F1 of the words that answer and right answer have in common, 0 ... 1, likewise")
    static let squad1Exact = OwnScore(
        "squad1_em", title: "SQuAD 1.1 exact match",
        meaning:
            "the same as SQuAD 1.1 counts, where each question has an answer; an answer of articles alone then counts as text"
    )
    static let squad1F1 = OwnScore(
        "squad1_f1", title: "SQuAD 1.1 F1", meaning: "F1 of words as SQuAD 1.1 counts, 0 ... 1, likewise")
    static let korquadExact = OwnScore(
        "korquad_em", title: "KorQuAD exact match",
        meaning:
            "exact match as KorQuAD 1.0 counts, 0 ... 1, where each question has an answer: quotation marks and brackets are blanks"
    )
    static let korquadF1 = OwnScore(
        "korquad_f1", title: "KorQuAD F1",
        meaning: "F1 of characters as KorQuAD 1.0 counts, 0 ... 1, likewise")
    static let klueExact = OwnScore(
        "klue_em", title: "KLUE-MRC exact match", meaning: "exact match as KLUE-MRC counts, 0 ... 1")
    static let klueRouge = OwnScore(
        "klue_rouge_w", title: "KLUE-MRC ROUGE-W",
        meaning: "KLUE-MRC's ROUGE-W, 0 ... 1: F1 of the longest run of characters that both texts have")
    static let hasAnswerExact = OwnScore(
        "has_answer_em", title: "Exact match, answerable",
        meaning:
            "exact match of the questions that have an answer, 0 ... 1, as squad_em; where others have none")
    static let hasAnswerF1 = OwnScore(
        "has_answer_f1", title: "F1, answerable",
        meaning: "F1 of the questions that have an answer, 0 ... 1, as squad_f1; where others have none")
    static let noAnswer = OwnScore(
        "no_answer_em", title: "Exact match, unanswerable",
        meaning: "share of the questions without an answer that get none, 0 ... 1")
    static let bestExact = OwnScore(
        "best_exact", title: "Best exact match",
        meaning:
            "highest squad_em that a threshold of \"no answer\" gives on these very questions, 0 ... 1; a bound, and no score"
    )
    static let bestExactThreshold = OwnScore(
        "best_exact_thresh", title: "Threshold of best exact match",
        meaning:
            "the threshold at which best_exact is reached: no answer is given if the score of none less that of the best one is above it"
    )
    static let bestF1 = OwnScore(
        "best_f1", title: "Best F1",
        meaning:
            "highest squad_f1 that a threshold of \"no answer\" gives on these very questions, 0 ... 1; a bound"
    )
    static let bestF1Threshold = OwnScore(
        "best_f1_thresh", title: "Threshold of best F1", meaning: "the threshold at which best_f1 is reached")

    /// Each is a mean over the questions.
    static let ofQuestions = [
        exact, f1, squad1Exact, squad1F1, korquadExact, korquadF1, klueExact, klueRouge,
    ]
    static let all =
        ofQuestions + [
            hasAnswerExact, hasAnswerF1, noAnswer, bestExact, bestExactThreshold, bestF1, bestF1Threshold,
        ]
    /// Those that are shown while a model is trained.
    package static let headlineNames = [exact.name, f1.name]
    /// Those of data sets in which each question has an answer.
    static let ofAnswerable: Set<String> = [
        squad1Exact.name, squad1F1.name, korquadExact.name, korquadF1.name,
    ]

    /// The scores of a text beside the right answers, in the order of ``ofQuestions``.
    static func values(_ text: String, _ answers: [String]) -> [Double] {
        [
            AnswerTexts.squad(text, answers), AnswerTexts.squad1(text, answers),
            AnswerTexts.korquad(text, answers), AnswerTexts.klue(text, answers),
        ].flatMap { [$0.exact, $0.overlap] }
    }

    var headline: [String: Double] { figures.filter { Self.headlineNames.contains($0.key) } }

    func value(of metric: TrainingOptions.Metric) -> Double? {
        switch metric {
        // The default metric.
        case .macroF1: figures[Self.f1.name]
        case .loss: loss
        default: figures[metric.rawValue]
        }
    }
}
