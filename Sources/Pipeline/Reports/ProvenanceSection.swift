internal import StageKit

/// What the figures came from: rules, salts, digests and the files that were written.
enum ProvenanceSection {
    static func section(_ facts: ReportFacts) throws -> Section {
        var parts: [Markup] = []
        let rows = entries(facts)
        if !rows.isEmpty {
            parts.append(
                try Table(
                    caption: "Rules and identities", head: ["What", "Stage", "Value"],
                    rows: rows.map { entry in
                        [
                            .text(entry.what), .text(entry.stage),
                            entry.isCode ? .code(entry.value) : .text(entry.value),
                        ]
                    }
                ).markup())
        }
        if let files = try files(facts) { parts.append(files) }
        if !facts.artifacts.isEmpty {
            parts.append(
                try Table(
                    caption: "Results this report was made from",
                    head: ["Stage", "Type", "SHA-256 of the content"],
                    rows: facts.artifacts.map { [.text($0.stage), .text($0.type), .code($0.digest)] }
                ).markup())
        }
        parts.append(
            try Table(
                caption: "Stages before this report, in the order of the plan", head: ["Stage", "Kind"],
                rows: facts.stages.map { [.text($0.stage), .text($0.kind)] }
            ).markup())
        return Section(id: "provenance", title: "Where this comes from", parts: parts)
    }

    struct Entry {
        var what: String
        var stage: String
        var value: String
        var isCode: Bool
    }

    /// Figures that say what was done rather than what came out, by key, with their names for people.
    private static let known: [(key: String, name: String, isCode: Bool)] = [
        ("source", "source", false), ("rules", "cleaning rules", true),
        ("clean_rules", "cleaning rules", true),
        ("label_set", "label set", true), ("min_votes", "fewest votes", false),
        ("band", "controversial ratios", false), ("at_most", "uncontroversial at most", false),
        ("at_least", "uncontroversial at least", false), ("confidence", "confidence", false),
        ("settle", "settle", false), ("seed", "seed", false), ("per_label", "per label", false),
        ("per_article", "per article", false), ("method", "method", false), ("group_by", "group by", false),
        ("salt", "split salt", true), ("shares", "shares", false), ("max_tokens", "most tokens", false),
        ("tokenizer_digest", "tokenizer", true), ("tokenizer", "tokenizer", true),
        ("initialised", "start", false),
        ("precision", "precision", true), ("fingerprint", "fingerprint", true),
    ]

    static func entries(_ facts: ReportFacts) -> [Entry] {
        facts.stages.flatMap { stage in
            known.compactMap { item in
                guard let value = stage.figures[item.key], value != .null, value.objectValue == nil else {
                    return nil
                }
                // An evaluate stage repeats the label set that it was given, and "precision" may be a score there.
                if item.key == "precision", value.stringValue == nil { return nil }
                return Entry(what: item.name, stage: stage.stage, value: value.shownText, isCode: item.isCode)
            }
        }
    }

    private static func files(_ facts: ReportFacts) throws -> Markup? {
        let files = facts.all("export").flatMap { $0.figures.list("files") }
        guard !files.isEmpty else { return nil }
        return try Table(
            caption: "Files written", head: ["File", "Side", "Rows", "Size", "SHA-256"],
            rows: files.map { file in
                [
                    .code(file.text("path") ?? "–"), .text(file.text("split") ?? "–"),
                    .number(file.int("rows").map(Numbers.grouped) ?? "–"),
                    .number(file.int("bytes").map(Numbers.bytes) ?? "–"), .code(file.text("sha256") ?? "–"),
                ]
            }
        ).markup()
    }
}
