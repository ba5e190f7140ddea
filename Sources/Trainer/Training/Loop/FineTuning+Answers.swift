import Models

extension FineTuning {
    /// Fewest dev rows, and fewest of each class, that answers are tuned on: on fewer it would be done by chance.
    private static let fewestRows = (all: 100, ofClass: 10)

    /// How the trained model's scores become answers, chosen on the dev rows as the options say; nil if there are too few
    /// of them.
    func answerRule(of model: any TrainableModel, on dev: TokenRows?) throws -> AnswerRule? {
        guard options.answers != .plain, let dev, ruleProblem(dev) == nil else { return nil }
        return AnswerRule(
            tunedOn: try Predictor(model).logits(of: dev), labels: (0..<dev.count).map(dev.label(of:)),
            classCount: model.labelCount, choosesThreshold: options.answers == .tuned,
            abstaining: options.abstaining)
    }

    /// Least probability at which each class is given, chosen on dev, for rows of any number of classes; nil for others,
    /// without dev rows, and where the options ask for none.
    func thresholds(of model: any TrainableModel, on dev: TokenRows?) throws -> [Double]? {
        guard let choose = task.thresholds, options.answers == .tuned, let dev else { return nil }
        return choose(dev, try Predictor(model, task: task).probabilities(of: dev), model.labelCount)
    }

    /// What of the answers comes out otherwise than the options ask for, or by chance; a sentence each.
    func answerNotes(_ dev: TokenRows?) -> [String] {
        if options.abstaining > 0, let problem = ruleProblem(dev) {
            return [
                "abstain is \(options.abstaining) and has no effect: to choose the rows without an answer, \(problem)"
            ]
        }
        guard let dev, task.thresholds != nil, options.answers == .tuned else { return [] }
        if let problem = tooFewRows(dev) {
            return ["the thresholds of the classes are not reliable: \(problem)"]
        }
        let rare = rareClasses(dev).map { "'\(shards.manifest.labelNames[$0])'" }
        return rare.isEmpty
            ? []
            : [
                "the thresholds of \(rare.joined(separator: ", ")) are not reliable: dev needs at least "
                    + "\(Self.fewestRows.ofClass) rows of a class, and as many without it"
            ]
    }

    /// Why no rule can be chosen on these rows, which have one class each; nil if one can be.
    private func ruleProblem(_ dev: TokenRows?) -> String? {
        if let problem = tooFewRows(dev) { return problem }
        let names = shards.manifest.labelNames
        let counts = dev?.labelCounts(classCount: names.count) ?? []
        guard let rarest = counts.indices.min(by: { counts[$0] < counts[$1] }),
            counts[rarest] < Self.fewestRows.ofClass
        else { return nil }
        return
            "dev needs at least \(Self.fewestRows.ofClass) rows of each class, and has \(counts[rarest]) of '\(names[rarest])'"
    }

    private func tooFewRows(_ dev: TokenRows?) -> String? {
        let count = dev?.count ?? 0
        return count < Self.fewestRows.all
            ? "dev needs at least \(Self.fewestRows.all) rows, and has \(count)" : nil
    }

    /// Classes that too few of the rows have, or too few have not.
    private func rareClasses(_ dev: TokenRows) -> [Int] {
        dev.targetCounts(width: shards.manifest.labelNames.count).enumerated().filter {
            min($1, dev.count - $1) < Self.fewestRows.ofClass
        }.map(\.offset)
    }
}
