import SeededRandom
import Testing
import Training

/// Exact search by cosine, beside the obvious way: every pair in `Double`, then a sort.
struct NearestRowsTests {
    private static func vectors(_ rows: Int, _ width: Int, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<rows * width).map { _ in Float.random(in: -1...1, using: &random) }
    }

    private static func cosine(_ one: ArraySlice<Float>, _ other: ArraySlice<Float>) -> Double {
        func product(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
            zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let scale = product(one, one).squareRoot() * product(other, other).squareRoot()
        return scale == 0 ? 0 : min(1, max(-1, product(one, other) / scale))
    }

    private static func slow(
        _ queries: [Float], _ ids: [Int64], _ rows: [Float], _ width: Int, count: Int, least: Double = -1
    ) -> [[(Int64, Double)]] {
        stride(from: 0, to: queries.count, by: width).map { start in
            let all = ids.indices.map { row in
                (ids[row], cosine(queries[start..<start + width], rows[row * width..<(row + 1) * width]))
            }
            return Array(
                all.filter { $0.1 >= least }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(count))
        }
    }

    private func search(
        _ queries: [Float], _ ids: [Int64], _ rows: [Float], _ width: Int, own: [Int64] = [], count: Int,
        least: Double = -1, blocks: Int = 64, threads: Int = 1
    ) throws -> [[NearestRows.Match]] {
        var nearest = try NearestRows(
            queries, width: width, own: own, count: count, least: least, threads: threads)
        for start in stride(from: 0, to: ids.count, by: blocks) {
            let part = start..<min(start + blocks, ids.count)
            try nearest.add(
                Array(ids[part]), Array(rows[part.lowerBound * width..<part.upperBound * width]))
        }
        return nearest.matches
    }

    @Test(arguments: [(3, 1), (17, 10), (130, 7)], [1, 2])
    func theBestAreThoseOfTheObviousWay(shape: (width: Int, count: Int), threads: Int) throws {
        let (queries, rows) = (
            Self.vectors(5, shape.width, seed: 1), Self.vectors(300, shape.width, seed: 2)
        )
        let ids = (0..<300).map { Int64($0 * 7 % 300) }
        let expected = Self.slow(queries, ids, rows, shape.width, count: shape.count)
        for blocks in [1, 64, 300] {
            let found = try search(
                queries, ids, rows, shape.width, count: shape.count, blocks: blocks, threads: threads)
            for (one, other) in zip(found, expected) {
                #expect(one.map(\.id) == other.map(\.0))
                #expect(one.map(\.score) == other.map(\.1), "the same bits, whatever the blocks")
            }
        }
    }

    /// Vectors that differ in their lengths alone, or by less than Float32 tells apart in a sum, are in the order of ids or of
    /// the exact cosines.
    @Test func nearTiesAreToldApartAndTiesGoByTheID() throws {
        let base = Self.vectors(1, 64, seed: 3)
        var rows: [Float] = []
        for place in 0..<40 { rows += base.map { $0 * Float(1 << (place % 4)) } }
        for place in 0..<40 {
            var near = base
            near[place] = near[place].nextUp
            rows += near
        }
        let ids = (0..<80).map { Int64(($0 * 37 + 5) % 80) }
        let found = try search(base, ids, rows, 64, count: 80, blocks: 13)[0]
        let expected = Self.slow(base, ids, rows, 64, count: 80)[0]
        #expect(found.map(\.id) == expected.map(\.0))
        let equal = found.filter { $0.score == found[0].score }.map(\.id)
        #expect(equal.count >= 40 && equal == equal.sorted())
    }

    @Test func aRowIsNotLikeItselfAndTheLeastIsKept() throws {
        let rows = Self.vectors(50, 8, seed: 4)
        let ids = (0..<50).map { Int64($0) }
        let found = try search(rows, ids, rows, 8, own: ids, count: 50, least: 0.2, blocks: 7)
        for (row, matches) in found.enumerated() {
            #expect(!matches.contains { $0.id == Int64(row) })
            let expected = Self.slow(
                Array(rows[row * 8..<(row + 1) * 8]), ids, rows, 8, count: 51, least: 0.2)[0]
            #expect(matches.map(\.id) == expected.map(\.0).filter { $0 != Int64(row) })
        }
    }

    @Test func aVectorOfZerosIsLikeNothing() throws {
        let rows: [Float] = [0, 0, 1, 0, -1, 0]
        let found = try search([1, 0], [1, 2, 3], rows, 2, count: 3)[0]
        #expect(found.map(\.id) == [2, 1, 3] && found.map(\.score) == [1, 0, -1])
        #expect(try search([0, 0], [3, 2, 1], rows, 2, count: 2)[0].map(\.id) == [1, 2])
    }
}
