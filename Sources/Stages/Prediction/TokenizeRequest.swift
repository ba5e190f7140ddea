package import Diagnostics
internal import Tokenization

/// What `splitvote tokenize` is asked for.
package enum TokenizeRequest {
    /// - Parameters:
    ///   - mode: name of the rules.
    ///   - maxTokens: of a line; `nil` for any number.
    ///   - outputs: which of the forms of output are asked for.
    ///   - text: a file that is named although no text is read.
    /// - Throws: what is wrong first.
    package static func check(
        mode: String, maxTokens: Int?, outputs: [Bool], text: String?
    ) throws(DiagnosticsError) {
        guard WordPieceMode(rawValue: mode) != nil else {
            throw DiagnosticsError("'\(mode)' is not a mode; expected \(WordPieceMode.names)")
        }
        if let maxTokens, maxTokens < 3 {
            throw DiagnosticsError(
                "--max-tokens is \(maxTokens); a line has at least 3 tokens, [CLS] and [SEP] included")
        }
        if outputs.count(where: { $0 }) > 1 {
            throw DiagnosticsError("choose one of --pieces, --offsets, --json, --shards and --certificate")
        }
        if let text {
            throw DiagnosticsError("--certificate reads no text; leave '\(text)' out")
        }
    }
}
