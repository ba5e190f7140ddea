/// A row that could not be read, with what is needed to find and quarantine it.
package struct RowProblem: Hashable, Sendable {
    /// The line on which the row starts, counted from 1.
    package let line: Int
    /// What is wrong with it.
    package let reason: Reason
    /// The start of the row, at most 160 bytes of it, with what is not printable text made visible:
    /// `\t`, `\r`, `\n`, `\0`, and the replacement character for what is not UTF-8.
    package let excerpt: String

    package init(line: Int, reason: Reason, excerpt: String) {
        self.line = line
        self.reason = reason
        self.excerpt = excerpt
    }

    /// Why a row was not read.
    package enum Reason: Hashable, Sendable {
        /// More fields than the header has names.
        case tooManyFields(found: Int, expected: Int)
        /// Fewer fields than the header has names.
        case tooFewFields(found: Int, expected: Int)
        /// Bytes that are not UTF-8, the first of them at this byte of the row, counted from 1.
        case invalidUTF8(byte: Int)
        /// The character U+0000.
        case nul
        /// A quoted CSV field that does not end.
        case unterminatedQuote
        /// A quotation mark inside an unquoted CSV field, or text after a closing one.
        case strayQuote
        /// A row longer than the limit, in bytes.
        case rowTooLong(limit: Int)
        /// A backslash in a TSV field that does not start `\t`, `\n`, `\r` or `\\`.
        case invalidEscape
        /// Text that is not a JSON object; what was expected, at this byte of the line, counted from 1.
        case invalidJSON(expected: String, byte: Int)
        /// A JSON line without a field that is required, or with `null` there.
        case missingField(String)
        /// A wanted JSON field that occurs twice in one object.
        case repeatedField(String)
        /// A wanted JSON field that holds an object or an array.
        case notAScalar(String)
        /// Something that the reader of the field found, in its words.
        case invalidField(String, String)
    }
}

extension RowProblem.Reason {
    /// A short name that does not change, for counting: `too_many_fields`, `invalid_utf8` and so on.
    package var name: String {
        switch self {
        case .tooManyFields: "too_many_fields"
        case .tooFewFields: "too_few_fields"
        case .invalidUTF8: "invalid_utf8"
        case .nul: "nul"
        case .unterminatedQuote: "unterminated_quote"
        case .strayQuote: "stray_quote"
        case .rowTooLong: "row_too_long"
        case .invalidEscape: "invalid_escape"
        case .invalidJSON: "invalid_json"
        case .missingField: "missing_field"
        case .repeatedField: "repeated_field"
        case .notAScalar: "not_a_scalar"
        case .invalidField: "invalid_field"
        }
    }
}

extension RowProblem.Reason: CustomStringConvertible {
    /// One sentence for people: what was found and what is allowed.
    package var description: String {
        switch self {
        case .tooManyFields(let found, let expected):
            "\(found) fields; the header names \(expected)"
        case .tooFewFields(let found, let expected):
            "only \(found) \(found == 1 ? "field" : "fields"); the header names \(expected)"
        case .invalidUTF8(let byte):
            "byte \(byte) of the row is not UTF-8"
        case .nul:
            "the row holds a NUL character (U+0000)"
        case .unterminatedQuote:
            "a quoted field is never closed"
        case .strayQuote:
            "a quotation mark stands where RFC 4180 allows none; a field with one is quoted and doubles it"
        case .rowTooLong(let limit):
            "the row is longer than \(limit) bytes"
        case .invalidEscape:
            #"a backslash that is not followed by t, n, r or a backslash"#
        case .invalidJSON(let expected, let byte):
            "not a JSON object: expected \(expected) at byte \(byte) of the line"
        case .missingField(let name):
            "no value for '\(name)'"
        case .repeatedField(let name):
            "'\(name)' occurs twice"
        case .notAScalar(let name):
            "'\(name)' holds an object or an array; expected a text, a number or true/false"
        case .invalidField(let name, let words):
            "'\(name)': \(words)"
        }
    }
}

extension RowProblem {
    /// Makes the printable start of a row.
    package static func excerpt(of row: UnsafeRawBufferPointer) -> String {
        var printable: [UInt8] = []
        for byte in row.prefix(160) {
            switch byte {
            case 0x09: printable += [0x5C, 0x74]
            case 0x0A: printable += [0x5C, 0x6E]
            case 0x0D: printable += [0x5C, 0x72]
            case 0x00: printable += [0x5C, 0x30]
            case 0x01..<0x20, 0x7F: printable += [0xEF, 0xBF, 0xBD]
            default: printable.append(byte)
            }
        }
        if row.count > 160 {
            // Do not leave half a character at the cut: drop its bytes, then its lead.
            var cut = printable.count
            while cut > 0, printable[cut - 1] & 0xC0 == 0x80, printable.count - cut < 3 { cut -= 1 }
            if cut > 0, printable[cut - 1] >= 0xC0 { cut -= 1 } else { cut = printable.count }
            printable.removeLast(printable.count - cut)
        }
        return String(decoding: printable, as: UTF8.self)
    }
}
