internal import ArgumentParser
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

    @Flag(help: "Print a JSON object a line: ids, pieces, offsets.")
    var json = false

    @Option(help: "Longest line in tokens, [CLS] and [SEP] included.")
    var maxTokens: Int?

    @Option(help: "Whose rules: \(Self.modes).")
    var mode = WordPieceMode.hfFast.rawValue

    private static let modes = WordPieceMode.allCases.map(\.rawValue).joined(separator: ", ")

    @Argument(help: "Text, a line each; standard input where it is missing or -.")
    var file: String?

    func validate() throws {
        guard WordPieceMode(rawValue: mode) != nil else {
            throw ValidationError("'\(mode)' is no mode; expected \(Self.modes)")
        }
        if let maxTokens, maxTokens < 3 {
            throw ValidationError(
                "--max-tokens is \(maxTokens); a line has at least 3 tokens, [CLS] and [SEP] included")
        }
        if [pieces, offsets, json].count(where: { $0 }) > 1 {
            throw ValidationError("choose one of --pieces, --offsets and --json")
        }
    }

    func run() throws {
        let tokenizer = try ModelFiles.tokenizer(
            in: vocab, flag: "--vocab", mode: WordPieceMode(rawValue: mode) ?? .hfFast)
        if let casing = tokenizer.casing { ErrorText.note(casing.sentence) }
        var output = OutputBuffer()
        try LineSource(path: file).forEachBlock(of: Self.blockLines) { lines in
            if pieces || offsets || json {
                for line in lines { try output.write(try detail(line, tokenizer)) }
            } else {
                try writeIDs(of: lines, tokenizer, &output)
            }
        }
        try output.flush()
    }

    /// Lines that are tokenised together: some megabytes, so that every thread has its share.
    private static let blockLines = 65_536

    private func writeIDs(
        of lines: [[UInt8]], _ tokenizer: WordPieceTokenizer, _ output: inout OutputBuffer
    ) throws {
        var rows = UTF8Rows()
        for line in lines { rows.append(line) }
        let batch = try tokenizer.encodeBatch(rows, maxTokens: maxTokens, threads: Machine.threads)
        for row in 0..<batch.count {
            try output.writeLine(of: batch[row])
        }
    }

    private func detail(_ line: [UInt8], _ tokenizer: WordPieceTokenizer) throws -> String {
        let encoding = try tokenizer.encode(line, maxTokens: maxTokens)
        let texts = encoding.ids.map { tokenizer.vocabulary.text(Int($0)) }
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
