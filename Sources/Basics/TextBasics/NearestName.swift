/// Finds the name that was probably meant by one that does not exist.
package enum NearestName {
    /// `did you mean 'labels'?`, or `nil` if no candidate is near enough.
    /// - Parameter shown: how a name is written in the question.
    package static func hint(
        for name: String, among candidates: some Sequence<String>,
        shown: (String) -> String = { "'\($0)'" }
    ) -> String? {
        suggestion(for: name, among: candidates).map { "did you mean \(shown($0))?" }
    }

    /// `did you mean 'labels'? stages: clean, labels`: the question, where there is one, and what is allowed.
    /// - Parameters:
    ///   - shown: how a name is written in the question.
    ///   - rest: a sentence that names what is allowed.
    package static func hint(
        for name: String, among candidates: some Sequence<String>,
        shown: (String) -> String = { "'\($0)'" }, then rest: String
    ) -> String {
        hint(for: name, among: candidates, shown: shown).map { "\($0) \(rest)" } ?? rest
    }

    /// The candidate with the fewest single-character edits from `name`, if few enough to be a slip:
    /// at most a third of the longer name's length, and at most 3.
    package static func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
        guard (1...64).contains(name.unicodeScalars.count) else { return nil }
        var best: (distance: Int, candidate: String)?
        for candidate in candidates.sorted() {
            let distance = editDistance(name, candidate)
            let limit = min(3, max(1, max(name.unicodeScalars.count, candidate.unicodeScalars.count) / 3))
            if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.candidate
    }

    /// Edits between two names: insertions, deletions, substitutions and swaps of neighbors, each one.
    ///
    /// Source: optimal string alignment distance, Damerau, "A technique for computer detection and correction
    /// of spelling errors" (1964), in the restricted form.
    package static func editDistance(_ left: String, _ right: String) -> Int {
        let a = Array(left.unicodeScalars)
        let b = Array(right.unicodeScalars)
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var previous = [Int](repeating: 0, count: b.count + 1)
        var current = Array(0...b.count)
        for i in 1...a.count {
            let beforePrevious = previous
            previous = current
            current = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    current[j] = min(current[j], beforePrevious[j - 2] + 1)
                }
            }
        }
        return current[b.count]
    }
}
