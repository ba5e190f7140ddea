package import Labeling
package import StageKit
internal import VoteModel

extension ControversyRule {
    /// The rule that a label stage's parameters give.
    package init(parameters: JSONValue) throws(StageError) {
        var facts = DatasetFacts(cut: LedgerCut(sources: [], position: 0, digest: "", asOf: nil))
        facts.rule = parameters
        try self.init(facts)
    }

    /// The rule that a dataset was labeled with, from its facts.
    package init(_ facts: DatasetFacts) throws(StageError) {
        let scoring = try Self.scoring(facts)
        let numbers = facts.rule?["controversial"]?.arrayValue?.compactMap(\.doubleValue) ?? []
        let hasBand = scoring == nil || scoring?.score == .posterior
        guard let rule = facts.rule, let minVotes = rule["min_votes"]?.intValue,
            numbers.count == 2 || !hasBand,
            let atMost = rule["uncontroversial"]?["at_most"]?.doubleValue,
            let atLeast = rule["uncontroversial"]?["at_least"]?.doubleValue
        else { throw Self.isUnknown }
        self.init(
            minVotes: minVotes, controversial: hasBand ? numbers[0]...numbers[1] : 0.4...0.6,
            uncontroversial: OuterRange(atMost: atMost, atLeast: atLeast),
            confidence: rule["confidence"]?.doubleValue,
            prior: BetaPrior(
                alpha: rule["prior"]?["alpha"]?.doubleValue ?? 1,
                beta: rule["prior"]?["beta"]?.doubleValue ?? 1), scoring: scoring)
    }

    private static var isUnknown: StageError {
        StageError(
            "the dataset does not say by which rule it was labeled",
            hint: "run the label stage again with --force")
    }

    private static func scoring(_ facts: DatasetFacts) throws(StageError) -> ScoreBar? {
        guard let by = facts.rule?["by"]?.stringValue else { return nil }
        guard let score = ControversyScore(rawValue: by) else { throw isUnknown }
        if let top = facts.rule?["top"]?.doubleValue {
            return ScoreBar(score, top: top, threshold: facts.threshold ?? .infinity)
        }
        guard let threshold = facts.rule?["threshold"]?.doubleValue else { throw isUnknown }
        return ScoreBar(score, threshold: threshold)
    }
}
