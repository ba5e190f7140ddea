internal import TextBasics

/// Character tables of one reference, ready to be asked.
struct UnicodeTables: Sendable {
    /// What a reference takes a scalar value for. The bits are those of `make_tables.py`.
    struct Properties: OptionSet {
        let rawValue: UInt32
        /// Removed when text is cleaned.
        static let dropped = Properties(rawValue: 1)
        /// Becomes a space when text is cleaned.
        static let space = Properties(rawValue: 2)
        /// A word on its own.
        static let punctuation = Properties(rawValue: 4)
        /// Separates words.
        static let separator = Properties(rawValue: 8)
        /// Removed with the accents.
        static let nonspacing = Properties(rawValue: 16)
        /// Part of a word, as `\w` of the reference's regular expressions sees it.
        static let word = Properties(rawValue: 32)
        /// Has case, and is not looked past by the rule for a final sigma.
        static let cased = Properties(rawValue: 64)
        /// Looked past by the rule for a final sigma.
        static let caseIgnorable = Properties(rawValue: 128)
        /// Removed when the slow Hugging Face tokenizer cleans text: unassigned and private-use characters too.
        static let other = Properties(rawValue: 256)
    }

    static let huggingFace = UnicodeTables(.huggingFace)
    static let python = UnicodeTables(.python)

    private(set) var properties = ScalarMap()
    private(set) var combiningClasses = ScalarMap()
    /// Offset + 1 into `images` of a length and that many scalar values; 0: maps to itself.
    private(set) var decompositions = ScalarMap()
    private(set) var lowercase = ScalarMap()
    private var images: [UInt32] = []
    private var compositions: [UInt64: UInt32] = [:]
    /// Scalar values that can follow another one and be composed with it.
    private var composesBackward: Set<UInt32> = []

    private init(_ frozen: FrozenTables) {
        Self.readRuns(frozen.properties, into: &properties)
        Self.readRuns(frozen.combiningClasses, into: &combiningClasses)
        Self.readMapping(frozen.decompositions, into: &decompositions, images: &images)
        Self.readMapping(frozen.lowercase, into: &lowercase, images: &images)
        var numbers = FrozenNumbers(frozen.compositions)
        while let first = numbers.next(), let second = numbers.next(), let composed = numbers.next() {
            compositions[UInt64(first) << 32 | UInt64(second)] = composed
            composesBackward.insert(second)
        }
    }

    @inline(__always)
    func properties(of scalar: UInt32) -> Properties { Properties(rawValue: properties[scalar]) }

    /// Full canonical decomposition of one scalar value; nil: itself.
    func decomposition(of scalar: UInt32) -> [UInt32]? {
        if let jamo = Hangul.decomposition(of: scalar) { return jamo }
        return image(decompositions[scalar])
    }

    /// Lower-case form of one scalar value, without regard to its neighbors; nil: itself.
    func lowercase(of scalar: UInt32) -> [UInt32]? { image(lowercase[scalar]) }

    /// The scalar value that two others compose to.
    func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        Hangul.composition(first, second) ?? compositions[UInt64(first) << 32 | UInt64(second)]
    }

    /// Whether a scalar value stays as it is under NFC, whatever is beside it (unless that is not inert).
    func isComposedAndInert(_ scalar: UInt32) -> Bool {
        if combiningClasses[scalar] != 0 || composesBackward.contains(scalar) { return false }
        if Hangul.isVowelOrTrailing(scalar) { return false }
        guard let parts = image(decompositions[scalar]) else { return true }
        return parts.count > 1 && composed(parts) == [scalar]
    }

    /// Canonical composition of decomposed, ordered scalar values.
    func composed(_ scalars: [UInt32]) -> [UInt32] {
        Normalization.composed(scalars.map { PlacedScalar($0, start: 0, end: 0) }, tables: self).map(\.value)
    }

    private func image(_ offset: UInt32) -> [UInt32]? {
        guard offset != 0 else { return nil }
        let at = Int(offset)
        return Array(images[at..<at + Int(images[at - 1])])
    }

    private static func readRuns(_ text: StaticString, into map: inout ScalarMap) {
        var numbers = FrozenNumbers(text)
        var at: UInt32 = 0
        while let length = numbers.next(), let value = numbers.next() {
            map.fill(at..<at + length, with: value)
            at += length
        }
    }

    private static func readMapping(_ text: StaticString, into map: inout ScalarMap, images: inout [UInt32]) {
        var numbers = FrozenNumbers(text)
        var scalar: UInt32 = 0
        while let distance = numbers.next(), let length = numbers.next() {
            scalar += distance
            images.append(length)
            map[scalar] = UInt32(images.count)
            for _ in 0..<length { images.append(numbers.next() ?? 0) }
        }
    }
}

extension FrozenTables {
    /// The decoded form; decoding happens once.
    var decoded: UnicodeTables { version == Self.huggingFace.version ? .huggingFace : .python }
}
