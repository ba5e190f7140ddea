/// What is known of a stage while nothing runs: its files that are there, and the stages that it takes from.
public struct StageLook: Sendable {
    /// The parameters that name files, whether there are any or not; with a dot before each level of nested maps.
    public let naming: Set<String>
    /// Files and folders that are there, by parameter. Missing ones were already reported.
    public let files: [String: [FoundFile]]
    /// What is connected, by port.
    public let sources: [String: [StageSource]]

    public init(naming: Set<String>, files: [String: [FoundFile]], sources: [String: [StageSource]]) {
        self.naming = naming
        self.files = files
        self.sources = sources
    }

    /// What a parameter names, for messages.
    public func shown(_ key: String) -> String {
        files[key]?.first.map { "the folder \($0.shownPath)" } ?? "the folder under '\(key)'"
    }

    /// The nearest stage before one of the ports that gives artifacts of a type, the connected one included; `nil` if
    /// there is none.
    public func nearest(giving type: String, before port: String) -> StageSource? {
        sources[port]?.lazy.compactMap { $0.nearest(giving: type) }.first
    }
}

/// A file or folder that is there.
public struct FoundFile: Hashable, Sendable {
    /// Absolute.
    public let path: String
    /// As the user would name it.
    public let shownPath: String

    public init(path: String, shownPath: String) {
        self.path = path
        self.shownPath = shownPath
    }
}

/// A stage that another reads from, as far as its part of the pipeline file says.
public struct StageSource: Sendable {
    public let stage: String
    public let kind: StageKind
    /// Typed, with defaults. An object.
    public let parameters: JSONValue
    /// Names of the figures that it will report.
    public let figures: [String]
    /// What it takes itself, by port.
    public let sources: [String: [StageSource]]

    public init(
        stage: String, kind: StageKind, parameters: JSONValue, figures: [String] = [],
        sources: [String: [StageSource]] = [:]
    ) {
        self.stage = stage
        self.kind = kind
        self.parameters = parameters
        self.figures = figures
        self.sources = sources
    }

    /// This stage or the nearest one before it that gives artifacts of a type.
    public func nearest(giving type: String) -> StageSource? {
        if kind.outputs.contains(where: { $0.types.contains(type) }) { return self }
        return sources.sorted { $0.key < $1.key }.lazy.flatMap(\.value)
            .compactMap { $0.nearest(giving: type) }.first
    }
}

/// A problem that would make a stage fail.
public struct StageProblem: Hashable, Sendable {
    /// The parameter that it is about; `nil`: the stage as a whole.
    public var key: String?
    /// What was found and what is allowed.
    public var message: String
    /// What to do.
    public var hint: String?
    /// Whether the stage may do its work all the same.
    public var isWarning: Bool

    public init(_ key: String?, _ message: String, hint: String? = nil, isWarning: Bool = false) {
        self.key = key
        self.message = message
        self.hint = hint
        self.isWarning = isWarning
    }
}
