import Charts
import Foundation
import Reports
import StageKit
import Testing

struct SurfaceSectionTests {
    func facts(columns: Int = 10, rows: Int = 4, flips: Bool = true) -> SurfaceFigures {
        let grid = { (scale: Int) in
            (0..<rows).map { row in (0..<columns).map { scale * (row + 1) * 100 / ($0 + 1) } }
        }
        return SurfaceFigures(
            comments: 634_031, minVotes: (1...columns).map { $0 * 5 },
            bands: (0..<rows).map { (0.3 + 0.008 * Double($0))...(0.7 - 0.008 * Double($0)) },
            controversial: grid(40), uncontroversial: grid(310), flips: flips ? grid(7) : nil)
    }

    @Test func thePictureIsWellFormedAndNeedsNothingElse() throws {
        let svg = facts().svg()
        let page = try PageScanner(svg)
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\""))
        #expect(!svg.contains("url(") && !svg.contains("@import") && !page.elements.contains("script"))
        #expect(svg.contains("prefers-color-scheme: dark"))
        // Four maps of forty cells, five steps of a scale each, and the page.
        #expect(page.elements.count { $0 == "rect" } == 4 * (40 + 5) + 1)
        #expect(try PageScanner(facts(flips: false).svg()).elements.count { $0 == "rect" } == 3 * 45 + 1)
        if let place = ProcessInfo.processInfo.environment["SPLITVOTE_PICTURES"] {
            try svg.write(toFile: place + "/surface.svg", atomically: true, encoding: .utf8)
            try facts(columns: 20, rows: 20).svg().write(
                toFile: place + "/surface-400.svg", atomically: true, encoding: .utf8)
        }
    }

    @Test func theSectionSaysWhatItShows() throws {
        let html = SurfaceSection.markup(facts()).html
        _ = try PageScanner(html)
        #expect(html.contains("What the same 634,031 comments would be called under other thresholds"))
        #expect(html.contains("ratios 0.3 – 0.7, fewest votes 5: 4,000"))
        #expect(html.contains(">11%<"))
    }

    @Test func manyColumnsLeaveTheNumbersToTheTips() throws {
        let wide = facts(columns: 100, rows: 2).svg()
        #expect(try PageScanner(wide).elements.count { $0 == "rect" } == 4 * 205 + 1)
        #expect(wide.contains("fewest votes 500: 40</title>") && !wide.contains(">4,000</text>"))
    }

    @Test func emptySurfacesAreStillPictures() throws {
        for empty in [
            SurfaceFigures(comments: 0, minVotes: [], bands: [], controversial: [], uncontroversial: []),
            SurfaceFigures(
                comments: 0, minVotes: [5], bands: [0.4...0.6], controversial: [[0]], uncontroversial: [[0]]),
        ] { _ = try PageScanner(empty.svg()) }
    }
}
