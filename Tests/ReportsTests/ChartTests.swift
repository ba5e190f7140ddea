import Charts
import Foundation
import Testing

/// Pictures at both of their widths.
struct ChartTests {
    private func texts(_ markup: Markup) throws -> Int {
        try PageScanner(markup.html).elements.count { $0 == "text" }
    }

    @Test func aPictureIsDrawnForWideAndForNarrowPlacesAndIsAFile() throws {
        let chart = BarChart(bars: [
            .init(label: "labeled", value: 3), .init(label: "comment gone", value: 2),
        ])
        let markup = chart.markup(id: "b", title: "Bars", description: "d")
        let page = try PageScanner(markup.html)
        #expect(page.elements.count { $0 == "svg" } == 2)
        #expect(markup.html.contains("viewBox=\"0 0 560 ") && markup.html.contains("viewBox=\"0 0 330 "))
        #expect(markup.files.map(\.name) == ["b.svg"])
        let file = try #require(markup.files.first?.text)
        #expect(!file.contains("var(--") && file.contains("<style>"))
    }

    /// Right-aligned labels end where the bars begin, so one that is wider than was thought is cut at the left.
    @Test(arguments: [
        "comment gone", "MMMMMM", "쉼표마침표", "a label that would take more than a third of the chart",
    ])
    func labelsOfBarsHaveTheirRoom(label: String) throws {
        let html = BarChart(bars: [.init(label: label, value: 3)]).markup(
            id: "b", title: "t", description: "d"
        ).html
        #expect(html.contains(">\(label)</text>"))
        // DejaVu Sans is the widest font that a page is likely to be shown in; these are its widths for 12 px.
        let widths = ["comment gone": 86.9, "MMMMMM": 62.1]
        if let width = widths[label] {
            #expect(TextLayout.width(label, size: 12) >= width)
        }
    }

    @Test func wideTablesBecomeListsWhereThereIsNoRoom() {
        let narrow = Table(caption: "c", head: ["a", "b"], rows: [[.text("x"), .count(1)]]).markup()
        #expect(narrow.html.contains("<div class=\"table\">"))
        let digest = String(repeating: "0123456789abcdef", count: 4)
        let wide = Table(
            caption: "c", head: ["File", "Side", "Rows", "Size", "SHA-256"],
            rows: [[.code("out/train.tsv"), .text("train"), .count(1_234), .number("1.2 MB"), .code(digest)]]
        ).markup()
        #expect(wide.html.contains("<div class=\"table stacks-"))
        #expect(wide.html.contains("<td class=\"n\" data-label=\"Rows\">1,234</td>"))
    }

    @Test func tablesAreFilesWithNumbersThatProgramsRead() throws {
        let markup = Table(
            caption: "Comments by label", head: ["Label", "Comments"],
            rows: [[.text("a\tb\nc"), .number("−1,234")], [.text("d"), .number("–")]]
        ).markup()
        #expect(
            markup.files == [
                ReportFile(
                    name: "comments-by-label.tsv", text: "Label\tComments\na b c\t-1234\nd\t\n")
            ])
    }

    @Test func trendsWithGapsAndSingleRunsAreDrawn() throws {
        func chart(_ values: [Double?]) -> Markup {
            TrendChart(
                title: "rows",
                points: values.enumerated().map { .init(label: "day \($0.offset)", value: $0.element) },
                text: { Numbers.fixed($0, 0) }
            ).markup(id: "t")
        }
        let gap = try PageScanner(chart([1, 2, nil, 3, 4]).html)
        #expect(gap.elements.count { $0 == "polyline" } == 2 && gap.elements.count { $0 == "circle" } == 4)
        #expect(chart([1, 2, nil, 3, 4]).html.contains("first 1, last 4, least 1, most 4."))
        for values in [[], [nil], [5], [.nan, .infinity], [2, 2, 2]] as [[Double?]] {
            _ = try PageScanner(chart(values).html)
        }
    }

    @Test func waysOfALineageNeverShareALaneAtOnePlace() throws {
        func stage(_ name: String, _ sources: [Int]) -> LineageChart.Stage {
            LineageChart.Stage(
                name: name, kind: "k", state: "ran", style: "fill-right", time: "1 s", sources: sources)
        }
        let chart = LineageChart(stages: [
            stage("comments", []), stage("clean", [0]), stage("labels", [1]), stage("vocabulary", [1]),
            stage("shards", [2, 3]), stage("report", [2, 4]),
        ])
        let ways = chart.ways
        #expect(ways.map(\.from) == [0, 1, 2, 3, 4])
        #expect(ways.map(\.to) == [[1], [2, 3], [4, 5], [4], [5]])
        for (one, first) in ways.enumerated() {
            for second in ways[(one + 1)...] where first.lane == second.lane {
                #expect((first.to.last ?? 0) <= second.from)
            }
        }
        let html = chart.markup(id: "l", title: "t").html
        _ = try PageScanner(html)
        #expect(html.contains("shards: ran, from labels, vocabulary"))
        _ = try PageScanner(LineageChart(stages: []).markup(id: "l", title: "t").html)
    }

    @Test func aNumberOfVotesLiesBetweenTheBoundsOfItsRow() {
        let chart = DensityChart(
            counts: [[1], [0], [2]], voteBounds: [1, 2, 4, 8], minVotes: 20, controversial: 0.4...0.6,
            uncontroversial: (0.2, 0.8))
        #expect([0, 1, 2, 4, 8, 100].map(chart.row) == [0, 0, 1, 2, 3, 3])
        #expect(chart.row(of: 3) > 1.5 && chart.row(of: 3) < 1.6)
    }

    @Test func densitiesWithoutRatiosOrCommentsAreStillPictures() throws {
        for counts in [[], [[0, 0]], [[3, 900_000]]] as [[[Int]]] {
            let bounds = [1, 2, 3].prefix(counts.count + 1)
            let markup = DensityChart(
                counts: counts, voteBounds: Array(bounds), minVotes: 20, controversial: nil,
                uncontroversial: (0, 1)
            ).markup(id: "d", title: "t", description: "d")
            #expect(!(try PageScanner(markup.html).elements.isEmpty))
            #expect(!markup.html.contains("called controversial"))
        }
    }
}
