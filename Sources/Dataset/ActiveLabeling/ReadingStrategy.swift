/// Why a comment is worth a person's time: how active labeling chooses what is read next.
package enum ReadingStrategy: String, Hashable, Sendable, CaseIterable {
    /// Drawn from all comments, whatever is known of them: the control that the other choices are measured by.
    case random
    /// Without a label so far, and the model cannot decide.
    case uncertainty
    /// The model contradicts the label with as much certainty as it has where labels agree with it.
    case wrong
    /// A few more votes would give the comment another label.
    case border
    /// Without a label so far, and unlike every comment that has one.
    case unlike

    /// `random, uncertainty, wrong, border, unlike`
    package static var listed: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// Something that a person asked for and that cannot be meant.
package struct ReadingProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
    /// What to do instead.
    package let hint: String

    package init(_ description: String, hint: String) {
        self.description = description
        self.hint = hint
    }
}
