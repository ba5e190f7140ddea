import Testing
import Training

/// What may be set instead of what a folder says of its answers.
struct AnswerSettingTests {
    private static func answers(_ form: ModelAnswers.Form, _ count: Int) -> ModelAnswers {
        ModelAnswers(form: form, labels: (0..<count).map { "l\($0)" })
    }

    @Test func aThresholdIsForTwoLabelsOrForAnyNumberOfThem() {
        var two = Self.answers(.oneClass, 2)
        #expect(two.set(threshold: 0.9, temperature: 2, abstention: .some(0.4...0.6)) == nil)
        #expect(two.rule == AnswerRule(temperature: 2, threshold: 0.9, abstention: 0.4...0.6))
        #expect(two.set(threshold: nil, temperature: nil, abstention: .some(nil)) == nil)
        #expect(two.rule.abstention == nil)

        var three = Self.answers(.oneClass, 3)
        let refused = three.set(threshold: 0.5, temperature: 2, abstention: nil)
        #expect(refused?.name == "threshold")
        #expect(
            refused?.problem == "is for two labels, or for any number of them; the model gives one of 3")
        #expect(three.rule == .plain)
        #expect(three.set(threshold: nil, temperature: 2, abstention: .some(0...0.5)) == nil)

        var any = Self.answers(.anyClasses, 3)
        #expect(any.set(threshold: 0.25, temperature: nil, abstention: nil) == nil)
        #expect(any.thresholds == [0.25, 0.25, 0.25])
    }

    @Test func temperatureAndBandAreForOneLabelOfEachText() {
        var any = Self.answers(.anyClasses, 2)
        let temperature = any.set(threshold: nil, temperature: 1, abstention: nil)
        #expect(temperature?.name == "temperature")
        #expect(
            temperature?.problem == "is for one label of each text, and the model gives any number of them")
        var score = Self.answers(.numbers, 1)
        #expect(score.set(threshold: nil, temperature: nil, abstention: .some(nil))?.name == "abstain")
        #expect(
            score.set(threshold: 0.5, temperature: nil, abstention: nil)?.problem
                == "is for labels, and the model gives scores")
    }
}
