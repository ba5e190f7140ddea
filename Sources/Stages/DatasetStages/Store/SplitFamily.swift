/// The groups of a split family and the side each was first put on.
package struct SplitFamily: Sendable {
    /// Shares or cut dates in canonical JSON.
    package var rule: String
    /// By the bytes of the group's key: keys that only look the same are different groups.
    package var sides: [[UInt8]: String]

    package init(rule: String, sides: [[UInt8]: String]) {
        self.rule = rule
        self.sides = sides
    }
}

/// A comment that a split family has kept on a side.
package struct SplitKept: Hashable, Sendable {
    package var comment: Int64
    package var side: String
    /// Logical date of the run that first kept it, `YYYY-MM-DD`.
    package var date: String

    package init(comment: Int64, side: String, date: String) {
        self.comment = comment
        self.side = side
        self.date = date
    }
}

/// The label and the votes that a comment was on its side with from a day on, or that it left it.
package struct SplitLabel: Hashable, Sendable {
    package var comment: Int64
    /// Logical date of the run that saw it so, `YYYY-MM-DD`.
    package var date: String
    /// Code of the label; `nil`: from then on the comment was on no side.
    package var label: UInt8?
    package var up: Int32
    package var down: Int32

    package init(comment: Int64, date: String, label: UInt8?, up: Int32 = 0, down: Int32 = 0) {
        self.comment = comment
        self.date = date
        self.label = label
        self.up = up
        self.down = down
    }
}
