package import Labeling
package import VoteModel

/// The comments that thresholds are tried on.
package struct SurfaceComments: Sendable {
    let census: VoteCensus
    /// By source, the place of its name among ``sources``.
    let places: [Int]
    /// Names of the sources, by their number; one without a name where sources do not matter.
    let sources: [String]
    /// How many comments have a state in the set compared with.
    let compared: Int

    /// Gathers comments by their votes, source, former label and rest.
    ///
    /// - Parameters:
    ///   - ups: up-votes of each comment.
    ///   - downs: down-votes of each comment, as many.
    ///   - sources: number of each comment's source among `names`, as many; `nil` if sources do not matter.
    ///   - names: names of the sources, at most a million; those of one name are counted together.
    ///   - former: what the set compared with says about each comment, as many; see `LabelTable.states(of:)`.
    ///     `nil` for no comparison. Comments it does not have take no part in flips.
    ///   - settled: whether each comment's votes have come to rest, as many; `nil` if all have.
    package init(
        ups: [Int32], downs: [Int32], sources: [Int]? = nil, names: [String] = [],
        former: [LabelState]? = nil,
        settled: [Bool]? = nil
    ) {
        precondition(
            [sources?.count, former?.count, settled?.count].allSatisfy { $0 == nil || $0 == ups.count })
        if sources == nil, former == nil, settled == nil {
            census = VoteCensus(ups: ups, downs: downs, tags: nil)
        } else {
            let tags = ups.indices.map { row in
                SurfaceTag(
                    source: sources?[row] ?? 0, former: former?[row] ?? .absent,
                    settled: settled?[row] ?? true
                ).bits
            }
            census = VoteCensus(ups: ups, downs: downs, tags: tags)
        }
        var placeOf: [String: Int] = [:]
        var distinct: [String] = []
        places = (sources == nil ? [] : names).map { name in
            if let place = placeOf[name] { return place }
            placeOf[name] = distinct.count
            distinct.append(name)
            return distinct.count - 1
        }
        self.sources = distinct
        compared = former.map { $0.count { $0 != .absent } } ?? 0
    }
}

/// What distinguishes a comment besides its votes. All bits 0: the first source, settled, nothing to compare with.
struct SurfaceTag {
    var source: Int
    var former: LabelState
    var settled: Bool

    init(source: Int, former: LabelState, settled: Bool) {
        self.source = source
        self.former = former
        self.settled = settled
    }

    init(bits: UInt32) {
        source = Int(bits >> 3)
        former = LabelState(rawValue: 3 - Int(bits >> 1 & 3)) ?? .absent
        settled = bits & 1 == 0
    }

    var bits: UInt32 { UInt32(source) << 3 | UInt32(3 - former.rawValue) << 1 | (settled ? 0 : 1) }
}

/// What a rule would make of the same comments under other thresholds: one cell for each number of votes and band.
///
/// All comes from the counts at one cut; nothing is read, cleaned or labeled again.
package struct ThresholdSurface: Hashable, Sendable {
    /// Comments by verdict.
    package struct Counts: Hashable, Sendable {
        /// By `Verdict.code`.
        package internal(set) var byCode = [Int](repeating: 0, count: Verdict.allCases.count)

        package subscript(verdict: Verdict) -> Int { byCode[Int(verdict.code)] }
        /// Comments with a label.
        package var labeled: Int { self[.controversial] + self[.uncontroversial] }
        /// All comments.
        package var all: Int { byCode.reduce(0, +) }
        /// The part of all comments without a label, 0 ... 1; 0 without comments.
        package var abstainShare: Double { all == 0 ? 0 : Double(all - labeled) / Double(all) }
        /// The part of the labeled comments that is controversial; `nil` without any.
        package var balance: Double? {
            labeled == 0 ? nil : Double(self[.controversial]) / Double(labeled)
        }
    }

    /// How the labels differ from those of the set compared with.
    package struct Flips: Hashable, Sendable {
        /// Comments that would get a label and have none.
        package internal(set) var gained = 0
        /// Comments that would lose their label.
        package internal(set) var lost = 0
        /// Comments that would be called the opposite.
        package internal(set) var turned = 0
        package var all: Int { gained + lost + turned }
    }

    /// One pair of thresholds.
    package struct Cell: Hashable, Sendable {
        package let minVotes: Int
        package let band: ClosedRange<Double>
        package internal(set) var counts = Counts()
        /// `nil` if there is nothing to compare with.
        package internal(set) var flips: Flips?
        /// The same counts for each source separately, in the order of ``ThresholdSurface/sources``.
        package internal(set) var bySource: [Counts] = []
    }

    /// The rule that was varied: its outer bounds, confidence and prior hold in every cell.
    package let rule: ControversyRule
    package let axes: SweepAxes
    /// All comments looked at.
    package let comments: Int
    /// Those of them that the set compared with has.
    package let compared: Int
    /// Names of the sources; empty if they were not distinguished.
    package let sources: [String]
    /// For each band in its order, one cell for each number of votes in rising order.
    package let cells: [Cell]

    /// Tries thresholds.
    ///
    /// - Parameters:
    ///   - rule: gives everything but the least number of votes and the controversial range.
    ///   - priors: a prior for each source, as many as names were given, for rules with a confidence; `nil` for the
    ///     rule's own.
    /// - Throws: ``SweepProblem/rule(band:_:)`` for a band that the rule cannot have.
    /// - Complexity: O(d) for each band and O(1) for each cell, for d distinct counts; with a confidence a posterior
    ///   mass for each count and band that its ratio is in.
    package init(
        of rule: ControversyRule, over axes: SweepAxes, comments: SurfaceComments, priors: [BetaPrior]? = nil
    ) throws(SweepProblem) {
        precondition(priors == nil || priors?.count == max(1, comments.places.count))
        for band in axes.bands {
            var tried = rule
            tried.controversial = band
            tried.confidence = nil
            if let problem = tried.problems().first(where: { !$0.isWarning }) {
                throw .rule(band: band, problem.description)
            }
        }
        self.rule = rule
        self.axes = axes
        self.comments = comments.census.comments
        compared = comments.compared
        sources = comments.sources
        var sweep = SurfaceSweep(rule: rule, axes: axes, comments: comments, priors: priors)
        cells = axes.bands.flatMap { sweep.cells(of: $0) }
    }

    /// The cell of these thresholds; `nil` if they were not tried.
    package func cell(minVotes: Int, band: ClosedRange<Double>) -> Cell? {
        cells.first { $0.minVotes == minVotes && $0.band == band }
    }
}
