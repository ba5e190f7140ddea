import Foundation
import Models
import Pretraining
import SeededRandom
import Testing

/// Which tokens are masked, and what is seen in their place.
struct MaskingTests {
    /// Rows of words of one to four pieces; every word begins with an even id below 25.
    private static func rows(_ count: Int, seed: UInt64 = 3) -> [[Int32]] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            var row: [Int32] = [2]
            for _ in 0..<6 + Int(random.integer(below: 20)) {
                row.append(5 + Int32(random.integer(below: 20)))
                for _ in 0..<random.integer(below: 4) { row.append(25 + 2 * Int32(random.integer(below: 7))) }
            }
            return row + [3]
        }
    }

    private struct Masked {
        var (tokens, chosen, masks, randoms, kept) = (0, 0, 0, 0, 0)
        /// Words of which some pieces were chosen, and of which all were.
        var (touched, whole) = (0, 0)
        var counts: [Int] = []
        var lengths: [Int] = []
        var spanLengths: [Int] = []
    }

    private func mask(_ rule: MaskingRule, rows: [[Int32]]) -> Masked {
        let vocabulary = ToyTexts.vocabulary
        let masker = TokenMasker(rule, vocabulary)
        var result = Masked()
        for (number, row) in rows.enumerated() {
            var (ids, places, originals) = (row, [Int32](), [Int32]())
            var random = SplitMix64(seed: UInt64(number) &+ 77)
            masker.mask(&ids, row.indices, &places, &originals, using: &random)
            #expect(places == places.sorted() && Set(places).count == places.count)
            #expect(zip(places, originals).allSatisfy { row[Int($0)] == $1 })
            #expect(places.allSatisfy { !vocabulary.isSpecial(row[Int($0)]) })
            let set = Set(places)
            #expect(row.indices.allSatisfy { set.contains(Int32($0)) || ids[$0] == row[$0] })
            result.tokens += row.count - 2
            result.chosen += places.count
            result.counts.append(places.count)
            result.lengths.append(row.count)
            for place in places.map(Int.init) {
                if ids[place] == ToyTexts.mask {
                    result.masks += 1
                } else if ids[place] == row[place] {
                    result.kept += 1
                } else {
                    result.randoms += 1
                }
            }
            var place = 1
            while place < row.count - 1 {
                var end = place + 1
                while end < row.count - 1, vocabulary.continues(row[end]) { end += 1 }
                let count = (place..<end).count { set.contains(Int32($0)) }
                if count > 0 { result.touched += 1 }
                if count == end - place { result.whole += 1 }
                place = end
            }
        }
        return result
    }

    private func isNear(_ found: Int, _ share: Double, of all: Int) -> Bool {
        abs(Double(found) - share * Double(all)) < 5 * (share * (1 - share) * Double(all)).squareRoot()
    }

    @Test func eachTokenIsMaskedWithTheSameProbability() {
        let found = mask(MaskingRule(), rows: Self.rows(2_000))
        #expect(isNear(found.chosen, 0.15, of: found.tokens))
        // A random word may be the mask or the word itself: 39/40 and 1/40 of a tenth.
        #expect(isNear(found.masks, 0.8 + 0.1 / 40, of: found.chosen))
        #expect(isNear(found.randoms, 0.1 * 38 / 40, of: found.chosen))
        #expect(Set(found.counts).count > 5, "their number varies")
        #expect(found.touched > found.whole, "words are cut apart")
    }

    @Test func anExactNumberIsMasked() {
        var rule = MaskingRule()
        rule.count = .exact
        let found = mask(rule, rows: Self.rows(500))
        for (count, length) in zip(found.counts, found.lengths) {
            #expect(count == max(1, Int((0.15 * Double(length)).rounded())))
        }
    }

    @Test(arguments: MaskingRule.Count.allCases)
    func wholeWordsAreMasked(count: MaskingRule.Count) {
        var rule = MaskingRule()
        (rule.unit, rule.count) = (.word, count)
        let found = mask(rule, rows: Self.rows(1_000))
        #expect(found.touched == found.whole && found.touched > 500)
        if count == .exact {
            for (count, length) in zip(found.counts, found.lengths) {
                #expect(count <= max(1, Int((0.15 * Double(length)).rounded())))
            }
        }
    }

    @Test func spansAreSeenAsOne() {
        var rule = MaskingRule()
        (rule.unit, rule.masks, rule.randoms) = (.span, 0.5, 0)
        let vocabulary = ToyTexts.vocabulary
        let masker = TokenMasker(rule, vocabulary)
        var (runs, mixed) = (0, 0)
        for (number, row) in Self.rows(500).enumerated() {
            var (ids, places, originals) = (row, [Int32](), [Int32]())
            var random = SplitMix64(seed: UInt64(number))
            masker.mask(&ids, row.indices, &places, &originals, using: &random)
            #expect(places.count >= Int((0.15 * Double(row.count)).rounded()))
            var start = 0
            for end in 1...places.count where end == places.count || places[end] != places[end - 1] + 1 {
                let seen = Set(places[start..<end].map { ids[Int($0)] == ToyTexts.mask })
                runs += 1
                if seen.count > 1 { mixed += 1 }
                start = end
            }
        }
        // Neighboring spans may differ; the pieces of one do not. Were each drawn by itself, nearly all longer runs would.
        #expect(Double(mixed) < 0.3 * Double(runs), "\(mixed) of \(runs)")
    }

    @Test func epochsAndSeedsMaskOtherTokensAndTheSameAgain() throws {
        let toy = try ToyTexts()
        let corpus = try toy.corpus()
        let rows = PretrainingRows(corpus, ToyTexts.options(), ToyTexts.vocabulary)
        #expect(rows.batch(0..<20, epoch: 3) == rows.batch(0..<20, epoch: 3))
        #expect(rows.batch(0..<20, epoch: 3).masked != rows.batch(0..<20, epoch: 4).masked)
        let other = PretrainingRows(corpus, ToyTexts.options { $0.training.seed = 6 }, ToyTexts.vocabulary)
        #expect(rows.batch(0..<20, epoch: 3).masked != other.batch(0..<20, epoch: 3).masked)
        // A row's masks do not depend on its batch.
        let (one, two) = (rows.batch(7..<8, epoch: 1), rows.batch(6..<8, epoch: 1))
        let start = two.tokens.offsets[1]
        #expect(two.masked.filter { $0 >= start }.map { $0 - start } == one.masked)
    }

    @Test func pairsAreCutToLengthTheLongerTextFirst() throws {
        let toy = try ToyTexts()
        let writer = try PretrainingCorpus.Writer(toy.path + "/pairs", texts: 2)
        for (one, two) in [(3, 30), (30, 3), (30, 30), (2, 2)] {
            try writer.append((0..<one).map { _ in 6 })
            try writer.append((0..<two).map { _ in 8 })
        }
        var options = ToyTexts.options()
        options.masking.share = 0.01
        let rows = PretrainingRows(try writer.finish(), options, ToyTexts.vocabulary)
        let expected = [(3, 10), (10, 3), (7, 6), (2, 2)]
        for (row, (one, two)) in expected.enumerated() {
            let batch = rows.batch([row], epoch: 0)
            let segments = try #require(batch.tokens.segmentIDs)
            #expect(
                segments.count { $0 == 0 } == one + 2 && segments.count { $0 == 1 } == two + 1, "row \(row)")
            #expect(batch.tokens.tokens == batch.tokens.segmentIDs?.count)
        }
    }

    @Test func halfOfThePairsAreOthers() throws {
        let toy = try ToyTexts()
        let corpus = try toy.corpus(rows: 1_000, texts: 2)
        for pairs in [PretrainingOptions.Pairs.next, .order] {
            let rows = PretrainingRows(corpus, ToyTexts.options { $0.pairs = pairs }, ToyTexts.vocabulary)
            let batch = rows.batch(0..<1_000, epoch: 0)
            #expect(isNear(batch.pairs.count { $0 == 1 }, 0.5, of: 1_000))
        }
    }
}
