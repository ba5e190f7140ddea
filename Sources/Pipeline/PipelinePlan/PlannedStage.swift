package import Diagnostics
package import StageKit

/// One stage, ready to run.
package struct PlannedStage: Sendable {
    package var name: String
    package var kind: StageKind
    package var stage: any Stage
    /// Typed, with defaults: the part of the fingerprint that the parameters make up. An object.
    package var parameters: JSONValue
    /// Where the stage's name is in the file.
    package var span: SourceSpan?
    /// The location of each parameter in the file; with a dot before each level of nested maps.
    package var spans: [String: SourceSpan] = [:]
    /// Paths that the stage puts files at, which may hold placeholders in braces.
    package var outputPaths: [String] = []
    /// Which reference a parameter came through, such as `params.min_votes`, by parameter.
    package var parameterOrigins: [String: String]
    /// Files that must be expanded and digested before the fingerprint is known.
    package var fileRequests: [FileRequest]
    /// What is connected, in the order of the kind's ports.
    package var inputs: [PlannedInput]
    /// Stages that must be done before, without giving any input.
    package var needs: [String]
    package var checks: [PlannedCheck]
    /// Days on which the stage runs; `nil`: every day.
    package var when: Set<Weekday>?
    /// Every stage that must be done before, through inputs or `needs`: direct ones only, in the order of the file.
    package var dependencies: [String]

    package init(
        name: String, kind: StageKind, stage: any Stage, parameters: JSONValue = .object([:]),
        parameterOrigins: [String: String] = [:], fileRequests: [FileRequest] = [],
        inputs: [PlannedInput] = [],
        needs: [String] = [], checks: [PlannedCheck] = [], when: Set<Weekday>? = nil,
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
        self.dependencies = dependencies
    }
}

/// The stages connected to one input port.
package struct PlannedInput: Hashable, Sendable {
    package var port: String
    /// In the order of the file; one, unless the port takes many.
    package var sources: [PlannedSource]

    /// The stages' names.
    package var stages: [String] { sources.map(\.stage) }

    package init(port: String, sources: [PlannedSource]) {
        self.port = port
        self.sources = sources
    }
}

/// The output of a stage that goes into an input port.
package struct PlannedSource: Hashable, Sendable {
    package var stage: String
    /// The producer's output port.
    package var output: String
    /// Artifact type, such as `labels-v1`.
    package var type: String

    package init(stage: String, output: String, type: String) {
        self.stage = stage
        self.output = output
        self.type = type
    }
}

/// A limit on a figure that a stage reports.
package struct PlannedCheck: Hashable, Sendable {
    /// The figure's name.
    package var that: String
    package var atMost: Double?
    package var atLeast: Double?
    /// Whether failing stops the run with exit status 3; otherwise it is a warning.
    package var isError: Bool

    package init(that: String, atMost: Double? = nil, atLeast: Double? = nil, isError: Bool = true) {
        self.that = that
        self.atMost = atMost
        self.atLeast = atLeast
        self.isError = isError
    }

    /// Both ends included. Not-a-number passes no check.
    package func passes(_ value: Double) -> Bool {
        if value.isNaN { return false }
        return value <= atMost ?? .infinity && value >= atLeast ?? -.infinity
    }

    /// `at most 0.95`, `0.1 ... 0.95`.
    package var limits: String {
        switch (atLeast, atMost) {
        case (let low?, let high?): "\(NumberText.of(low)) ... \(NumberText.of(high))"
        case (let low?, nil): "at least \(NumberText.of(low))"
        case (nil, let high?): "at most \(NumberText.of(high))"
        case (nil, nil): "any"
        }
    }
}
