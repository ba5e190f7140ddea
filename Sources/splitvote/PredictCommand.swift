internal import ArgumentParser
internal import Console
internal import Prediction

/// `splitvote predict`: label and probability of new texts.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Label texts with a trained model.",
        discussion: """
            Reads a text a line, or with --column a column of a TSV, CSV or JSONL table. Writes one row for each, in \
            order: the label, its probability, and the probability of every label.
            """)

    @Option(help: "Folder of a trained model.")
    var model: String

    @Option(help: "How answers are written: tsv or jsonl.")
    var format = "tsv"

    @Option(help: "Read this column of a table; its format goes by the file's name, tsv for standard input.")
    var column: String?

    @Option(help: "For a model of titles and comments: the column with the title, beside --column.")
    var titleColumn: String?

    @Flag(
        help:
            "In TSV tables, \\t, \\n, \\r and \\\\ stand for tab, line ends and backslash, as exports write them."
    )
    var escapes = false

    @Flag(help: "Add the scores before the softmax.")
    var logits = false

    @Argument(help: "Text or table; standard input where it is missing or -.")
    var file: String?

    func validate() throws {
        guard ["tsv", "jsonl"].contains(format) else {
            throw ValidationError("--format is '\(format)'; expected tsv or jsonl")
        }
        if titleColumn != nil, column == nil {
            throw ValidationError("--title-column needs --column, the column with the text")
        }
    }

    func run() throws {
        let scorer = try TextScorer(folder: model, threads: Machine.threads, note: ErrorText.note)
        try scorer.requireTitles(titleColumn != nil, shownAs: model)
        var answers = AnswerWriter(labels: scorer.labels, isJSON: format == "jsonl", withLogits: logits)
        var output = OutputBuffer()
        let source = LineSource(path: file)
        if let column {
            let columns = TextColumns(text: column, title: titleColumn, hasEscapes: escapes)
            try columns.forEachBlock(of: TextScorer.blockSize, in: source) {
                try output.write(answers.text(of: scorer.score($0, titles: $1)))
            }
        } else {
            try source.forEachBlock(of: TextScorer.blockSize) {
                try output.write(answers.text(of: scorer.score($0)))
            }
        }
        try output.write(answers.rest())
        try output.flush()
    }
}
