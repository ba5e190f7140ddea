internal import ArgumentParser
internal import Prediction
internal import ProcessControl

/// Which columns hold the other texts of pairs, and how TSV tables write what is special.
struct PairOptions: ParsableArguments {
    @Option(
        help:
            "For a model of pairs of title and text: the column with the title, beside that of the text.")
    var titleColumn: String?

    @Option(
        help:
            "For a model of pairs of texts: the column with the second text, such as text_pair, beside that of the first."
    )
    var pairColumn: String?

    @Flag(
        help:
            "In TSV tables, \\t, \\n, \\r and \\\\ stand for tab, line ends and backslash, as exports write them."
    )
    var escapes = false

    func validate() throws {
        if titleColumn != nil, pairColumn != nil {
            throw ValidationError("--title-column and --pair-column exclude each other")
        }
    }

    /// The model, which reads pairs if it is given them, and answers as the options say.
    func scorer(
        of model: String, _ precision: PrecisionName, textFlag: String, answering rule: AnswerOptions
    ) throws -> TextScorer {
        var scorer = try TextScorer(
            folder: model, precision: precision.precision, threads: Machine.threads, note: ErrorReporter.note)
        try scorer.requireTexts(title: titleColumn, pair: pairColumn, textFlag: textFlag, shownAs: model)
        try rule.apply(to: &scorer.answers)
        return scorer
    }

    /// The columns of a text and of what goes with it.
    func columns(_ text: String) -> TextColumns {
        TextColumns(text: text, title: titleColumn, pair: pairColumn)
    }
}
