package import ActiveLabeling
internal import Labeling
internal import VoteModel

extension LabelSets.Loaded {
    private struct Case: Hashable {
        let prior: Int
        let ups: Int32
        let downs: Int32
    }

    /// How near each comment is to another label, in the order of the table; `nil` if its votes still grow, so that waiting
    /// settles it, and where no number of votes up to 1,000 changes it.
    package func borderDistances() -> [BorderDistance?] {
        var known: [Case: BorderDistance?] = [:]
        return table.comments.indices.map { row in
            if settled?[row] == false { return nil }
            let votes = Case(
                prior: sources.isEmpty ? 0 : sources[row], ups: table.ups[row], downs: table.downs[row])
            if let distance = known[votes] { return distance }
            let distance = rules[table.comments[row]].borderDistance(
                of: VoteCount(up: Int(votes.ups), down: Int(votes.downs)))
            known[votes] = .some(distance)
            return distance
        }
    }
}
