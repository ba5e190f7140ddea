import Models

extension FineTuning {
    /// Fewest dev rows, and fewest of each class, that a rule is chosen on: on fewer it would be chosen by chance.
    private static let fewestRows = (all: 100, ofClass: 10)

    /// How the trained model's scores become answers, chosen on the dev rows as the options say; nil if there are too few
    /// of them.
    func answerRule(of model: any TrainableModel, on dev: TokenRows?) throws -> AnswerRule? {
        let classes = model.labelCount
        guard options.answers != .plain, classes > 1, let dev, dev.count >= Self.fewestRows.all,
            dev.labelCounts(classCount: classes).allSatisfy({ $0 >= Self.fewestRows.ofClass })
        else { return nil }
        return AnswerRule(
            tunedOn: try Predictor(model).logits(of: dev), labels: (0..<dev.count).map(dev.label(of:)),
            classCount: classes, choosesThreshold: options.answers == .tuned, abstaining: options.abstaining)
    }
}
