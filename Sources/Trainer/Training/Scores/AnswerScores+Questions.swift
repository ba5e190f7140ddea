extension AnswerScores {
    /// Names of the scores that mean something for some questions.
    private static func names(_ questions: [AnsweredQuestion]) -> [String] {
        let hasAll = questions.allSatisfy { !$0.answers.isEmpty }
        return ofQuestions.map(\.name).filter { hasAll || !ofAnswerable.contains($0) }
    }

    /// - Throws: ``ScoringError`` without questions.
    init(_ rows: ScoredRows) throws(ScoringError) {
        guard let questions = rows.questions, !questions.isEmpty else {
            throw ScoringError("no questions to score; at least one is needed")
        }
        self.questions = questions.count
        loss = rows.lossOfPlaces
        func mean(_ name: String, _ questions: [AnsweredQuestion]) -> Double {
            questions.reduce(0) { $0 + $1.score(name, by: rows) } / Double(questions.count)
        }
        var figures: [String: Double] = [:]
        for name in Self.names(questions) { figures[name] = mean(name, questions) }
        let (answerable, others) = (
            questions.filter { !$0.answers.isEmpty }, questions.filter { $0.answers.isEmpty }
        )
        if !others.isEmpty {
            figures[Self.noAnswer.name] = mean(Self.exact.name, others)
            if !answerable.isEmpty {
                figures[Self.hasAnswerExact.name] = mean(Self.exact.name, answerable)
                figures[Self.hasAnswerF1.name] = mean(Self.f1.name, answerable)
            }
            for (score, best, place) in [
                (Self.exact, Self.bestExact, Self.bestExactThreshold),
                (Self.f1, Self.bestF1, Self.bestF1Threshold),
            ] {
                let found = NullThreshold(questions, by: score.name)
                figures[best.name] = found.score
                figures[place.name] = found.threshold
            }
        }
        self.figures = figures
    }

    /// 95 % intervals, from samples of the questions.
    static func intervals(_ rows: ScoredRows, resamples: Int) -> [String: Bootstrap.Interval] {
        let questions = rows.questions ?? []
        let names = names(questions)
        let values = questions.map { question in names.map { question.score($0, by: rows) } }
        return Bootstrap.intervals(rows: questions.count, resamples: resamples) { sample in
            var sums = names.map { _ in 0.0 }
            for question in sample { for place in sums.indices { sums[place] += values[question][place] } }
            return Dictionary(
                uniqueKeysWithValues: zip(names, sums.map { $0 / Double(sample.count) }))
        }
    }

    /// F1 and exact match of samples of the questions.
    static func sampled(_ rows: ScoredRows) -> SampleScores {
        let names = [f1.name, exact.name]
        let values = (rows.questions ?? []).map { question in names.map { question.score($0, by: rows) } }
        return SampleScores(names: names) { times in
            let count = Double(times.reduce(0, +))
            return names.indices.map { place in
                count == 0 ? nil : zip(times, values).reduce(0) { $0 + Double($1.0) * $1.1[place] } / count
            }
        }
    }
}
