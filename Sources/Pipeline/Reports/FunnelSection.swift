internal import StageKit

/// How many rows came in, and how many comments each step left.
enum FunnelSection {
    struct Step {
        var name: String
        var count: Int
        /// What is missing since the step before, and why.
        var lost: [(count: Int, why: String)] = []
    }

    static let absence = "No data funnel: no ingest stage comes before this report."

    static func section(_ facts: ReportFacts) throws -> Section? {
        let steps = steps(facts)
        guard steps.count > 1, steps[0].count > 0 else { return nil }
        let bars = steps.enumerated().map { index, step in
            BarChart.Bar(
                label: step.name, value: step.count, style: "fill-flow",
                before: index > 0 ? max(step.count, steps[index - 1].count) : nil)
        }
        let chart = BarChart(bars: bars).markup(
            id: "funnel", title: "Data funnel",
            description: steps.map { "\($0.name): \(Numbers.grouped($0.count))" }.joined(separator: "; ")
                + ".")
        let rows = steps.map { step in
            [
                Table.Cell.text(step.name), .count(step.count),
                .number(Numbers.percent(step.count, of: steps[0].count)),
                .text(step.lost.map { "\(Numbers.grouped($0.count)) \($0.why)" }.joined(separator: "; ")),
            ]
        }
        let table = try Table(
            caption: "What each step leaves", head: ["Step", "Left", "Of all rows", "Left out here"],
            rows: rows
        ).markup()
        return Section(id: "data", title: "From rows to examples", parts: [Section.pair(chart, table)])
    }

    static func steps(_ facts: ReportFacts) -> [Step] {
        let ingests = facts.all("ingest.files", "ingest.web").map(\.figures)
        guard !ingests.isEmpty else { return [] }
        func sum(_ key: String) -> Int { ingests.reduce(0) { $0 + ($1.int(key) ?? 0) } }
        let rows = sum("rows")
        if ingests.contains(where: { $0.int("labelled") != nil }) { return labelledSteps(facts, sum) }
        let unusable = sum("empty_text") + sum("quarantined")
        var steps = [Step(name: "rows read", count: rows)]
        if unusable > 0 {
            steps.append(
                Step(
                    name: "usable rows", count: rows - unusable,
                    lost: present([
                        (sum("empty_text"), "with empty text"), (sum("quarantined"), "quarantined"),
                    ])))
        }
        let comments = sum("comments") > 0 ? sum("comments") : sum("new_comments")
        // A store that already held comments has more of them than these rows brought.
        let known = comments > sum("new_comments") ? ", with those of earlier runs" : ""
        steps.append(
            Step(
                name: "distinct comments\(known.isEmpty ? "" : " in the store")", count: comments,
                lost: present([(sum("repeats"), "rows of a comment seen before\(known)")])))
        if let clean = facts.figures("clean"), let kept = clean.int("kept") {
            let lost = ["empty", "deleted", "short"].map {
                (clean.int("dropped_\($0)") ?? 0, words[$0] ?? $0)
            }
            steps.append(Step(name: "cleaned", count: kept, lost: present(lost)))
        }
        if let label = facts.figures("label").map(RuleFacts.init) {
            let lost = label.counts.dropFirst(2).map { ($0.count, LabelSection.words($0.name)) }
            steps.append(Step(name: "labelled", count: label.labelled, lost: present(lost)))
        }
        if let members = facts.figures("sample")?.int("members") {
            let left = (steps.last?.count ?? members) - members
            steps.append(Step(name: "sampled", count: members, lost: present([(left, "not drawn")])))
        }
        if let split = facts.figures("split") {
            let count = SplitSection.sides(split).reduce(0) { $0 + $1.total }
            let lost = (split.int("copies_dropped") ?? 0, "with a copy on another side")
            steps.append(Step(name: "split", count: count, lost: present([lost])))
        }
        return steps
    }

    /// What becomes of rows that came with labels.
    private static func labelledSteps(_ facts: ReportFacts, _ sum: (String) -> Int) -> [Step] {
        var steps = [
            Step(name: "rows read", count: sum("rows")),
            Step(
                name: "with text and label", count: sum("labelled"),
                lost: present([
                    (sum("empty_text"), "with empty text"), (sum("unlabelled"), "without a label"),
                ])),
        ]
        if let split = facts.figures("split") {
            let count = SplitSection.sides(split).reduce(0) { $0 + $1.total }
            let lost = (split.int("copies_dropped") ?? 0, "with a copy on another side")
            steps.append(Step(name: "split", count: count, lost: present([lost])))
        }
        return steps
    }

    private static let words = ["empty": "without text", "deleted": "deleted", "short": "too short"]

    private static func present(_ lost: [(Int, String)]) -> [(count: Int, why: String)] {
        lost.filter { $0.0 > 0 }.map { (count: $0.0, why: $0.1) }
    }
}
