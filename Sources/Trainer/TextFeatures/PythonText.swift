internal import TextBasics

/// What Python's texts and regular expressions call lower case, white space and words: what published baselines were
/// counted by.
package enum PythonText {
    /// Code points of a text; U+FFFD for what is not UTF-8.
    static func scalars(_ text: ArraySlice<UInt8>) -> [UInt32] {
        var scalars: [UInt32] = []
        scalars.reserveCapacity(text.count)
        text.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            var place = 0
            while place < bytes.count {
                let found = UTF8Decoding.scalar(at: base + place, limit: bytes.count - place)
                scalars.append(found?.value ?? 0xFFFD)
                place += found?.length ?? 1
            }
        }
        return scalars
    }

    /// `str.lower()`: full case mapping by code point, and a capital sigma at the end of a word is ς.
    package static func lowercased(_ text: ArraySlice<UInt8>) -> [UInt32] {
        let scalars = scalars(text)
        guard scalars.contains(where: mayHaveLowercase) else { return scalars }
        var lower: [UInt32] = []
        lower.reserveCapacity(scalars.count)
        for (place, scalar) in scalars.enumerated() {
            if scalar < 0x80 {
                lower.append(scalar &- 0x41 < 26 ? scalar + 32 : scalar)
            } else if scalar == 0x3A3 {
                lower.append(isFinalSigma(scalars, place) ? 0x3C2 : 0x3C3)
            } else if mayHaveLowercase(scalar), let scalar = Unicode.Scalar(scalar) {
                for mapped in scalar.properties.lowercaseMapping.unicodeScalars { lower.append(mapped.value) }
            } else {
                lower.append(scalar)
            }
        }
        return lower
    }

    /// Hangul, Han and Kana have no case.
    private static func mayHaveLowercase(_ scalar: UInt32) -> Bool {
        scalar < 0x80
            ? scalar &- 0x41 < 26 : !(0x2E80...0xA63F).contains(scalar) && !(0xAC00...0xD7FF).contains(scalar)
    }

    /// Final_Sigma of the Unicode standard, section 3.13: after a cased letter and not before one, whatever is
    /// case-ignorable between them.
    private static func isFinalSigma(_ scalars: [UInt32], _ place: Int) -> Bool {
        func isCased(_ scalars: some Sequence<UInt32>) -> Bool {
            for value in scalars {
                guard let properties = Unicode.Scalar(value)?.properties else { return false }
                if properties.isCaseIgnorable { continue }
                return properties.isCased
            }
            return false
        }
        return isCased(scalars[..<place].reversed()) && !isCased(scalars[(place + 1)...])
    }

    /// `str.isspace()`, which `str.split()` and `\s` go by.
    package static func isSpace(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
            0x3000:
            true
        default: false
        }
    }

    /// `\w`: what `str.isalnum()` says, and `_`. Combining marks are not among them.
    package static func isWordCharacter(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 {
            return scalar &- 0x30 < 10 || scalar | 0x20 &- 0x61 < 26 && scalar >= 0x41 || scalar == 0x5F
        }
        if (0xAC00...0xD7A3).contains(scalar) { return true }
        guard let properties = Unicode.Scalar(scalar)?.properties else { return false }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return properties.numericType != nil
        }
    }
}
