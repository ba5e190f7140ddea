import LinearModels
import Models
import ShardFormat

extension TrainingTask {
    /// A tag of each word or character, such as IOB2 for entities, by softmax and cross-entropy over the tokens that count.
    ///
    /// A folder is opened by transformers' classes for token classification; the head is one linear map of each token's
    /// state, whatever the family.
    package static let tokens = TrainingTask(
        name: .tokens, problemType: "token_classification",
        objective: { _, _, _ in CrossEntropyObjective() },
        rowWeights: { options, training, classes in
            Trainer.weights(options.classWeights, training.tagCounts(classCount: classes))
        },
        check: { options, training, _, classes throws(TrainingError) in
            let why = "words have a tag each"
            var problems: [String] = []
            if !metricsOfWords.contains(options.metric) {
                problems.append("metric is \(options.metric.rawValue); \(why)")
            }
            if options.usesProbabilities { problems.append("targets is votes; \(why)") }
            if options.abstaining > 0 { problems.append("abstain is \(options.abstaining); \(why)") }
            if options.method == .features {
                problems.append("method is features, which fits one answer to a row; \(why)")
            }
            if !problems.isEmpty { throw .options(problems) }
            guard training.tagCounts(classCount: classes).count(where: { $0 > 0 }) >= 2 else {
                throw .data(
                    "all words of the \(training.count) training rows have one tag; at least two are needed")
            }
        },
        rightShare: { scores, rows, training, classes in
            var (place, hits) = (0, 0)
            for row in rows {
                for tag in training.tags(of: row)?.ofTokens ?? [] where tag != TokenTags.none {
                    let own = scores[place * classes..<(place + 1) * classes]
                    hits += own.firstIndex(of: own.max() ?? 0) == place * classes + Int(tag) ? 1 : 0
                    place += 1
                }
            }
            return place == 0 ? 0 : Double(hits) / Double(place)
        },
        linear: LinearHead(name: "Logistic", isIterative: true) { _ in
            preconditionFailure("rows with tags have no features")
        },
        ownMetrics: [.entityF1, .strictF1, .klueEntityF1], defaultMetric: .entityF1,
        answers: singleLabel.answers,
        judge: { rows throws(ScoringError) in
            var scores = try ClassificationScores(
                labels: rows.labels, probabilities: rows.answers, classCount: rows.names.count)
            scores.further = EntityScores.figures(rows, scores.confusion)
            return .classes(scores)
        },
        resampled: { rows, resamples in EntityScores.intervals(rows, resamples: resamples) },
        sampled: {
            SampleScores.ofClasses(
                $0, by: .mostProbable, names: ScoreFigures.names(\.macroF1, \.rocAUC, \.accuracy))
        },
        ownScores: EntityScores.all,
        sameAnswer: { rows, words in
            let answers = Set(rows.classes(by: .mostProbable))
            guard answers.count == 1, let only = answers.first else { return nil }
            return
                "gives each word of \(words) the tag '\(rows.names[only])'; class_weights: balanced, more epochs or another "
                + "learning rate may help"
        },
        card: { texts, names in
            """
            # A tagger of \(texts): \(TagScheme(names).words)

            Trained by splitvote on rows with a tag for each word. It says of each token which tag its word has; the answer to a
            word is that of its first token.
            """
        })

    private static let metricsOfWords: [TrainingOptions.Metric] = [
        .macroF1, .accuracy, .loss, .microF1, .mcc, .entityF1, .strictF1, .klueEntityF1,
    ]
}

extension TrainingOptions.Metric {
    /// F1 over entities, 0 ... 1, as seqeval counts them by default.
    package static let entityF1 = TrainingOptions.Metric(named: EntityScores.entity.name)
    /// The same over entities that begin with B, as seqeval's mode strict for IOB2.
    package static let strictF1 = TrainingOptions.Metric(named: EntityScores.strict.name)
    package static let klueEntityF1 = TrainingOptions.Metric(named: EntityScores.klueEntity.name)
}

extension TagScheme {
    /// What is told apart, for people.
    fileprivate var words: String {
        if hasSpans { return types.joined(separator: ", ") }
        return names.count > 20 ? "\(names.count) tags" : names.joined(separator: ", ")
    }
}
