import EngineSQL
import Sampling
import SeededRandom
import Testing

struct CopyFatesTests {
    /// Texts of which many are near copies of each other: a few sentences with some letters changed.
    private static func corpus(_ count: Int, _ random: inout SplitMix64) -> [String] {
        let letters = Array("가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허")
        var sentences: [[Character]] = []
        return (0..<count).map { _ in
            if sentences.isEmpty || Int.random(in: 0..<6, using: &random) == 0 {
                sentences.append((0..<40).map { _ in letters.randomElement(using: &random) ?? "가" })
            }
            var text = sentences.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0..<4, using: &random) {
                text[Int.random(in: 0..<text.count, using: &random)] =
                    letters.randomElement(using: &random) ?? "가"
            }
            return String(text)
        }
    }

    private static func pieces(_ text: String) -> Set<String> {
        let letters = Array(text)
        return Set((0..<(letters.count - 2)).map { String(letters[$0..<($0 + 3)]) })
    }

    private static func areCopies(_ one: Set<String>, _ other: Set<String>) -> Bool {
        Double(one.intersection(other).count) / Double(one.union(other).count) >= 0.85
    }

    /// What the finder of copies leaves out, across sides and then within them.
    private static func expected(_ texts: [String], _ sides: [UInt8], onePerSide: Bool) -> [String] {
        var finder = CopyFinder(NearDuplicateRule())
        for (id, text) in texts.enumerated() {
            Array(text.utf8).withUnsafeBytes { finder.add(id: Int64(id), text: $0) }
        }
        let order = texts.indices.map(Int64.init)
        let across = Set(finder.copiesAcrossSides(inOrder: order) { sides[Int($0)] })
        let rest = Set(order).subtracting(across)
        let within =
            onePerSide ? Set(finder.copiesWithinSides(inOrder: order, among: rest) { sides[Int($0)] }) : []
        return order.map { across.contains($0) ? "across" : within.contains($0) ? "within" : "kept" }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func pairsLeadToWhatTheFinderDecides(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let texts = Self.corpus(120, &random)
        let sides = texts.map { _ in UInt8.random(in: 0..<3, using: &random) }
        let sets = texts.map(Self.pieces)
        for onePerSide in [false, true] {
            var fates = CopyFates(onePerSide: onePerSide)
            let found = texts.indices.map { row in
                let copies = texts.indices.filter {
                    texts[$0] != texts[row] && Self.areCopies(sets[$0], sets[row])
                }
                return fates.fate(
                    of: CopyFates.Comment(
                        side: "\(sides[row])", isFrozen: false, isPresent: true, text: texts[row],
                        copies: Set(copies.map { texts[$0] }).sorted().map { $0[...] })
                ).rawValue
            }
            let expected = Self.expected(texts, sides, onePerSide: onePerSide)
            #expect(found == expected, "seed \(seed)")
            #expect(Set(found).count == (onePerSide ? 3 : 2), "seed \(seed): the corpus shows nothing")
        }
    }

    @Test func whatIsFrozenStaysAndWhatHasOnlyAClaimTakesNoPlace() {
        var fates = CopyFates(onePerSide: true)
        func fate(_ side: String, frozen: Bool = false, present: Bool = true) -> CopyFates.Fate {
            fates.fate(
                of: CopyFates.Comment(side: side, isFrozen: frozen, isPresent: present, text: "a", copies: [])
            )
        }
        #expect(fate("test", frozen: true) == .kept)
        #expect(fate("train") == .across)
        #expect(fate("train", frozen: true) == .kept)
        #expect(fate("test", present: false) == .kept)
        #expect(fate("test") == .within)
    }
}
