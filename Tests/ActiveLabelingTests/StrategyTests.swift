import ActiveLabeling
import Foundation
import Labeling
import Testing
import VoteModel

/// Labels in doubt beside cleanlab; see `Tests/Fixtures/annotation/make_doubts.py`.
struct ConfidentLearningTests {
    private struct Fixture: Decodable {
        struct Case: Decodable {
            var classes: Int
            var labels: [Int]
            var probabilities: [Double]
            var issues: [Int]
            var margins: [Double]

            func probabilities(_ row: Int) -> ArraySlice<Double> {
                probabilities[row * classes..<(row + 1) * classes]
            }
        }

        var cases: [Case]
    }

    private static let fixture = Result {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/annotation/doubts.json")
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
    }

    private static func doubts(_ one: Fixture.Case, measuredBy labels: [Int]) -> [Int] {
        let rule = ConfidentLearning(
            labels: labels, probabilities: one.probabilities, classCount: one.classes)
        return one.labels.indices.filter { rule.doubts(label: one.labels[$0], of: one.probabilities($0)) }
    }

    @Test func doubtsAreThoseOfCleanlab() throws {
        let cases = try Self.fixture.get().cases
        #expect(cases.count == 200 && cases.reduce(0) { $0 + $1.issues.count } > 500)
        for (number, one) in cases.enumerated() {
            #expect(Self.doubts(one, measuredBy: one.labels) == one.issues, "case \(number)")
            for (row, label) in one.labels.enumerated() {
                let margin = ConfidentLearning.normalizedMargin(label: label, of: one.probabilities(row))
                #expect(abs(margin - one.margins[row]) <= 1e-12, "case \(number), row \(row): \(margin)")
            }
        }
    }

    /// Thresholds that were measured on other labels doubt other rows.
    @Test func otherThresholdsAreNoticed() throws {
        let cases = try Self.fixture.get().cases
        let differing = cases.count { Self.doubts($0, measuredBy: $0.labels.reversed()) != $0.issues }
        #expect(differing > 50)
    }
}

struct UncertaintyMeasureTests {
    @Test func eachHasItsPublishedValue() {
        let even = [0.25, 0.25, 0.25, 0.25]
        #expect(UncertaintyMeasure.leastConfidence.value(of: even) == 0.75)
        #expect(UncertaintyMeasure.margin.value(of: even) == 0)
        #expect(abs(UncertaintyMeasure.entropy.value(of: even) - log(4)) < 1e-15)
        for measure in UncertaintyMeasure.allCases {
            #expect(measure.value(of: [1, 0, 0]) == (measure == .margin ? 1 : 0))
        }
        #expect(abs(UncertaintyMeasure.margin.value(of: [0.2, 0.5, 0.3]) - 0.2) < 1e-15)
    }

    private func certainty(_ measure: UncertaintyMeasure, _ probabilities: [Double]) -> Double {
        measure.certainty(ofValue: measure.value(of: probabilities))
    }

    /// Of two classes the measures agree about the order; of three they do not have to.
    @Test func twoClassesHaveOneOrder() {
        let rows = (1..<100).map { [Double($0) / 100, 1 - Double($0) / 100] }
        let orders = UncertaintyMeasure.allCases.map { measure in
            rows.indices.sorted { one, other in
                let (left, right) = (certainty(measure, rows[one]), certainty(measure, rows[other]))
                return abs(left - right) < 1e-12 ? one < other : left < right
            }
        }
        #expect(orders[0] == orders[1] && orders[1] == orders[2] && orders[0].first == 49)
        let (one, other) = ([0.5, 0.5, 0], [0.4, 0.3, 0.3])
        #expect(certainty(.margin, one) < certainty(.margin, other))
        #expect(
            certainty(.entropy, one) > certainty(.entropy, other))
    }

    @Test func ofDecisionsTheLeastCertainCounts() {
        #expect(abs(UncertaintyMeasure.leastConfidence.value(ofDecisions: [0.9, 0.45, 0.01]) - 0.45) < 1e-15)
        #expect(UncertaintyMeasure.margin.value(ofDecisions: [1, 0]) == 1)
    }
}

struct BorderDistanceTests {
    private let rule = ControversyRule(minVotes: 10)

    static let distances: [(VoteCount, String)] = [
        (VoteCount(up: 6, down: 4), "1 more up-vote would make it in_between"),
        (VoteCount(up: 4, down: 6), "1 more down-vote would make it in_between"),
        (VoteCount(up: 5, down: 4), "1 more up-vote would make it controversial"),  // nine votes, ten needed
        (VoteCount(up: 0, down: 8), "2 more up-votes would make it uncontroversial"),
        (VoteCount(up: 80, down: 20), "1 more down-vote would make it in_between"),
    ]

    @Test(arguments: distances)
    func theFewestVotesAreNamed(votes: VoteCount, words: String) {
        #expect(rule.borderDistance(of: votes)?.words == words)
    }

    /// One vote fewer changes nothing, on either side.
    @Test func fewerVotesChangeNothing() throws {
        for up in 0..<40 {
            for down in 0..<40 {
                let votes = VoteCount(up: up, down: down)
                let distance = try #require(rule.borderDistance(of: votes))
                let now = rule.verdict(for: votes).classIndex
                for fewer in 1..<distance.votes {
                    let verdicts = [
                        rule.verdict(for: VoteCount(up: up + fewer, down: down)),
                        rule.verdict(for: VoteCount(up: up, down: down + fewer)),
                    ]
                    #expect(verdicts.allSatisfy { $0.classIndex == now }, "\(votes) and \(fewer)")
                }
                let then = VoteCount(
                    up: up + (distance.isUp ? distance.votes : 0),
                    down: down + (distance.isUp ? 0 : distance.votes))
                #expect(rule.verdict(for: then) == distance.verdict && distance.verdict.classIndex != now)
            }
        }
    }

    @Test func beyondTheLimitThereIsNone() {
        #expect(rule.borderDistance(of: VoteCount(up: 5_000, down: 5_000), upTo: 100) == nil)
    }
}
