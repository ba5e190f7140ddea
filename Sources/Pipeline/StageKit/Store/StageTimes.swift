/// How long results took to make.
package protocol StageTimes: Sendable {
    /// - Parameter stage: of the run's pipeline.
    /// - Returns: the stage itself and all that it depends on, directly or not, in the order of the plan; those without any
    ///   recorded work are left out.
    func times(making stage: String) throws -> [StageTime]
}

/// A stage and how long it worked on the result that it has now.
package struct StageTime: Hashable, Sendable {
    package let stage: String
    package let kind: String
    /// Of the run that ended it and of those before it that were stopped; what a killed run did is not known.
    package let seconds: Double

    package init(stage: String, kind: String, seconds: Double) {
        self.stage = stage
        self.kind = kind
        self.seconds = seconds
    }
}
