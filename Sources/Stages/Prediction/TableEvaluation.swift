package import StageKit
private import TextBasics
package import Training

/// Scores a model on the rows of a table whose labels are known.
package struct TableEvaluation {
    private let scorer: TextScorer
    private let name: String
    private var known: KnownAnswers
    /// Columns with what is known, the first of the kept ones.
    private let labelColumns: Int
    /// `[rows, width]`, row-major; see ``KnownAnswers``.
    private var targets: [Double] = []
    /// As the head gives them, `[rows, labels]`, row-major.
    private var scores: [Float] = []
    private var scoredRows = 0
    private var rows = 0
    private var rowsWithoutText = 0
    private var rowsWithoutLabel = 0

    /// - Parameters:
    ///   - labels: columns that say what rows are.
    ///   - name: the model's folder as the user named it.
    /// - Throws: `StageError` if the number of columns does not fit the model.
    package init(_ scorer: TextScorer, labels: [String], shownAs name: String) throws(StageError) {
        known = try KnownAnswers(scorer.answers, columns: labels, model: name)
        labelColumns = labels.count
        self.scorer = scorer
        self.name = name
    }

    private var classes: [String] { scorer.answers.labels }

    /// Scores some more rows.
    /// - Parameter block: its first kept columns hold the labels.
    /// - Returns: the rows that were scored, and their scores.
    /// - Throws: `StageError` naming a label that the model does not know.
    package mutating func add(_ block: TextBlock) throws -> (TextBlock, [[Float]?]) {
        var scored = TextBlock(keptColumns: block.keptColumns, rows: [])
        for row in block.rows {
            rows += 1
            guard scorer.canRead(row) else {
                rowsWithoutText += 1
                continue
            }
            guard let target = try known.answer(row.kept.prefix(labelColumns), row: rows) else {
                rowsWithoutLabel += 1
                continue
            }
            targets += target
            scored.rows.append(row)
        }
        let scores = try scorer.score(
            scored.rows.compactMap(\.text),
            titles: scorer.textPair == nil ? nil : scored.rows.map(\.title)
        ).scores
        for own in scores { self.scores += own }
        scoredRows += scores.count
        return (scored, scores)
    }

    /// What was left out, and labels that were taken for others, as sentences.
    package var remarks: [String] {
        let left = [(rowsWithoutText, "text"), (rowsWithoutLabel, "label")].filter { $0.0 > 0 }.map {
            count, what in
            "\(Counts.text(count, "row")) of \(Counts.text(rows, "row")) had no \(what) and \(count == 1 ? "was" : "were") left out"
        }
        return left + [known.remark].compactMap(\.self)
    }

    /// All scores, as the evaluate stage gives them.
    /// - Parameter resamples: samples of the rows that 95 % intervals come from; 0 for none.
    /// - Throws: `StageError` without rows.
    package func figures(resamples: Int) throws -> ScoreFigures {
        guard scoredRows > 0 else {
            throw StageError(
                "there is no row with a text and a label to score", hint: "check --text and --label")
        }
        let (answers, task) = (scorer.answers, scorer.answers.task)
        let scored = ScoredRows(
            names: classes, targets: targets, answers: task.answers(scores, classes.count),
            thresholds: answers.form == .anyClasses ? answers.thresholds : nil)
        var figures = ScoreFigures(try task.scores(scored), of: scored)
        if task.choosesAnswerRule, !answers.rule.isPlain {
            figures.asAnswered = ScoreFigures.Answered(
                try AnsweredScores(
                    by: answers.rule, labels: targets.map { Int($0) }, scores: scores,
                    classCount: classes.count))
        }
        return figures.with(task.intervals(scored, resamples: resamples))
    }
}
