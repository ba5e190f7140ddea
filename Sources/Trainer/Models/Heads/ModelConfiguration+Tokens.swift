extension ModelConfiguration {
    /// The same with a head for single tokens, or with the family's own for rows.
    package func answeringTokens(_ isForTokens: Bool) -> ModelConfiguration {
        var plan = plan
        plan.tokenHead = isForTokens ? TokenHeadPlan(dropout: tokenDropout) : nil
        return with(plan: plan)
    }

    /// Whether the head scores single tokens.
    package var answersTokens: Bool { plan.tokenHead != nil }

    /// DistilBERT's rate of the classifier is for rows alone.
    private var tokenDropout: Double {
        dialect == .distilBERT ? plan.hiddenDropout : plan.classifierDropout ?? plan.hiddenDropout
    }
}

extension Dialect {
    /// What the names of classes for single tokens end with.
    package static let tokenEnding = "ForTokenClassification"

    /// Class of transformers that a folder with a head for single tokens is opened by.
    package var tokenArchitecture: String {
        sequenceArchitecture.dropLast(Self.sequenceEnding.count) + Self.tokenEnding
    }
}
