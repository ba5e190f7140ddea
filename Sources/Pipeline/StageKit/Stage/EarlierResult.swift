/// What a stage gave in an earlier run, for a run that needs to look only at what has changed since.
public struct EarlierResult: Sendable {
    /// The parameters that it was made with, the defaults included.
    public let parameters: JSONValue
    /// Whether they are the present ones.
    public let hasSameParameters: Bool
    /// The folder that the stage wrote. Absolute. Only the outputs in it have been checked.
    public let folder: String
    private let outputs: [String: InputArtifact]
    private let findDigest: @Sendable (String) throws -> String?

    /// - Parameters:
    ///   - outputs: the artifacts by output port.
    ///   - findDigest: SHA-256 of a file, by its absolute path; `nil` where there is none.
    public init(
        parameters: JSONValue, hasSameParameters: Bool, folder: String, outputs: [String: InputArtifact],
        findDigest: @escaping @Sendable (String) throws -> String?
    ) {
        self.findDigest = findDigest
        self.parameters = parameters
        self.hasSameParameters = hasSameParameters
        self.folder = folder
        self.outputs = outputs
    }

    /// SHA-256 of a file in ``folder``, 64 hex digits, from memory where the file is as it was; `nil` where there is none.
    public func digest(of path: String) throws -> String? { try findDigest(folder + "/" + path) }

    /// The artifact of an output port, with the figures of the whole result.
    public subscript(port: String) -> InputArtifact? { outputs[port] }
}
