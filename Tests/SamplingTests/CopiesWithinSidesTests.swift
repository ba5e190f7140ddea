import Sampling
import Testing

struct CopiesWithinSidesTests {
    private func finder(_ texts: [(Int64, String, UInt8)]) -> CopyFinder {
        var finder = CopyFinder(NearDuplicateRule())
        for (id, text, _) in texts { Array(text.utf8).withUnsafeBytes { finder.add(id: id, text: $0) } }
        return finder
    }

    private func leftOut(_ texts: [(Int64, String, UInt8)]) -> [Int64] {
        let sides = Dictionary(uniqueKeysWithValues: texts.map { ($0.0, $0.2) })
        return finder(texts).copiesWithinSides(inOrder: texts.map(\.0), among: Set(sides.keys)) {
            sides[$0] ?? 255
        }
    }

    private let base = "정치인들은 늘 같은 말만 되풀이하고 책임은 아무도 지지 않는다는 생각이 든다"

    @Test func theFirstOnEachSideStays() {
        #expect(leftOut([(1, base, 0), (2, base, 0), (3, base + ".", 0), (4, base, 1)]) == [2, 3])
        #expect(leftOut([(9, base, 0), (2, base, 0)]) == [2], "the order given counts, not the ids")
        #expect(leftOut([(1, base, 0), (2, "전혀 다른 말", 0)]).isEmpty)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func whatIsKeptHasNoCopyAmongItAndStaysKept(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let texts = CopyFinderTests.corpus(200, seed: seed).enumerated().map { index, text in
            (Int64(index), text.1, UInt8.random(in: 0..<2, using: &random))
        }
        let sides = Dictionary(uniqueKeysWithValues: texts.map { ($0.0, $0.2) })
        let all = Set(leftOut(texts))
        #expect(!all.isEmpty, "seed \(seed)")
        for cut in stride(from: 20, to: texts.count, by: 20) {
            #expect(all.filter { $0 < cut } == Set(leftOut(Array(texts[..<cut]))), "seed \(seed), \(cut)")
        }
        let kept = texts.filter { !all.contains($0.0) }
        #expect(
            finder(kept).countWithinSides(among: Set(kept.map(\.0))) { sides[$0]! }.values.allSatisfy {
                $0 == 0
            })
    }
}
