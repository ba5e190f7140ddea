import Sampling
import Testing

struct SampleRuleTests {
    // Made with Python's hashlib: sha256(str(seed).encode() + b"\x1f" + key.encode()).hexdigest()[:16].
    static let ranks: [(Int, String, UInt64)] = [
        (1, "naver-news:437/0000459026/1", 0xdc4c_1e7e_5b1e_6aee),
        (1, "a", 0xaaa8_be88_bd4a_fa32),
        (-3, "댓글:7", 0x6ab5_e657_2d50_f160),
        (12, "x", 0x87e3_9375_656b_3246),
    ]

    @Test(arguments: ranks)
    func anyoneCanRecomputeTheOrder(seed: Int, key: String, expected: UInt64) {
        #expect(SampleRule(seed: seed).ranking().rank(of: key).prefix == expected)
    }

    @Test func seedAndKeyAreKeptApart() {
        #expect(SampleRule(seed: 1).ranking().rank(of: "2x") != SampleRule(seed: 12).ranking().rank(of: "x"))
    }

    /// Comments 0 ..< count in random articles with random labels.
    static func candidates(
        _ count: Int, seed: UInt64, articles: Int64 = 40, rule: SampleRule
    ) -> [SampleCandidate] {
        var random = SplitMix64(seed: seed)
        let ranking = rule.ranking()
        return (0..<Int64(count)).map { id in
            SampleCandidate(
                id: id, article: Int64.random(in: 0..<articles, using: &random),
                label: UInt8.random(in: 0...3, using: &random) == 0 ? 1 : 0,
                rank: ranking.rank(of: "news:\(id)"))
        }
    }

    static let rules: [SampleRule] = [
        SampleRule(perLabel: .all),
        SampleRule(perLabel: .count(30)),
        SampleRule(perLabel: .balanced),
        SampleRule(perLabel: .all, perArticle: 3),
        SampleRule(perLabel: .count(30), perArticle: 5, seed: 9),
        SampleRule(perLabel: .balanced, perArticle: 2, seed: -4),
    ]

    @Test(arguments: rules.filter(\.looksAtRanksAlone), 0..<10 as Range<UInt64>)
    func thoseWithTheLowestRanksAreEnoughToChooseFrom(rule: SampleRule, seed: UInt64) throws {
        let all = Self.candidates(30_000, seed: seed, rule: rule)
        var bounds: [UInt8: RankBound] = [:]
        for candidate in all { bounds[candidate.label, default: RankBound()].add(candidate.rank.prefix) }
        let available = bounds.mapValues(\.count)
        let limit = try #require(rule.limit(available: available))
        let few = all.filter { $0.rank.prefix <= bounds[$0.label]?.bound(ofFirst: limit) ?? 0 }
        #expect(rule.choose(from: few, available: available) == rule.choose(from: all))
        if case .count = rule.perLabel { #expect(few.count < all.count / 50) }
        // One too few, and the sample would be another.
        let first = try #require(rule.choose(from: all).chosen.last)
        #expect(
            rule.choose(from: few.filter { $0 != first }, available: available) != rule.choose(from: all))
    }

    @Test func withAnArticlesLimitAllHaveToBeLookedAt() {
        #expect(SampleRule(perLabel: .count(3), perArticle: 2).limit(available: [0: 9, 1: 9]) == nil)
        #expect(SampleRule(perLabel: .all).limit(available: [0: 9, 1: 9]) == nil)
        #expect(SampleRule(perLabel: .balanced).limit(available: [0: 9, 1: 4]) == 4)
        #expect(RankBound().bound(ofFirst: 3) == .max)
    }

    @Test(arguments: rules, 0..<10 as Range<UInt64>)
    func agreesWithTheSlowTwin(rule: SampleRule, seed: UInt64) {
        let all = Self.candidates(300, seed: seed, rule: rule)
        let kept = all.filter { one in
            let before = all.filter {
                $0.article == one.article && $0.label == one.label && $0.rank < one.rank
            }.count
            return before < rule.perArticle ?? .max
        }
        let counts = [0, 1].map { label in kept.filter { $0.label == label }.count }
        let limit =
            switch rule.perLabel {
            case .all: Int.max
            case .count(let count): count
            case .balanced: counts.min() ?? 0
            }
        let expected =
            kept
            .filter { one in kept.filter { $0.label == one.label && $0.rank < one.rank }.count < limit }
            .sorted { $0.rank < $1.rank }
        let shuffled = all.shuffled()
        let sample = rule.choose(from: shuffled)
        #expect(sample.chosen == expected)
        #expect(sample.admitted == [0: counts[0], 1: counts[1]])
        #expect(sample.taken == [0: min(limit, counts[0]), 1: min(limit, counts[1])])
    }

    @Test(arguments: rules)
    func noArticleExceedsItsLimitOfALabel(rule: SampleRule) {
        let all = Self.candidates(2000, seed: 1, articles: 50, rule: rule)
        for (label, chosen) in Dictionary(grouping: rule.choose(from: all).chosen, by: \.label) {
            let perArticle = Dictionary(grouping: chosen, by: \.article)
            #expect(perArticle.values.allSatisfy { $0.count <= rule.perArticle ?? .max }, "label \(label)")
        }
    }

    @Test(arguments: rules)
    func oneLabelTakesNothingFromTheOther(rule: SampleRule) {
        guard rule.perLabel != .balanced else { return }
        let all = Self.candidates(800, seed: 2, rule: rule)
        let both = all
        let whole = rule.choose(from: both).chosen
        for label in [0, 1] as [UInt8] {
            let alone = all.filter { $0.label == label }
            #expect(rule.choose(from: alone).chosen == whole.filter { $0.label == label })
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func growthNeverReordersWhatStays(seed: UInt64) {
        let rule = SampleRule(perLabel: .count(40), perArticle: 6)
        let all = Self.candidates(500, seed: seed, rule: rule)
        let before = Array(all.prefix(400))
        let after = all
        let old = rule.choose(from: before).chosen.map(\.id)
        let new = rule.choose(from: after).chosen.map(\.id)
        let stayed = Set(new)
        #expect(old.filter(stayed.contains) == new.filter { $0 < 400 && Set(old).contains($0) })
        // A newcomer pushes out at most one: those with the largest rank of its label or article.
        #expect(old.filter { !stayed.contains($0) }.count <= 100)
    }

    @Test func aLabelThatDoesNotOccurIsNotCounted() {
        let none: [SampleCandidate] = []
        let sample = SampleRule(perLabel: .balanced).choose(from: none)
        #expect(sample.chosen.isEmpty)
        #expect(sample.available.isEmpty)
    }
}
