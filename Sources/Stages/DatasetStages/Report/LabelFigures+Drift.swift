internal import LabelStudies
internal import StageKit

extension LabelFigures {
    /// What is compared between the comments that came since the stage's last result and those before.
    static let drift: [JSONField<LabelFigures>] = [
        JSONField(
            "drift_votes", \.driftVotes,
            "distance between new comments and those before in numbers of votes, 0 ... 1; 0 where nothing is compared"
        ),
        JSONField("drift_votes_noise", \.driftVotesNoise, noise("drift_votes")),
        JSONField(
            "drift_ratio", \.driftRatio,
            "distance between new comments and those before in shares of up-votes, of comments with min_votes, 0 ... 1"
        ),
        JSONField("drift_ratio_noise", \.driftRatioNoise, noise("drift_ratio")),
        JSONField(
            "drift_lengths", \.driftLengths,
            "distance between new comments and those before in lengths of texts, 0 ... 1"),
        JSONField("drift_lengths_noise", \.driftLengthsNoise, noise("drift_lengths")),
        JSONField(
            "drift_outlets", \.driftOutlets,
            "distance between new comments and those before in the outlets that they appeared in, 0 ... 1"),
        JSONField("drift_outlets_noise", \.driftOutletsNoise, noise("drift_outlets")),
        JSONField(
            "drifts", \.drifts,
            "in how many of these respects new comments differ by more than chance, 0 ... 4"),
    ]

    private static func noise(_ name: String) -> String {
        "the largest \(name) that chance gives in \(DriftTest.resamples) deals of the same articles, 0 ... 1"
    }

    /// Takes over what was found; 0 where nothing was compared.
    mutating func set(_ drift: LabelDrift) {
        func found(_ respect: LabelDrift.Respect) -> (distance: Double, noise: Double) {
            drift.tests[respect].map { ($0.distance, $0.noise) } ?? (0, 0)
        }
        (driftVotes, driftVotesNoise) = found(.votes)
        (driftRatio, driftRatioNoise) = found(.ratio)
        (driftLengths, driftLengthsNoise) = found(.lengths)
        (driftOutlets, driftOutletsNoise) = found(.outlets)
        drifts = drift.beyondNoise.count
    }
}
