package import Models
package import ShardFormat

/// What a model is trained for: one value joins the objective, the targets that it can learn from, the scores, the answers,
/// and how a folder, a card and a report say it. The head is the same for all, with as many scores as there are names.
///
/// A further task is one value in its own file, one entry in ``all``, its ``/ShardFormat/TaskName``, and its objective where it
/// has a new one. Other code asks the value, or goes by the form of targets, never by the task.
package struct TrainingTask: Sendable {
    package let name: TaskName
    /// `problem_type` in a folder's `config.json`. Where several tasks have the same, it means the first of them, and the
    /// others are named beside it.
    package let problemType: String

    // MARK: Learning

    /// What scores are compared with targets by.
    let objective: @Sendable (TrainingOptions, TokenRows, _ scoreCount: Int) -> any Objective
    /// Factor of the rows of each class in the loss; nil if all count the same.
    let rowWeights: @Sendable (TrainingOptions, TokenRows, _ scoreCount: Int) -> [Float]?
    /// Refuses rows and options that nothing can be learned from or by.
    package let check:
        @Sendable (TrainingOptions, TokenRows, TokenRows?, _ scoreCount: Int) throws(TrainingError) -> Void
    /// Share of some rows that scores have right, 0 ... 1; 0 for a task without right and wrong.
    let rightShare: @Sendable (_ scores: [Float], _ rows: [Int], TokenRows, _ scoreCount: Int) -> Double
    /// The last linear map alone, on features.
    let linear: LinearHead
    /// Scores on dev that only this task can choose its checkpoint by.
    let ownMetrics: [TrainingOptions.Metric]
    /// The score that stands for macro F1, the default, in a task that has none.
    let defaultMetric: TrainingOptions.Metric

    // MARK: Answering

    /// What the scores of the head say: probabilities, or numbers as they are. `[rows, scores]`, row-major.
    package let answers: @Sendable (_ scores: [Float], _ scoreCount: Int) -> [Double]
    /// How probabilities choose a class, for one class of each row.
    let choice: AnswerChoice
    /// Least difference of the score of "no answer" from that of the best answer at which none is given, chosen on dev by the scores
    /// of its tokens; nil for a task without, and where dev has no question without an answer.
    let nullThreshold: (@Sendable (_ dev: TokenRows, _ answers: [Double]) -> Double?)?
    /// Whether temperature, threshold and band of the answers are chosen on dev.
    package let choosesAnswerRule: Bool
    /// Least probability at which each class is given, chosen on dev by the answers to it; nil for a task without.
    package let thresholds:
        (@Sendable (_ dev: TokenRows, _ answers: [Double], _ scoreCount: Int) -> [Double])?

    // MARK: Judging

    /// Scores of the answers to some rows.
    let judge: @Sendable (ScoredRows) throws(ScoringError) -> TaskScores
    /// Intervals of the scores that a reader compares models by, from that many samples of the rows.
    let resampled: @Sendable (ScoredRows, _ resamples: Int) -> [String: Bootstrap.Interval]
    /// The scores that two models are compared by, over samples of the rows.
    package let sampled: @Sendable (ScoredRows) -> SampleScores
    /// Scores that no other task has.
    let ownScores: [OwnScore]
    /// What a model does that answers the same to `rows`, as the end of a sentence; nil if it does not.
    package let sameAnswer: @Sendable (ScoredRows, _ rows: String) -> String?
    /// Heading and sentences of the model's card: what `texts` are, such as pairs of texts, and the names.
    let card: @Sendable (_ texts: String, _ names: [String]) -> String

    init(
        name: TaskName, problemType: String,
        objective: @escaping @Sendable (TrainingOptions, TokenRows, Int) -> any Objective,
        rowWeights: @escaping @Sendable (TrainingOptions, TokenRows, Int) -> [Float]? = { _, _, _ in nil },
        check:
            @escaping @Sendable (TrainingOptions, TokenRows, TokenRows?, Int) throws(TrainingError) -> Void,
        rightShare: @escaping @Sendable ([Float], [Int], TokenRows, Int) -> Double, linear: LinearHead,
        ownMetrics: [TrainingOptions.Metric] = [], defaultMetric: TrainingOptions.Metric = .macroF1,
        answers: @escaping @Sendable ([Float], Int) -> [Double],
        choice: AnswerChoice = .mostProbable, choosesAnswerRule: Bool = false,
        thresholds: (@Sendable (TokenRows, [Double], Int) -> [Double])? = nil,
        nullThreshold: (@Sendable (TokenRows, [Double]) -> Double?)? = nil,
        judge: @escaping @Sendable (ScoredRows) throws(ScoringError) -> TaskScores,
        resampled: @escaping @Sendable (ScoredRows, Int) -> [String: Bootstrap.Interval],
        sampled: @escaping @Sendable (ScoredRows) -> SampleScores,
        ownScores: [OwnScore] = [], sameAnswer: @escaping @Sendable (ScoredRows, String) -> String?,
        card: @escaping @Sendable (String, [String]) -> String
    ) {
        self.name = name
        self.problemType = problemType
        self.objective = objective
        self.rowWeights = rowWeights
        self.check = check
        self.rightShare = rightShare
        self.linear = linear
        self.ownMetrics = ownMetrics
        self.defaultMetric = defaultMetric
        self.answers = answers
        self.choice = choice
        self.choosesAnswerRule = choosesAnswerRule
        self.thresholds = thresholds
        self.nullThreshold = nullThreshold
        self.judge = judge
        self.resampled = resampled
        self.sampled = sampled
        self.ownScores = ownScores
        self.sameAnswer = sameAnswer
        self.card = card
    }
}

