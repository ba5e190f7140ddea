internal import ArgumentParser
internal import StageKit
internal import TableFormat

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
        let scorer = try TextScorer(folder: model)
        try checkTitles(scorer)
        var answers = AnswerWriter(labels: scorer.labels, isJSON: format == "jsonl", withLogits: logits)
        if let column {
            try readTable(column) {
                try answers.write(scorer.score($0, titles: titleColumn == nil ? nil : $1))
            }
        } else {
            try LineSource(path: file).forEachBlock(of: TextScorer.blockSize) {
                try answers.write(scorer.score($0))
            }
        }
        try answers.finish()
    }

    /// A model is asked about what it was trained on: texts, or titles and texts.
    private func checkTitles(_ scorer: TextScorer) throws(StageError) {
        if let pair = scorer.textPair, titleColumn == nil {
            throw StageError(
                "\(model) was trained on pairs of \(pair) and comment, and is given comments alone",
                hint: "give a table: --column with the text, --title-column with the title")
        }
        if scorer.textPair == nil, titleColumn != nil {
            throw StageError("\(model) was trained on comments alone", hint: "leave --title-column out")
        }
    }

    private func readTable(_ column: String, _ body: (_ texts: [[UInt8]], _ titles: [[UInt8]]) throws -> Void)
        throws
    {
        let source = LineSource(path: file)
        var reader = try TableReader(
            try tableKind(of: source),
            columns: ([column] + [titleColumn].compactMap { $0 }).map { TableColumn($0) },
            options: TableReaderOptions(backslashEscapes: escapes))
        var texts: [[UInt8]] = []
        var titles: [[UInt8]] = []
        func take(_ row: TableRow) throws {
            texts.append(Array(row[0]))
            if titleColumn != nil { titles.append(Array(row[1])) }
            if texts.count == TextScorer.blockSize {
                try body(texts, titles)
                texts.removeAll(keepingCapacity: true)
                titles.removeAll(keepingCapacity: true)
            }
        }
        func refuse(_ problem: RowProblem) throws {
            throw StageError(
                "\(source.name), line \(problem.line): \(problem.reason)",
                hint: "answers come row by row, so no row can be left out; mend it and run again")
        }
        do {
            try source.forEachChunk { try reader.read($0, row: take, problem: refuse) }
            try reader.finish(row: take, problem: refuse)
        } catch let error as TableError {
            throw StageError("\(source.name): \(error)")
        }
        if !texts.isEmpty { try body(texts, titles) }
    }

    /// By the file's name; TSV for standard input.
    private func tableKind(of source: LineSource) throws(StageError) -> TableKind {
        guard let path = source.filePath else { return .tsv }
        switch path.lowercased().split(separator: ".").last {
        case "tsv", "tab", "txt": return .tsv
        case "csv": return .csv
        case "jsonl", "ndjson": return .jsonl
        default:
            throw StageError(
                "\(path) does not say how its rows are written",
                hint: "name it .tsv, .csv or .jsonl, or give a TSV table on standard input")
        }
    }
}
