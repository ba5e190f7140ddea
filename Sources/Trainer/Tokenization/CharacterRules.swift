internal import TextBasics

/// What a tokenizer's options make of single scalar values.
struct CharacterRules: Sendable {
    enum Part: Hashable {
        case space
        case letter(UInt32)
        case isolated(UInt32)
    }

    let options: TokenizerOptions
    let tables: UnicodeTables

    init(_ options: TokenizerOptions) {
        self.options = options
        tables = options.mode.tables.decoded
    }

    /// What a scalar value becomes whatever is beside it; nil when that depends on its neighbors.
    func outcome(of scalar: UInt32) -> [Part]? {
        if 0xD800..<0xE000 ~= scalar { return [] }
        if options.mode == .google, options.lowercase, scalar == LiteralTokenizer.capitalSigma { return nil }
        let literal = LiteralTokenizer(options: options, tables: tables)
        let cleaned = literal.cleaned(literal.loweredFirst([PlacedScalar(scalar, start: 0, end: 0)]))
        guard !cleaned.isEmpty else { return [] }
        if options.mode == .hfSlow, !cleaned.allSatisfy({ tables.isComposedAndInert($0.value) }) {
            return nil
        }
        let spaced = literal.withIdeographsSpaced(cleaned)
        let folded = literal.folded(spaced)
        if options.stripsAccents, folded.contains(where: { tables.combiningClasses[$0.value] != 0 }) {
            return nil
        }
        let parts = folded.map { part -> Part in
            if literal.separates(part.value) { return .space }
            return literal.isPunctuation(part.value) ? .isolated(part.value) : .letter(part.value)
        }
        if parts.count == 3, parts[0] == .space, parts[2] == .space, case .letter(let value) = parts[1] {
            return [.isolated(value)]
        }
        return parts
    }

    /// Whether a scalar value is a letter that no step changes. A quick answer for most of them.
    func isPlainLetter(_ scalar: UInt32) -> Bool {
        let special: UnicodeTables.Properties = [.dropped, .other, .space, .punctuation, .separator]
        guard tables.properties(of: scalar).isDisjoint(with: special), tables.combiningClasses[scalar] == 0,
            tables.lowercase[scalar] == 0, !options.mode.isIdeograph(scalar), !(0xD800..<0xE000 ~= scalar)
        else { return false }
        if options.mode == .hfSlow { return tables.isComposedAndInert(scalar) && !options.stripsAccents }
        guard options.stripsAccents else { return true }
        return tables.decompositions[scalar] == 0 && !Hangul.syllables.contains(scalar)
            && !tables.properties(of: scalar).contains(.nonspacing)
    }

    /// Whether all 256 scalar values of a page have the outcome of the first, or are letters that stay.
    func isUniform(page: Int) -> Bool {
        let (first, last) = (UInt32(page) << 8, UInt32(page) << 8 | 0xFF)
        guard tables.properties.uniformValue(page: page) != nil, tables.combiningClasses.isZero(page: page),
            options.mode.isIdeograph(first) == options.mode.isIdeograph(last)
        else { return false }
        if options.lowercase, !tables.lowercase.isZero(page: page) { return false }
        guard options.stripsAccents || options.mode == .hfSlow else { return true }
        return tables.decompositions.isZero(page: page) && !Hangul.syllables.contains(first)
            && !Hangul.syllables.contains(last) && !Hangul.isJamo(first)
    }
}
