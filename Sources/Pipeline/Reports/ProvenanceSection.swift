internal import Charts
internal import StageKit

/// What the figures came from: rules, salts, digests and the files that were written.
enum ProvenanceSection {
    static func section(_ facts: ReportContents, _ made: ReportParts) -> ReportSection {
        var parts: [Markup] = []
        let rows = entries(facts, made)
        if !rows.isEmpty {
            parts.append(
                Table(
                    caption: "Rules and identities", head: ["What", "Stage", "Value"],
                    rows: rows.map { entry in
                        [
                            .text(entry.what), .text(entry.stage),
                            entry.isCode ? .code(entry.value) : .text(entry.value),
                        ]
                    }
                ).markup())
        }
        parts += made.products
        if !facts.artifacts.isEmpty {
            parts.append(
                Table(
                    caption: "Results this report was made from",
                    head: ["Stage", "Type", "SHA-256 of the content"],
                    rows: facts.artifacts.map { [.text($0.stage), .text($0.type), .code($0.digest)] }
                ).markup())
        }
        parts.append(
            Table(
                caption: "Stages before this report, in the order of the plan", head: ["Stage", "Kind"],
                rows: facts.stages.map { [.text($0.stage), .text($0.kind)] }
            ).markup())
        return ReportSection(id: "provenance", title: "Where this comes from", parts: parts)
    }

    struct Entry {
        var what: String
        var stage: String
        var value: String
        var isCode: Bool
    }

    static func entries(_ facts: ReportContents, _ made: ReportParts) -> [Entry] {
        facts.stages.flatMap { stage in
            made.identities(of: stage).compactMap { item in
                guard let value = stage.figures[item.key], value != .null, value.objectValue == nil else {
                    return nil
                }
                // Of that name there may be a score too, such as the precision of a class.
                if item.isCode, value.doubleValue != nil { return nil }
                return Entry(what: item.name, stage: stage.stage, value: value.shownText, isCode: item.isCode)
            }
        }
    }
}
