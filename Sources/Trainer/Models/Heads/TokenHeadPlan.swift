/// A head for single tokens: dropout and one linear map of each token's state, in all families.
///
/// Source: `BertForTokenClassification` and those of the other families in huggingface/transformers.
package struct TokenHeadPlan: Hashable, Sendable {
    /// Rate of the dropout, 0 ..< 1.
    let dropout: Double
}
