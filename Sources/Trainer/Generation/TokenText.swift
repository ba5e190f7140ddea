package import Tokenization

/// Turns tokens into text as they come.
///
/// A character may be spelled by several tokens: what may become one is held back until it is whole. Bytes that can become
/// none are U+FFFD. Special tokens have no text.
package struct TokenText {
    private let tokenizer: any Tokenizer
    private let special: Set<Int>
    private var held: [UInt8] = []

    package init(_ tokenizer: any Tokenizer) {
        self.tokenizer = tokenizer
        special = Set(tokenizer.specialIDs.values)
    }

    /// What can be shown of the text now, and was not yet.
    package mutating func append(_ id: Int32) -> String {
        if special.contains(Int(id)) { return "" }
        held += tokenizer.spelling(of: Int(id))
        let end = held.count - Self.unfinished(held)
        defer { held.removeFirst(end) }
        return String(decoding: held[..<end], as: UTF8.self)
    }

    /// What is left.
    package mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// The text of all.
    package static func of(_ ids: [Int32], _ tokenizer: any Tokenizer) -> String {
        var text = TokenText(tokenizer)
        return ids.reduce(into: "") { $0 += text.append($1) } + text.finish()
    }

    /// Bytes at the end that begin a character and may yet become one: 0 ... 3.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            switch bytes[bytes.count - count] {
            case 0x80..<0xC0: continue
            case 0xC2..<0xE0: return count < 2 ? count : 0
            case 0xE0..<0xF0: return count < 3 ? count : 0
            case 0xF0..<0xF5: return count
            default: return 0
            }
        }
        return 0
    }
}
