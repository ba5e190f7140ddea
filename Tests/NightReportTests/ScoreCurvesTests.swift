import NightReport
import Testing

struct ScoreCurvesTests {
    @Test func fourRowsGiveTheCurvesThatTheyGiveOnPaper() throws {
        // By falling score: a hit, a miss, a hit, a miss.
        let curves = try #require(
            ScoreCurves(scores: [0.1, 0.8, 0.7, 0.9], truths: [false, false, true, true]))
        #expect(curves.roc.map(\.x) == [0, 0, 0.5, 0.5, 1])
        #expect(curves.roc.map(\.y) == [0, 0.5, 0.5, 1, 1])
        #expect(curves.areaUnderROC == 0.75)
        #expect(curves.precisionRecall.map(\.x) == [0.5, 0.5, 1, 1])
        #expect(curves.precisionRecall.map(\.y) == [1, 0.5, 2.0 / 3, 0.5])
        #expect(abs(curves.averagePrecision - (0.5 + 0.5 * 2 / 3)) < 1e-12)
    }

    @Test func equalScoresAreOneStep() throws {
        let curves = try #require(
            ScoreCurves(scores: [0.5, 0.5, 0.5, 0.5], truths: [true, false, true, false]))
        #expect(curves.roc.map(\.x) == [0, 1] && curves.roc.map(\.y) == [0, 1])
        #expect(curves.areaUnderROC == 0.5 && curves.averagePrecision == 0.5)
    }

    @Test func oneClassHasNoCurves() {
        #expect(ScoreCurves(scores: [0.5, 0.6], truths: [true, true]) == nil)
        #expect(ScoreCurves(scores: [], truths: []) == nil)
    }

    @Test func thinnedCurvesKeepTheirEnds() {
        let points = (0...1_000).map { (x: Double($0), y: Double($0)) }
        let thinned = ScoreCurves.thinned(points, to: 120)
        #expect(thinned.count == 120 && thinned.first?.x == 0 && thinned.last?.x == 1_000)
        #expect(ScoreCurves.thinned(Array(points.prefix(5))).count == 5)
    }

    @Test func reliabilityIsByTenthsOfTheProbability() {
        let points = ScoreCurves.reliability(
            scores: [0, 0.05, 0.95, 1, .nan], truths: [false, true, true, true, false])
        #expect(points.map(\.x) == [0.025, 0.975])
        #expect(points.map(\.y) == [0.5, 1])
    }

    @Test func aTemperatureOfOneChangesNothingAndAHighOneEvensOut() {
        let probabilities = [0.7, 0.2, 0.1]
        for (one, other) in zip(ScoreCurves.tempered(probabilities[...], by: 1), probabilities) {
            #expect(abs(one - other) < 1e-12)
        }
        for one in ScoreCurves.tempered(probabilities[...], by: 1e6) { #expect(abs(one - 1.0 / 3) < 1e-5) }
        let sharp = ScoreCurves.tempered([1, 0][...], by: 0.5)
        #expect(sharp == [1, 0])
    }
}
