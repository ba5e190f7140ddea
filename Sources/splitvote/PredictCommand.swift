internal import ArgumentParser
private import Foundation
internal import Labeling
internal import StageKit
internal import TableFormat
internal import Tokenization
internal import Training

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
    }

    func run() throws {
        do {
            let scorer = try TextScorer(folder: model)
            var answers = AnswerWriter(labels: scorer.labels, isJSON: format == "jsonl", withLogits: logits)
            if let column {
                try readTable(column) { try answers.write(scorer.score($0)) }
            } else {
                let source = LineSource(path: file)
                try source.forEachBlock(of: TextScorer.blockSize) { first, lines in
                    do {
                        answers.write(try scorer.score(lines))
                    } catch TokenizationError.invalidUTF8(let row, let byte) {
                        throw StageError("\(source.name), line \(first + row): byte \(byte + 1) is not UTF-8")
                    }
                }
            }
            answers.finish()
        } catch let error as TrainingError {
            throw StageError(error.description)
        }
    }

    private func readTable(_ column: String, _ body: @escaping ([[UInt8]]) throws -> Void) throws {
        let source = LineSource(path: file)
        var reader = try TableReader(
            tableKind(of: source.name), columns: [TableColumn(column)],
            options: TableReaderOptions(backslashEscapes: escapes))
        var texts: [[UInt8]] = []
        let row = { (row: TableRow) in
            texts.append(Array(row[0]))
            if texts.count == TextScorer.blockSize {
                try body(texts)
                texts.removeAll(keepingCapacity: true)
            }
        }
        let problem = { (problem: RowProblem) throws in
            throw StageError(
                "\(source.name), line \(problem.line): \(problem.reason)",
                hint: "answers come row by row, so no row can be left out; mend it and run again")
        }
        do {
            try source.forEachBlock(of: 4096) { _, lines in
                var bytes: [UInt8] = []
                for line in lines { bytes += line + [0x0A] }
                try bytes.withUnsafeBytes { try reader.read($0, row: row, problem: problem) }
            }
            try reader.finish(row: row, problem: problem)
        } catch let error as TableError {
            throw StageError("\(source.name): \(error)")
        }
        if !texts.isEmpty { try body(texts) }
    }

    private func tableKind(of name: String) -> TableKind {
        TableKind.allCases.first { name.hasSuffix(".\($0.rawValue)") } ?? .tsv
    }
}

/// A trained model with everything that stands between a text and its scores.
struct TextScorer {
    /// Texts that are scored together.
    static let blockSize = 512

    let labels: [String]
    private let predictor: Predictor
    private let tokenizer: WordPieceTokenizer
    private let cleaner: TextCleaner
    private let maxTokens: Int

    /// - Throws: `StageError` or `TrainingError` naming what the folder lacks.
    init(folder path: String) throws {
        let folder = try ModelFolder(path)
        let (model, labels) = try folder.makeTrainedModel(threads: Machine.threads)
        guard let tokenizer = try TokenizerFolder.load(path) else {
            throw StageError("\(path) has no tokenizer", hint: "name a folder that a train stage wrote")
        }
        let identifier = folder.provenance?.cleanRules ?? CleaningRules.Base.none.rawValue
        guard let rules = CleaningRules(identifier: identifier) else {
            throw StageError(
                "\(path) was trained on texts cleaned by '\(identifier)', which this version does not know")
        }
        if let digest = folder.provenance?.tokenizerDigest, digest != ContentDigest.of(tokenizer.identity) {
            throw StageError(
                "\(path) has another tokenizer than the one it was trained with",
                hint: "put back vocab.txt and tokenizer_config.json as the train stage wrote them")
        }
        self.labels = labels
        self.tokenizer = tokenizer
        predictor = Predictor(model)
        cleaner = TextCleaner(rules)
        maxTokens = folder.provenance?.maxTokens ?? folder.configuration.maxPositions
    }

    /// The scores of some texts before the softmax, a row for each.
    func score(_ texts: [[UInt8]]) throws -> [[Float]] {
        var rows = UTF8Rows()
        for text in texts { text.withUnsafeBytes { rows.append(cleaner.clean($0).bytes) } }
        let tokens = try tokenizer.encodeBatch(rows, maxTokens: maxTokens, threads: Machine.threads)
        let logits = try predictor.logits(of: (0..<tokens.count).map { Array(tokens[$0]) })
        return texts.indices.map { row -> [Float] in
            let start = row * labels.count
            return Array(logits[start..<start + labels.count])
        }
    }
}

/// Writes answers as TSV or JSON lines.
struct AnswerWriter {
    let labels: [String]
    let isJSON: Bool
    let withLogits: Bool
    private var output = OutputBuffer()
    private var hasHeader = false

    init(labels: [String], isJSON: Bool, withLogits: Bool) {
        self.labels = labels
        self.isJSON = isJSON
        self.withLogits = withLogits
    }

    mutating func write(_ rows: [[Float]]) {
        if !hasHeader { writeHeader() }
        for logits in rows {
            let probabilities = Predictor.softmax(logits, classCount: logits.count)
            let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
            output.write(isJSON ? json(logits, probabilities, best) : line(logits, probabilities, best))
        }
    }

    mutating func finish() {
        if !hasHeader { writeHeader() }
        output.flush()
    }

    private mutating func writeHeader() {
        hasHeader = true
        if isJSON { return }
        let columns =
            ["label", "probability"] + labels.map { "p_\($0)" }
            + (withLogits ? labels.map { "logit_\($0)" } : [])
        output.write(columns.joined(separator: "\t") + "\n")
    }

    private func line(_ logits: [Float], _ probabilities: [Double], _ best: Int) -> String {
        var fields = [labels[best], Self.text(probabilities[best])] + probabilities.map(Self.text)
        if withLogits { fields += logits.map { "\($0)" } }
        return fields.joined(separator: "\t") + "\n"
    }

    private static func text(_ probability: Double) -> String { String(format: "%.6f", probability) }

    private func json(_ logits: [Float], _ probabilities: [Double], _ best: Int) -> String {
        var members: [String: JSONValue] = [
            "label": .string(labels[best]), "probability": .number(probabilities[best]),
            "probabilities": .object(
                Dictionary(zip(labels, probabilities.map(JSONValue.number)), uniquingKeysWith: { $1 })),
        ]
        if withLogits { members["logits"] = .array(logits.map { .number(Double($0)) }) }
        return JSONValue.object(members).canonicalText + "\n"
    }
}
