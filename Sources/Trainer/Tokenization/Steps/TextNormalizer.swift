internal import TextBasics

/// One normalizer of a `tokenizer.json`.
///
/// Source: tokenizers/src/normalizers of huggingface/tokenizers 0.22.
enum TextNormalizer: Sendable {
    case map(CharacterMap)
    case form(TextForm)
    case stripMarks
    case lowercase
    case strip(left: Bool, right: Bool)
    case replace(Pattern, with: [UInt32])
    case prepend([UInt32])

    enum Pattern: Hashable, Sendable {
        case text([UInt32])
        /// Two and more spaces (U+0020).
        case spaces

        /// Where it is in a text, from the left.
        func matches(in text: [PlacedScalar]) -> [Range<Int>] {
            var found: [Range<Int>] = []
            var at = 0
            while at < text.count {
                let length = length(in: text, at)
                if length > 0 { found.append(at..<at + length) }
                at += max(1, length)
            }
            return found
        }

        private func length(in text: [PlacedScalar], _ start: Int) -> Int {
            switch self {
            case .text(let wanted):
                return text[start...].lazy.map(\.value).starts(with: wanted) ? wanted.count : 0
            case .spaces:
                let length = text[start...].prefix { $0.value == 0x20 }.count
                return length > 1 ? length : 0
            }
        }
    }

    func apply(to text: inout AlignedText) {
        switch self {
        case .map(let map): Self.map(&text, map)
        case .form(let form): form.apply(to: &text)
        case .stripMarks:
            let forms = TextForms.shared
            text.scalars.removeAll { forms.isMark($0.value) }
        case .lowercase:
            let tables = UnicodeTables.huggingFace
            text.scalars = text.scalars.flatMap { scalar in
                (tables.lowercase(of: scalar.value) ?? [scalar.value]).map {
                    PlacedScalar($0, start: scalar.start, end: scalar.end)
                }
            }
        case .strip(let left, let right):
            if left { text.scalars = Array(text.scalars.drop { Vocabulary.isWhitespace($0.value) }) }
            while right, let last = text.scalars.last, Vocabulary.isWhitespace(last.value) {
                text.scalars.removeLast()
            }
        case .replace(let pattern, let values):
            for match in pattern.matches(in: text.scalars).reversed() { text.replace(match, with: values) }
        case .prepend(let values): text.prepend(values)
        }
    }

    // MARK: Character maps

    /// Longest cluster that is looked up as a whole, in bytes.
    private static let longestCluster = 5

    /// Looks up whole grapheme clusters if they are short, then single characters. Of a cluster the shortest text of the
    /// map that it starts with counts, and takes the place of all of it.
    private static func map(_ text: inout AlignedText, _ map: CharacterMap) {
        var changed: [(value: UInt32, change: Int)] = []
        changed.reserveCapacity(text.scalars.count)
        var isChanged = false
        func take(_ part: ArraySlice<PlacedScalar>) -> Bool {
            var bytes: [UInt8] = []
            for scalar in part { UTF8Decoding.append(scalar.value, to: &bytes) }
            guard part.count == 1 || bytes.count <= longestCluster, let image = map.shortest(bytes) else {
                return false
            }
            isChanged = true
            let values = UTF8Decoding.scalars(of: image) ?? []
            changed += values.map { ($0, 0) }
            let more = values.count - part.count
            if more > 0 {
                for at in changed.indices.suffix(more) { changed[at].change = 1 }
            } else if more < 0, !changed.isEmpty {
                changed[changed.count - 1].change += more
            }
            return true
        }
        for cluster in clusters(text.scalars) {
            if cluster.count > 1, take(text.scalars[cluster]) { continue }
            for at in cluster where !take(text.scalars[at...at]) {
                changed.append((text.scalars[at].value, 0))
            }
        }
        if isChanged { text.transform(changed) }
    }

    /// The grapheme clusters of a text.
    private static func clusters(_ text: [PlacedScalar]) -> [Range<Int>] {
        if text.allSatisfy({ isAlone($0.value) }) { return text.indices.map { $0..<$0 + 1 } }
        var string = String.UnicodeScalarView()
        string.append(contentsOf: text.lazy.compactMap { Unicode.Scalar($0.value) })
        var start = 0
        return String(string).map { character in
            defer { start += character.unicodeScalars.count }
            return start..<start + character.unicodeScalars.count
        }
    }

    /// Whether a character is a whole cluster beside others of the kind: printable ASCII and Hangul syllables.
    private static func isAlone(_ scalar: UInt32) -> Bool {
        0x20...0x7E ~= scalar || 0xAC00...0xD7A3 ~= scalar
    }
}
