internal import ArgumentParser
internal import ModelCommands
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

    /// Models, which read pairs if they are given them; the first answers as the options say.
    func scorers(
        of models: [String], _ precision: PrecisionName, textFlag: String, answering rule: AnswerOptions
    ) throws -> [TextScorer] {
        var scorers = try TextScorer.open(
            models, title: titleColumn, pair: pairColumn, textFlag: textFlag, precision: precision.precision,
            threads: Machine.threads, note: ErrorReporter.note)
        try rule.apply(to: &scorers[0].answers)
        return scorers
    }

    var arePairs: Bool { titleColumn != nil || pairColumn != nil }

    /// - Throws: `ValidationError` where a column is named that only a table has.
    func requireColumn(_ column: String?, keeping kept: String? = nil, of file: String?) throws {
        let flags = [("--title-column", titleColumn), ("--pair-column", pairColumn), ("--keep", kept)]
        for (flag, value) in flags where value != nil && column == nil {
            throw ValidationError("\(flag) needs --column, the column with the text")
        }
        if column == nil, let text = TextSource.problem(linesOf: file) { throw ValidationError(text) }
    }

    /// The table with a column of texts; nil if texts are lines.
    func table(_ column: String?, keeping kept: String?) -> TextSource? {
        column.map { TextSource(columns($0), kept: kept.map { ColumnNames.of($0) }, hasEscapes: escapes) }
    }

    /// The columns of a text and of what goes with it.
    func columns(_ text: String) -> TextColumns {
        TextColumns(text: text, title: titleColumn, pair: pairColumn)
    }
}
