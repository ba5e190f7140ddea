package import StageKit

/// Which texts a stage may read that learns without labels: those that are not on another side of a split than the first,
/// or all.
package struct ReadSides: Hashable, Sendable {
    /// Whether texts are read that later scores are taken on.
    package let all: Bool

    package init(all: Bool) { self.all = all }

    package init(_ parameters: inout ParameterReader) {
        all =
            parameters.choice(
                "sides", default: "train", of: ["train", "all"],
                help:
                    "Which texts may be read: those that are not on another side of the split than the first, or all; scores on a side that was read are too good."
            ) == "all"
    }

    /// What is wrong with the inputs; `nil` if they say what may be read.
    ///
    /// - Parameters:
    ///   - stage: that gives the texts.
    ///   - isSplit: whether the texts are a split.
    ///   - hasSplit: whether there is a split beside them.
    func problem(textsOf stage: String, isSplit: Bool, hasSplit: Bool) -> StageError? {
        if hasSplit, isSplit {
            return StageError(
                "the texts are those of a split already, and input 'split' names another one",
                hint: "leave input 'split' out, or connect 'texts' to the clean stage")
        }
        if hasSplit, all {
            return StageError(
                "input 'split' says which texts to leave out, and sides: all reads every text",
                hint: "leave one of them out")
        }
        if hasSplit || isSplit || all { return nil }
        return StageError(
            "the texts of '\(stage)' are all that were cleaned, and nothing says which of them later scores are taken on",
            hint:
                "connect input 'split' to the split stage, whose dev and test sides are then left out, or set sides: all to "
                + "read every text")
    }

    /// The same before anything is read.
    package func problems(in look: StageLook) -> [StageProblem] {
        guard let texts = look.sources["texts"]?.first else { return [] }
        let isSplit = texts.kind.outputs.contains { $0.takes(ArtifactType.split) }
        let found = problem(
            textsOf: texts.stage, isSplit: isSplit, hasSplit: look.sources["split"]?.isEmpty == false)
        return found.map { [StageProblem(nil, $0.message, hint: $0.hint)] } ?? []
    }
}
