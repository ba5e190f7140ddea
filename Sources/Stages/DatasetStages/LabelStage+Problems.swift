package import StageKit

extension LabelStage {
    /// Rows that come with labels have no votes to go by.
    package func problems(in look: StageLook) -> [StageProblem] {
        guard let rows = look.nearest(giving: ArtifactType.comments, before: "comments"),
            let columns = rows.parameters["columns"]?.objectValue,
            ["label", "labels", "score"].contains(where: { columns[$0] != nil })
        else { return [] }
        return [
            StageProblem(
                nil,
                "the rows of '\(rows.stage)' come with labels, so this stage will find no votes to label them by",
                hint: "connect the split stage to the clean stage, and leave out the label and sample stages",
                isWarning: true)
        ]
    }
}
