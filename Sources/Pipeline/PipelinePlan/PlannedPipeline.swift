package import Diagnostics
package import StageKit

/// A pipeline file that has been checked in full: every reference resolved, every stage made, an order found.
package struct PlannedPipeline: Sendable {
    /// The pipeline file as the user named it.
    package var file: String
    /// Folder of the pipeline file, where relative paths start. Absolute.
    package var baseFolder: String
    package var name: String
    package var store: StoreSettings
    package var hooks: Hooks
    /// Every parameter with the value it has in this run.
    package var params: [String: JSONValue]
    /// What `-S` gave another value than the file does: parameters by their name, and what single stages say by the
    /// stage's name and theirs, as in `labels.min_votes`.
    package var overrides: [String: JSONValue]
    /// Stages whose labels differ, because of `-S`, from those of the file's rules: those that rule labels and had a
    /// parameter changed, and all that depend on them.
    package var trialStages: Set<String>
    /// Environment variables that hold the secrets, by the secret's name.
    package var secrets: [String: String]
    /// The run's logical date, `YYYY-MM-DD`.
    package var runDate: String
    /// Every stage after all those it depends on; where that leaves a choice, in the order of the file.
    package var stages: [PlannedStage]
    /// What is worth knowing and stops nothing.
    package var warnings: [Finding]
    /// The stage kinds of the program that planned it.
    package var kinds: [StageKind]

    /// The parameters of a stage whose value `-S` changed, in either way; with a dot before each level of nested maps.
    package func overriddenParameters(of stage: String) -> Set<String> {
        let names = Set(overrides.keys.map { "params.\($0)" }).union(overrides.keys)
        return Set(self[stage]?.parameterOrigins.filter { names.contains($0.value) }.keys ?? [:].keys)
    }

    /// The kind of each stage, by the stage's name.
    package var kindNames: [String: String] {
        Dictionary(stages.map { ($0.name, $0.kind.name) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(stage: String) -> PlannedStage? {
        stages.first { $0.name == stage }
    }

    package init(
        file: String, baseFolder: String, name: String, store: StoreSettings, hooks: Hooks = Hooks(),
        params: [String: JSONValue] = [:], overrides: [String: JSONValue] = [:],
        trialStages: Set<String> = [], secrets: [String: String] = [:],
        runDate: String, stages: [PlannedStage], warnings: [Finding] = [],
        kinds: [StageKind] = []
    ) {
        self.file = file
        self.baseFolder = baseFolder
        self.name = name
        self.store = store
        self.hooks = hooks
        self.params = params
        self.overrides = overrides
        self.trialStages = trialStages
        self.secrets = secrets
        self.runDate = runDate
        self.stages = stages
        self.warnings = warnings
        self.kinds = kinds
    }
}

/// Where a pipeline keeps its state, and for how long.
package struct StoreSettings: Hashable, Sendable {
    /// The SQLite file. Absolute.
    package var state: String
    /// The folder of artifacts. Absolute.
    package var artifacts: String
    /// Runs whose artifacts are kept; `nil`: all.
    package var keepRuns: Int?
    /// Most bytes that artifacts and kept answers may take; `nil`: any.
    package var keepMaxSize: Int64?
    /// Seconds that answers of web sources are kept; `nil`: for ever.
    package var keepAnswers: Int?

    package init(
        state: String, artifacts: String, keepRuns: Int? = nil, keepMaxSize: Int64? = nil,
        keepAnswers: Int? = nil
    ) {
        self.state = state
        self.artifacts = artifacts
        self.keepRuns = keepRuns
        self.keepMaxSize = keepMaxSize
        self.keepAnswers = keepAnswers
    }
}
