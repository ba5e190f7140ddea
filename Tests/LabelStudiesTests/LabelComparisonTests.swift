import LabelStudies
import Labeling
import Testing
import VoteModel

struct LabelComparisonTests {
    let rule = ControversyRule(minVotes: 10)
    let same = LabelOrigin(rule: "r", clean: "c")

    @Test func everyFlipHasTheCauseThatPandasFinds() throws {
        let expected = try StudiesFixture.load().comparison
        let found = LabelComparison(
            from: try expected.old.table(),
            LabelOrigin(rule: "1", clean: "1", lastComment: expected.lastComment),
            to: try expected.new.table(), LabelOrigin(rule: "2", clean: "2"), rule: expected.newRule.rule,
            gone: expected.gone)
        for old in LabelState.allCases {
            for new in LabelState.allCases {
                let count = expected.table["\(old.name)>\(new.name)", default: 0]
                #expect(found.table[old.rawValue][new.rawValue] == count, "\(old) > \(new)")
            }
        }
        #expect(found.flips.map(StudiesFixture.Flip.init) == expected.flips)
        #expect(found.causes.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value } == expected.causes)
        for state in LabelState.allCases {
            #expect(found.newComments[state.rawValue] == expected.newComments[state.name, default: 0])
        }
        #expect(found.articles(most: 5).map { [$0.article, Int64($0.flips)] } == expected.top)
        // Negative control: the old rule in place of the new one explains other flips otherwise.
        let wrong = LabelComparison(
            from: try expected.old.table(),
            LabelOrigin(rule: "1", clean: "1", lastComment: expected.lastComment),
            to: try expected.new.table(), LabelOrigin(rule: "2", clean: "2"), rule: expected.oldRule.rule,
            gone: expected.gone)
        #expect(wrong.causes != found.causes && wrong.table == found.table)
    }

