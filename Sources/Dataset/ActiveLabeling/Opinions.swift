/// What people say of comments: a class of each person who read it.
///
/// Of several labels that one person gave one comment the latest counts; of those of one moment, or of none, the last.
package struct Opinions: Sendable {
    /// What people say of one comment together.
    package enum Consensus: Hashable, Sendable {
        /// The class that most of them give.
        case label(Int)
        /// Two or more classes have as many.
        case tied
        /// Everybody who read it was unsure.
        case unsure
    }

    private struct Entry: Sendable {
        /// `nil`: unsure.
        var label: Int?
        var moment: Int64?
    }

    /// In the order in which they were met.
    package private(set) var annotators: [String] = []
    /// Labels that their annotator replaced by later ones.
    package private(set) var revised = 0
    private var places: [String: Int] = [:]
    private var entries: [Int64: [Int: Entry]] = [:]

    package init() {}

    /// - Parameters:
    ///   - label: a class; `nil` for somebody who cannot decide.
    ///   - moment: seconds since 1970; `nil`, if it is not known, is before all others.
    package mutating func add(_ comment: Int64, by annotator: String, label: Int?, at moment: Int64?) {
        let place = places[annotator] ?? annotators.count
        if place == annotators.count {
            places[annotator] = place
            annotators.append(annotator)
        }
        if let earlier = entries[comment]?[place] {
            revised += 1
            if (moment ?? .min) < (earlier.moment ?? .min) { return }
        }
        entries[comment, default: [:]][place] = Entry(label: label, moment: moment)
    }

    /// Comments that somebody read, rising.
    package var comments: [Int64] { entries.keys.sorted() }

    /// The classes that people gave a comment, in the order of the annotators; without those who were unsure.
    package func labels(of comment: Int64) -> [Int] {
        annotators.indices.compactMap { label(of: comment, by: $0) }
    }

    /// The class that the annotator of a place gave a comment; `nil` if none.
    package func label(of comment: Int64, by annotator: Int) -> Int? {
        entries[comment]?[annotator]?.label
    }

    /// What people say of a comment together; `nil` if nobody read it.
    package func consensus(on comment: Int64) -> Consensus? {
        if entries[comment] == nil { return nil }
        var counts: [Int: Int] = [:]
        for label in labels(of: comment) { counts[label, default: 0] += 1 }
        guard let most = counts.values.max() else { return .unsure }
        let best = counts.filter { $0.value == most }.keys
        return best.count == 1 ? best.first.map(Consensus.label) : .tied
    }
}
