internal import Labeling
internal import StageKit

extension LabelStage {
    /// A share of the top is a property of the whole set.
    package var planNote: String? {
        guard let top = context.rule.scoring?.top else { return nil }
        return
            "top: \(top) is a share of all comments with enough votes: new ones and new votes move its bar, and with it "
            + "labels of comments whose own votes have not changed; 'labels diff' counts those as threshold moved"
    }
}

extension ParameterReader {
    /// The definition, and how much of its score makes a comment controversial; `nil` for the ratio.
    mutating func scoring() -> ScoreBar? {
        let scores = ControversyScore.allCases.map(\.rawValue)
        var probe = self
        let isUnknown = isSet("by") && probe.optionalChoice("by", of: ["ratio"] + scores) == nil
        let by = choice(
            "by", default: "ratio", of: ["ratio"] + scores,
            help:
                "What makes a comment controversial: its ratio in 'controversial', or a score: the posterior mass of that range, "
                + "the entropy of its votes, reddit's first and later formula (reddit, balance), or the smaller side's votes.",
            fingerprintsDefault: false)
        let threshold = optionalNumber(
            "threshold", in: 0...1e9, help: "Least score of controversial comments; not with by: ratio.")
        let top = optionalNumber(
            "top", in: 0...1,
            help:
                "Share of the comments with at least min_votes votes, those with the highest scores, that is controversial, "
                + "above 0 and below 1; in place of 'threshold'.")
        guard let score = ControversyScore(rawValue: by) else {
            for key in ["threshold", "top"] where isSet(key) && !isUnknown {
                reject(
                    key, "'\(key)' goes with a score, and by: ratio has the range 'controversial'",
                    hint: "remove it, or set by: to one of: \(scores.joined(separator: ", "))")
            }
            return nil
        }
        switch (threshold, top) {
        case (let threshold?, nil): return ScoreBar(score, threshold: threshold)
        case (nil, let top?): return ScoreBar(score, top: top)
        case (nil, nil):
            if !isSet("threshold"), !isSet("top") {
                reject(
                    "by", "by: \(by) needs 'threshold' or 'top'",
                    hint:
                        "'threshold' takes \(score.takenThresholds); top: 0.05 calls the highest 5 % controversial"
                )
            }
        case (.some, .some):
            reject(
                "top", "there are both 'threshold' and 'top'",
                hint: "a share of the top sets the threshold itself; remove one of the two")
        }
        // Stands in for what was rejected.
        return ScoreBar(score, top: 0.5)
    }

    /// The range of ratios called controversial, which only the ratio and the posterior go by.
    mutating func band(of scoring: ScoreBar?) -> ClosedRange<Double> {
        let standard = 0.4...0.6
        if let score = scoring?.score, score != .posterior {
            guard isSet("controversial") else { return standard }
            reject(
                "controversial",
                "'controversial' goes with by: ratio and by: posterior; by: \(score.rawValue) has no range",
                hint: "remove it; 'threshold' or 'top' says which comments are controversial")
        }
        return range(
            "controversial", default: standard, in: 0...1,
            help: "Agreement ratios up / (up + down) called controversial, both ends included.")
    }
}
