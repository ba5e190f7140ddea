package import Console
package import StageKit
private import TextBasics
package import Training

/// Scores a model on the rows of a table whose labels are known, and perhaps others on the same rows.
package struct TableEvaluation {
    private let scorer: TextScorer
    private let name: String
    private var others: [Other]
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
    ///   - others: models to compare with, by their folders as the user named them.
    /// - Throws: `StageError` if the number of columns does not fit the model, or another one gives other answers.
    package init(
        _ scorer: TextScorer, labels: [String], shownAs name: String,
        against others: [(String, TextScorer)] = []
    ) throws(StageError) {
        known = try KnownAnswers(scorer.answers, columns: labels, model: name)
        labelColumns = labels.count
        self.scorer = scorer
        self.name = name
        self.others = []
        for (folder, other) in others {
            self.others.append(try Other(other, folder, beside: scorer.answers, name))
        }
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
            guard scorer.canRead(row), others.allSatisfy({ $0.scorer.canRead(row) }) else {
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
        let scores = try scorer.score(scored.rows)
        for own in scores { self.scores += own }
        for place in others.indices { try others[place].add(scored.rows) }
        scoredRows += scores.count
        return (scored, scores)
    }

    /// Scores all rows of a table.
    ///
    /// - Parameters:
    ///   - kept: columns to write next to the answers, those with the labels first.
    ///   - progress: called with the rows of each block.
    ///   - write: called with the answers to the rows, a block at a time.
    package mutating func add(
        _ table: TextSource, in source: LineSource, keeping kept: [String], progress: (Int) -> Void,
        write: (String) throws -> Void
    ) throws {
        var writer = AnswerWriter(
            scorer.answers, isJSON: false, withLogits: false, hasEscapes: table.hasEscapes)
        try table.forEachBlock(of: TextScorer.blockSize, in: source) { block in
            let (scored, scores) = try add(block)
            try write(writer.text(of: scored, scores))
            progress(block.rows.count)
        }
        try write(writer.rest(keeping: kept))
        if scoredRows == 0 { throw Self.noRows }
    }

    private static let noRows = StageError(
        "there is no row with a text and a label to score", hint: "check --text and --label")

    /// What was left out, and labels that were taken for others, as sentences.
    package var remarks: [String] {
        let left = [(rowsWithoutText, "text"), (rowsWithoutLabel, "label")].filter { $0.0 > 0 }.map {
            count, what in
            "\(Counts.text(count, "row")) of \(Counts.text(rows, "row")) had no \(what) and \(count == 1 ? "was" : "were") left out"
        }
        let alone =
            others.isEmpty
            ? "\(Self.absence); --against FOLDER compares with another model, such as one of model: tfidf"
            : nil
        return left + [known.remark, alone].compactMap(\.self)
    }

    private static let absence =
        "no baselines are beside these scores, since a table has no train side to fit them to"

    /// All scores, as the evaluate stage gives them.
    /// - Parameter resamples: samples of the rows that 95 % intervals come from; 0 for none.
    /// - Throws: `StageError` without rows.
    package func figures(resamples: Int) throws -> ScoreFigures {
        guard scoredRows > 0 else { throw Self.noRows }
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
        figures = figures.with(task.intervals(scored, resamples: resamples))
        if others.isEmpty {
            figures.baselinesAbsent = Self.absence
        } else {
            figures.against = try against(scored, task, resamples)
        }
        return figures
    }

    private func against(
        _ scored: ScoredRows, _ task: TrainingTask, _ resamples: Int
    ) throws -> [ScoreFigures.Beside] {
        let theirs = others.map { $0.scored(targets, classes, task) }
        let comparisons = ModelComparison.of(task, scored, against: theirs, resamples: resamples)
        return try others.indices.map { place in
            ScoreFigures.Beside(
                comparisons[place], name: others[place].folder, title: others[place].folder,
                scores: ScoreFigures(try task.scores(theirs[place]), of: theirs[place]))
        }
    }
}

/// A model that answers the same rows as another.
private struct Other {
    let scorer: TextScorer
    let folder: String
    /// For each name of the first model its number among the names of this one.
    private let order: [Int]
    /// As the head gives them, `[rows, names]`, row-major, in this model's order.
    private var scores: [Float] = []

    /// - Throws: `StageError` for a model that gives other answers than the first.
    init(
        _ scorer: TextScorer, _ folder: String, beside first: ModelAnswers, _ name: String
    ) throws(StageError) {
        let own = scorer.answers
        let order = first.labels.compactMap { label in
            own.labels.firstIndex { $0.utf8.elementsEqual(label.utf8) }
        }
        // The one score of a regression may be called otherwise.
        let isScore = first.form == .numbers && first.labels.count == 1 && own.labels.count == 1
        guard own.task.name == first.task.name,
            isScore || order.count == first.labels.count && own.labels.count == first.labels.count
        else {
            throw StageError(
                "\(folder) answers with \(Self.words(own)), and \(name) with \(Self.words(first))",
                hint: "compare models that were trained for the same answers")
        }
        self.scorer = scorer
        self.folder = folder
        self.order = isScore ? [0] : order
    }

    private static func words(_ answers: ModelAnswers) -> String {
        "\(answers.labels.joined(separator: ", ")) (\(answers.task.name.rawValue))"
    }

    mutating func add(_ rows: [TextRow]) throws {
        for own in try scorer.score(rows) { scores += own }
    }

    /// Its answers in the order of the first model's names.
    func scored(_ targets: [Double], _ names: [String], _ task: TrainingTask) -> ScoredRows {
        let width = names.count
        let answers = task.answers(scores, width)
        let thresholds = scorer.answers.form == .anyClasses ? scorer.answers.thresholds : nil
        return ScoredRows(
            names: names, targets: targets,
            answers: answers.indices.map { answers[$0 / width * width + order[$0 % width]] },
            thresholds: thresholds.map { own in order.map { own[$0] } })
    }
}

extension TextScorer {
    /// Scores of rows, each with a text, as the head gives them.
    fileprivate func score(_ rows: [TextRow]) throws -> [[Float]] {
        try score(rows.compactMap(\.text), titles: textPair == nil ? nil : rows.map(\.title)).scores
    }
}
