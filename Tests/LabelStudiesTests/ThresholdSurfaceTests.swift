import LabelStudies
import Labeling
import Testing
import VoteModel

struct ThresholdSurfaceTests {
    @Test func everyCellEqualsThatOfPandas() throws {
        let expected = try StudiesFixture.load().surface
        let former = expected.former.map { name in LabelState.allCases.first { $0.name == name } ?? .absent }
        let comments = SurfaceComments(
            ups: expected.up, downs: expected.down, sources: expected.source, names: ["a", "b", "c"],
            former: former,
            settled: expected.settled)
        let surface = try ThresholdSurface(
            of: expected.rule.rule, over: SweepAxes(minVotes: "1,5,20,41", bands: "0.35-0.65,0.4-0.6"),
            comments: comments)
        #expect(surface.cells.count == 8 && surface.comments == 1500)
        #expect(surface.compared == former.count { $0 != .absent })
        for (cell, want) in zip(surface.cells, expected.cells) {
            #expect(
                cell.minVotes == want.minVotes && [cell.band.lowerBound, cell.band.upperBound] == want.band)
            #expect(cell.counts.byCode == want.counts, "\(cell.minVotes) \(cell.band)")
            #expect(cell.bySource.map(\.byCode) == want.bySource)
            #expect(cell.flips?.gained == want.gained)
            #expect(cell.flips?.lost == want.lost)
            #expect(cell.flips?.turned == want.turned)
        }
    }

    /// Negative control: a confidence a hundredth higher changes cells.
    @Test func anotherConfidenceWouldBeSeen() throws {
        let expected = try StudiesFixture.load().surface
        var rule = expected.rule.rule
        rule.confidence = 0.58
        let surface = try ThresholdSurface(
            of: rule, over: SweepAxes(minVotes: "1,5,20,41", bands: "0.35-0.65,0.4-0.6"),
            comments: SurfaceComments(ups: expected.up, downs: expected.down, settled: expected.settled))
        #expect(zip(surface.cells, expected.cells).contains { $0.counts.byCode != $1.counts })
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func agreesWithLabelingEachCommentInEachCell(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var rule = ControversyRule(confidence: seed % 2 == 0 ? nil : 0.6)
        let priors = [BetaPrior(alpha: 0.5, beta: 2), BetaPrior(alpha: 8, beta: 3)]
        let ups = (0..<400).map { _ in Int32.random(in: 0...40, using: &random) }
        let downs = (0..<400).map { _ in Int32.random(in: 0...40, using: &random) }
        let sources = (0..<400).map { _ in Int.random(in: 0...1, using: &random) }
        let surface = try ThresholdSurface(
            of: rule, over: SweepAxes(minVotes: "1:40:7", bands: "0.3-0.7,0.5-0.5,0.21-0.79"),
            comments: SurfaceComments(ups: ups, downs: downs, sources: sources, names: ["x", "y"]),
            priors: priors)
        for cell in surface.cells {
            var counts = [Int](repeating: 0, count: 6)
            for row in ups.indices {
                rule.minVotes = cell.minVotes
                rule.controversial = cell.band
                rule.prior = priors[sources[row]]
                counts[Int(rule.verdict(for: VoteCount(up: Int(ups[row]), down: Int(downs[row]))).code)] += 1
            }
            #expect(cell.counts.byCode == counts, "seed \(seed)")
            #expect(cell.flips == nil)
        }
        #expect(surface.cell(minVotes: 8, band: 0.5...0.5) != nil)
        #expect(surface.cell(minVotes: 9, band: 0.5...0.5) == nil)
    }

    @Test func aBandOverTheOuterBoundsIsRefused() {
        let error = #expect(throws: SweepProblem.self) {
            try ThresholdSurface(
                of: ControversyRule(), over: SweepAxes(minVotes: "20", bands: "0.4-0.6,0.2-0.6"),
                comments: SurfaceComments(ups: [], downs: []))
        }
        #expect(
            error?.description
                == "the band 0.2-0.6 cannot be tried: 'controversial' [0.2, 0.6] and the uncontroversial bound 0.2 "
                + "overlap; a ratio can be one or the other, so leave a gap between them")
    }

    @Test func noCommentsMakeEmptyCells() throws {
        let surface = try ThresholdSurface(
            of: ControversyRule(), over: SweepAxes(minVotes: "5,10", bands: "0.4-0.6"),
            comments: SurfaceComments(ups: [], downs: []))
        #expect(
            surface.cells.count == 2 && surface.cells.allSatisfy { $0.counts.all == 0 && $0.flips == nil })
        #expect(surface.cells[0].counts.balance == nil && surface.cells[0].counts.abstainShare == 0)
    }

    func small() throws -> ThresholdSurface {
        try ThresholdSurface(
            of: ControversyRule(), over: SweepAxes(minVotes: "5,10", bands: "0.4-0.6"),
            comments: SurfaceComments(
                ups: [5, 3, 9, 0], downs: [5, 3, 1, 0], sources: [0, 1, 1, 0], names: ["naver", "d\taum"],
                former: [.controversial, .absent, .controversial, .abstained]))
    }

    @Test func theTableHasALineForEachCell() throws {
        let text = String(decoding: try small().tsv(), as: UTF8.self)
        #expect(
            text == """
                min_votes\tband_low\tband_high\tcontroversial\tuncontroversial\tin_between\ttoo_few_votes\tunsure\t\
                unsettled\tabstain_share\tbalance\tgained\tlost\tturned\tcontroversial:naver\t\
                uncontroversial:naver\tcontroversial:d\\taum\tuncontroversial:d\\taum
                5\t0.4\t0.6\t2\t1\t0\t1\t0\t0\t0.25\t0.6666666666666666\t0\t0\t1\t1\t0\t1\t1
                10\t0.4\t0.6\t1\t1\t0\t2\t0\t0\t0.5\t0.5\t0\t0\t1\t1\t0\t0\t1

                """)
    }

    @Test func theJSONNamesItsFormatAndVersion() throws {
        let text = String(decoding: try small().json(reference: "0123456789abcdef"), as: UTF8.self)
        #expect(
            text.hasPrefix(
                """
                {"format":"splitvote-surface","version":1,"comments":4,"rule":{"at_most":0.2,"at_least":0.8,\
                "confidence":null},"reference":{"label_set":"0123456789abcdef","comments":3},\
                "sources":["naver","d\\taum"],"min_votes":[5,10],"bands":[[0.4,0.6]],"cells":[{"min_votes":5,\
                "band":[0.4,0.6],"uncontroversial":1,"controversial":2,"in_between":0,"too_few_votes":1,"unsure":0,\
                "unsettled":0,"flips":{"gained":0,"lost":0,"turned":1},"sources":[{"controversial":1,\
                "uncontroversial":0,"abstained":1},
                """.replacing("\n", with: "")))
        #expect(text.hasSuffix("]}]}\n"))
    }

    /// Comments with the spread of real ones: most have few votes, some have thousands.
    @Test(arguments: [nil, 0.8])
    func fourHundredCellsOverSixHundredThousandCommentsAreQuick(confidence: Double?) throws {
        var random = SplitMix64(seed: 9)
        func votes() -> Int32 { Int32(min(1e4, 2 / Double.random(in: 1e-4...1, using: &random)) - 2) }
        let rows = 634_031
        let ups = (0..<rows).map { _ in votes() }
        let downs = (0..<rows).map { _ in votes() }
        let axes = try SweepAxes(
            minVotes: "5:100:5",
            bands: (0..<20).map { "0.\(300 + $0 * 8)-0.\(700 - $0 * 8)" }.joined(separator: ","))
        let clock = ContinuousClock()
        var distinct = 0
        var cells = 0
        let best = try (0..<5).map { _ in
            try clock.measure {
                let comments = SurfaceComments(ups: ups, downs: downs)
                let surface = try ThresholdSurface(
                    of: ControversyRule(confidence: confidence), over: axes, comments: comments)
                cells = surface.cells.count
                distinct = surface.comments
            }
        }.min()
        print("\(cells) cells over \(distinct) comments, confidence \(confidence ?? 0): \(best ?? .zero)")
        #expect(cells == 400 && (best ?? .zero) < .seconds(2))
    }
}
