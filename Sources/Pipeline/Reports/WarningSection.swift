internal import Charts

/// What the stages and their checks warned of: a reader should know it before the figures.
package enum WarningSection {
    /// The section's id.
    package static let id = "warnings"

    static func section(_ facts: ReportContents) -> ReportSection? {
        let rows = facts.stages.flatMap { stage in
            stage.warnings.map { [Table.Cell.text(stage.stage), .text($0)] }
        }
        guard !rows.isEmpty else { return nil }
        let table = Table(
            caption: "What the stages warned of", head: ["Stage", "Warning"], rows: rows
        ).markup()
        return ReportSection(id: id, title: "Warnings", parts: [table])
    }
}
