import DemoData
import Foundation
import Testing

struct DrawsTests {
    @Test func logarithmAndExponentialAgreeWithTheSystem() {
        for x in [1e-300, 1e-9, 0.3, 0.7071, 0.99999, 1, 1.4143, 2, 10, 12_345.678, 1e300] {
            let expected = log(x)
            #expect(abs(PortableMath.log(x) - expected) <= 4e-16 * max(1, abs(expected)), "log \(x)")
        }
        for x in [-600, -3.2, -1e-9, 0, 0.34, 0.35, 1, 20.5, 600] {
            let expected = exp(x)
            // The error of x / ln 2 grows with x.
            #expect(abs(PortableMath.exp(x) / expected - 1) <= 4e-16 * max(1, abs(x)), "exp \(x)")
        }
        #expect(PortableMath.logistic(0) == 0.5)
        #expect(PortableMath.logistic(-1e9) > 0 && PortableMath.logistic(1e9) <= 1)
    }

    @Test(arguments: [1, 2, 3, 7, 1_000])
    func wholeNumbersStayBelowTheBoundAndReachAllOfIt(bound: Int) {
        var random = Draws(seed: 11)
        let values = (0..<(20 * bound)).map { _ in random.below(bound) }
        #expect(values.allSatisfy { (0..<bound).contains($0) })
        #expect(Set(values).count == bound || bound == 1_000)
    }

    @Test(arguments: [(0.5, 34.0), (0.91, 20.0), (0.05, 10.0), (0.5, 0.8)])
    func betaHasItsMeanAndVariance(mean: Double, concentration: Double) {
        var random = Draws(seed: 5)
        let values = (0..<40_000).map { _ in random.beta(mean: mean, concentration: concentration) }
        let average = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(values.count)
        let expected = mean * (1 - mean) / (concentration + 1)
        // Five standard errors of the mean; the variance within a tenth.
        #expect(abs(average - mean) < 5 * (expected / Double(values.count)).squareRoot())
        #expect(abs(variance / expected - 1) < 0.1)
        #expect(values.allSatisfy { (0...1).contains($0) })
    }

    @Test func normalHasMeanZeroAndVarianceOne() {
        var random = Draws(seed: 9)
        let values = (0..<40_000).map { _ in random.normal() }
        let average = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        #expect(abs(average) < 0.025)
        #expect(abs(variance - 1) < 0.04)
    }

    @Test func paretoHasItsTail() {
        var random = Draws(seed: 2)
        let values = (0..<20_000).map { _ in random.pareto(smallest: 10, exponent: 1.1) }
        let share = Double(values.count { $0 > 20 }) / Double(values.count)
        #expect(values.allSatisfy { $0 >= 10 })
        #expect(abs(share - pow(0.5, 1.1)) < 0.02)
    }
}

struct HangulTests {
    static let forms: [(Particle, String, String)] = [
        (.topic, "고양이", "는"), (.topic, "부먹", "은"), (.subject, "바다", "가"), (.subject, "산", "이"),
        (.object, "자전거", "를"), (.object, "붕어빵", "을"), (.with, "친구", "와"), (.with, "동생", "과"),
        (.by, "종이책", "으로"), (.by, "바다", "로"), (.by, "딸", "로"), (.isSaid, "산", "이라"), (.isSaid, "바다", "라"),
        (.withSpoken, "딸", "이랑"), (.withSpoken, "친구", "랑"), (.topic, "A", "는"), (.topic, "", "는"),
    ]

    @Test(arguments: forms)
    func particleFitsTheWord(particle: Particle, word: String, expected: String) {
        #expect(particle.form(after: word) == expected)
    }

    @Test func syllablesComeApartAsUnicodeSays() {
        let text = "가각갂힣 a1 ㅋ한글 값"
        let expected = text.decomposedStringWithCanonicalMapping
        #expect(Array(Hangul.decomposed(text).utf8) == Array(expected.utf8))
    }
}

struct PhraseBookTests {
    @Test func everySentenceFillsItsSlotsForEveryTopic() {
        var random = Draws(seed: 1)
        for topic in Topic.all {
            let composer = CommentComposer(topic: topic)
            for sentence in PhraseBook.sentences.values.joined() {
                let (text, _) = composer.expand(sentence.text, sides: topic.sides, using: &random)
                #expect(
                    !text.contains("{") && !text.contains("}") && !text.contains("  "), "\(sentence.text)")
                #expect(!text.contains("\t") && !text.isEmpty)
            }
        }
    }

    @Test func everyToneHasSentences() {
        for tone in PhraseBook.Tone.allCases { #expect((PhraseBook.sentences[tone]?.count ?? 0) >= 10) }
    }
}
