/// What becomes of each scalar value, compiled for one tokenizer: cleaning, spacing, case and accents in a
/// single look-up.
///
/// An entry is a kind (upper 4 bits) and a number (lower 28).
struct ScanTable: Sendable {
    enum Kind {
        /// Part of a word; the number is the letter's.
        static let letter: UInt32 = 0
        /// Ends a word.
        static let space: UInt32 = 1
        /// As if it were not there.
        static let dropped: UInt32 = 2
        /// A word by itself; the number is the sink's.
        static let isolated: UInt32 = 3
        /// Several entries; the number is their place in `expansions`.
        static let expansion: UInt32 = 4
        /// An added token may start here; the number is the place in `expansions` of the entry otherwise.
        static let probe: UInt32 = 5
        /// Depends on its neighbors: the whole text goes the long way.
        static let contextual: UInt32 = 6
    }

    static let numberMask: UInt32 = 0x0FFF_FFFF

    private(set) var map = ScalarMap()
    /// Lists of entries, each after its length; never empty.
    private(set) var expansions: [UInt32] = [0]
    /// Whether the letters of ASCII are its letters and digits and nothing else.
    private(set) var hasPlainASCII = false

    static func entry(_ kind: UInt32, _ number: UInt32 = 0) -> UInt32 { kind << 28 | number }

    /// Which number a scalar value gets as a letter, and as its own word.
    struct Numbers {
        var letter: (UInt32) -> UInt32
        var isolated: (UInt32) -> UInt32
        /// Whether no scalar value of a page has its own letter number.
        var isPlain: (_ page: Int) -> Bool
        /// Whether a letter that stays as it is gets the number 0: the sink looks at the scalar value.
        var isIdentity = false
    }

    /// - Parameter probes: scalar values that start an added token.
    init(rules: CharacterRules, numbers: Numbers, probes: Set<UInt32>) {
        for page in 0..<ScalarMap.pageCount {
            let first = UInt32(page) << 8
            let isProbed = probes.contains { $0 >> 8 == UInt32(page) }
            if !isProbed, numbers.isPlain(page), rules.isUniform(page: page) {
                map.setPage(page, toAll: entry(for: first, rules, numbers))
                continue
            }
            map.setPage(
                page,
                to: (first..<first + 256).map { scalar in
                    let plain = entry(for: scalar, rules, numbers)
                    return probes.contains(scalar) ? list([plain], kind: Kind.probe) : plain
                })
        }
        hasPlainASCII = (0..<UInt32(0x80)).allSatisfy { scalar in
            let isAlphanumeric = 0x30...0x39 ~= scalar || 0x61...0x7A ~= scalar | 0x20
            return isAlphanumeric == (map[scalar] >> 28 == Kind.letter)
        }
    }

    private mutating func entry(for scalar: UInt32, _ rules: CharacterRules, _ numbers: Numbers) -> UInt32 {
        if rules.isPlainLetter(scalar) {
            return Self.entry(Kind.letter, numbers.isIdentity ? 0 : numbers.letter(scalar))
        }
        guard let outcome = rules.outcome(of: scalar) else { return Self.entry(Kind.contextual) }
        /// On a page whose scalar values share one entry, an unchanged scalar value must not be named.
        func number(_ value: UInt32, _ numbering: (UInt32) -> UInt32) -> UInt32 {
            numbers.isIdentity && value == scalar ? 0 : numbering(value)
        }
        let entries = outcome.map { part in
            switch part {
            case .space: Self.entry(Kind.space)
            case .letter(let value): Self.entry(Kind.letter, number(value, numbers.letter))
            case .isolated(let value): Self.entry(Kind.isolated, number(value, numbers.isolated))
            }
        }
        switch entries.count {
        case 0: return Self.entry(Kind.dropped)
        case 1: return entries[0]
        default: return list(entries, kind: Kind.expansion)
        }
    }

    private mutating func list(_ entries: [UInt32], kind: UInt32) -> UInt32 {
        let place = UInt32(expansions.count)
        expansions.append(UInt32(entries.count))
        expansions.append(contentsOf: entries)
        return Self.entry(kind, place)
    }
}
