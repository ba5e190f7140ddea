internal import TextBasics

/// The precompiled character map of a SentencePiece normalizer: texts and what replaces them, by a double-array trie.
///
/// The file holds the size of the array in bytes, the array, and the replacements, each ended by a zero byte. A unit of the
/// array holds a label, the offset of its children, and whether a text ends there; the child of label 0 then holds the place
/// of the replacement.
///
/// Source: Yata, darts-clone (units of 32 bits); normalizer.cc of google/sentencepiece.
struct CharacterMap: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]
    /// Whether a text of the map holds a space other than being one.
    let readsAcrossSpaces: Bool

    /// Most texts of the map that one place can start; sentencepiece looks at no more.
    private static let mostMatches = 32

    /// - Throws: ``TokenizationError/vocabulary(_:)`` for a map that leads nowhere or in a circle.
    init(_ bytes: [UInt8], name: String) throws(TokenizationError) {
        let broken = "\(name): the character map of the normalizer is broken"
        guard bytes.count > 4 else { throw .vocabulary("\(broken): it has \(bytes.count) bytes") }
        let size = Int(Self.word(bytes, at: 0))
        guard size >= 4, size % 4 == 0, size < bytes.count - 4 else {
            throw .vocabulary("\(broken): its trie takes \(size) of \(bytes.count - 4) bytes")
        }
        units = stride(from: 4, to: 4 + size, by: 4).map { Self.word(bytes, at: $0) }
        replacements = Array(bytes[(4 + size)...])
        guard replacements.last == 0 else {
            throw .vocabulary("\(broken): its last replacement does not end")
        }
        var survey = Survey(units: units, replacements: replacements)
        if let problem = survey.run() { throw .vocabulary("\(broken): \(problem)") }
        readsAcrossSpaces = survey.readsAcrossSpaces
    }

    /// The longest text of the map that starts here.
    /// - Returns: its length in bytes, and the range of what replaces it; nil: none.
    func longest(_ text: UnsafePointer<UInt8>, limit: Int) -> (length: Int, replacement: Range<Int>)? {
        units.withUnsafeBufferPointer { units in
            var at = Int(Self.offset(units[0]))
            var found: (length: Int, value: Int)?
            var matches = 0
            for index in 0..<limit {
                at ^= Int(text[index])
                guard at < units.count else { break }
                let unit = units[at]
                guard Self.label(unit) == UInt32(text[index]) else { break }
                at ^= Int(Self.offset(unit))
                if Self.hasLeaf(unit), at < units.count {
                    matches += 1
                    if matches <= Self.mostMatches { found = (index + 1, Int(Self.value(units[at]))) }
                }
            }
            return found.map { ($0.length, $0.value..<end($0.value)) }
        }
    }

    /// What replaces the shortest text of the map that is all of this one or its start.
    func shortest(_ text: [UInt8]) -> ArraySlice<UInt8>? {
        var at = Int(Self.offset(units[0]))
        for byte in text {
            if byte == 0 { return nil }
            at ^= Int(byte)
            guard at < units.count, Self.label(units[at]) == UInt32(byte) else { return nil }
            let unit = units[at]
            at ^= Int(Self.offset(unit))
            if Self.hasLeaf(unit), at < units.count {
                let start = Int(Self.value(units[at]))
                return replacements[start..<end(start)]
            }
        }
        return nil
    }

    /// Whether no text of the map starts with a character.
    func leavesAlone(_ scalar: UInt32) -> Bool {
        var bytes: [UInt8] = []
        UTF8Decoding.append(scalar, to: &bytes)
        var at = Int(Self.offset(units[0]))
        for byte in bytes {
            at ^= Int(byte)
            guard at < units.count, Self.label(units[at]) == UInt32(byte) else { return true }
            at ^= Int(Self.offset(units[at]))
        }
        return false
    }

    subscript(range: Range<Int>) -> ArraySlice<UInt8> { replacements[range] }

    private func end(_ start: Int) -> Int {
        var at = start
        while at < replacements.count, replacements[at] != 0 { at += 1 }
        return at
    }

    private static func word(_ bytes: [UInt8], at start: Int) -> UInt32 {
        bytes[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    static func offset(_ unit: UInt32) -> UInt32 { (unit >> 10) << ((unit & 512) >> 6) }
    static func label(_ unit: UInt32) -> UInt32 { unit & (1 << 31 | 0xFF) }
    static func hasLeaf(_ unit: UInt32) -> Bool { unit >> 8 & 1 == 1 }
    static func value(_ unit: UInt32) -> UInt32 { unit & (1 << 31 - 1) }

    /// Walks through the whole array once. Ends of texts may be shared.
    private struct Survey {
        private enum State { case new, open, done }

        let units: [UInt32]
        let replacements: [UInt8]
        var readsAcrossSpaces = false
        private var states: [State]

        /// Longest text of a map, in bytes.
        private static let deepest = 512

        init(units: [UInt32], replacements: [UInt8]) {
            self.units = units
            self.replacements = replacements
            states = Array(repeating: .new, count: units.count)
        }

        /// - Returns: what is wrong with the array, if anything.
        mutating func run() -> String? { visit(Int(CharacterMap.offset(units[0])), 0, afterSpace: false) }

        private mutating func visit(_ base: Int, _ depth: Int, afterSpace: Bool) -> String? {
            guard depth <= Self.deepest else { return "its trie does not end" }
            for label in 1...255 {
                let at = base ^ label
                guard at < units.count, CharacterMap.label(units[at]) == UInt32(label) else { continue }
                let isSpace = label == 0x20
                if afterSpace || (isSpace && depth > 0) { readsAcrossSpaces = true }
                switch states[at] {
                case .done: continue
                case .open: return "its trie leads in a circle at unit \(at)"
                case .new: states[at] = .open
                }
                let children = at ^ Int(CharacterMap.offset(units[at]))
                if CharacterMap.hasLeaf(units[at]) {
                    guard children < units.count else { return "unit \(at) leads outside of it" }
                    if let problem = leaf(Int(CharacterMap.value(units[children]))) { return problem }
                }
                if let problem = visit(children, depth + 1, afterSpace: isSpace && depth == 0) {
                    return problem
                }
                states[at] = .done
            }
            return nil
        }

        private func leaf(_ value: Int) -> String? {
            guard value < replacements.count else {
                return "a replacement starts at byte \(value) of \(replacements.count)"
            }
            let text = replacements[value...].prefix { $0 != 0 }
            return UTF8Decoding.scalars(of: text) == nil ? "a replacement is not UTF-8" : nil
        }
    }
}
