import ActiveLabeling
import Foundation
import Testing

/// Agreement beside scikit-learn and krippendorff; see `Tests/Fixtures/annotation/make_agreement.py`.
struct AgreementTests {
    private struct Fixture: Decodable {
        struct Case: Decodable {
            var classes: Int
            /// By rater, then by row.
            var ratings: [[Int?]]
            var kappa: Double?
            var linear: Double?
            var quadratic: Double?
            var nominal: Double?
            var ordinal: Double?

            var pairs: [(one: Int, other: Int)] {
                zip(ratings[0], ratings[1]).compactMap { one, other -> (one: Int, other: Int)? in
                    guard let one, let other else { return nil }
                    return (one, other)
                }
            }

            var rows: [[Int]] { ratings[0].indices.map { row in ratings.compactMap { $0[row] } } }
        }

        var cases: [Case]
    }

    private static let fixture = Result {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/annotation/agreement.json")
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
    }

    /// The same, both undefined or apart by no more than the tolerance.
    private static func agree(_ one: Double?, _ other: Double?) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return abs(one - other) <= 1e-12 * max(1, abs(other))
    }

    @Test func kappaIsThatOfScikitLearn() throws {
        let cases = try Self.fixture.get().cases
        #expect(cases.count == 1_000)
        #expect(cases.count { $0.kappa == nil } > 50 && cases.count { $0.kappa != nil } > 500)
        for (number, one) in cases.enumerated() {
            for (weights, value) in [
                (CohenKappa.Weights.none, one.kappa), (.linear, one.linear), (.quadratic, one.quadratic),
            ] {
                let own = CohenKappa.value(of: one.pairs, classCount: one.classes, weights: weights)
                #expect(Self.agree(own, value), "case \(number), \(weights): \(own ?? .nan)")
            }
        }
    }

    @Test func alphaIsThatOfKrippendorff() throws {
        for (number, one) in try Self.fixture.get().cases.enumerated() {
            let nominal = KrippendorffAlpha.value(of: one.rows, classCount: one.classes)
            #expect(Self.agree(nominal, one.nominal), "case \(number): \(nominal ?? .nan)")
            let ordinal = KrippendorffAlpha.value(of: one.rows, classCount: one.classes, level: .ordinal)
            #expect(Self.agree(ordinal, one.ordinal), "case \(number): \(ordinal ?? .nan)")
        }
    }

    /// The comparison would notice one rating that was read otherwise, and weights that were left out.
    @Test func anotherRatingIsNoticed() throws {
        let cases = try Self.fixture.get().cases.filter { $0.pairs.count > 4 && $0.kappa != nil }
        let noticed = cases.count { one in
            var pairs = one.pairs
            pairs[0].one = (pairs[0].one + 1) % one.classes
            return !Self.agree(CohenKappa.value(of: pairs, classCount: one.classes), one.kappa)
        }
        #expect(noticed * 100 >= cases.count * 95, "\(noticed) of \(cases.count)")
        let unweighted = cases.filter { $0.classes > 2 && ($0.kappa ?? 1) < 1 }.count { one in
            Self.agree(CohenKappa.value(of: one.pairs, classCount: one.classes), one.quadratic)
        }
        #expect(unweighted * 2 < cases.count)
    }

    /// Krippendorff's own example of 12 units and 4 observers.
    @Test func alphaOfThePublishedExample() throws {
        let ratings: [[Int?]] = [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, nil, nil, nil], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nil, 3],
            [nil, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nil], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nil],
        ]
        let rows = (0..<12).map { row in ratings.compactMap { $0[row] } }
        let nominal = try #require(KrippendorffAlpha.value(of: rows, classCount: 6))
        let ordinal = try #require(KrippendorffAlpha.value(of: rows, classCount: 6, level: .ordinal))
        #expect(abs(nominal - 0.743) < 5e-4 && abs(ordinal - 0.815) < 5e-4)
    }

    @Test func whatSaysNothingIsUndefined() {
        #expect(CohenKappa.value(of: [], classCount: 2) == nil)
        #expect(CohenKappa.value(of: [(1, 1), (1, 1)], classCount: 2) == nil)
        #expect(CohenKappa.value(of: [(1, 0), (1, 0)], classCount: 2) == 0)
        #expect(KrippendorffAlpha.value(of: [[0], [1], []], classCount: 2) == nil)
        #expect(KrippendorffAlpha.value(of: [[1, 1], [1, 1]], classCount: 2) == nil)
    }
}
