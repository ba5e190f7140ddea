import Sampling
import Testing

struct CopiesAcrossSidesTests {
    private func leftOut(_ texts: [(Int64, String, UInt8)]) -> [Int64] {
        var finder = CopyFinder(NearDuplicateRule())
        for (id, text, _) in texts { Array(text.utf8).withUnsafeBytes { finder.add(id: id, text: $0) } }
        let sides = Dictionary(uniqueKeysWithValues: texts.map { ($0.0, $0.2) })
        return finder.copiesAcrossSides { sides[$0] ?? 255 }
    }

    private let base = "정치인들은 늘 같은 말만 되풀이하고 책임은 아무도 지지 않는다는 생각이 든다"

    @Test func theSideThatCameFirstKeepsTheText() {
        #expect(leftOut([(1, base, 0), (2, base, 1), (3, base, 0)]) == [2])
        #expect(leftOut([(1, base, 1), (2, base, 0), (3, base, 0)]) == [2, 3])
        #expect(leftOut([(1, base, 0), (2, base + "!", 0), (3, "전혀 다른 말", 1)]).isEmpty)
        #expect(leftOut([(1, "ㅋㅋ", 0), (2, "ㅋ ㅋ", 1)]) == [2])
    }

    /// Two texts that are not copies of each other, and a third that is a copy of both.
    private var bridge: (String, String, String) {
        let letters = (0..<60).map { String(UnicodeScalar(0xAC00 + $0 * 17)!) }
        let middle = letters.joined()
        return ("abcd" + letters.dropFirst(2).joined(), middle, middle + "efgh")
    }

