public import Diagnostics
public import StageKit

/// One stage, ready to run.
public struct PlannedStage: Sendable {
    public var name: String
    public var kind: StageKind
    public var stage: any Stage
    /// Typed, with defaults: the part of the fingerprint that the parameters make up. An object.
    public var parameters: JSONValue
    /// Where the stage's name is in the file.
    public var span: SourceSpan?
    /// The location of each parameter in the file; with a dot before each level of nested maps.
    public var spans: [String: SourceSpan] = [:]
    /// Paths that the stage puts files at, which may hold placeholders in braces.
    public var outputPaths: [String] = []
    /// Which reference a parameter came through, such as `params.min_votes`, by parameter.
    public var parameterOrigins: [String: String]
    /// Files that must be expanded and digested before the fingerprint is known.
    public var fileRequests: [FileRequest]
    /// What is connected, in the order of the kind's ports.
    public var inputs: [PlannedInput]
    /// Stages that must be done before, without giving any input.
    public var needs: [String]
    public var checks: [PlannedCheck]
    /// Days on which the stage runs; `nil`: every day.
    public var when: Set<Weekday>?
    /// Whether a parameter is `$run.date`, so that each day's run is a new one.
    public var readsRunDate: Bool
    /// Every stage that must be done before, through inputs or `needs`: direct ones only, in the order of the file.
    public var dependencies: [String]

    public init(
        name: String, kind: StageKind, stage: any Stage, parameters: JSONValue = .object([:]),
        parameterOrigins: [String: String] = [:], fileRequests: [FileRequest] = [],
        inputs: [PlannedInput] = [],
        needs: [String] = [], checks: [PlannedCheck] = [], when: Set<Weekday>? = nil,
        readsRunDate: Bool = false,
        dependencies: [String] = []
    ) {
        self.name = name
        self.kind = kind
        self.stage = stage
        self.parameters = parameters
        self.parameterOrigins = parameterOrigins
        self.fileRequests = fileRequests
        self.inputs = inputs
        self.needs = needs
        self.checks = checks
        self.when = when
        self.readsRunDate = readsRunDate
        self.dependencies = dependencies
    }
}

/// The stages connected to one input port.
public struct PlannedInput: Hashable, Sendable {
    public var port: String
    /// In the order of the file; one, unless the port takes many.
    public var sources: [PlannedSource]

    /// The stages' names.
    public var stages: [String] { sources.map(\.stage) }

    public init(port: String, sources: [PlannedSource]) {
        self.port = port
        self.sources = sources
    }
}

/// The output of a stage that goes into an input port.
public struct PlannedSource: Hashable, Sendable {
    public var stage: String
    /// The producer's output port.
    public var output: String
    /// Artifact type, such as `labels-v1`.
    public var type: String

    public init(stage: String, output: String, type: String) {
        self.stage = stage
        self.output = output
        self.type = type
    }
}

/// A limit on a figure that a stage reports.
public struct PlannedCheck: Hashable, Sendable {
    /// The figure's name.
    public var that: String
    public var atMost: Double?
    public var atLeast: Double?
    /// Whether failing stops the run with exit status 3; otherwise it is a warning.
    public var isError: Bool

    public init(that: String, atMost: Double? = nil, atLeast: Double? = nil, isError: Bool = true) {
        self.that = that
        self.atMost = atMost
        self.atLeast = atLeast
        self.isError = isError
    }

    /// Both ends included. Not-a-number passes no check.
    public func passes(_ value: Double) -> Bool {
        if value.isNaN { return false }
        return value <= atMost ?? .infinity && value >= atLeast ?? -.infinity
    }

    /// `at most 0.95`, `0.1 ... 0.95`.
    public var limits: String {
        switch (atLeast, atMost) {
        case (let low?, let high?): "\(NumberText.of(low)) ... \(NumberText.of(high))"
        case (let low?, nil): "at least \(NumberText.of(low))"
        case (nil, let high?): "at most \(NumberText.of(high))"
        case (nil, nil): "any"
        }
    }
}
