/// A head for single tokens: dropout and one linear map of each token's state, in all families.
///
/// Source: `BertForTokenClassification`, `BertForQuestionAnswering` and those of the other families in huggingface/transformers.
package struct TokenHeadPlan: Hashable, Sendable {
    /// What its scores are for.
    package enum Use: Hashable, Sendable, CaseIterable {
        /// The class of each token that the batch names.
        case tags
        /// Of every token two scores: that an answer begins with it, and that it ends with it.
        case answers
    }

    package let use: Use
    /// Rate of the dropout, 0 ..< 1.
    let dropout: Double
}

extension TokenHeadPlan.Use {
    /// What the names of the classes of transformers end with that have such a head.
    package var classEnding: String {
        switch self {
        case .tags: "ForTokenClassification"
        case .answers: "ForQuestionAnswering"
        }
    }

    /// What the linear map is called in all families.
    var published: String {
        switch self {
        case .tags: "classifier"
        case .answers: "qa_outputs"
        }
    }

    /// Which tokens' states the head reads.
    var wanted: Wanted {
        switch self {
        case .tags: .chosenTokens
        case .answers: .allTokens
        }
    }
}
