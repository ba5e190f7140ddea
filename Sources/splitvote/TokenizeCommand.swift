internal import ArgumentParser
internal import Console
internal import DatasetStages
internal import Diagnostics
internal import Prediction
internal import ProcessControl
internal import StageKit
internal import Tokenization

/// `splitvote tokenize`: ids, one line for each line of input.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "tokenize", abstract: "Print the ids that a tokenizer gives each line of text.")

    @Option(
        help:
            "Folder with a tokenizer's files: vocab.txt, tokenizer.json, merges.txt or a SentencePiece model.",
        completion: .directory)
    var vocab: String
    @Flag(help: "Print the pieces instead of their ids.") var pieces = false
    @Flag(help: "Print start:end of each piece in bytes of the line instead of ids.") var offsets = false
    @Flag(help: "Print one JSON object per line: ids, pieces, offsets.") var json = false
    @Option(
        help: ArgumentHelp(
            "Write the ids into safetensors files (input_ids, offsets) in this new folder instead of printing them.",
            valueName: "folder"))
    var shards: String?
    @Flag(
        help:
            "Print, as JSON, hard texts and a hash of the ids that this tokenizer gives them; reads no text.")
    var certificate = false
    @Option(help: "Maximum number of tokens per line, special tokens included.") var maxTokens: Int?
    @Option(help: "WordPiece rules: \(WordPieceMode.names).") var mode = WordPieceMode.hfFast.rawValue
    @Argument(help: "Texts, one per line; standard input if omitted or -.", completion: .file())
    var file: String?

    func validate() throws {
        try UsageProblem.reported { () throws(DiagnosticsError) in
            try TokenizeRequest.check(
                mode: mode, maxTokens: maxTokens,
                outputs: [pieces, offsets, json, shards != nil, certificate],
                text: certificate ? file : nil)
        }
    }

    func run() throws {
        let tokenizer = try ModelFiles.tokenizer(
            in: vocab, flag: "--vocab", mode: WordPieceMode(rawValue: mode) ?? .hfFast)
        for note in tokenizer.remarks { ErrorReporter.note(note) }
        let lines = LineTokenizer(tokenizer, maxTokens: maxTokens, threads: Machine.threads)
        let source = LineSource(path: file)
        if let shards {
            let writer = try TokenRowWriter(folder: shards, tokenizer: tokenizer, maxTokens: maxTokens)
            try lines.forEachBatch(of: source) { try writer.add($0) }
            return ErrorReporter.note(try writer.finish())
        }
        var output = OutputBuffer()
        if certificate {
            try output.write(try TokenizerCertificate.json(of: tokenizer).prettyText)
        } else {
            let detail: LineTokenizer.Detail? = pieces ? .pieces : offsets ? .offsets : json ? .json : nil
            try lines.write(source, detail, to: &output)
        }
        try output.flush()
    }
}
