internal import Charts
internal import Labeling
internal import StageKit
internal import VoteModel

/// What a label stage reports: its rule, and how many comments the rule gives which label.
struct LabelFigures: KindFigures {
    var comments: Int?
    var controversial: Int?
    var uncontroversial: Int?
    var inBetween: Int?
    var tooFewVotes: Int?
    var unsure: Int?
    var unsettled: Int?
    var abstainShare: Double?
    var flipsSincePromoted: Double?
    var expectedNoise: Double?
    /// Controversial comments with more up- than down-votes, by all that are controversial.
    var bandAsymmetry: Double?
    /// Articles without a comment that has more down- than up-votes, by all with 20 comments or more.
    var truncatedArticles: Double?
    /// What a source that shows one side only means for the labels.
    var oneSided: String?
    /// Id of the label set.
    var labelSet: String?
    var minVotes: Int?
    /// The score that decides who is controversial; `nil` for the ratio.
    var by: String?
    /// The least score of controversial comments.
    var threshold: Double?
    /// The share of the comments with enough votes that set it.
    var top: Double?
    /// Ratios called controversial.
    var band: ClosedRange<Double>?
    /// Bounds of the ratios called uncontroversial.
    var atMost: Double?
    var atLeast: Double?
    var ratios: Ratios?
    /// How the labels differ from those of the promoted set, in the format `splitvote-label-diff`.
    var flips: JSONValue?
    /// Priors that were fitted to each source.
    var priors: JSONValue?
    /// How far the comments that came since the stage's last result are from those before, and how far chance would put
    /// them: distances of Jensen and Shannon.
    var driftVotes: Double?
    var driftVotesNoise: Double?
    var driftRatio: Double?
    var driftRatioNoise: Double?
    var driftLengths: Double?
    var driftLengthsNoise: Double?
    var driftOutlets: Double?
    var driftOutletsNoise: Double?
    /// In how many of these respects they are farther than by chance.
    var drifts: Int?

    static let fields: [JSONField<LabelFigures>] = own + drift

    private static let own: [JSONField<LabelFigures>] =
        [JSONField("comments", \.comments, "comments judged")] + counts.map(\.field) + [
            JSONField("abstain_share", \.abstainShare, "share of comments without a label, 0 ... 1"),
            JSONField(
                "flips_since_promoted", \.flipsSincePromoted,
                "comments whose label differs from the promoted set's, by its labels; 0 where there is none"),
            JSONField(
                "expected_noise", \.expectedNoise,
                "expected share of wrong labels, from the posterior of their votes, 0 ... 1"),
            JSONField(
                "band_asymmetry", \.bandAsymmetry,
                "share of controversial comments with more up- than down-votes, 0 ... 1; about 0.5 where none are left out"
            ),
            JSONField(
                "truncated_articles", \.truncatedArticles,
                "share of the articles with 20 comments or more that have none with more down- than up-votes, 0 ... 1; near 0 "
                    + "where all comments are listed"
            ),
            JSONField("one_sided", \.oneSided),
            JSONField("by", \.by),
            JSONField(
                "threshold", \.threshold,
                "least score of controversial comments, as given or as a share of the top sets it; none with by: ratio"
            ),
            JSONField("top", \.top),
            JSONField("label_set", \.labelSet), JSONField("min_votes", \.minVotes),
            JSONField("band", \.band), JSONField("at_most", \.atMost), JSONField("at_least", \.atLeast),
            JSONField("ratio_histogram", \.ratios), JSONField("flips", \.flips),
            JSONField("priors", \.priors),
        ]

    /// A verdict, and where its number of comments is.
    private struct VerdictCount: Sendable {
        let verdict: Verdict
        let path: any WritableKeyPath<LabelFigures, Int?> & Sendable
        let summary: String

        var field: JSONField<LabelFigures> { JSONField(verdict.name, path, summary) }
    }

    /// In the order in which they are shown.
    private static let counts = [
        VerdictCount(
            verdict: .controversial, path: \.controversial, summary: "comments labeled controversial"),
        VerdictCount(
            verdict: .uncontroversial, path: \.uncontroversial, summary: "comments labeled uncontroversial"),
        VerdictCount(
            verdict: .abstain(.inBetween), path: \.inBetween,
            summary: "comments whose ratio is in neither range"),
        VerdictCount(
            verdict: .abstain(.tooFewVotes), path: \.tooFewVotes,
            summary: "comments with fewer votes than min_votes"),
        VerdictCount(
            verdict: .abstain(.unsure), path: \.unsure,
            summary: "comments whose votes leave more doubt than confidence allows"),
        VerdictCount(
            verdict: .abstain(.unsettled), path: \.unsettled, summary: "comments too young to be judged"),
    ]

