/// Says when two texts are copies of each other.
///
/// - Exact copies have the same code points once white space is left out and ASCII letters are lower-cased.
/// - Near copies share at least ``threshold`` of their shingles: the sets of all runs of ``shingle`` code points,
///   compared by the Jaccard index |A ∩ B| / |A ∪ B|. A text with fewer code points has no shingles and only
///   exact copies: all short texts would otherwise be one.
package struct NearDuplicateRule: Hashable, Sendable {
    /// Code points in a shingle, 1 ... 8.
    package var shingle: Int
    /// Least Jaccard index of near copies, 0.5 ... 1.
    package var threshold: Double

    package init(shingle: Int = 3, threshold: Double = 0.85) {
        self.shingle = shingle
        self.threshold = threshold
    }

    /// Everything that makes this rule one that cannot be meant, as sentences for people.
    package var problems: [String] {
        var problems: [String] = []
        if !(1...8).contains(shingle) {
            problems.append("a shingle of \(shingle) characters; 1 ... 8 are possible")
        }
        if !(0.5...1).contains(threshold) {
            problems.append("a threshold of \(threshold); a share in 0.5 ... 1 is wanted")
        }
        return problems
    }

    /// Hash functions in a signature.
    static let lanes = 128

    /// How many hash functions must agree in a band for two texts to be compared: the most with which at
    /// most one pair in a million that is exactly at the threshold is missed.
    ///
    /// With r functions a band and b = 128 / r bands, a pair of similarity s is missed with probability
    /// (1 - s^r)^b. Above the threshold it is missed more rarely still.
    var rowsPerBand: Int {
        var rows = 1
        while rows < 16, Self.missed(threshold, rows: rows + 1) <= 1e-6 { rows += 1 }
        return rows
    }

    static func missed(_ similarity: Double, rows: Int) -> Double {
        var agree = 1.0
        for _ in 0..<rows { agree *= similarity }
        var missed = 1.0
        for _ in 0..<(lanes / rows) { missed *= 1 - agree }
        return missed
    }
}
