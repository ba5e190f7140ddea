internal import TextBasics

/// A particle whose form depends on whether the word before it ends in a consonant.
package enum Particle: String, CaseIterable {
    case topic = "은"
    case subject = "이"
    case object = "을"
    case with = "과"
    case withSpoken = "이랑"
    case by = "으로"
    case isSaid = "이라"

    /// The form that follows `word`.
    package func form(after word: String) -> String {
        let final = Hangul.final(of: word)
        let closed = final != 0
        return switch self {
        case .topic: closed ? "은" : "는"
        case .subject: closed ? "이" : "가"
        case .object: closed ? "을" : "를"
        case .with: closed ? "과" : "와"
        case .withSpoken: closed ? "이랑" : "랑"
        case .by: closed && final != Hangul.rieul ? "으로" : "로"
        case .isSaid: closed ? "이라" : "라"
        }
    }
}

/// Arithmetic on Hangul syllables.
///
/// Source: The Unicode Standard, section 3.12, "Conjoining Jamo Behavior".
package enum Hangul {
    private static let base: UInt32 = 0xAC00
    private static let syllables: UInt32 = 11_172
    private static let finals: UInt32 = 28
    /// Index of the final consonant ㄹ.
    static let rieul: UInt32 = 8

    /// Index of the last syllable's final consonant; 0 for an open syllable and for anything but Hangul.
    package static func final(of word: String) -> UInt32 {
        guard let last = word.unicodeScalars.last?.value, last >= base, last < base + syllables else {
            return 0
        }
        return (last - base) % finals
    }

    /// The text with each syllable taken apart into its letters (normalization form D for Hangul).
    package static func decomposed(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let letters = TextBasics.Hangul.decomposition(of: scalar.value) ?? [scalar.value]
            result.append(contentsOf: letters.compactMap(Unicode.Scalar.init))
        }
        return String(result)
    }
}
