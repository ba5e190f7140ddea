internal import Console
internal import Generation
internal import JSON
internal import Models
internal import Prediction
internal import StageKit
internal import Tokenization
internal import Training

/// Texts continued by a model, as `generate` prints them.
package struct TextGeneration {
    private let tokenizer: any Tokenizer
    private let generator: Generator
    /// What stands before each text, and before one that is empty.
    private let before: [Int32]
    private let begin: [Int32]
    private let isJSON: Bool
    private let drawsAlone: Bool

    /// - Parameter note: called with what is worth knowing about the folder.
    /// - Throws: `StageError`, `TrainingError` or `ConfigurationError` naming what is wrong with the folder or the flags.
    package init(_ flags: GenerateFlags, threads: Int, note: (String) -> Void) throws {
        let path = try ModelFiles.locate(flags.model, flag: "MODEL")
        let folder = try ModelFolder(path)
        guard folder.hasWeights else {
            throw StageError(
                "\(path) has no weights", hint: "name the folder of a trained or published model")
        }
        let configuration = folder.configuration
        let model = try LanguageModel(
            configuration, seed: nil, threads: threads,
            precision: (flags.precision ?? .exact).precision)
        _ = try folder.load(into: model.parameters)
        tokenizer = try folder.ownTokenizer(note: note)
        var settings = try flags.settings()
        settings.endIDs = configuration.endIDs
        if settings.endIDs.isEmpty {
            note("config.json names no eos_token_id: each text gets as many tokens as it may")
        }
        generator = Generator(model, settings)
        let own = tokenizer.frame.before
        begin = own.isEmpty ? [configuration.beginID].compactMap { $0 } : own
        // A model that was pretrained here has seen it before each text.
        before = folder.provenance == nil ? own : begin
        isJSON = flags.json
        if case .beams = settings.choice { drawsAlone = false } else { drawsAlone = true }
    }

    /// Texts that are continued side by side.
    private static let together = 16

    /// Continues the texts, or the lines of standard input, and prints each with what follows.
    package func run(_ texts: [String]) throws {
        var output = OutputBuffer()
        var number = 0
        if texts.isEmpty {
            try LineSource(path: nil).forEachBlock(of: Self.together) { lines in
                try write(lines, numberedFrom: number, to: &output)
                try output.flush()
                number += lines.count
            }
        } else if texts.count == 1, drawsAlone, !isJSON {
            try stream(texts[0], to: &output)
        } else {
            for start in stride(from: 0, to: texts.count, by: Self.together) {
                let part = texts[start..<min(start + Self.together, texts.count)].map { Array($0.utf8) }
                try write(part, numberedFrom: start, to: &output)
            }
        }
        try output.flush()
    }

    /// Prints a text as it grows.
    private func stream(_ text: String, to output: inout OutputBuffer) throws {
        let tokens = try self.tokens(of: Array(text.utf8), number: 0)
        try output.write(text)
        try output.flush()
        var shown = TokenText(tokenizer)
        _ = try generator.continuations(of: [tokens]) { _, token in
            try output.write(shown.append(token))
            try output.flush()
        }
        try output.write(shown.finish() + "\n")
    }

    private func write(
        _ texts: [[UInt8]], numberedFrom number: Int, to output: inout OutputBuffer
    ) throws {
        let tokens = try texts.enumerated().map { try self.tokens(of: $1, number: number + $0) }
        let found = try generator.continuations(of: tokens, numberedFrom: number)
        for (text, continuation) in zip(texts, found) {
            let prompt = String(decoding: text, as: UTF8.self)
            let new = TokenText.of(continuation.tokens, tokenizer)
            guard isJSON else {
                try output.write(Self.line(prompt + new))
                continue
            }
            let object: JSONValue = [
                "prompt": .string(prompt), "text": .string(new),
                "tokens": .integer(continuation.tokens.count),
                "end": .string(continuation.end.rawValue),
            ]
            try output.write(object.encoded() + [0x0A])
        }
    }

    /// A text on one line: its line breaks as `\n`.
    private static func line(_ text: String) -> String {
        text.replacing("\r\n", with: "\\n").replacing("\n", with: "\\n") + "\n"
    }

    private func tokens(of text: [UInt8], number: Int) throws -> [Int32] {
        let encoding = try tokenizer.encode(
            text, pair: nil, maxTokens: nil, cutting: .right, addsSpecialTokens: false)
        let tokens = (encoding.ids.isEmpty ? begin : before) + encoding.ids
        if tokens.isEmpty {
            throw StageError(
                "text \(number + 1) is empty, and config.json names no token that texts begin with",
                hint: "give each text at least one word, or set bos_token_id in config.json")
        }
        return tokens
    }
}
