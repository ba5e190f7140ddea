import Foundation
import LabelStudies
import Labeling
import TestInputs
import Testing
import VoteModel

/// Votes on real comments, if available: SPLITVOTE_DATA names their folder.
enum RealCounts {
    static let folder: String = {
        let data =
            ProcessInfo.processInfo.environment["SPLITVOTE_DATA"]
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("../shared/data").standardized.path
        return data + "/naver-news-comments-2025q4"
    }()

    static var areThere: Bool { FileManager.default.fileExists(atPath: folder) }

    /// Outlet, up-votes and down-votes of every row.
    static func rows() throws -> (outlets: [Int], names: [String], ups: [Int32], downs: [Int32]) {
        let script = "for f in \"$0\"/*.tsv.gz; do gzip -dc \"$f\" | tail -n +2; done | cut -f 1,6,7"
        let data = try ChildProcess.output(of: .init(shell: script, folder))
        var rows: (outlets: [Int], names: [String], ups: [Int32], downs: [Int32]) = ([], [], [], [])
        var numbers: [Substring: Int] = [:]
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3, let up = Int32(fields[1]), let down = Int32(fields[2]) else { continue }
            let outlet = numbers[fields[0]] ?? rows.names.count
            if outlet == rows.names.count {
                numbers[fields[0]] = outlet
                rows.names.append(String(fields[0]))
            }
            rows.outlets.append(outlet)
            rows.ups.append(up)
            rows.downs.append(down)
        }
        return rows
    }
}

struct RealCountsTests {
    @Test(.enabled(if: RealCounts.areThere, "naver-news-comments-2025q4 is not at hand"))
    func fourHundredCellsAndAPriorForEachOutletTakeAFractionOfASecond() throws {
        let rows = try RealCounts.rows()
        #expect(rows.ups.count == 634_031 && rows.names.count == 8)
        let axes = try SweepAxes(
            minVotes: "5:100:5",
            bands: (0..<20).map { "0.\(300 + $0 * 8)-0.\(700 - $0 * 8)" }.joined(separator: ","))
        let clock = ContinuousClock()
        func best(_ body: () throws -> Void) rethrows -> Duration {
            try (0..<5).map { _ in try clock.measure(body) }.min() ?? .zero
        }
        for confidence in [nil, 0.8] {
            let rule = ControversyRule(confidence: confidence)
            var surface: ThresholdSurface?
            let plain = try best {
                surface = try ThresholdSurface(
                    of: rule, over: axes, comments: SurfaceComments(ups: rows.ups, downs: rows.downs))
            }
            let former = VoteCensus.labels(rows.ups, rows.downs, rule)
            let full = try best {
                surface = try ThresholdSurface(
                    of: rule, over: axes,
                    comments: SurfaceComments(
                        ups: rows.ups, downs: rows.downs, sources: rows.outlets, names: rows.names,
                        former: former))
            }
            print("400 cells, confidence \(confidence ?? 0): \(plain); by outlet, with flips: \(full)")
            #expect(surface?.cells.count == 400 && plain < .seconds(2) && full < .seconds(4))
        }
        let census = VoteCensus(ups: rows.ups, downs: rows.downs, tags: rows.outlets.map(UInt32.init))
        var fits: [PriorFit] = []
        let fitting = best {
            fits = rows.names.indices.map { outlet in PriorFit(census.filtered { $0 == outlet }) }
        }
        print("\(census.entries.count) distinct counts; priors of \(fits.count) outlets in \(fitting)")
        for (name, fit) in zip(rows.names, fits) { print("  \(name): \(fit) in \(fit.steps) steps") }
        #expect(fits.allSatisfy { $0.outcome == .fitted })
    }
}

extension VoteCensus {
    /// What a rule says about each comment, as a comparison takes it.
    static func labels(_ ups: [Int32], _ downs: [Int32], _ rule: ControversyRule) -> [LabelState] {
        zip(ups, downs).map { up, down in
            switch rule.verdict(for: VoteCount(up: Int(up), down: Int(down))) {
            case .controversial: .controversial
            case .uncontroversial: .uncontroversial
            case .abstain: .abstained
            }
        }
    }
}
