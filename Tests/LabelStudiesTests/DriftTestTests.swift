import JSON
import LabelStudies
import TestInputs
import Testing

struct DriftTestTests {
    /// `Tests/Fixtures/drift/make_drift.py`: scipy's distances.
    @Test func theDistanceIsThatOfScipy() throws {
        let pairs = try #require(try JSONValue(parsing: Fixture.text("drift/drift.json")).arrayValue)
        #expect(pairs.count > 20)
        for pair in pairs {
            func counts(_ key: String) -> [Double] { pair[key]?.arrayValue?.compactMap(\.doubleValue) ?? [] }
            let distance = DriftTest.distance(counts("first"), counts("second"))
            let expected = try #require(pair["distance"]?.doubleValue)
            // scipy loses half of the digits where the distance is near 0: it takes a root.
            #expect(abs(distance - expected) < 2e-8, "\(pair)")
        }
    }

    /// Comments of one article are alike: each article has its own favorite class.
    private static func articles(
        _ count: Int, leaning lean: Double = 0, _ random: inout SplitMix64
    ) -> [[Int]] {
        (0..<count).map { _ in
            let favorite = Int.random(in: 0..<6, using: &random)
            return (0..<Int.random(in: 1...25, using: &random)).map { _ in
                if Double.random(in: 0..<1, using: &random) < lean { return 7 }
                return Bool.random(using: &random) ? favorite : Int.random(in: 0..<8, using: &random)
            }
        }
    }

    /// A thousand nights of the same articles in another order: at most one in a hundred is called a drift.
    @Test func ofShuffledNightsOneInAHundredAtMostIsAFalseAlarm() {
        var random = SplitMix64(seed: 1)
        var alarms = 0
        let nights = 1_000
        for night in 0..<nights {
            let all = Self.articles(60, &random)
            let test = DriftTest(
                new: Array(all[..<15]), old: Array(all[15...]), classes: 8, seed: UInt64(night))
            alarms += test?.isBeyondNoise == true ? 1 : 0
        }
        #expect(alarms <= nights / 100, "\(alarms) of \(nights)")
    }

    /// The same count by comments, as if those of an article came singly, is wrong many a night: what dealing out whole
    /// articles is for.
    @Test func dealingOutSingleCommentsWouldCallManyNightsADrift() {
        var random = SplitMix64(seed: 2)
        var alarms = 0
        for _ in 0..<40 {
            let all = Self.articles(60, &random)
            let single = all.map { $0.map { [$0] } }
            let test = DriftTest(
                new: single[..<15].flatMap(\.self), old: single[15...].flatMap(\.self), classes: 8)
            alarms += test?.isBeyondNoise == true ? 1 : 0
        }
        #expect(alarms > 10, "\(alarms) of 40")
    }

    @Test func nightsThatDifferAreFound() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<20 {
            let old = Self.articles(60, &random)
            let new = Self.articles(20, leaning: 0.4, &random)
            let test = DriftTest(new: new, old: old, classes: 8)
            #expect(test?.isBeyondNoise == true, "\(String(describing: test))")
        }
    }

    @Test func equalSeedsGiveEqualResults() {
        var random = SplitMix64(seed: 4)
        let (new, old) = (Self.articles(12, &random), Self.articles(40, &random))
        let test = DriftTest(new: new, old: old, classes: 8, seed: 9)
        #expect(test != nil && test == DriftTest(new: new, old: old, classes: 8, seed: 9))
        #expect(test?.noise != DriftTest(new: new, old: old, classes: 8, seed: 10)?.noise)
    }

    @Test func fewArticlesTellNothing() {
        let some = [[Int]](repeating: [0, 1], count: DriftTest.fewestArticles)
        #expect(DriftTest(new: some, old: some, classes: 2)?.distance == 0)
        #expect(DriftTest(new: Array(some.dropLast()), old: some, classes: 2) == nil)
        #expect(DriftTest(new: some, old: Array(some.dropLast()), classes: 2) == nil)
        // None of the comments is in a class.
        #expect(DriftTest(new: some.map { _ in [] }, old: some, classes: 2) == nil)
    }
}

struct DriftClassesTests {
    @Test(arguments: [(-1, 0), (0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (7, 3), (8, 4), (Int.max, 32)])
    func countsAreInClassesTwiceAsWideEach(count: Int, place: Int) {
        #expect(DriftClasses.doubling(count) == place)
    }

    @Test(arguments: [(0.0, 0), (0.0999, 0), (0.1, 1), (0.95, 9), (1.0, 9)])
    func sharesAreInTenths(ratio: Double, place: Int) {
        #expect(DriftClasses.tenth(ratio) == place)
    }
}
