internal import StageKit

/// The report in one paragraph, and its key figures.
enum SummarySection {
    struct Tile {
        var value: String
        var label: String
        var note: String
    }

    /// Sentences on data, rule, sample, model and result, as far as the pipeline has them.
    static func sentences(_ facts: ReportFacts) -> [String] {
        [data(facts), rule(facts), sample(facts), model(facts)].compactMap { $0 }
    }

    /// The result of the last evaluation and what it is worth.
    static func result(_ facts: ReportFacts) -> (result: String, verdict: String?, isGood: Bool)? {
        facts.all("evaluate").last.flatMap { ScoreFacts.all(of: $0).first?.sentences }
    }

    private static func data(_ facts: ReportFacts) -> String? {
        let ingests = facts.all("ingest.files", "ingest.web").map(\.figures)
        guard !ingests.isEmpty else { return nil }
        func sum(_ key: String) -> Int { ingests.reduce(0) { $0 + ($1.int(key) ?? 0) } }
        let isLabelled = ingests.contains { $0.int("labelled") != nil }
        var text =
            "\(Numbers.grouped(sum("rows"))) rows \(isLabelled ? "with labels" : "of voted comments") were read"
        if sum("files") > 0 {
            text += " from \(Numbers.grouped(sum("files"))) \(sum("files") == 1 ? "file" : "files")"
        }
        if isLabelled {
            return text + ", of which \(Numbers.grouped(sum("labelled"))) have a text and a label."
        }
        let comments = sum("comments") > 0 ? sum("comments") : sum("new_comments")
        text += "; the store holds \(Numbers.grouped(comments)) distinct comments"
        if sum("articles") > 0 { text += " on \(Numbers.grouped(sum("articles"))) articles" }
        return text + "."
    }

    private static func rule(_ facts: ReportFacts) -> String? {
        guard let rule = facts.figures("label").map(RuleFacts.init), rule.total > 0 else { return nil }
        var text = rule.sentence.map { $0 + " By this rule " } ?? ""
        text +=
            "\(Numbers.grouped(rule.count("controversial"))) comments are controversial and "
            + "\(Numbers.grouped(rule.count("uncontroversial"))) uncontroversial; the other "
            + "\(Numbers.percent(rule.total - rule.labelled, of: rule.total)) get no label"
        let reasons = rule.counts.dropFirst(2)
        if let most = reasons.max(by: { $0.count < $1.count }), most.count * 2 > rule.total - rule.labelled,
            most.name == "too_few_votes"
        {
            text += ", mostly because too few people voted"
        }
        return text + "."
    }

    private static func sample(_ facts: ReportFacts) -> String? {
        let members = facts.figures("sample")?.int("members")
        let sides = facts.figures("split").map(SplitSection.sides) ?? []
        guard members != nil || !sides.isEmpty else { return nil }
        let parts = sides.map { "\($0.name) (\(Numbers.grouped($0.total)))" }.joined(separator: ", ")
        switch (members, sides.isEmpty) {
        case (let members?, false): return "\(Numbers.grouped(members)) were sampled and split into \(parts)."
        case (let members?, true): return "\(Numbers.grouped(members)) were sampled."
        default: return "They were split into \(parts)."
        }
    }

    private static func model(_ facts: ReportFacts) -> String? {
        facts.figures("train").flatMap { TrainingFacts($0).shortSentence }
    }

    static func tiles(_ facts: ReportFacts) -> [Tile] {
        var tiles: [Tile] = []
        if let rows = FunnelSection.steps(facts).first, rows.count > 0 {
            tiles.append(Tile(value: Numbers.grouped(rows.count), label: "rows read", note: ""))
        }
        if let rule = facts.figures("label").map(RuleFacts.init), rule.total > 0 {
            tiles.append(
                Tile(
                    value: Numbers.grouped(rule.labelled), label: "labelled comments",
                    note: "\(Numbers.grouped(rule.count("controversial"))) controversial"))
        }
        if let count = facts.figures("train")?.int("parameters") {
            let steps = facts.figures("train")?.int("steps").map { "\(Numbers.grouped($0)) steps" } ?? ""
            tiles.append(Tile(value: Numbers.spoken(count), label: "parameters", note: steps))
        }
        let scores = facts.all("evaluate").last.flatMap { ScoreFacts.all(of: $0).first }
        if let scores, let pearson = scores.figures.number("pearson") {
            let note = scores.figures.number("spearman").map { "Spearman \(Numbers.fixed($0, 3))" } ?? ""
            tiles.append(
                Tile(value: Numbers.fixed(pearson, 3), label: "Pearson, \(scores.split)", note: note))
        }
        if let scores, let microF1 = scores.figures.number("micro_f1"), scores.isMultiLabel {
            tiles.append(Tile(value: Numbers.fixed(microF1, 3), label: "micro F1, \(scores.split)", note: ""))
        }
        if let scores, let macroF1 = scores.macroF1 {
            let note = scores.majorityF1.map { "baseline \(Numbers.fixed($0, 3))" } ?? ""
            tiles.append(
                Tile(value: Numbers.fixed(macroF1, 3), label: "macro F1, \(scores.split)", note: note))
            if let accuracy = scores.accuracy {
                let note = scores.majorityAccuracy.map { "baseline \(Numbers.percent($0))" } ?? ""
                tiles.append(
                    Tile(value: Numbers.percent(accuracy), label: "accuracy, \(scores.split)", note: note))
            }
        }
        return tiles
    }
}
