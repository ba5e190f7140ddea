import Sampling
import Testing

struct CopyFinderTests {
    /// Clusters as sets of ids, identified by their smallest id.
    static func clusters(
        _ texts: [(Int64, String)], rule: NearDuplicateRule = NearDuplicateRule()
    ) -> [Int64: Set<Int64>] {
        var finder = CopyFinder(rule)
        for (id, text) in texts { Array(text.utf8).withUnsafeBytes { finder.add(id: id, text: $0) } }
        return Dictionary(grouping: finder.clusters(), by: \.cluster).mapValues { Set($0.map(\.id)) }
    }

    /// The slow twin: compares every pair of texts by Unicode scalars.
    static func slowClusters(_ texts: [(Int64, String)], rule: NearDuplicateRule) -> [Int64: Set<Int64>] {
        func folded(_ text: String) -> [Unicode.Scalar] {
            text.unicodeScalars.filter { !$0.properties.isWhitespace }
                .map { ("A"..."Z").contains($0) ? Unicode.Scalar(UInt8($0.value | 0x20)) : $0 }
        }
        func shingles(_ text: String) -> Set<[Unicode.Scalar]> {
            let all = Array(text.unicodeScalars)
            guard all.count >= rule.shingle else { return [] }
            return Set((0...(all.count - rule.shingle)).map { Array(all[$0..<$0 + rule.shingle]) })
        }
        let sets = texts.map { shingles($0.1) }
        let plain = texts.map { folded($0.1) }
        var cluster = texts.map(\.0)
        for one in texts.indices {
            for other in 0..<one where cluster[one] != cluster[other] {
                let union = sets[one].union(sets[other]).count
                let shared = sets[one].intersection(sets[other]).count
                let near = union > 0 && Double(shared) / Double(union) >= rule.threshold
                guard near || plain[one] == plain[other] else { continue }
                let (keep, drop) = (min(cluster[one], cluster[other]), max(cluster[one], cluster[other]))
                for at in cluster.indices where cluster[at] == drop { cluster[at] = keep }
            }
        }
        let groups = Dictionary(grouping: texts.indices, by: { cluster[$0] })
        return groups.filter { $0.value.count > 1 }.mapValues { Set($0.map { texts[$0].0 }) }
    }

    @Test func exactCopiesDifferInSpaceAndASCIICaseAtMost() {
        let found = Self.clusters([
            (5, "둘로 나뉜 Comment"), (3, "둘로나뉜 comment\n"), (9, "둘로 나눈 COMMENT"), (1, "ㅋㅋ"), (2, "ㅋ ㅋ"),
            (4, "ㅋ"),
        ])
        #expect(found == [3: [3, 5], 1: [1, 2]])
    }

    @Test func shortTextsAreNotAllCopies() {
        #expect(Self.clusters([(1, ""), (2, "가"), (3, "나"), (4, "가나"), (5, "나가")]).isEmpty)
        #expect(Self.clusters([(1, ""), (2, " "), (3, "가"), (4, "가")]) == [1: [1, 2], 3: [3, 4]])
    }

    @Test func canonicalEquivalenceIsNotACopy() {
        // Decomposed Hangul is another text here; normalize first to call it the same.
        #expect(Self.clusters([(1, "가나"), (2, "\u{1100}\u{1161}\u{1102}\u{1161}")]).isEmpty)
    }

    /// Texts that are partly edited copies of each other.
    static func corpus(_ count: Int, seed: UInt64) -> [(Int64, String)] {
        var random = SplitMix64(seed: seed)
        let alphabet = Array("가나다라마바사아자차카타파하 abcAB1!👍🏽".unicodeScalars)
        func drawn(_ length: Int) -> [Unicode.Scalar] {
            (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
        }
        var texts: [[Unicode.Scalar]] = []
        for _ in 0..<count {
            if texts.isEmpty || Int.random(in: 0..<3, using: &random) == 0 {
                texts.append(drawn(Int.random(in: 0...90, using: &random)))
                continue
            }
            var copy = texts[Int.random(in: 0..<texts.count, using: &random)]
            for _ in 0..<Int.random(in: 0...4, using: &random) where !copy.isEmpty {
                let at = Int.random(in: 0..<copy.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: copy.remove(at: at)
                case 1: copy.insert(contentsOf: drawn(1), at: at)
                default: copy[at] = drawn(1)[0]
                }
            }
            texts.append(copy)
        }
        return texts.enumerated().map { number, text in
            var string = String.UnicodeScalarView()
            string.append(contentsOf: text)
            return (Int64(number) * 7 % 1009, String(string))
        }
    }

    static let rules = [
        NearDuplicateRule(), NearDuplicateRule(threshold: 0.5), NearDuplicateRule(shingle: 1, threshold: 0.7),
        NearDuplicateRule(shingle: 2, threshold: 0.9), NearDuplicateRule(shingle: 5, threshold: 0.6),
        NearDuplicateRule(threshold: 1),
    ]

    @Test(arguments: rules, 0..<6 as Range<UInt64>)
    func agreesWithComparingEveryPair(rule: NearDuplicateRule, seed: UInt64) {
        let texts = Self.corpus(120, seed: seed)
        let expected = Self.slowClusters(texts, rule: rule)
        #expect(expected.count > 1)
        #expect(Self.clusters(texts, rule: rule) == expected, "seed \(seed)")
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func theOrderOfTheTextsDoesNotMatter(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let texts = Self.corpus(200, seed: seed)
        #expect(Self.clusters(texts) == Self.clusters(texts.shuffled(using: &random)), "seed \(seed)")
    }

    @Test func theThresholdIsIncluded() {
        // 17 shared of 20 shingles in total: exactly 0.85.
        let one = "abcdefghijklmnopqrs"  // 17 shingles
        let other = one + "tuv"  // 20 shingles
        #expect(Self.clusters([(1, one), (2, other)]) == [1: [1, 2]])
        #expect(Self.clusters([(1, one), (2, other + "w")]).isEmpty)
    }

    @Test func signaturesNeverChange() {
        // Kept beside texts in stores: another value here would break them.
        let signer = CopySigner(NearDuplicateRule())
        let signature = Array("둘로 나뉜 댓글".utf8).withUnsafeBytes { signer.sign($0) }
        #expect(signer.bandCount == 25)
        #expect(signature.exact == 3_646_177_195_015_200_353)
        #expect(signature.bands.prefix(3) == [1_529_871_675, 1_340_907_204, 544_453_570])
    }

    @Test func rulesThatCannotBeMeantAreNamed() {
        #expect(NearDuplicateRule().problems.isEmpty)
        #expect(NearDuplicateRule(shingle: 0).problems == ["a shingle of 0 characters; 1 ... 8 are possible"])
        #expect(
            NearDuplicateRule(threshold: 85).problems == [
                "a threshold of 85.0; a share in 0.5 ... 1 is wanted"
            ])
    }
}
