import Testing
import VoteModel

struct VoteCountTests {
    static let ratios: [(VoteCount, Double?)] = [
        (VoteCount(up: 0, down: 0), nil),
        (VoteCount(up: 1, down: 0), 1),
        (VoteCount(up: 0, down: 1), 0),
        (VoteCount(up: 5, down: 5), 0.5),
        (VoteCount(up: 4, down: 6), 0.4),
        (VoteCount(up: 500_000, down: 500_000), 0.5),
    ]

    @Test(arguments: ratios)
    func ratioIsTheShareOfUpVotes(votes: VoteCount, expected: Double?) {
        #expect(votes.agreementRatio == expected)
    }

    @Test(arguments: [0.1, 0.2, 0.35, 0.4, 0.6, 0.65, 0.8, 0.9])
    func aRatioOnADecimalBoundEqualsTheBound(bound: Double) {
        for scale in 1...500 {
            let total = 20 * scale
            let up = Int((bound * Double(total)).rounded())
            #expect(VoteCount(up: up, down: total - up).agreementRatio == bound, "\(up) of \(total)")
        }
    }
}

struct VerdictTests {
    @Test func codesAndNamesReadBack() {
        for verdict in Verdict.allCases {
            #expect(Verdict(code: verdict.code) == verdict)
            #expect(Verdict(name: verdict.name) == verdict)
        }
        #expect(Verdict.allCases.map(\.code) == [0, 1, 2, 3, 4, 5])
        #expect(Verdict(code: 6) == nil)
        #expect(Verdict(name: "Controversial") == nil)
    }

    @Test func storedNamesNeverChange() {
        #expect(
            Verdict.allCases.map(\.name) == [
                "uncontroversial", "controversial", "in_between", "too_few_votes", "unsure", "unsettled",
            ])
    }

    @Test func onlyLabelsHaveAClass() {
        #expect(Verdict.controversial.classIndex == 1)
        #expect(Verdict.uncontroversial.classIndex == 0)
        for reason in Abstention.allCases { #expect(Verdict.abstain(reason).classIndex == nil) }
    }

    @Test func everyAbstentionIsAVerdict() {
        #expect(Verdict.allCases.count == 2 + Abstention.allCases.count)
    }
}
