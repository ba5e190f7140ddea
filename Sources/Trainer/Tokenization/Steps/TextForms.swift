internal import TextBasics

/// Compatibility decompositions, compositions and combining marks, as `tokenizers` has them.
struct TextForms: Sendable {
    static let shared = TextForms()

    /// Offset + 1 into `images` of a length and that many scalar values; 0: decomposes to itself.
    private var offsets = ScalarMap()
    private var images: [UInt32] = []
    private var marks = ScalarMap()
    private var compositions: [UInt64: UInt32] = [:]

    private init() {
        var numbers = FrozenNumbers(FrozenForms.compatibility)
        var scalar: UInt32 = 0
        while let distance = numbers.next(), let length = numbers.next() {
            scalar += distance
            images.append(length)
            offsets[scalar] = UInt32(images.count)
            for _ in 0..<length { images.append(numbers.next() ?? 0) }
        }
        numbers = FrozenNumbers(FrozenForms.compositions)
        while let first = numbers.next(), let second = numbers.next(), let whole = numbers.next() {
            compositions[UInt64(first) << 32 | UInt64(second)] = whole
        }
        numbers = FrozenNumbers(FrozenForms.marks)
        var at: UInt32 = 0
        while let length = numbers.next(), let value = numbers.next() {
            marks.fill(at..<at + length, with: value)
            at += length
        }
    }

    /// Whether a scalar value is taken out with the accents: categories Mn, Mc and Me.
    func isMark(_ scalar: UInt32) -> Bool { marks[scalar] != 0 }

    /// The scalar value that two others compose to.
    func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
        Hangul.composition(first, second) ?? compositions[UInt64(first) << 32 | UInt64(second)]
    }

    /// Full compatibility decomposition of one scalar value; nil: itself.
    func compatibility(of scalar: UInt32) -> [UInt32]? {
        if let jamo = Hangul.decomposition(of: scalar) { return jamo }
        let offset = Int(offsets[scalar])
        return offset == 0 ? nil : Array(images[offset..<offset + Int(images[offset - 1])])
    }
}

/// A normalization form of Unicode.
enum TextForm: String, Sendable {
    case nfc = "NFC"
    case nfd = "NFD"
    case nfkc = "NFKC"
    case nfkd = "NFKD"

    /// A scalar value with how many more there are by it, as ``AlignedText/transform(_:)`` takes it.
    private struct Part {
        var value: UInt32
        var change: Int
    }

    func apply(to text: inout AlignedText) {
        let tables = UnicodeTables.huggingFace
        let forms = TextForms.shared
        let isCompatible = self == .nfkc || self == .nfkd
        let parts = { isCompatible ? forms.compatibility(of: $0) : tables.decomposition(of: $0) }
        guard self == .nfc || self == .nfkc else {
            text.scalars = Normalization.decomposed(text.scalars, tables: tables, parts: parts)
            return
        }
        // Marks that change places, and starters that take marks from behind others, count as if they had not.
        let composed = CanonicalForm.composed(
            Self.ordered(text.values, tables, parts), value: \.value,
            combiningClass: { tables.combiningClasses[$0] }, composition: forms.composition,
            join: { part, later, whole in part = Part(value: whole, change: part.change + later.change - 1) })
        text.transform(composed.map { ($0.value, $0.change) })
    }

    private static func ordered(
        _ text: [UInt32], _ tables: UnicodeTables, _ decomposition: (UInt32) -> [UInt32]?
    ) -> [Part] {
        var parts = text.flatMap { scalar in
            (decomposition(scalar) ?? [scalar]).enumerated().map { place, value in
                Part(value: value, change: place == 0 ? 0 : 1)
            }
        }
        let reorderings = CanonicalForm.reorderings(count: parts.count) {
            tables.combiningClasses[parts[$0].value]
        }
        for (run, order) in reorderings { parts.replaceSubrange(run, with: order.map { parts[$0] }) }
        return parts
    }
}
