internal import Charts
internal import StageKit

/// The label stage's figures, as far as they exist.
struct LabelFigures {
    let minVotes: Int?
    let band: ClosedRange<Double>?
    let outer: (atMost: Double, atLeast: Double)?
    let counts: [(name: String, count: Int)]
    /// Comments by agreement ratio in bins of equal width, of those with enough votes.
    let histogram: [Int]

    static let labels = [
        "controversial", "uncontroversial", "in_between", "too_few_votes", "unsure", "unsettled",
    ]

    init(_ figures: JSONValue) {
        minVotes = figures.int("min_votes")
        band = figures.range("band")
        if let low = figures.number("at_most"), let high = figures.number("at_least") {
            outer = (low, high)
        } else {
            outer = nil
        }
        // The two rarer reasons to abstain are shown where they occur.
        counts = Self.labels.enumerated().compactMap { index, name in
            figures.int(name).flatMap { index < 4 || $0 > 0 ? (name, $0) : nil }
        }
        histogram = figures["ratio_histogram"]?.list("all").compactMap(\.intValue) ?? []
    }

    func count(_ name: String) -> Int { counts.first { $0.name == name }?.count ?? 0 }
    var total: Int { counts.reduce(0) { $0 + $1.count } }
    var labeled: Int { count("controversial") + count("uncontroversial") }

    /// The rule as a sentence; `nil` if the figures do not give it.
    var sentence: String? {
        guard let minVotes, let band, let outer else { return nil }
        return
            "A comment is called controversial when at least \(Numbers.grouped(minVotes)) people voted and "
            + "\(Numbers.percentBound(band.lowerBound)) to \(Numbers.percentBound(band.upperBound)) of the votes "
            + "agree with it, and uncontroversial when at most \(Numbers.percentBound(outer.atMost)) or at least "
            + "\(Numbers.percentBound(outer.atLeast)) do."
    }

    /// The rule and what it came to, for the summary.
    var summary: String? {
        if total == 0 { return nil }
        var text = sentence.map { $0 + " By this rule " } ?? ""
        text +=
            "\(Numbers.grouped(count("controversial"))) comments are controversial and "
            + "\(Numbers.grouped(count("uncontroversial"))) uncontroversial; the other "
            + "\(Numbers.percent(total - labeled, of: total)) get no label"
        let reasons = counts.dropFirst(2)
        if let most = reasons.max(by: { $0.count < $1.count }), most.count * 2 > total - labeled,
            most.name == "too_few_votes"
        {
            text += ", mostly because too few people voted"
        }
        return text + "."
    }
}
