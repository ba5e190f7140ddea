internal import DatasetStages
internal import Labeling
internal import Sampling
internal import StageKit

/// What the data stages of a pipeline file say, from tables of comments to the rows of a split and their columns: all that
/// an engine has to do.
struct EngineRecipe {
    /// The pipeline's name, and its file as the user named it.
    var pipeline: String
    var file: String
    var tables: [CommentTable]
    var clean: CleanStep
    var label: LabelStep
    var sample: SampleStep
    var split: SplitStep
    /// Columns of the exports, as a pipeline file names them.
    var columns: [String]
    /// Only what had been seen by then counts: seconds since 1970, UTC. `nil` for everything.
    var asOf: Int64?
    /// What stays in splitvote, or is done otherwise, each in a sentence.
    var notes: [String]

    /// The tables of one ingest stage.
    struct CommentTable {
        var stage: String
        var source: String
        /// Absolute paths or patterns.
        var paths: [String]
        var format: TableForm
        /// Column names by role.
        var columns: [String: [String]]
        /// Offset of dates and times that give none, seconds east of Greenwich.
        var zoneSeconds: Int64
        /// Whether numbers of comments are unique in their article only.
        var numbersAreOfArticles: Bool
        /// When rows without a moment were seen: seconds since 1970, UTC.
        var observedAt: Int64

        var hasKeys: Bool { columns["key"] != nil }
    }

    /// How the rows of tables are written.
    enum TableForm: Hashable {
        case delimited(by: String, isQuoted: Bool)
        /// Columns with types; each value counts as its text.
        case parquet
    }

    struct CleanStep {
        var stage: String
        /// See `CleaningRules.identifier`.
        var rules: String
        var minChars: Int
        var dropsDeleted: Bool
        var dropsEmpty: Bool
    }

    struct LabelStep {
        var stage: String
        var rule: ControversyRule
        /// The stage's parameters, from which the rule is made.
        var parameters: JSONValue
        /// Whether alpha and beta are fitted to each source.
        var hasFittedPriors: Bool
        /// Age, in seconds, from which votes are settled; `nil` if the rule does not ask.
        var settle: Int64?

        /// Whether up- and down-votes alone decide by plain comparisons, so that SQL says the whole rule.
        var isPlain: Bool { rule.confidence == nil && rule.scoring == nil }
    }

    struct SampleStep {
        var stage: String
        var rule: SampleRule
    }

    struct SplitStep {
        var stage: String
        var salt: String
        /// In order.
        var sides: [String]
        var method: Method
        /// Whether articles stay together, and not comments alone.
        var keepsArticles: Bool
        /// Offset of times that give none, seconds east of Greenwich.
        var zoneSeconds: Int64
        var copies: Copies
        var near: NearDuplicateRule
        /// What earlier nights have decided; empty for a store that has decided nothing.
        var kept = SplitHoldings()
    }

    enum Copies: String {
        case keep, drop
        case onePerSide = "one_per_side"
    }

    enum Method: Hashable {
        /// For each side but the last, the number below which a group's place puts it there: shares, summed in their order.
        case hash(bounds: [Double])
        /// Seconds since 1970, UTC: for each side in turn the first moment of the next; one fewer than sides if the last
        /// takes the rest.
        case time(cuts: [Int64])
        /// One of equal parts is the test; of the others this share of each is the dev side.
        case fold(Int, of: Int, dev: Double)
    }

    /// Whether the votes go through the program, for what SQL cannot say.
    var asksForVerdicts: Bool {
        !label.isPlain || columns.contains { ["p_controversial", "weight", "flip_distance"].contains($0) }
    }
}
