public import VoteModel

/// A label set as the store registers it.
public struct LabelSetRecord: Sendable {
    /// First 16 hex digits of the SHA-256 over rule, ledger digest and clean rules.
    public var id: String
    /// The rule's parameters.
    public var rule: JSONValue
    public var cut: LedgerCut
    /// The clean stage's parameters.
    public var clean: JSONValue
    /// Number of comments by label name.
    public var counts: [String: Int]
    /// How the rows differ from those of an earlier set, where that is known.
    public var delta: LabelSetDelta?
    /// Every judged comment: asked for only where the difference is not known.
    public var rows: @Sendable () throws -> LabelSetRows

    public init(
        id: String, rule: JSONValue, cut: LedgerCut, clean: JSONValue, counts: [String: Int],
        delta: LabelSetDelta? = nil, rows: @escaping @Sendable () throws -> LabelSetRows
    ) {
        self.id = id
        self.rule = rule
        self.cut = cut
        self.clean = clean
        self.counts = counts
        self.delta = delta
        self.rows = rows
    }
}

/// Judged comments in the order of ids; parallel arrays. Label codes are those of `Verdict`.
public struct LabelSetRows: Hashable, Sendable {
    public var comments: [Int64]
    public var labels: [UInt8]
    public var ups: [Int32]
    public var downs: [Int32]

    public init(
        comments: [Int64] = [], labels: [UInt8] = [], ups: [Int32] = [], downs: [Int32] = []
    ) {
        self.comments = comments
        self.labels = labels
        self.ups = ups
        self.downs = downs
    }

    public var count: Int { comments.count }
}

/// How the rows of a label set differ from those of an earlier one.
public struct LabelSetDelta: Hashable, Sendable {
    /// Id of the earlier set.
    public var base: String
    /// Rows of the present set that are new or say something else.
    public var changed: LabelSetRows
    /// Comments of the earlier set that the present one leaves out. Rising.
    public var gone: [Int64]

    public init(base: String, changed: LabelSetRows = LabelSetRows(), gone: [Int64] = []) {
        self.base = base
        self.changed = changed
        self.gone = gone
    }
}

/// First assignments of a split rule: which side each group is on, for good.
public struct SplitFamilyRecord: Hashable, Sendable {
    public var salt: String
    /// `article`, `comment`, `author` or `time`.
    public var groupBy: String
    /// Shares or cut dates, as written.
    public var rule: JSONValue
    /// Group keys and the side of each; parallel arrays.
    public var groups: [String]
    public var sides: [String]
    /// Where the labels of comments, or whether they are on a side, differ from what the family has of them.
    public var labels: [SplitLabel]

    public init(
        salt: String, groupBy: String, rule: JSONValue, groups: [String], sides: [String],
        labels: [SplitLabel] = []
    ) {
        self.salt = salt
        self.groupBy = groupBy
        self.rule = rule
        self.groups = groups
        self.sides = sides
        self.labels = labels
    }
}
