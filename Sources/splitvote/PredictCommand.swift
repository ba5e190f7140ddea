internal import ArgumentParser
internal import Console
internal import ModelCommands
internal import Prediction

/// `splitvote predict`: label and probability of new texts.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "predict",
        abstract: "Label texts with a trained model.")

    @Option(
        help: "Folder of a trained model, or the name of one in the Hugging Face cache.",
        completion: .directory)
    var model: String
    @Option(help: "Format of the answers: tsv, jsonl, or words for people.") var format = "tsv"
    @Option(
        help: "Read this column of a table; its format follows from the file's name; tsv for standard input.")
    var column: String?
    @OptionGroup var pair: PairOptions
    @Option(
        help: ArgumentHelp(
            "Columns of the table to copy next to the answers, separated by commas; none for none. By default id, if there is one.",
            valueName: "names"))
    var keep: String?
    @OptionGroup(title: "How scores become answers") var rule: AnswerOptions
    @Option(
        help: ArgumentHelp(
            "Number format of the matrix products: fp32, bf16, or auto for bf16 where the CPU has it. Half the time in bf16, and probabilities that differ in the third decimal place. (default: auto)",
            valueName: "format"))
    var precision: PrecisionName?
    @Flag(help: "Add the scores as the head gives them.") var logits = false
    @Flag(help: "Add what moved each answer most: the n-grams of a TF-IDF model, with their effects.")
    var explain = false
    @Argument(help: "Text or table; standard input if omitted or -.", completion: .file()) var file: String?

    func validate() throws {
        guard TextPrediction.Form(rawValue: format) != nil else {
            throw ValidationError("--format is '\(format)'; expected tsv, jsonl or words")
        }
        try pair.requireColumn(column, keeping: keep, of: file)
    }

    func run() throws {
        let scorer = try pair.scorers(
            of: [model], precision ?? .fastest, textFlag: "--column", answering: rule)[0]
        var prediction = try TextPrediction(
            scorer, as: TextPrediction.Form(rawValue: format) ?? .tsv, withLogits: logits,
            hasEscapes: pair.escapes, explaining: explain ? model : nil)
        var output = OutputBuffer()
        let progress = RowProgress(of: "predict", sharesTerminal: true)
        defer { progress.end() }
        func answer(_ block: TextBlock) throws {
            try output.write(prediction.text(of: block))
            try output.flush()
            progress.add(block.rows.count)
        }
        try TextBlock.forEach(in: LineSource(path: file), of: pair.table(column, keeping: keep), answer)
        try output.write(prediction.rest())
        try output.flush()
        progress.end()
        prediction.remarks.forEach(ErrorReporter.note)
    }
}
