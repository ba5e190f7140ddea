import ActiveLabeling
import Testing

struct FarthestFirstTests {
    /// Similarity of numbers on a line: 1 for the same, falling with the distance.
    private static func similarity(_ one: Double, _ other: Double) -> Double { 1 / (1 + abs(one - other)) }

    private static func order(_ points: [Double], labeled: [Double], count: Int) -> [Int] {
        FarthestFirst(
            count, nearest: points.map { point in labeled.map { similarity(point, $0) }.max() ?? 0 }
        ) { candidate in points.map { similarity($0, points[candidate]) } }.steps.map(\.candidate)
    }

    @Test func theFarthestComesFirstAndThenThoseBetween() {
        #expect(Self.order([0, 1, 5, 10], labeled: [0], count: 4) == [3, 2, 1, 0])
        #expect(Self.order([0, 4, 6, 10], labeled: [], count: 2) == [0, 3], "of equal ones the first")
        #expect(Self.order([1, 2], labeled: [0], count: 9) == [1, 0])
        #expect(Self.order([], labeled: [0], count: 3).isEmpty)
    }

    /// Each step is what a search of all candidates against all that is taken finds.
    @Test(arguments: 1...20)
    func everyStepIsTheFarthest(seed: Int) {
        let points = (0..<30).map { Double(($0 * 37 + seed * 101) % 997) }
        let labeled = (0..<3).map { Double(($0 * 311 + seed * 59) % 997) }
        var taken: [Int] = []
        for candidate in Self.order(points, labeled: labeled, count: 12) {
            let known = labeled + taken.map { points[$0] }
            func nearest(_ place: Int) -> Double {
                known.map { Self.similarity(points[place], $0) }.max() ?? 0
            }
            let least = points.indices.filter { !taken.contains($0) }.map(nearest).min()
            #expect(nearest(candidate) == least, "seed \(seed)")
            taken.append(candidate)
        }
    }
}
