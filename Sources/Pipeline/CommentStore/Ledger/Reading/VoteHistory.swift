/// What the ledger knows of one comment's votes, and what another look at them adds.
///
/// The outcome depends on the set of looks alone, not on their order: a look that confirms the counts is kept as a
/// sighting, and becomes an observation when an earlier look turns up that said otherwise.
struct VoteHistory {
    struct Entry: Equatable {
        var observation: Observation
        var commit: Int64
    }

    enum Change: Equatable {
        /// A new row of the ledger.
        case observe(Observation)
        /// Replaces the counts that this same commit gave for the moment.
        case replace(Observation)
        /// The counts were seen again, unchanged.
        case confirm(Int64)
    }

    /// In the order of moments; of one moment in the order of commits, so that the last one counts.
    private(set) var entries: [Entry] = []
    /// Moments of sightings, ascending.
    private(set) var sightings: [Int64] = []
    /// Effective observations that came and went since the history was read; what the ledger's digest must follow.
    private(set) var added: [Observation] = []
    private(set) var removed: [Observation] = []
    /// Commits of superseded readings, and the moments of sightings that are theirs: what they say gives way.
    private let superseded: Set<Int64>
    private let open: Set<Int64>

    init(entries: [Entry], sightings: [Int64], superseded: Set<Int64> = [], open: Set<Int64> = []) {
        self.entries = entries
        self.sightings = sightings
        self.superseded = superseded
        self.open = open
    }

    var isEmpty: Bool { entries.isEmpty && sightings.isEmpty }

    /// The first moment at which somebody looked.
    var firstMoment: Int64? { [entries.first?.observation.moment, sightings.first].compactMap { $0 }.min() }

    /// The last moment at which somebody looked.
    var lastMoment: Int64? { [entries.last?.observation.moment, sightings.last].compactMap { $0 }.max() }

    /// The last moment at which a reading that counts looked.
    var lastLiveMoment: Int64? {
        let entry = entries.last { !superseded.contains($0.commit) }?.observation.moment
        return [entry, sightings.last { !open.contains($0) }].compactMap { $0 }.max()
    }

    /// The counts that held at a moment.
    func counts(at moment: Int64) -> Observation? { last { $0 <= moment } }

    /// The first moment after this one at which somebody looked.
    func lookAfter(_ moment: Int64) -> Int64? {
        let entry = entries.first { $0.observation.moment > moment }?.observation.moment
        return [entry, sightings.first { $0 > moment }].compactMap { $0 }.min()
    }

    /// Whether a look counts at its moment: nobody looked then, or saw no more than it says, or what was seen gives way.
    func accepts(_ seen: Observation) -> Bool {
        guard let known = known(at: seen.moment) else { return true }
        return known.sameCounts(as: seen) || givesWay(at: seen.moment) || seen.outranks(known)
    }

    /// Whether the same commit saw the same counts at the same moment.
    func isTie(_ seen: Observation, commit: Int64) -> Bool {
        entries.contains {
            $0.commit == commit && $0.observation.moment == seen.moment && $0.observation.sameCounts(as: seen)
        }
    }

    private func known(at moment: Int64) -> Observation? {
        last { $0 == moment } ?? (sightings.contains(moment) ? last { $0 < moment } : nil)
    }

    private func givesWay(at moment: Int64) -> Bool {
        if superseded.isEmpty { return false }
        if let entry = entries.last(where: { $0.observation.moment == moment }) {
            return superseded.contains(entry.commit)
        }
        return open.contains(moment)
    }

    /// The observations that count in the ledger's digest: the last of each moment, where it differs from the one before.
    var effective: [Observation] {
        var effective: [Observation] = []
        var before: Observation?
        for (index, entry) in entries.enumerated() {
            let observation = entry.observation
            if index + 1 < entries.count, entries[index + 1].observation.moment == observation.moment {
                continue
            }
            if before.map({ !$0.sameCounts(as: observation) }) ?? true { effective.append(observation) }
            before = observation
        }
        return effective
    }

    /// Takes a look into account.
    /// - Returns: the rows to write, in order.
    mutating func look(_ seen: Observation, commit: Int64) -> [Change] {
        let before = last { $0 < seen.moment }
        let exact = last { $0 == seen.moment }
        if let known = known(at: seen.moment), !seen.outranks(known),
            known.sameCounts(as: seen) || !givesWay(at: seen.moment)
        {
            return []
        }
        if exact == nil, let before, before.sameCounts(as: seen) {
            insertSighting(seen.moment)
            return [.confirm(seen.moment)]
        }
        let next = following(seen.moment)
        let (oldEffect, nextWasEffective) = (exact ?? before, next.map { isEffective($0) } ?? false)
        if let exact, isEffective(exact) { removed.append(exact) }
        var changes = [insert(seen, commit: commit)]
        if isEffective(seen) { added.append(seen) }
        if let confirmed = sightings.first(where: { $0 > seen.moment }), confirmed < next?.moment ?? .max,
            var counts = oldEffect
        {
            counts.moment = confirmed
            sightings.removeAll { $0 == confirmed }
            changes.append(insert(counts, commit: commit))
            if isEffective(counts) { added.append(counts) }
        } else if let next, nextWasEffective != isEffective(next) {
            if nextWasEffective { removed.append(next) } else { added.append(next) }
        }
        return changes
    }

    /// The counts that hold at the last moment for which `condition` is true.
    private func last(where condition: (Int64) -> Bool) -> Observation? {
        entries.last { condition($0.observation.moment) }?.observation
    }

    /// The counts at the first later moment that has a row.
    private func following(_ moment: Int64) -> Observation? {
        guard let next = entries.first(where: { $0.observation.moment > moment })?.observation.moment else {
            return nil
        }
        return last { $0 == next }
    }

    /// Whether the counts differ from those that held just before.
    private func isEffective(_ observation: Observation) -> Bool {
        last { $0 < observation.moment }.map { !$0.sameCounts(as: observation) } ?? true
    }

    private mutating func insertSighting(_ moment: Int64) {
        if sightings.contains(moment) { return }
        sightings.insert(moment, at: sightings.firstIndex { $0 > moment } ?? sightings.endIndex)
    }

    private mutating func insert(_ observation: Observation, commit: Int64) -> Change {
        let entry = Entry(observation: observation, commit: commit)
        if let index = entries.firstIndex(where: {
            $0.observation.moment == observation.moment && $0.commit == commit
        }) {
            entries[index] = entry
            return .replace(observation)
        }
        let index = entries.firstIndex { $0.observation.moment > observation.moment } ?? entries.endIndex
        entries.insert(entry, at: index)
        return .observe(observation)
    }
}
