/// A text with placeholders, `{name}`, to be filled for each request; `{{` and `}}` stand for the braces themselves.
package struct RequestText: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case text(String)
        case value(String)
    }

    /// As it was written.
    package let text: String
    private let pieces: [Piece]

    /// - Throws: ``PatternError`` at a brace that stands alone or a placeholder without a name.
    package init(_ text: String) throws(PatternError) {
        self.text = text
        var pieces: [Piece] = []
        var plain: [UInt8] = []
        let bytes = Array(text.utf8)
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
                if at + 1 < bytes.count, bytes[at + 1] == byte {
                    plain.append(byte)
                    at += 2
                    continue
                }
                guard byte == UInt8(ascii: "{"), let end = bytes[at...].firstIndex(of: UInt8(ascii: "}"))
                else {
                    throw PatternError(
                        "a brace that has no partner; write {{ or }} for one", byte: at, in: text)
                }
                let name = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
                guard PlaceholderName.isValid(name) else {
                    throw PatternError(
                        "'{\(name)}' is no placeholder; names are of letters, digits and _", byte: at,
                        in: text)
                }
                if !plain.isEmpty { pieces.append(.text(String(decoding: plain, as: UTF8.self))) }
                plain = []
                pieces.append(.value(name))
                at = end + 1
                continue
            }
            plain.append(byte)
            at += 1
        }
        if !plain.isEmpty { pieces.append(.text(String(decoding: plain, as: UTF8.self))) }
        self.pieces = pieces
    }

    /// Names of the placeholders, in their order, repeated ones once.
    package var names: [String] {
        var names: [String] = []
        for case .value(let name) in pieces where !names.contains(name) { names.append(name) }
        return names
    }

    /// The text with values in the place of placeholders.
    /// - Throws: ``MissingValue`` for a placeholder without a value.
    package func filled(_ values: [String: String]) throws(MissingValue) -> String {
        try filled(values) { $0 }
    }

    /// The address with values percent-encoded in the place of placeholders. A text that starts with a placeholder takes
    /// that value as it is, so that `{article_url}` can stand for a whole address.
    /// - Throws: ``MissingValue`` for a placeholder without a value, or ``WebAddressError`` where no address results.
    package func address(_ values: [String: String]) throws -> WebAddress {
        if case .value(let name)? = pieces.first, pieces.count == 1 {
            guard let value = values[name] else { throw MissingValue(name: name) }
            return try WebAddress(value)
        }
        return try WebAddress(filled(values, Percent.encoded))
    }

    private func filled(
        _ values: [String: String], _ write: (String) -> String
    ) throws(MissingValue) -> String {
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .value(let name):
                guard let value = values[name] else { throw MissingValue(name: name) }
                result += write(value)
            }
        }
        return result
    }
}

/// A placeholder that nothing gives a value to.
package struct MissingValue: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package init(name: String) { self.name = name }

    package var description: String { "no value for '{\(name)}'" }
}

enum PlaceholderName {
    static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 40 else { return false }
        return !(0x30...0x39).contains(first)
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}

/// Why a pattern, template, selector or path cannot be read, and where.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found and what is allowed.
    package let problem: String
    /// Place of the problem, counted from 1 in Unicode scalars.
    package let column: Int

    package init(_ problem: String, column: Int) {
        self.problem = problem
        self.column = column
    }

    /// - Parameter byte: place of the problem in the text's UTF-8, counted from 0.
    package init(_ problem: String, byte: Int, in text: String) {
        let before = Array(text.utf8.prefix(byte))
        self.init(problem, column: String(decoding: before, as: UTF8.self).unicodeScalars.count + 1)
    }

    package var description: String { "\(problem) (column \(column))" }
}
