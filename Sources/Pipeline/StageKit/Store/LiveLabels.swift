/// The pipeline's live label set, as it is before a stage.
package protocol LiveLabels: Sendable {
    /// The rows of the set; `nil` if there is none, or its rows are gone. They may show in a stage's figures, never in
    /// its outputs.
    func promoted() throws -> InputArtifact?
}
