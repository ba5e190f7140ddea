/// Why a vocabulary, a configuration or a text was refused.
package enum TokenizationError: Error, Hashable, Sendable {
    /// A vocabulary that cannot be used; the sentence says what was found and what to do.
    case vocabulary(String)
    /// A `tokenizer_config.json` or `tokenizer.json` that cannot be used.
    case configuration(String)
    /// A text whose bytes are not UTF-8.
    ///
    /// - Parameters:
    ///   - row: the text's place in its batch, from 0.
    ///   - byte: offset in the text of the first byte that cannot be there, from 0.
    case invalidUTF8(row: Int, byte: Int)
    /// A call that asks for something impossible, such as fewer tokens than the special ones take.
    case request(String)
}

extension TokenizationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .vocabulary(let sentence), .configuration(let sentence), .request(let sentence): sentence
        case .invalidUTF8(let row, let byte):
            "text \(row) is not UTF-8: byte \(byte) is not valid there; convert the text to UTF-8 first"
        }
    }
}