    /// Names of the figures that count verdicts.
    static var countNames: [String] { counts.map(\.verdict.name) }

    /// Comments with a verdict; `nil` if the figures do not say.
    subscript(verdict: Verdict) -> Int? {
        get { Self.counts.first { $0.verdict == verdict }.flatMap { self[keyPath: $0.path] } }
        set {
            if let count = Self.counts.first(where: { $0.verdict == verdict }) {
                self[keyPath: count.path] = newValue
            }
        }
    }

    /// Comments by agreement ratio in bins of equal width, of those with enough votes.
    struct Ratios: JSONRecord {
        var binWidth: Double?
        var all: [Int]?

        static let fields: [JSONField<Ratios>] = [
            JSONField("bin_width", \.binWidth), JSONField("all", \.all),
        ]
    }
}

extension LabelFigures {
    /// Comments by verdict. The two rarer reasons to abstain are shown where they occur.
    var shownCounts: [(verdict: Verdict, count: Int)] {
        Self.counts.compactMap { entry in
            let isRare = [.abstain(.unsure), .abstain(.unsettled)].contains(entry.verdict)
            return self[entry.verdict].flatMap { isRare && $0 == 0 ? nil : (entry.verdict, $0) }
        }
    }

    var total: Int { shownCounts.reduce(0) { $0 + $1.count } }
    var labeled: Int { (controversial ?? 0) + (uncontroversial ?? 0) }
    var histogram: [Int] { ratios?.all ?? [] }

    var outer: (atMost: Double, atLeast: Double)? {
        guard let atMost, let atLeast else { return nil }
        return (atMost, atLeast)
    }

    /// The rule as a sentence; `nil` if the figures do not give it.
    var sentence: String? {
        guard let minVotes, let outer else { return nil }
        let start =
            "A comment is called controversial when at least \(Numbers.grouped(minVotes)) people voted and "
        let edges = (Numbers.percentBound(outer.atMost), Numbers.percentBound(outer.atLeast))
        if let score = by.flatMap(ControversyScore.init(rawValue:)) {
            return start
                + "\(score.phrase(band)) is \(barWords). It is called uncontroversial when as many voted, it is not "
                + "controversial, and at most \(edges.0) or at least \(edges.1) of the votes agree with it."
        }
        guard let band else { return nil }
        return start
            + "\(Numbers.percentBound(band.lowerBound)) to \(Numbers.percentBound(band.upperBound)) of the votes "
            + "agree with it, and uncontroversial when at most \(edges.0) or at least \(edges.1) do."
    }

    /// `at least 0.971, the bar that the highest 5% reach`
    private var barWords: String {
        guard let threshold else { return "high enough, which it is nowhere" }
        return "at least \(Numbers.trimmed(threshold, 4))"
            + (top.map { ", the bar that the highest \(Numbers.percentBound($0)) reach" } ?? "")
    }

    /// How many labels are expected to be wrong, and what that means for a model; `nil` if the figures do not say.
    var noiseSentence: String? {
        guard let expectedNoise, labeled > 0, expectedNoise > 0 else { return nil }
        return
            "A comment's few votes are a sample of all readers: by the posterior of its votes, \(Numbers.percent(expectedNoise)) "
            + "of the labels are expected to be wrong, so that a model that knew each comment's true share of agreement would "
            + "get about \(Numbers.percent(1 - expectedNoise)) of them right. \(by == nil ? "'confidence' or a" : "A") higher "
            + "'min_votes' of the label stage leaves the doubtful ones out."
    }

    /// The rule and what it came to, for the summary.
    var summary: String? {
        if total == 0 { return nil }
        var text = sentence.map { $0 + " By this rule " } ?? ""
        text +=
            "\(Numbers.grouped(controversial ?? 0)) comments are controversial and "
            + "\(Numbers.grouped(uncontroversial ?? 0)) uncontroversial; the other "
            + "\(Numbers.percent(total - labeled, of: total)) get no label"
        let reasons = shownCounts.filter { $0.verdict.classIndex == nil }
        if let most = reasons.max(by: { $0.count < $1.count }), most.count * 2 > total - labeled,
            most.verdict == .abstain(.tooFewVotes)
        {
            text += ", mostly because too few people voted"
        }
        return text + "."
    }
}
