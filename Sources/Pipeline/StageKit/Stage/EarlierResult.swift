/// A stage's result in an earlier run, for a run that needs to examine only what has changed since.
package struct EarlierResult: Sendable {
    /// The parameters that it was made with, the defaults included.
    package let parameters: JSONValue
    /// Whether they are the present ones.
    package let hasSameParameters: Bool
    /// The folder that the stage wrote. Absolute. Only the outputs in it have been checked.
    package let folder: String
    private let outputs: [String: InputArtifact]
    private let findDigest: @Sendable (String) throws -> String?

    /// - Parameters:
    ///   - outputs: the artifacts by output port.
    ///   - findDigest: SHA-256 of a file, by its absolute path; `nil` if there is none.
    package init(
        parameters: JSONValue, hasSameParameters: Bool, folder: String, outputs: [String: InputArtifact],
        findDigest: @escaping @Sendable (String) throws -> String?
    ) {
        self.findDigest = findDigest
        self.parameters = parameters
        self.hasSameParameters = hasSameParameters
        self.folder = folder
        self.outputs = outputs
    }

    /// SHA-256 of a file in ``folder``, 64 hex digits, from memory where the file is as it was; `nil` if there is none.
    package func digest(of path: String) throws -> String? { try findDigest(folder + "/" + path) }

    /// The artifact of an output port, with the figures of the whole result.
    package subscript(port: String) -> InputArtifact? { outputs[port] }
}
