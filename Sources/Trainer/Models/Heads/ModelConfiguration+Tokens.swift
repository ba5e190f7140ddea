extension ModelConfiguration {
    /// The same with a head for single tokens; `nil` for the family's own for rows.
    package func answeringTokens(_ use: TokenHeadPlan.Use?) -> ModelConfiguration {
        var plan = plan
        plan.tokenHead = use.map { TokenHeadPlan(use: $0, dropout: tokenDropout($0)) }
        return with(plan: plan)
    }

    /// What the head scores single tokens for; `nil` if it scores rows.
    package var tokenUse: TokenHeadPlan.Use? { plan.tokenHead?.use }

    /// DistilBERT's rate of the classifier is for rows alone, and it alone has dropout before the map of answers. GPT-2 has
    /// dropout before the map of tags alone.
    private func tokenDropout(_ use: TokenHeadPlan.Use) -> Double {
        switch (use, dialect) {
        case (.tags, .distilBERT): plan.hiddenDropout
        case (.tags, .gpt2): tagDropout ?? 0.1
        case (.tags, _): plan.classifierDropout ?? plan.hiddenDropout
        case (.answers, .distilBERT): answerDropout ?? 0.1
        case (.answers, _): 0
        }
    }
}

extension Dialect {
    /// Class of transformers that a folder with a head for single tokens is opened by.
    package func architecture(for use: TokenHeadPlan.Use) -> String {
        sequenceArchitecture.dropLast(Self.sequenceEnding.count) + use.classEnding
    }
}