    /// What differs, and a count of the rest, say the same as two whole sets.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func rowsThatDoNotDifferNeedOnlyBeCounted(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        typealias Row = (id: Int64, label: UInt8, up: Int32)
        func table(_ rows: [Row]) throws -> LabelTable {
            try LabelTable(
                comments: rows.map(\.id), labels: rows.map(\.label), ups: rows.map(\.up),
                downs: rows.map(\.up),
                articles: rows.map { $0.id % 7 })
        }
        let old: [Row] = (1...200).filter { _ in Int.random(in: 0..<9, using: &random) > 0 }.map {
            ($0, UInt8.random(in: 0...3, using: &random), 5)
        }
        var (new, before, after): ([Row], [Row], [Row]) = ([], [], [])
        var unchanged: [UInt8: Int] = [:]
        for row in old {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: before.append(row)
            case 1:
                let changed: Row = (row.id, UInt8.random(in: 0...3, using: &random), 6)
                new.append(changed)
                before.append(row)
                after.append(changed)
            default:
                new.append(row)
                unchanged[row.label, default: 0] += 1
            }
        }
        for id in 201...220 as ClosedRange<Int64> {
            new.append((id, UInt8.random(in: 0...3, using: &random), 5))
            after.append(new[new.count - 1])
        }
        let whole = LabelComparison(from: try table(old), same, to: try table(new), same, rule: rule)
        var parts = LabelComparison(from: try table(before), same, to: try table(after), same, rule: rule)
        #expect(parts.table != whole.table)
        for (code, count) in unchanged { parts.addUnchanged(count, LabelState(code: code)) }
        #expect(parts.table == whole.table, "seed \(seed)")
        #expect(parts.flips == whole.flips && parts.newComments == whole.newComments, "seed \(seed)")
        #expect(parts.flipShare == whole.flipShare)
    }

    @Test func equalSetsHaveNoFlips() throws {
        let table = try StudiesFixture.load().comparison.old.table()
        let found = LabelComparison(from: table, same, to: table, same, rule: rule)
        #expect(found.flips.isEmpty && found.shared == table.count && found.flipShare == 0)
    }

    @Test func theRuleIsTheCauseWhenTheOldVotesAloneWouldFlip() throws {
        let wide = ControversyRule(minVotes: 10, controversial: 0.3...0.7)
        let before = [VoteCount(up: 7, down: 3), VoteCount(up: 5, down: 5), VoteCount(up: 5, down: 4)]
        let after = [VoteCount(up: 8, down: 4), VoteCount(up: 20, down: 5), VoteCount(up: 5, down: 5)]
        let found = LabelComparison(
            from: try .labeled(before, by: rule), same, to: try .labeled(after, by: wide),
            LabelOrigin(rule: "wide", clean: "c"), rule: wide)
        // 7 of 10 splits under the wide rule already; 5 of 10 does under both; 5 of 9 are too few for both.
        #expect(found.flips.map(\.cause) == [.ruleChanged, .votesMoved, .votesMoved])
        #expect(found.flips.map(\.comment) == [1, 2, 3])
        #expect(found.flips[1].oldVotes == before[1] && found.flips[1].newVotes == after[1])
    }

    @Test func anotherReasonToAbstainIsNotAFlip() throws {
        let found = LabelComparison(
            from: try .labeled([VoteCount(up: 6, down: 3)], by: rule), same,
            to: try .labeled([VoteCount(up: 7, down: 3)], by: rule), same, rule: rule)
        #expect(found.flips.isEmpty)
        #expect(found.table[LabelState.abstained.rawValue][LabelState.abstained.rawValue] == 1)
    }

    @Test func timeAndPriorAreCausesWhereNothingElseIs() throws {
        let votes: [Int32] = [5]
        func one(_ code: Verdict) throws -> LabelTable {
            try LabelTable(comments: [1], labels: [code.code], ups: votes, downs: votes)
        }
        func causes(_ old: Verdict, _ new: Verdict) throws -> [FlipCause] {
            LabelComparison(from: try one(old), same, to: try one(new), same, rule: rule).flips.map(\.cause)
        }
        #expect(try causes(.abstain(.unsettled), .controversial) == [.timePassed])
        #expect(try causes(.controversial, .abstain(.unsettled)) == [.timePassed])
        #expect(try causes(.abstain(.unsure), .controversial) == [.priorMoved])
    }

    @Test func whoLeavesWasRemovedOrCleanedAway() throws {
        let old = try LabelTable.labeled(
            [VoteCount](repeating: VoteCount(up: 5, down: 5), count: 3), by: rule)
        let none = try LabelTable(comments: [], labels: [], ups: [], downs: [])
        let cleaner = LabelOrigin(rule: "r", clean: "other")
        func causes(_ origin: LabelOrigin, _ gone: [Int64]?) -> [FlipCause] {
            LabelComparison(from: old, same, to: none, origin, rule: rule, gone: gone).flips.map(\.cause)
        }
        #expect(causes(same, nil) == [.commentGone, .commentGone, .commentGone])
        #expect(causes(cleaner, nil) == [.textChanged, .textChanged, .textChanged])
        #expect(causes(cleaner, [2]) == [.textChanged, .commentGone, .textChanged])
    }

    @Test func whoEntersIsNewUnlessCleaningHadLeftItOut() throws {
        let none = try LabelTable(comments: [], labels: [], ups: [], downs: [])
        let new = try LabelTable.labeled([VoteCount(up: 5, down: 5), VoteCount(up: 5, down: 5)], by: rule)
        let known = LabelOrigin(rule: "r", clean: "other", lastComment: 1)
        let found = LabelComparison(from: none, known, to: new, same, rule: rule)
        #expect(found.flips.map(\.comment) == [1] && found.flips.map(\.cause) == [.textChanged])
        #expect(found.newComments == [1, 0, 0, 0])
        #expect(LabelComparison(from: none, same, to: new, same, rule: rule).newComments == [2, 0, 0, 0])
        #expect(LabelComparison(from: none, same, to: none, same, rule: rule).flipShare == 0)
    }

    @Test func columnsThatAreNotATableAreRefusedByName() {
        func problem(_ ids: [Int64], _ labels: [UInt8], _ ups: [Int32], _ articles: [Int64] = []) -> String {
            do {
                _ = try LabelTable(
                    comments: ids, labels: labels, ups: ups, downs: ups.map { _ in 0 }, articles: articles)
                return ""
            } catch { return error.description }
        }
        #expect(problem([1, 2], [0, 1], [5, 5]) == "")
        #expect(problem([1, 2], [0], [5, 5]).contains("have 2, 1, 2, 2, 2 rows"))
        #expect(problem([1, 2], [0, 1], [5, 5], [1]).contains("have 2, 2, 2, 2, 1 rows"))
        #expect(problem([2, 2], [0, 1], [5, 5]).hasPrefix("row 1 of a label set has comment 2 after 2"))
        #expect(
            problem([1, 2], [0, 6], [5, 5]) == "row 1 of a label set has label code 6; known are 0 ... 5")
        #expect(problem([1], [0], [-1]) == "row 0 of a label set has fewer than no votes")
    }

    @Test func sixHundredThousandRowsTakeFarLessThanATenthOfASecond() throws {
        let rows = 634_031
        var random = SplitMix64(seed: 4)
        let votes = (0..<rows).map { _ in
            VoteCount(up: .random(in: 0...60, using: &random), down: .random(in: 0...60, using: &random))
        }
        let old = try LabelTable.labeled(votes, by: rule)
        var other = rule
        other.minVotes = 30
        let new = try LabelTable.labeled(votes, by: other, from: 5000)
        let clock = ContinuousClock()
        var found: LabelComparison?
        let best = (0..<5).map { _ in
            clock.measure { found = LabelComparison(from: old, same, to: new, same, rule: other) }
        }.min()
        print("comparison of 634,031 labels: \(best ?? .zero), \(found?.flips.count ?? 0) flips")
        #expect(best ?? .zero < .milliseconds(500))
    }
}
