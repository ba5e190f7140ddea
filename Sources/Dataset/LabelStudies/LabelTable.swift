package import VoteModel

/// The labels of one set: what a rule said about each comment, and the votes it saw.
///
/// Columns of equal length, in strictly rising order of comment ids.
package struct LabelTable: Hashable, Sendable {
    /// Ids of the comments, strictly rising.
    package let comments: [Int64]
    /// Codes of their verdicts; see `Verdict.code`.
    package let labels: [UInt8]
    /// Their up-votes, 0 or more.
    package let ups: [Int32]
    /// Their down-votes, 0 or more.
    package let downs: [Int32]
    /// Ids of their articles; empty if not requested.
    package let articles: [Int64]

    /// - Throws: ``LabelTableProblem`` at the first thing that is wrong.
    /// - Complexity: O(n).
    package init(comments: [Int64], labels: [UInt8], ups: [Int32], downs: [Int32], articles: [Int64] = [])
        throws(LabelTableProblem)
    {
        let lengths = [
            labels.count, ups.count, downs.count, articles.isEmpty ? comments.count : articles.count,
        ]
        guard lengths.allSatisfy({ $0 == comments.count }) else {
            throw .lengths([comments.count] + lengths)
        }
        var last: Int64?
        let codes = UInt8(Verdict.allCases.count)
        for row in comments.indices {
            if let last, comments[row] <= last { throw .notRising(row: row, comments[row], after: last) }
            if labels[row] >= codes { throw .unknownLabel(row: row, labels[row]) }
            if ups[row] < 0 || downs[row] < 0 { throw .negativeVotes(row: row) }
            last = comments[row]
        }
        self.comments = comments
        self.labels = labels
        self.ups = ups
        self.downs = downs
        self.articles = articles
    }

    /// How many comments it has.
    package var count: Int { comments.count }

    func votes(_ row: Int) -> VoteCount { VoteCount(up: Int(ups[row]), down: Int(downs[row])) }
}

/// Why columns are not a table of labels.
package enum LabelTableProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Lengths of the columns: comments, labels, ups, downs, articles.
    case lengths([Int])
    case notRising(row: Int, Int64, after: Int64)
    case unknownLabel(row: Int, UInt8)
    case negativeVotes(row: Int)

    package var description: String {
        switch self {
        case .lengths(let lengths):
            "the columns of a label set have \(lengths.map(String.init).joined(separator: ", ")) rows; "
                + "they must have the same number"
        case .notRising(let row, let id, let last):
            "row \(row) of a label set has comment \(id) after \(last); comments must be in rising order, each once"
        case .unknownLabel(let row, let code):
            "row \(row) of a label set has label code \(code); known are 0 ... \(Verdict.allCases.count - 1)"
        case .negativeVotes(let row):
            "row \(row) of a label set has fewer than no votes"
        }
    }
}

/// What a label set says about one comment, as far as a comparison of sets is concerned.
package enum LabelState: Int, Hashable, Sendable, CaseIterable {
    case controversial
    case uncontroversial
    /// No label, for whatever reason.
    case abstained
    /// The set does not have the comment.
    case absent

    /// The name in tables and reports.
    package var name: String {
        switch self {
        case .controversial: "controversial"
        case .uncontroversial: "uncontroversial"
        case .abstained: "abstained"
        case .absent: "absent"
        }
    }

    /// Whether a classifier learns from it.
    package var isLabel: Bool { self == .controversial || self == .uncontroversial }

    /// What a verdict's code comes to.
    package init(code: UInt8) {
        self = code == Verdict.controversial.code ? .controversial : code == 0 ? .uncontroversial : .abstained
    }
}

extension LabelTable {
    /// What this set says about other comments, in rising order of ids.
    /// - Complexity: O(n + m).
    package func states(of ids: [Int64]) -> [LabelState] {
        var row = 0
        return ids.map { id in
            while row < count, comments[row] < id { row += 1 }
            return row < count && comments[row] == id ? LabelState(code: labels[row]) : .absent
        }
    }

    /// The verdicts of this set on other comments, in rising order of ids; `nil` if it does not have one.
    /// - Complexity: O(n + m).
    package func verdicts(of ids: [Int64]) -> [Verdict?] {
        var row = 0
        return ids.map { id in
            while row < count, comments[row] < id { row += 1 }
            return row < count && comments[row] == id ? Verdict(code: labels[row]) : nil
        }
    }
}
