import Labeling
import Testing

/// The function far from the mean and up to a million votes, against values of another method at 40 digits.
struct IncompleteBetaTests {
    struct Row {
        var a, b, x, below, above, scipy: Double
    }

    static func rows() throws -> [Row] {
        try fixture("posterior/tails.tsv").split(separator: "\n").dropFirst(2).map {
            let v = $0.split(separator: "\t").map { Double($0) ?? .nan }
            return Row(a: v[0], b: v[1], x: v[2], below: v[3], above: v[4], scipy: v[5])
        }
    }

    @Test func bothTailsAreRightToTenDigitsAfterThePoint() throws {
        let rows = try Self.rows()
        #expect(rows.count > 500)
        #expect(rows.contains { $0.a + $0.b > 1_000_000 } && rows.contains { $0.below < 1e-100 })
        for row in rows {
            #expect(abs(regularizedIncompleteBeta(row.x, row.a, row.b) - row.below) <= 1e-11, "\(row)")
            #expect(abs(regularizedIncompleteBeta(row.x, row.a, row.b) - row.scipy) <= 1e-10, "\(row)")
            #expect(abs(regularizedIncompleteBeta(1 - row.x, row.b, row.a) - row.above) <= 1e-10, "\(row)")
        }
    }

    /// What is far out keeps its digits: nine of them where the tail is 10^-200 of the whole.
    @Test func theLowerTailIsRightInProportion() throws {
        for row in try Self.rows() where row.below < 0.4 && row.below > 1e-290 {
            let found = regularizedIncompleteBeta(row.x, row.a, row.b)
            #expect(abs(found / row.below - 1) <= 2e-9, "\(row), found \(found)")
        }
    }

    /// Negative control: the comparison sees one vote in a million.
    @Test func oneVoteMoreWouldBeSeen() throws {
        let near = try Self.rows().filter { $0.below > 0.01 && $0.below < 0.99 && $0.a > 1 && $0.b > 1 }
        #expect(near.count > 50)
        for row in near {
            #expect(abs(regularizedIncompleteBeta(row.x, row.a + 1, row.b) - row.below) > 1e-6, "\(row)")
        }
    }
}
