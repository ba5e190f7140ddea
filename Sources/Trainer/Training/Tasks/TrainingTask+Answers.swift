import LinearModels
import Models
import ShardFormat

extension TrainingTask {
    /// Where in a context the answer to a question is, as its first and its last token, or that it holds none: the first token of
    /// the row stands for that.
    ///
    /// A folder is opened by transformers' classes for question answering; the head is one linear map of each token's state to two
    /// scores, whatever the family.
    package static let answers = TrainingTask(
        name: .answers, problemType: "question_answering",
        objective: { _, _, _ in AnswerPlaceObjective() },
        check: { options, training, dev, scores throws(TrainingError) in
            let why = "questions have answers somewhere in a context"
            guard scores == 2 else {
                throw .data(
                    "the model has \(scores) scores; answers need 2, of their beginning and their end")
            }
            var problems: [String] = []
            if !metricsOfAnswers.contains(options.metric) {
                problems.append("metric is \(options.metric.rawValue); \(why)")
            }
            if [.korquadExact, .korquadF1].contains(options.metric),
                dev.map({ $0.questions.silent > 0 }) == true
            {
                problems.append(
                    "metric is \(options.metric.rawValue), which is for questions that all have an answer, and some of dev have none"
                )
            }
            if options.usesProbabilities { problems.append("targets is votes; \(why)") }
            if options.labelSmoothing > 0 {
                problems.append("label_smoothing is \(options.labelSmoothing); \(why)")
            }
            if options.classWeights != .uniform {
                problems.append("class_weights are set; \(why), and no classes")
            }
            if options.abstaining > 0 { problems.append("abstain is \(options.abstaining); \(why)") }
            if options.method == .features {
                problems.append("method is features, which fits one answer to a row; \(why)")
            }
            if !problems.isEmpty { throw .options(problems) }
            guard (0..<training.count).contains(where: { training.answerPlace(of: $0).start > 0 }) else {
                throw .data(
                    "none of the \(training.count) training rows holds an answer; there is nothing to learn")
            }
        },
        rightShare: { scores, rows, training, _ in
            var (token, hits) = (0, 0)
            for row in rows {
                let tokens = training.length(of: row)
                let place = training.answerPlace(of: row)
                func best(_ side: Int) -> Int32 {
                    let own = (0..<tokens).map { scores[2 * (token + $0) + side] }
                    return Int32(own.firstIndex(of: own.max() ?? 0) ?? 0)
                }
                if best(0) == place.start, best(1) == place.end { hits += 1 }
                token += tokens
            }
            return rows.isEmpty ? 0 : Double(hits) / Double(rows.count)
        },
        linear: LinearHead(name: "Logistic", isIterative: true) { _ in
            preconditionFailure("questions with contexts have no features")
        },
        ownMetrics: metricsOfAnswers.filter { $0 != .macroF1 && $0 != .loss }, defaultMetric: .squadF1,
        answers: { scores, _ in scores.map(Double.init) },
        nullThreshold: { dev, scores in
            NullThreshold.chosen(
                on: ScoredRows(
                    dev, form: .answerPlaces, names: TaskName.answers.ownNames ?? [], answers: scores))
        },
        judge: { rows throws(ScoringError) in .answers(try AnswerScores(rows)) },
        resampled: { rows, resamples in AnswerScores.intervals(rows, resamples: resamples) },
        sampled: { AnswerScores.sampled($0) },
        ownScores: AnswerScores.all,
        sameAnswer: { rows, words in
            guard let questions = rows.questions,
                questions.allSatisfy({ $0.isSilent(rows.thresholds?.first) })
            else { return nil }
            return "gives \(words) no answer; more epochs or another learning rate may help"
        },
        card: { _, _ in
            """
            # A model that finds answers in contexts

            Trained by splitvote on questions with contexts. It says of each token how well an answer begins and ends there; its answer is
            the best pair of the two. The first token stands for "no answer", given where its score less that of the best answer is above
            `null_threshold` under `splitvote` in `config.json`, if there is one.
            """
        })

    private static let metricsOfAnswers: [TrainingOptions.Metric] = [
        .macroF1, .loss, .squadExact, .squadF1, .korquadExact, .korquadF1, .klueExact, .klueRouge,
    ]
}

extension TokenRows {
    /// Questions whose context holds an answer, and those whose context holds none.
    var questions: (answered: Int, silent: Int) {
        (0..<count).reduce(into: (0, 0)) { counts, row in
            // Further rows of a question leave its context out.
            guard let answer = answer(of: row), !answer.context.isEmpty else { return }
            if answer.answers.isEmpty { counts.1 += 1 } else { counts.0 += 1 }
        }
    }
}

extension TrainingOptions.Metric {
    /// Exact match and F1 of answers, 0 ... 1, as SQuAD 2.0 counts.
    package static let squadExact = TrainingOptions.Metric(named: AnswerScores.exact.name)
    package static let squadF1 = TrainingOptions.Metric(named: AnswerScores.f1.name)
    /// The same as KorQuAD 1.0 counts.
    package static let korquadExact = TrainingOptions.Metric(named: AnswerScores.korquadExact.name)
    package static let korquadF1 = TrainingOptions.Metric(named: AnswerScores.korquadF1.name)
    /// Exact match and what KLUE-MRC calls ROUGE-W, 0 ... 1.
    package static let klueExact = TrainingOptions.Metric(named: AnswerScores.klueExact.name)
    package static let klueRouge = TrainingOptions.Metric(named: AnswerScores.klueRouge.name)
}
