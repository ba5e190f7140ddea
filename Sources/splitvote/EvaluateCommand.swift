internal import ArgumentParser
internal import Console
internal import ModelCommands
internal import Prediction
internal import Training

/// `splitvote evaluate`: scores of a model on a table with labels.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "evaluate",
        abstract: "Score a model on a table whose labels are known.")

    @Option(
        help: "Folder of a trained model, or the name of one in the Hugging Face cache.",
        completion: .directory)
    var model: String
    @Option(help: "Column with the texts.") var text: String
    @Option(
        help: ArgumentHelp(
            "Column with the label, the list of labels, or the score; with commas, a column of 0 or 1 for each label.",
            valueName: "names"))
    var label: String
    @Option(
        help: ArgumentHelp("Folder of another model to compare with; may be repeated.", valueName: "folder"))
    var against: [String] = []
    @OptionGroup var pair: PairOptions
    @OptionGroup(title: "How scores become answers") var rule: AnswerOptions
    @Option(help: "Number of resamples of the rows for the intervals; 0 for no intervals.")
    var resamples = 1_000
    @Option(
        help: ArgumentHelp(
            "Write the answer to each row into this file, next to the columns of --keep and the label.",
            valueName: "file.tsv"), completion: .file())
    var predictions: String?
    @Option(
        help: ArgumentHelp(
            "Columns to copy next to the answers of --predictions, separated by commas.", valueName: "names"))
    var keep: String?
    @Option(
        help: ArgumentHelp(
            "Number format of the matrix products: fp32, bf16, or auto for bf16 where the CPU has it. (default: fp32)",
            valueName: "format"))
    var precision: PrecisionName?
    @Flag(help: "Print the scores as JSON, named as in the evaluate stage's scores.json.") var json = false
    @Argument(help: "The table; a TSV table on standard input if omitted or -.", completion: .file())
    var table: String?

    func validate() throws {
        if label.allSatisfy({ $0 == "," }) { throw ValidationError("--label names no column") }
        guard 0...100_000 ~= resamples else {
            throw ValidationError("--resamples is \(resamples); it takes 0 ... 100000")
        }
        if keep != nil, predictions == nil { throw ValidationError("--keep needs --predictions") }
    }

    func run() throws {
        let labels = label.split(separator: ",").map(String.init)
        // The labels first, where the evaluation looks for them.
        let kept = ColumnNames.of(keep, after: labels)
        let source = LineSource(path: table)
        let output = predictions.map { OutputFile($0) }
        try output?.refuse(source.filePath, flag: "--predictions")
        let scorers = try pair.scorers(
            of: [model] + against, precision ?? .exact, textFlag: "--text", answering: rule)
        var evaluation = try TableEvaluation(
            scorers[0], labels: labels, shownAs: model, against: Array(zip(against, scorers.dropFirst())))
        let rows = TextSource(pair.columns(text), kept: kept, hasEscapes: pair.escapes)
        let progress = RowProgress(of: "evaluate", sharesTerminal: false)
        defer { progress.end() }
        func evaluate(_ write: (String) throws -> Void) throws {
            try evaluation.add(rows, in: source, keeping: kept, progress: progress.add, write: write)
        }
        if let output { try output.write(evaluate) } else { try evaluate { _ in } }
        let figures = try evaluation.figures(resamples: resamples)
        progress.end()
        try StandardStream.output.write(
            Array((json ? figures.json.prettyText : EvaluationText.table(figures)).utf8))
        evaluation.remarks.forEach(ErrorReporter.note)
    }
}
