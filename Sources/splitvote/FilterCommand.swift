internal import ArgumentParser
internal import Console
internal import Diagnostics
internal import Filters
internal import ModelCommands
internal import PipelineAccess
internal import ProcessControl

/// `splitvote filter`: rows in and rows out, for engines that have the rows.
struct FilterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "filter",
        abstract: "Clean, compare, tokenize or label rows, for any engine that pipes rows.")

    @Argument(help: "clean, copies, tokenize or predict.") var kind: FilterKind
    @Argument(help: "Rows; standard input if omitted or -.", completion: .file()) var file: String?

    @Option(help: "Read a field of TSV rows: its number, or its name in the first row.") var column: String?
    @Flag(help: "\\t, \\n, \\r and \\\\ stand for tab, line ends and backslash, as exports write them.")
    var escapes = false
    @Option(help: "What stands for a missing value, in and out.") var null = "\\N"
    @Flag(help: "Leave out rows that clean empties and that copies finds, in place of marking them.")
    var drop = false

    @Option(help: "Take the settings of a stage of this pipeline file.", completion: .pipelineFile)
    var pipeline: String?
    @Option(help: "Which stage, if there are several of the kind.") var stage: String?
    @Option(help: "clean: plain, none, kcbert-2020, kcbert-2022, or kcbert-2020+nfc.") var rules: String?
    @Option(help: "clean: minimum length of a cleaned text, in code points.") var minChars: Int?
    @Option(help: "copies: characters of the pieces that texts are compared by.") var shingle: Int?
    @Option(help: "copies: minimum share of common pieces.") var similarity: Double?
    @Option(help: "tokenize: folder with vocab.txt or tokenizer.json.", completion: .directory)
    var vocab: String?
    @Option(help: "tokenize: maximum number of tokens, [CLS] and [SEP] included.") var maxTokens: Int?
    @Option(help: "predict: folder of a trained model, or its name.", completion: .directory)
    var model: String?
    @Option(help: "predict: number format of the matrix products: fp32, bf16 or auto.")
    var precision: PrecisionName?
    @OptionGroup(title: "How scores become answers") var answers: AnswerOptions

    func run() throws {
        var settings = FilterSettings()
        (settings.rules, settings.minChars, settings.shingle) = (rules, minChars, shingle)
        (settings.vocab, settings.maxTokens, settings.model) = (vocab, maxTokens, model)
        (settings.similarity, settings.threads) = (similarity, Machine.threads)
        settings.precision = (precision ?? .fastest).precision
        settings.answers = try answers.overrides()
        let rows = FilterRows(column: column, hasEscapes: escapes, null: null, drops: drop)
        try UsageProblem.reported { () throws(DiagnosticsError) in try settings.check(kind, rows) }
        if let pipeline {
            try settings.take(stage, of: PipelineLoader(file: pipeline, registry: .all).plan(), for: kind)
        }
        try settings.run(kind, rows, from: LineSource(path: file), note: ErrorReporter.note)
    }
}

extension FilterKind: ExpressibleByArgument {}
