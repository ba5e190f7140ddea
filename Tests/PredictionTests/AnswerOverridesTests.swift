import Diagnostics
import Prediction
import Testing
import Training

struct AnswerOverridesTests {
    private static func answers(_ form: ModelAnswers.Form = .oneClass) -> ModelAnswers {
        ModelAnswers(
            form: form, labels: ["a", "b"],
            rule: AnswerRule(temperature: 2, threshold: 0.3, abstention: 0.1...0.2), thresholds: [0.3, 0.7])
    }

    private static func applied(
        threshold: Double? = nil, temperature: Double? = nil, abstain: String? = nil
    ) throws -> ModelAnswers {
        var answers = answers()
        try AnswerOverrides(threshold: threshold, temperature: temperature, abstain: abstain)
            .apply(to: &answers)
        return answers
    }

    @Test func whatIsNotGivenStaysAsTheFolderSays() throws {
        let answers = try Self.applied()
        #expect(answers.rule == Self.answers().rule && answers.thresholds == [0.3, 0.7])
    }

    @Test func aThresholdHoldsForEveryLabel() throws {
        let answers = try Self.applied(threshold: 0)
        #expect(answers.rule.threshold == 0 && answers.thresholds == [0, 0])
        #expect(answers.rule.temperature == 2)
    }

    @Test func aBandIsReplacedOrGivenUp() throws {
        #expect(try Self.applied(abstain: "0.4,0.6").rule.abstention == 0.4...0.6)
        #expect(try Self.applied(abstain: "0,1").rule.abstention == 0...1)
        #expect(try Self.applied(abstain: "none").rule.abstention == nil)
        #expect(try Self.applied(temperature: 1).rule.abstention == 0.1...0.2)
    }

    static let refused: [(Double?, Double?, String?, String)] = [
        (1.01, nil, nil, "--threshold is 1.01; a probability lies in 0 ... 1"),
        (-0.1, nil, nil, "--threshold is -0.1; a probability lies in 0 ... 1"),
        (nil, 0, nil, "--temperature is 0.0; it must be above 0, at most 1000000"),
        (nil, .nan, nil, "--temperature is nan; it must be above 0, at most 1000000"),
        (nil, nil, "0.6,0.4", "--abstain is '0.6,0.4'; expected two probabilities, as in 0.4,0.6, or none"),
        (nil, nil, "0.4", "--abstain is '0.4'; expected two probabilities, as in 0.4,0.6, or none"),
        (nil, nil, "0.4,1.1", "--abstain is '0.4,1.1'; expected two probabilities, as in 0.4,0.6, or none"),
        (nil, nil, "", "--abstain is ''; expected two probabilities, as in 0.4,0.6, or none"),
    ]

    @Test(arguments: refused)
    func whatIsOutOfRangeIsSaid(threshold: Double?, temperature: Double?, abstain: String?, text: String) {
        let error = #expect(throws: DiagnosticsError.self) {
            try AnswerOverrides(threshold: threshold, temperature: temperature, abstain: abstain)
        }
        #expect(error?.findings.map(\.message) == [text])
    }

    @Test func whatMeansNothingForTheAnswersIsSaid() throws {
        var answers = Self.answers(.anyClasses)
        let band = try AnswerOverrides(threshold: nil, temperature: nil, abstain: "none")
        let error = #expect(throws: DiagnosticsError.self) { try band.apply(to: &answers) }
        #expect(
            error?.findings.map(\.message)
                == ["--abstain is for one label of each text, and the model gives any number of them"])
        #expect(answers == Self.answers(.anyClasses))
        try AnswerOverrides(threshold: 0.2, temperature: nil, abstain: nil).apply(to: &answers)
        #expect(answers.thresholds == [0.2, 0.2])
    }
}
