import Testing
import Training

struct ClassificationScoresTests {
    @Test func aSmallCaseByHand() throws {
        // Predictions: 0, 0 (a tie goes to the first), 1, 1 for labels 0, 1, 1, 0.
        let scores = try ClassificationScores(
            labels: [0, 1, 1, 0], probabilities: [0.9, 0.1, 0.5, 0.5, 0.25, 0.75, 0.4, 0.6], classCount: 2)
        #expect(scores.confusion.counts == [1, 1, 1, 1])
        #expect(scores.accuracy == 0.5)
        #expect(scores.classes[1].precision == 0.5)
        #expect(scores.macroF1 == 0.5)
        #expect(scores.rocAUC == 0.75)  // 0.5 and 0.75 against 0.1 and 0.6: three of four pairs
        #expect(scores.majority.label == 0)
        #expect(scores.majority.macroF1 == 1.0 / 3)
    }

    @Test func refusesWhatCannotBeScored() {
        func error(_ labels: [Int], _ probabilities: [Double], _ classes: Int) -> String {
            do {
                _ = try ClassificationScores(
                    labels: labels, probabilities: probabilities, classCount: classes)
                return "no error"
            } catch {
                return error.description
            }
        }
        #expect(error([], [], 2) == "no rows to score; at least one is needed")
        #expect(error([0], [1], 1) == "1 classes; scores need at least 2")
        #expect(error([0], [1], 2) == "1 probabilities for 1 rows and 2 classes; expected 2")
        #expect(error([2], [1, 0], 2) == "row 0 has label 2; labels lie in 0 ..< 2")
        #expect(error([0], [.nan, 0], 2) == "row 0 has probability nan; probabilities lie in 0 ... 1")
    }

    @Test func aucIsUndefinedForOneClassAndHalfForEqualScores() {
        #expect(RankingScores.rocAUC(positive: [true, true], scores: [0, 1]) == nil)
        #expect(RankingScores.rocAUC(positive: [], scores: []) == nil)
        #expect(RankingScores.rocAUC(positive: [true, false, false], scores: [0.3, 0.3, 0.3]) == 0.5)
        #expect(RankingScores.rocAUC(positive: [false, true], scores: [0.1, 0.2]) == 1)
        #expect(RankingScores.rocAUC(positive: [true, false], scores: [0.1, 0.2]) == 0)
    }
}
