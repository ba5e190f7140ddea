/// What is known of a stage while nothing runs: its files that are there, and the stages that it takes from.
package struct StageLook: Sendable {
    /// The parameters that name files, whether there are any or not; with a dot before each level of nested maps.
    package let naming: Set<String>
    /// Files and folders that are there, by parameter. Missing ones were already reported.
    package let files: [String: [FoundFile]]
    /// What is connected, by port.
    package let sources: [String: [StageSource]]

    package init(naming: Set<String>, files: [String: [FoundFile]], sources: [String: [StageSource]]) {
        self.naming = naming
        self.files = files
        self.sources = sources
    }

    /// What a parameter names, for messages.
    package func shown(_ key: String) -> String {
        files[key]?.first.map { "the folder \($0.shownPath)" } ?? "the folder under '\(key)'"
    }

    /// The nearest stage before one of the ports that gives artifacts of a type, the connected one included; `nil` if
    /// there is none.
    package func nearest(giving type: String, before port: String) -> StageSource? {
        sources[port]?.lazy.compactMap { $0.nearest(giving: type) }.first
    }
}

/// A file or folder that is there.
package struct FoundFile: Hashable, Sendable {
    /// Absolute.
    package let path: String
    /// As the user would name it.
    package let shownPath: String

    package init(path: String, shownPath: String) {
        self.path = path
        self.shownPath = shownPath
    }
}

/// A stage that another reads from, as far as its part of the pipeline file says.
package struct StageSource: Sendable {
    package let stage: String
    package let kind: StageKind
    /// Typed, with defaults. An object.
    package let parameters: JSONValue
    /// Names of the figures that it will report.
    package let figures: [String]
    /// What it takes itself, by port.
    package let sources: [String: [StageSource]]

    package init(
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
    package func nearest(giving type: String) -> StageSource? {
        if kind.outputs.contains(where: { $0.types.contains(type) }) { return self }
        return sources.sorted { $0.key < $1.key }.lazy.flatMap(\.value)
            .compactMap { $0.nearest(giving: type) }.first
    }
}

/// A problem that would make a stage fail.
package struct StageProblem: Hashable, Sendable {
    /// The parameter that it is about; `nil`: the stage as a whole.
    package var key: String?
    /// What was found and what is allowed.
    package var message: String
    /// What to do.
    package var hint: String?
    /// Whether the stage may do its work all the same.
    package var isWarning: Bool

    package init(_ key: String?, _ message: String, hint: String? = nil, isWarning: Bool = false) {
        self.key = key
        self.message = message
        self.hint = hint
        self.isWarning = isWarning
    }
}
