internal import TextBasics

/// Text as a terminal may be given it: whatever would move its cursor, change its colors or turn the reading direction
/// is shown as an escape and does nothing.
package enum TerminalText {
    /// The text with its control characters and its direction marks written as `\u001b`; line feeds and tabs stay.
    ///
    /// The escapes are those of JSON, in which such characters only are inside strings: JSON stays what it says.
    package static func of(_ text: String) -> String {
        guard text.utf8.contains(where: isSuspect) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHarmless(scalar) {
                result.append(scalar)
            } else if scalar == "\r" {
                result.append(contentsOf: "\\r".unicodeScalars)
            } else {
                result.append(contentsOf: "\\u\(Hexadecimal.text(scalar.value, width: 4))".unicodeScalars)
            }
        }
        return String(result)
    }

    /// Bytes that the characters in question begin with, and others.
    private static func isSuspect(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F, 0xC2, 0xD8, 0xE2: true
        default: false
        }
    }

    /// Source: Unicode Standard Annex #9, Unicode Bidirectional Algorithm, explicit formatting characters (section 2);
    /// ECMA-48, C0 and C1 sets.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: true
        case 0..<0x20, 0x7F..<0xA0: false
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: false
        default: true
        }
    }
}
