/// What a stage kind is called, takes and gives: the entry of the registry.
package struct StageKind: Sendable {
    /// The name in the pipeline file after `uses:`.
    package let name: String
    /// Raised when the same inputs and parameters would give other outputs.
    package let revision: Int
    /// One sentence for help and for the schema.
    package let summary: String
    package let inputs: [Port]
    package private(set) var outputs: [Port]
    /// The numbers a stage of this kind reports, by name; `checks:` may test them.
    package let figures: [Figure]
    /// The value that all its figures are read as; `nil` if nobody reads them.
    package let figuresType: (any KindFigures.Type)?
    /// Figures that come once for each side, label or the like that the parameters name: the beginning of their names, up
    /// to a full stop, such as `rows` for `rows.train`. Which there are says ``Stage/reportedFigures``.
    package let figureFamilies: [Figure]
    /// Whether a stage adds to what the store holds, so that it is only up to date when its *last* run had the
    /// same fingerprint. The others may also go back to any earlier result.
    package let accumulates: Bool
    /// Whether the figures of every stage before it belong to its input, as for a report.
    package let readsUpstreamFigures: Bool
    /// Whether a stage asks a source that may say something else each time, so that it runs whenever it is selected.
    package let asksItsSource: Bool
    /// Whether a stage may report figures beside those named, as a program of the user's does.
    package let reportsAnyFigure: Bool
    /// Whether its parameters are part of what a label set is called by, as rules for labels and texts are. A run that
    /// gives one of them another value than the pipeline file does is a trial.
    package let rulesLabels: Bool
    /// Whether its stages make labels or what is made of them, so that labeling again runs them again.
    package let followsLabels: Bool
    /// The figures that people look for first, in the order in which they are shown.
    package let headline: [String]
    /// Tables in the store that its changes are written into, beside those that every store has.
    package let tables: StoreTables?
    /// What its stages add to reports; `nil` for nothing.
    package let report: KindReport?
    /// A stage of this kind as written under `stages:`, for help and for the reference. Those of all kinds together are
    /// one pipeline: each takes its inputs from the examples of others.
    package let example: String
    /// Values to show of keys that have no default, as they would be written in the file; a dot before each level of
    /// nested maps.
    package let values: [String: String]

    package init(
        _ name: String, revision: Int, summary: String, inputs: [Port] = [], outputs: [Port],
        figures: DeclaredFigures = [], figureFamilies: [Figure] = [], accumulates: Bool = false,
        readsUpstreamFigures: Bool = false, asksItsSource: Bool = false, reportsAnyFigure: Bool = false,
        rulesLabels: Bool = false, followsLabels: Bool = false, headline: [String] = [],
        tables: StoreTables? = nil,
        report: KindReport? = nil, example: String = "", values: [String: String] = [:]
    ) {
        self.name = name
        self.revision = revision
        self.summary = summary
        self.inputs = inputs
        self.outputs = outputs
        self.figures = figures.figures
        figuresType = figures.type
        self.figureFamilies = figureFamilies
        self.accumulates = accumulates
        self.readsUpstreamFigures = readsUpstreamFigures
        self.asksItsSource = asksItsSource
        self.reportsAnyFigure = reportsAnyFigure
        self.rulesLabels = rulesLabels
        self.followsLabels = followsLabels
        self.headline = headline
        self.tables = tables
        self.report = report
        self.example = example
        self.values = values
    }
}

extension StageKind {
    /// The kind of a stage that gives what its parameters say.
    package func giving(_ outputs: [Port]) -> StageKind {
        var kind = self
        kind.outputs = outputs
        return kind
    }
}

/// A named place where artifacts enter or leave a stage.
package struct Port: Hashable, Sendable {
    package let name: String
    /// Stands for every artifact type, on an input.
    package static let anyType = "any"

    /// The artifact types taken or given, such as `labels-v1`. An input takes any of them; an output gives one.
    package let types: [String]
    package let optional: Bool
    /// Whether several stages may be connected to this input.
    package let many: Bool

    package init(_ name: String, _ types: String..., optional: Bool = false, many: Bool = false) {
        self.name = name
        self.types = types
        self.optional = optional
        self.many = many
    }

    /// Whether this input takes artifacts of a type.
    package func takes(_ type: String) -> Bool { types.contains(type) || types.contains(Self.anyType) }
}
