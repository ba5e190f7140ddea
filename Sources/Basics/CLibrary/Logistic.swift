/// The logistic function, 1 / (1 + e^-score): the probability that a score of a yes or no says.
package func logistic(_ score: Double) -> Double {
    let decay = exp(-abs(score))
    return (score >= 0 ? 1 : decay) / (1 + decay)
}
