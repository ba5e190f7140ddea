internal import WebFormats

extension SelectorParser {
    static func isName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x80...: true
        default: false
        }
    }

    var startsName: Bool {
        guard let scalar = current else { return false }
        if scalar == "\\" { return true }
        if scalar == "-" { return at + 1 < scalars.count && Self.isName(scalars[at + 1]) }
        return Self.isName(scalar) && !("0"..."9").contains(scalar)
    }

    mutating func name() throws(PatternError) -> String {
        var name = String.UnicodeScalarView()
        while let scalar = current {
            if scalar == "\\" {
                name.append(try escape())
            } else if Self.isName(scalar) {
                name.append(scalar)
                at += 1
            } else {
                break
            }
        }
        return String(name)
    }

    /// Source: CSS Syntax Level 3, "consume an escaped code point".
    mutating func escape() throws(PatternError) -> Unicode.Scalar {
        let start = at
        at += 1
        var digits = ""
        while digits.utf8.count < 6, let scalar = current, Character(scalar).isHexDigit, scalar.isASCII {
            digits.unicodeScalars.append(scalar)
            at += 1
        }
        if !digits.isEmpty {
            if let scalar = current, Self.isBlank(scalar) { at += 1 }
            guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value),
                Self.isAllowed(scalar)
            else {
                throw fault("'\\\(digits)' is no character", at: start)
            }
            return scalar
        }
        guard let scalar = current, scalar != "\n", scalar != "\r" else {
            throw fault("a backslash with nothing behind it", at: start)
        }
        at += 1
        return scalar
    }

    mutating func string() throws(PatternError) -> String {
        let start = at
        let quote = current
        at += 1
        var text = String.UnicodeScalarView()
        while let scalar = current {
            if scalar == quote {
                at += 1
                return String(text)
            }
            if scalar == "\\" {
                text.append(try escape())
            } else {
                text.append(scalar)
                at += 1
            }
        }
        throw fault("a quotation mark without its partner", at: start)
    }
}
