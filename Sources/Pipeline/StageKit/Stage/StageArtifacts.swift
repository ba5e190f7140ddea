/// The artifacts that were connected to a stage's inputs, by port.
package struct StageInputs: Sendable {
    private let byPort: [String: [InputArtifact]]

    package init(_ byPort: [String: [InputArtifact]]) {
        self.byPort = byPort
    }

    /// Everything connected to a port, in the order of the file.
    package func all(_ port: String) -> [InputArtifact] { byPort[port] ?? [] }

    /// The one artifact of a port; `nil` if the port is optional and nothing is connected.
    package func first(_ port: String) -> InputArtifact? { byPort[port]?.first }

    /// The one artifact of a required port. The plan has made sure that it is there.
    /// - Throws: ``StageError`` naming the port when it is not.
    package func one(_ port: String) throws(StageError) -> InputArtifact {
        guard let artifact = first(port) else { throw StageError("nothing is connected to input '\(port)'") }
        return artifact
    }

    package var ports: [String] { byPort.keys.sorted() }
}

/// An artifact as its consumer sees it.
package struct InputArtifact: Hashable, Sendable {
    /// The stage that made it.
    package let stage: String
    package let kind: String
    /// Artifact type, such as `labels-v1`.
    package let type: String
    /// The file or folder. Absolute.
    package let path: String
    /// Digest of its content, 64 hex digits.
    package let digest: String
    /// What a consumer needs beside the content and what is not part of it, such as a position in the ledger.
    package let locator: JSONValue
    package let figures: JSONValue

    package init(
        stage: String, kind: String, type: String, path: String, digest: String, locator: JSONValue = .null,
        figures: JSONValue = .null
    ) {
        self.stage = stage
        self.kind = kind
        self.type = type
        self.path = path
        self.digest = digest
        self.locator = locator
        self.figures = figures
    }
}

/// What a stage returns.
package struct StageResult: Sendable {
    package var outputs: [StageOutput]
    /// An object of numbers, texts and small lists: what checks, `status` and reports show.
    package var figures: JSONValue
    /// Rows to be written in the transaction that records the stage.
    package var changes: [any StoreChange]
    /// Files to be put where the user wants them, once the checks have passed.
    package var publications: [Publication]
    /// SHA-256, 64 hex digits, of files in the output folder by their paths in it, if the stage computed them while writing:
    /// then the file need not be read again.
    package var fileDigests: [String: String]

    package init(
        outputs: [StageOutput], figures: JSONValue = .object([:]), changes: [any StoreChange] = [],
        publications: [Publication] = [], fileDigests: [String: String] = [:]
    ) {
        self.fileDigests = fileDigests
        self.outputs = outputs
        self.figures = figures
        self.changes = changes
        self.publications = publications
    }
}

/// One artifact that a stage has written into its output folder.
package struct StageOutput: Hashable, Sendable {
    package var port: String
    /// Path of the file or folder, relative to the output folder.
    package var path: String
    /// Digest of what the artifact says, where that is not the digest of its bytes; 64 hex digits.
    package var contentDigest: String?
    /// Digest of the bytes written, if the stage computed it while writing, so the file need not be read again;
    /// 64 hex digits. For files alone.
    package var fileDigest: String?
    package var locator: JSONValue

    package init(
        port: String, path: String, contentDigest: String? = nil, fileDigest: String? = nil,
        locator: JSONValue = .null
    ) {
        self.port = port
        self.path = path
        self.contentDigest = contentDigest
        self.fileDigest = fileDigest
        self.locator = locator
    }
}

/// A file of the output folder and the place outside the store where users look for it.
package struct Publication: Hashable, Sendable {
    /// Relative to the output folder.
    package var path: String
    /// Where it goes; may hold `{date} {split} {label_set} {run}`. Relative to the pipeline's folder, or absolute.
    package var template: String
    /// Values of the placeholders that the run does not know itself: `split`, `label_set`.
    package var values: [String: String]
    /// If true, never overwrites a file that this stage did not write; warns instead.
    package var neverOverwrites: Bool

    package init(
        path: String, template: String, values: [String: String] = [:], neverOverwrites: Bool = false
    ) {
        self.path = path
        self.template = template
        self.values = values
        self.neverOverwrites = neverOverwrites
    }
}