    @Test func whatBringsTwoSidesTogetherIsHeldOut() {
        let (left, middle, right) = bridge
        #expect(leftOut([(1, left, 0), (2, right, 1)]).isEmpty, "these must be no copies")
        #expect(leftOut([(1, left, 0), (2, middle, 1)]) == [2], "these must be copies")
        #expect(leftOut([(1, middle, 0), (2, right, 1)]) == [2], "these must be copies")
        for side in [0, 1, 2] as [UInt8] {
            #expect(leftOut([(1, left, 0), (2, right, 1), (3, middle, side)]) == [3])
            #expect(leftOut([(1, left, 0), (2, right, 1), (3, middle, side), (4, left, 0)]) == [3, 4])
        }
        #expect(leftOut([(1, left, 0), (2, right, 0), (3, middle, 1), (4, middle, 0)]) == [3])
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func growthNeverChangesWhatWasDecided(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let texts = CopyFinderTests.corpus(240, seed: seed).enumerated().map { index, text in
            (Int64(index), text.1, UInt8.random(in: 0..<3, using: &random))
        }
        let all = Set(leftOut(texts))
        #expect(!all.isEmpty, "seed \(seed)")
        var cut = 0
        while cut < texts.count {
            let early = Set(leftOut(Array(texts[..<cut]).shuffled(using: &random)))
            #expect(early == all.filter { $0 < Int64(cut) }, "seed \(seed), the first \(cut)")
            cut += Int.random(in: 1..<80, using: &random)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func whoIsTakenEarlierStaysWhateverComesLater(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let texts = CopyFinderTests.corpus(200, seed: seed).enumerated().map { index, text in
            (Int64(index), text.1, UInt8.random(in: 0..<3, using: &random))
        }
        let sides = Dictionary(uniqueKeysWithValues: texts.map { ($0.0, $0.2) })
        func leftOut(_ ids: [Int64]) -> Set<Int64> {
            var finder = CopyFinder(NearDuplicateRule())
            for id in ids.sorted() {
                Array(texts[Int(id)].1.utf8).withUnsafeBytes { finder.add(id: id, text: $0) }
            }
            return Set(finder.copiesAcrossSides(inOrder: ids) { sides[$0] ?? 255 })
        }
        // In any order of coming, not only that of ids.
        let order = texts.map(\.0).shuffled(using: &random)
        let all = leftOut(order)
        #expect(!all.isEmpty, "seed \(seed)")
        for cut in [20, 77, 150] {
            let early = Array(order[..<cut])
            #expect(leftOut(early) == all.intersection(early), "seed \(seed), the first \(cut)")
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func whatLeaksIsCounted(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let texts = CopyFinderTests.corpus(150, seed: seed).enumerated().map { index, text in
            (Int64(index), text.1, UInt8.random(in: 0..<2, using: &random))
        }
        let sides = Dictionary(uniqueKeysWithValues: texts.map { ($0.0, $0.2) })
        var finder = CopyFinder(NearDuplicateRule())
        for (id, text, _) in texts { Array(text.utf8).withUnsafeBytes { finder.add(id: id, text: $0) } }
        let out = Set(finder.copiesAcrossSides { sides[$0] ?? 255 })
        let kept = Set(texts.map(\.0)).subtracting(out)
        #expect(finder.countAcrossSides(among: kept) { sides[$0] ?? 255 } == 0, "seed \(seed)")
        // The slow twin: clusters of every subset, by comparing every pair.
        let some = texts.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
        let clusters = CopyFinderTests.slowClusters(some.map { ($0.0, $0.1) }, rule: NearDuplicateRule())
        let divided = clusters.values.filter { Set($0.map { sides[$0] }).count > 1 }.reduce(0) {
            $0 + $1.count
        }
        #expect(divided > 0)
        #expect(
            finder.countAcrossSides(among: Set(some.map(\.0))) { sides[$0] ?? 255 } == divided, "seed \(seed)"
        )
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func candidatesAreEnough(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rule = NearDuplicateRule()
        let signer = CopySigner(rule)
        let texts = CopyFinderTests.corpus(300, seed: seed).enumerated().map { (Int64($0), $1.1) }
        var signatures = CopySignatures(rule)
        var all = CopyFinder(rule)
        for (id, text) in texts {
            Array(text.utf8).withUnsafeBytes {
                signatures.append(id, signer.sign($0))
                all.add(id: id, text: $0)
            }
        }
        let candidates = signatures.candidates()
        #expect(candidates.count < texts.count, "seed \(seed)")
        var few = CopyFinder(rule)
        for row in candidates.shuffled(using: &random) {
            Array(texts[row].1.utf8).withUnsafeBytes {
                few.add(id: texts[row].0, text: $0, signature: signatures[row])
            }
        }
        #expect(few.clusters() == all.clusters(), "seed \(seed)")
        // Negative control: without one that has a copy, it does not come out the same.
        let member = all.clusters()[0].id
        var fewer = CopyFinder(rule)
        for row in candidates where texts[row].0 != member {
            Array(texts[row].1.utf8).withUnsafeBytes { fewer.add(id: texts[row].0, text: $0) }
        }
        #expect(fewer.clusters() != all.clusters())
    }

    @Test func keptSignaturesAreTheSame() throws {
        let rule = NearDuplicateRule()
        var signatures = CopySignatures(rule)
        for (id, text) in [(1, "짧"), (2, "둘로 나뉜 댓글"), (5, "둘로 나뉜 댓글!")] as [(Int64, String)] {
            signatures.append(id, Array(text.utf8).withUnsafeBytes { CopySigner(rule).sign($0) })
        }
        let again = try #require(
            CopySignatures(
                rule, ids: signatures.ids, exact: signatures.exact, bands: signatures.bands,
                short: signatures.short))
        for row in 0..<3 { #expect(again[row] == signatures[row]) }
        #expect(again[0].bands.isEmpty && again[1].bands.count == 25)
        #expect(
            CopySignatures(rule, ids: [1], exact: [], bands: signatures.bands, short: signatures.short) == nil
        )
        #expect(
            CopySignatures(
                NearDuplicateRule(threshold: 0.5), ids: signatures.ids, exact: signatures.exact,
                bands: signatures.bands, short: signatures.short) == nil)
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func noKeptTextHasACopyOnAnotherSide(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let texts = CopyFinderTests.corpus(200, seed: seed).enumerated().map { index, text in
            (Int64(index), text.1, UInt8.random(in: 0..<2, using: &random))
        }
        let out = Set(leftOut(texts))
        let kept = texts.filter { !out.contains($0.0) }
        for (place, one) in kept.enumerated() {
            for other in kept[..<place] where other.2 != one.2 {
                #expect(leftOut([other, one]).isEmpty, "seed \(seed): \(other.0) and \(one.0)")
            }
        }
    }
}
