import Labeling
import VoteModel

/// The algorithm of a surface: judges each distinct count once for each band, then adds up from many votes to few.
///
/// Let bin b of a count be the number of thresholds that it has enough votes for. What a threshold labels are the
/// counts of its own bin and all higher ones, so one running sum over the bins gives all cells of a band.
struct SurfaceSweep {
    private struct Item {
        var ratio: Double
        var votes: VoteCount
        var comments: Int
        var bin: Int
        /// Place of its rule.
        var rule: Int
        var source: Int
        var former: LabelState
        var settled: Bool
        /// Whether the ratio is in an outer range, and its posterior mass is enough.
        var isOuter: Bool
        var isOuterSure: Bool
    }

    private let rules: [ControversyRule]
    private let axes: SweepAxes
    private let sources: Int
    private let compares: Bool
    private var items: [Item] = []
    /// Comments below every threshold, by source and by former state.
    private var totals: [Int]
    private var formerTotals = [Int](repeating: 0, count: 4)

    init(rule: ControversyRule, axes: SweepAxes, comments: SurfaceComments, priors: [BetaPrior]?) {
        self.axes = axes
        sources = max(1, comments.sources.count)
        compares = comments.compared > 0
        let places = comments.places.isEmpty ? [0] : comments.places
        rules = places.indices.map { source in
            var own = rule
            own.minVotes = 1
            if let priors { own.prior = priors[source] }
            return own
        }
        totals = [Int](repeating: 0, count: sources)
        let bins = Self.bins(axes.minVotes)
        for entry in comments.census.entries {
            let tag = SurfaceTag(bits: entry.tag)
            totals[places[tag.source]] += entry.comments
            formerTotals[tag.former.rawValue] += entry.comments
            let bin = bins[min(entry.total, bins.count - 1)]
            guard bin > 0, let ratio = entry.votes.agreementRatio else { continue }
            items.append(
                Item(
                    ratio: ratio, votes: entry.votes, comments: entry.comments, bin: bin, rule: tag.source,
                    source: places[tag.source], former: tag.former, settled: tag.settled,
                    isOuter: rule.uncontroversial.contains(ratio),
                    isOuterSure: true))
        }
        guard rule.confidence != nil else { return }
        for index in items.indices where items[index].isOuter && items[index].settled {
            items[index].isOuterSure = isSure(items[index], .uncontroversial, rules[items[index].rule])
        }
    }

    /// The bin of each number of votes up to the highest threshold.
    private static func bins(_ thresholds: [Int]) -> [Int] {
        var bins = [Int](repeating: 0, count: (thresholds.last ?? 0) + 1)
        for threshold in thresholds { for votes in threshold..<bins.count { bins[votes] += 1 } }
        return bins
    }

    private func isSure(_ item: Item, _ verdict: Verdict, _ rule: ControversyRule) -> Bool {
        rule.confidence.map { rule.mass(of: verdict, for: item.votes) >= $0 } ?? true
    }

    /// What each bin adds: comments by source and verdict, and by new and former state.
    private struct Sums {
        var counts: [Int]
        var states: [Int]
    }

    /// The cells of one band, in rising order of votes.
    mutating func cells(of band: ClosedRange<Double>) -> [ThresholdSurface.Cell] {
        let bins = axes.minVotes.count
        let codes = Verdict.allCases.count
        var sums = Sums(
            counts: [Int](repeating: 0, count: (bins + 1) * sources * codes),
            states: [Int](repeating: 0, count: (bins + 1) * 16))
        let asks = rules[0].confidence != nil
        let rules = rules.map { rule in
            var own = rule
            own.controversial = band
            return own
        }
        for item in items {
            let code: UInt8
            if !item.settled {
                code = Verdict.abstain(.unsettled).code
            } else if item.ratio >= band.lowerBound && item.ratio <= band.upperBound {
                let isSure = !asks || isSure(item, .controversial, rules[item.rule])
                code = isSure ? Verdict.controversial.code : Verdict.abstain(.unsure).code
            } else if item.isOuter {
                code = item.isOuterSure ? Verdict.uncontroversial.code : Verdict.abstain(.unsure).code
            } else {
                code = Verdict.abstain(.inBetween).code
            }
            sums.counts[(item.bin * sources + item.source) * codes + Int(code)] += item.comments
            if compares {
                let state = LabelState(code: code)
                sums.states[item.bin * 16 + state.rawValue * 4 + item.former.rawValue] += item.comments
            }
        }
        return (1...bins).reversed().map { bin in cell(bin, band, &sums) }.reversed()
    }

    /// The cell of one threshold; adds the sums of its bin to those of the bin below.
    private func cell(_ bin: Int, _ band: ClosedRange<Double>, _ sums: inout Sums) -> ThresholdSurface.Cell {
        let codes = Verdict.allCases.count
        var cell = ThresholdSurface.Cell(minVotes: axes.minVotes[bin - 1], band: band)
        for source in 0..<sources {
            var counts = ThresholdSurface.Counts()
            let start = (bin * sources + source) * codes
            for code in 0..<codes {
                counts.byCode[code] = sums.counts[start + code]
                cell.counts.byCode[code] += sums.counts[start + code]
                sums.counts[start - sources * codes + code] += sums.counts[start + code]
            }
            let few = totals[source] - counts.all
            counts.byCode[Int(Verdict.abstain(.tooFewVotes).code)] = few
            cell.counts.byCode[Int(Verdict.abstain(.tooFewVotes).code)] += few
            cell.bySource.append(counts)
        }
        if compares { cell.flips = flips(bin, &sums) }
        return cell
    }

    private func flips(_ bin: Int, _ sums: inout Sums) -> ThresholdSurface.Flips {
        var flips = ThresholdSurface.Flips()
        var seen = [Int](repeating: 0, count: 4)
        for state in LabelState.allCases {
            for former in LabelState.allCases where former != .absent {
                let place = state.rawValue * 4 + former.rawValue
                let comments = sums.states[bin * 16 + place]
                sums.states[(bin - 1) * 16 + place] += comments
                seen[former.rawValue] += comments
                guard state != former else { continue }
                if !former.isLabel {
                    flips.gained += comments
                } else if state.isLabel {
                    flips.turned += comments
                } else {
                    flips.lost += comments
                }
            }
        }
        // Those with too few votes have no label.
        for former in LabelState.allCases where former.isLabel {
            flips.lost += formerTotals[former.rawValue] - seen[former.rawValue]
        }
        return flips
    }
}
