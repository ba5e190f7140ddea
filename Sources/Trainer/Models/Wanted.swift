/// Which tokens' states a head reads. The last layer of an encoder computes no others.
package enum Wanted: Hashable, Sendable {
    /// The first token of each row.
    case firstTokens
    /// Those that the step names, of any row.
    case chosenTokens
    /// Every token.
    case allTokens
}
