import Labeling
import Testing
import VoteModel

struct MinVotesAdviceTests {
    let census = VoteCensus([3, 20, 39, 40, 41, 500].map { VoteCount(up: $0, down: 0) })

    @Test func eightyPercentNeedsFortyVotesAndHalfTheCorpusHasThem() {
        let advice = MinVotesAdvice(for: ControversyRule(), confidence: 0.8, census: census)
        #expect(advice.forControversial == 40 && advice.isShort)
        #expect(advice.survivors == .init(all: 6, withMinVotes: 5, withEnough: 3))
        #expect(advice.survivors?.share == 0.5)
        #expect(
            advice.description
                == "confidence 0.8 in 'controversial' needs at least 40 votes, which 3 of 6 comments have")
        #expect(!MinVotesAdvice(for: ControversyRule(minVotes: 40), confidence: 0.8).isShort)
        #expect(MinVotesAdvice(for: ControversyRule(minVotes: 39), confidence: 0.8).isShort)
    }

    @Test func agreementNeedsFewerVotes() {
        // All of n up-votes: the mass at or above 0.8 is 1 − 0.8^(n + 1), and at or below 0.2 0.2^(n + 1).
        let advice = MinVotesAdvice(for: ControversyRule(), confidence: 0.8)
        #expect(advice.forUncontroversial == 7)
        #expect(advice.survivors == nil)
    }

    @Test(arguments: [0.2, 0.5, 0.6, 0.8, 0.9, 0.99])
    func agreementAgreesWithTryingEveryNumber(confidence: Double) {
        for prior in [BetaPrior.uniform, BetaPrior(alpha: 9, beta: 2), BetaPrior(alpha: 0.2, beta: 0.2)] {
            let rule = ControversyRule(minVotes: 1, confidence: confidence, prior: prior)
            let expected = (1...400).first { n in
                (0...n).contains { rule.verdict(for: VoteCount(up: $0, down: n - $0)) == .uncontroversial }
            }
            let advice = MinVotesAdvice(for: rule, confidence: confidence, upTo: 400)
            #expect(advice.forUncontroversial == expected, "\(prior)")
        }
    }

    @Test func whatCannotBeReachedIsSaid() {
        let rule = ControversyRule(controversial: 0.5...0.5, uncontroversial: .init(atMost: 0, atLeast: 1))
        let advice = MinVotesAdvice(for: rule, confidence: 0.8, census: census)
        #expect(advice.forControversial == nil && advice.forUncontroversial == nil)
        #expect(advice.survivors?.withEnough == 0 && advice.isShort)
        #expect(advice.description == "no number of votes reaches confidence 0.8 in 'controversial'")
    }
}
