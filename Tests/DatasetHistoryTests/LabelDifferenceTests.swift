import CommentStore
import DatasetHistory
import LabelStudies
import Labeling
import Testing

struct LabelDifferenceTests {
    private static func table(_ labels: [UInt8], ups: [Int32]) throws -> LabelTable {
        try LabelTable(
            comments: labels.indices.map { Int64($0 + 1) }, labels: labels, ups: ups,
            downs: ups.map { _ in 5 }, articles: labels.indices.map { Int64($0 % 2) })
    }

    private static func difference(
        _ old: LabelTable, _ new: LabelTable, articles: [(name: ArticleName?, flips: Int)] = []
    ) -> LabelDifference {
        LabelDifference(
            old: labelSet("old", asOf: 0), new: labelSet("new", isPromoted: true),
            comparison: LabelComparison(
                from: old, LabelOrigin(rule: "1", clean: "c"), to: new, LabelOrigin(rule: "2", clean: "c"),
                rule: ControversyRule(minVotes: 10)), articles: articles)
    }

    @Test func setsThatSayTheSameHaveNoFlips() throws {
        let table = try Self.table([0, 1, 2], ups: [50, 5, 1])
        #expect(Self.difference(table, table).lines.last == "0 flips")
    }

    @Test func flipsAreCountedByWhatWasAndWhatIs() throws {
        let lines = Self.difference(
            try Self.table([0, 1, 0], ups: [50, 5, 5]), try Self.table([0, 1, 1], ups: [50, 5, 5]),
            articles: [(ArticleName(key: "naver:1", title: "A title"), 1), (nil, 0)]
        ).lines
        #expect(lines[0] == #"from old: {"min_votes":20} at ledger position 3, as of 1970-01-01T00:00:00Z"#)
        #expect(lines[1] == #"to   new, promoted: {"min_votes":20} at ledger position 3"#)
        #expect(
            lines.contains { $0.hasPrefix("uncontroversial              1                1") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("1 flip: ") && $0.hasSuffix(" 1") }, "\(lines)")
        #expect(lines.suffix(3) == ["articles with most flips", "  1  naver:1    A title", "  0  (unknown)"])
    }
}