extension TrainingTask {
    package static let all: [TrainingTask] = [
        .singleLabel, .multiLabel, .regression, .ordinal, .tokens, .answers,
    ]

    /// The task of that name.
    package init(_ name: TaskName) {
        guard let task = Self.all.first(where: { $0.name == name }) else {
            preconditionFailure("each name has its task")
        }
        self = task
    }

    /// The task that a folder's `problem_type` names; nil for a text that names none.
    package init?(problemType: String) {
        guard let task = Self.all.first(where: { $0.problemType == problemType }) else { return nil }
        self = task
    }

    /// The head for single tokens that it needs; nil for one answer to a row.
    package var tokenUse: TokenHeadPlan.Use? {
        switch name.form {
        case .wordClasses: .tags
        case .answerPlaces: .answers
        case .oneClass, .anyClasses, .number: nil
        }
    }

    /// What its rows have in place of one answer each, as the end of a sentence; nil if they have that.
    package var rowsHave: String? {
        switch name.form {
        case .wordClasses: "a tag for each word"
        case .answerPlaces: "an answer somewhere in a context"
        case .oneClass, .anyClasses, .number: nil
        }
    }

    /// Whether `problem_type` alone does not name the task.
    var needsItsName: Bool { TrainingTask(problemType: problemType)?.name != name }

    /// Tells the task from all others, as what a training is made of has it.
    var identity: String { needsItsName ? "\(problemType), \(name.rawValue)" : problemType }

    /// Scores of the answers to some rows.
    /// - Throws: ``ScoringError`` without rows, or where a number is out of range.
    package func scores(_ rows: ScoredRows) throws(ScoringError) -> TaskScores { try judge(rows) }

    /// 95 % intervals of the scores that a reader compares models by.
    /// - Parameter resamples: samples of the rows, at least 1.
    package func intervals(_ rows: ScoredRows, resamples: Int) -> [String: Bootstrap.Interval] {
        rows.count > 1 && resamples > 0 ? resampled(rows, resamples) : [:]
    }

    /// Scores that single tasks have, in the order in which they are shown.
    package static var ownScores: [OwnScore] { all.flatMap(\.ownScores) }
}
