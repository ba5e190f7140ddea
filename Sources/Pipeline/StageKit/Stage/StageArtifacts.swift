/// The artifacts that were connected to a stage's inputs, by port.
public struct StageInputs: Sendable {
    private let byPort: [String: [InputArtifact]]

    public init(_ byPort: [String: [InputArtifact]]) {
        self.byPort = byPort
    }

    /// Everything connected to a port, in the order of the file.
    public func all(_ port: String) -> [InputArtifact] { byPort[port] ?? [] }

    /// The one artifact of a port; `nil` where the port is optional and nothing is connected.
    public func first(_ port: String) -> InputArtifact? { byPort[port]?.first }

    /// The one artifact of a required port. The plan has made sure that it is there.
    /// - Throws: ``StageError`` naming the port when it is not.
    public func one(_ port: String) throws(StageError) -> InputArtifact {
        guard let artifact = first(port) else { throw StageError("nothing is connected to input '\(port)'") }
        return artifact
    }

    public var ports: [String] { byPort.keys.sorted() }
}

/// An artifact as its consumer sees it.
public struct InputArtifact: Hashable, Sendable {
    /// The stage that made it.
    public let stage: String
    public let kind: String
    /// Artifact type, such as `labels-v1`.
    public let type: String
    /// The file or folder. Absolute.
    public let path: String
    /// Digest of its content, 64 hex digits.
    public let digest: String
    /// What a consumer needs beside the content and what is no part of it, such as a position in the ledger.
    public let locator: JSONValue
    public let figures: JSONValue

    public init(
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

/// What a stage hands back.
public struct StageResult: Sendable {
    public var outputs: [StageOutput]
    /// An object of numbers, texts and small lists: what checks, `status` and reports show.
    public var figures: JSONValue
    /// Rows to be written in the transaction that records the stage.
    public var changes: [any StoreChange]
    /// Files to be put where the user wants them, once the checks have passed.
    public var publications: [Publication]
    /// SHA-256, 64 hex digits, of files in the output folder by their paths in it, where the stage took them on the way:
    /// whoever wants one of them need not read the file.
    public var fileDigests: [String: String]

    public init(
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
public struct StageOutput: Hashable, Sendable {
    public var port: String
    /// Path of the file or folder, relative to the output folder.
    public var path: String
    /// Digest of what the artifact says, where that is not the digest of its bytes; 64 hex digits.
    public var contentDigest: String?
    /// Digest of the bytes that were written, where the stage took it on the way, so that nobody need read them for it;
    /// 64 hex digits. For files alone.
    public var fileDigest: String?
    public var locator: JSONValue

    public init(
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
public struct Publication: Hashable, Sendable {
    /// Relative to the output folder.
    public var path: String
    /// Where it goes; may hold `{date} {split} {label_set} {run}`. Relative to the pipeline's folder, or absolute.
    public var template: String
    /// Values of the placeholders that the run does not know itself: `split`, `label_set`.
    public var values: [String: String]
    /// Whether a file at that place that is not this stage's own stays as it is, with a warning.
    public var neverOverwrites: Bool

    public init(path: String, template: String, values: [String: String] = [:], neverOverwrites: Bool = false)
    {
        self.path = path
        self.template = template
        self.values = values
        self.neverOverwrites = neverOverwrites
    }
}
