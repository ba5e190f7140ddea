import Testing
import TextBasics

struct CanonicalFormTests {
    /// Acute above, cedilla below, dot below; everything else is a starter.
    private static let classes: [UInt32: UInt32] = [0x301: 230, 0x308: 230, 0x327: 202, 0x323: 220]
    private static let pairs: [[UInt32]: UInt32] = [
        [0x65, 0x301]: 0xE9, [0x65, 0x323]: 0x1EB9, [0x63, 0x327]: 0xE7,
    ]

    private static func order(_ scalars: [UInt32]) -> [UInt32] {
        var result = scalars
        for (run, order) in CanonicalForm.reorderings(
            count: scalars.count, combiningClass: { classes[scalars[$0]] ?? 0 })
        { result.replaceSubrange(run, with: order.map { scalars[$0] }) }
        return result
    }

    private static func composed(_ scalars: [UInt32]) -> [UInt32] {
        CanonicalForm.composed(
            scalars, value: { $0 }, combiningClass: { classes[$0] ?? 0 },
            composition: { pairs[[$0, $1]] }, join: { scalar, _, whole in scalar = whole })
    }

    @Test func marksAreOrderedByTheirClassAndOtherwiseKeepTheirOrder() {
        #expect(Self.order([0x65, 0x301, 0x323, 0x308]) == [0x65, 0x323, 0x301, 0x308])
        #expect(Self.order([0x301, 0x327]) == [0x327, 0x301])
    }

    @Test func startersKeepRunsOfMarksApart() {
        #expect(Self.order([0x65, 0x301, 0x65, 0x323]) == [0x65, 0x301, 0x65, 0x323])
        #expect(
            CanonicalForm.reorderings(count: 3, combiningClass: { [0, 220, 230][$0] }).isEmpty)
        #expect(CanonicalForm.reorderings(count: 0, combiningClass: { _ in 0 }).isEmpty)
    }

    @Test func aMarkReachesItsStarterPastMarksOfLowerClasses() {
        #expect(Self.composed([0x65, 0x327, 0x301]) == [0xE9, 0x327])
        #expect(Self.composed([0x65, 0x301]) == [0xE9])
    }

    @Test func aMarkOfTheSameClassOrAStarterIsInTheWay() {
        #expect(Self.composed([0x65, 0x308, 0x301]) == [0x65, 0x308, 0x301])
        #expect(Self.composed([0x65, 0x78, 0x301]) == [0x65, 0x78, 0x301])
        #expect(Self.composed([0x301, 0x65]) == [0x301, 0x65])
    }

    @Test func everySyllableIsItsLettersComposed() {
        for syllable in Hangul.syllables {
            guard let letters = Hangul.decomposition(of: syllable) else {
                Issue.record("\(syllable) has no letters")
                return
            }
            let whole = letters.dropFirst().reduce(letters.first) { first, second in
                first.flatMap { Hangul.composition($0, second) }
            }
            #expect(whole == syllable)
            #expect(
                letters.allSatisfy(Hangul.isJamo) && letters.dropFirst().allSatisfy(Hangul.isVowelOrTrailing))
        }
        #expect(Hangul.decomposition(of: 0xD7A4) == nil && Hangul.composition(0x41, 0x1161) == nil)
        // A closed syllable takes no other consonant.
        #expect(Hangul.composition(0xAC01, 0x11A8) == nil)
    }
}
