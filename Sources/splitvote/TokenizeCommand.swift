internal import ArgumentParser
internal import Console
internal import DatasetStages
internal import Prediction
internal import StageKit
internal import Tokenization

/// `splitvote tokenize`: WordPiece ids, one line for each line of input.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize", abstract: "Print the WordPiece ids of each line of text.")

    @Option(help: "Folder with vocab.txt (and tokenizer_config.json) or tokenizer.json.")
    var vocab: String

    @Flag(help: "Print the pieces instead of their ids.")
    var pieces = false

    @Flag(help: "Print start:end of each piece in bytes of the line instead of ids.")
    var offsets = false

    @Flag(help: "Print one JSON object per line: ids, pieces, offsets.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Write the ids into safetensors files (input_ids, offsets) in this new folder instead of printing them.",
            valueName: "folder"))
    var shards: String?

    @Flag(
        help:
            "Print, as JSON, hard texts and a hash of the ids that this tokenizer gives them; reads no text.")
    var certificate = false

    @Option(help: "Maximum number of tokens per line, [CLS] and [SEP] included.")
    var maxTokens: Int?

    @Option(help: "Whose rules: \(Self.modes).")
    var mode = WordPieceMode.hfFast.rawValue

    private static let modes = WordPieceMode.allCases.map(\.rawValue).joined(separator: ", ")

    @Argument(help: "Texts, one per line; standard input if omitted or -.")
    var file: String?

    func validate() throws {
        guard WordPieceMode(rawValue: mode) != nil else {
            throw ValidationError("'\(mode)' is not a mode; expected \(Self.modes)")
        }
        if let maxTokens, maxTokens < 3 {
            throw ValidationError(
                "--max-tokens is \(maxTokens); a line has at least 3 tokens, [CLS] and [SEP] included")
        }
        if [pieces, offsets, json, shards != nil, certificate].count(where: { $0 }) > 1 {
            throw ValidationError("choose one of --pieces, --offsets, --json, --shards and --certificate")
        }
        if certificate, file != nil {
            throw ValidationError("--certificate reads no text; leave '\(file ?? "")' out")
        }
    }

    func run() throws {
        let tokenizer = try ModelFiles.tokenizer(
            in: vocab, flag: "--vocab", mode: WordPieceMode(rawValue: mode) ?? .hfFast)
        for note in tokenizer.remarks { ErrorReporter.note(note) }
        var output = OutputBuffer()
        if certificate {
            try output.write(try TokenizerCertificate.json(of: tokenizer).prettyText)
        } else if pieces || offsets || json {
            try LineSource(path: file).forEachLine { try output.write(try detail($0, tokenizer)) }
        } else if let shards {
            let writer = try TokenRowWriter(folder: shards, tokenizer: tokenizer, maxTokens: maxTokens)
            try encode(tokenizer) { try writer.add($0) }
            ErrorReporter.note(try writer.finish())
        } else {
            try encode(tokenizer) { batch in
                for row in 0..<batch.count { try output.writeLine(of: batch[row]) }
            }
        }
        try output.flush()
    }

    /// Lines that are tokenized together: enough to keep every thread busy, and never so many bytes that memory
    /// grows with the text.
    private static let blockLines = 65_536
    private static let blockBytes = 1 << 22

    private func encode(_ tokenizer: any Tokenizer, _ body: (EncodedBatch) throws -> Void) throws {
        var rows = UTF8Rows()
        func flush() throws {
            try body(try tokenizer.encodeBatch(rows, maxTokens: maxTokens, threads: Machine.threads))
            rows.removeAll()
        }
        try LineSource(path: file).forEachLine { line in
            rows.append(line)
            if rows.count == Self.blockLines || rows.bytes.count >= Self.blockBytes { try flush() }
        }
        if rows.count > 0 { try flush() }
    }

    private func detail(_ line: UnsafeRawBufferPointer, _ tokenizer: any Tokenizer) throws -> String {
        let encoding = try tokenizer.encode(Array(line), maxTokens: maxTokens)
        let texts = encoding.ids.map { tokenizer.text(of: Int($0)) }
        let places = encoding.offsets.map { "\($0.lowerBound):\($0.upperBound)" }
        if pieces { return texts.joined(separator: " ") + "\n" }
        if offsets { return places.joined(separator: " ") + "\n" }
        let value: JSONValue = [
            "ids": .array(encoding.ids.map { .integer(Int($0)) }),
            "pieces": .array(texts.map(JSONValue.string)),
            "offsets": .array(encoding.offsets.map { [.integer($0.lowerBound), .integer($0.upperBound)] }),
        ]
        return value.canonicalText + "\n"
    }
}
