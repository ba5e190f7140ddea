/// What a stage gave in an earlier run, for a run that needs to look only at what has changed since.
public struct EarlierResult: Sendable {
    /// The parameters that it was made with, the defaults included.
    public let parameters: JSONValue
    /// Whether they are the present ones.
    public let hasSameParameters: Bool
    /// The folder that the stage wrote. Absolute. Only the outputs in it have been checked.
    public let folder: String
    private let outputs: [String: InputArtifact]

    /// - Parameter outputs: the artifacts by output port.
    public init(
        parameters: JSONValue, hasSameParameters: Bool, folder: String, outputs: [String: InputArtifact]
    ) {
        self.parameters = parameters
        self.hasSameParameters = hasSameParameters
        self.folder = folder
        self.outputs = outputs
    }

    /// The artifact of an output port, with the figures of the whole result.
    public subscript(port: String) -> InputArtifact? { outputs[port] }
}
