private import Foundation

/// Where comments lie by agreement ratio and number of votes, the darker the more, with a label rule drawn in.
package struct DensityChart {
    /// Comments, `[votes][ratios]`: see ``voteBounds``; the ratios are of equal width from 0 to 1.
    package var counts: [[Int]]
    /// The least number of votes of each row, rising from 1, and the first number above the last row.
    package var voteBounds: [Int]
    package var minVotes: Int
    /// Ratios called controversial; `nil` if the rule goes by another score.
    package var controversial: ClosedRange<Double>?
    /// Ratios at or below, and at or above, which are called uncontroversial.
    package var uncontroversial: (atMost: Double, atLeast: Double)

    package init(
        counts: [[Int]], voteBounds: [Int], minVotes: Int, controversial: ClosedRange<Double>?,
        uncontroversial: (atMost: Double, atLeast: Double)
    ) {
        self.counts = counts
        self.voteBounds = voteBounds
        self.minVotes = minVotes
        self.controversial = controversial
        self.uncontroversial = uncontroversial
    }

    private static let height = 340.0
    private static let levels = 8

    package func markup(id: String, title: String, description: String) -> Markup {
        Drawing.markup(
            id: id, title: title, description: description, width: Drawing.usualWidth, drawing)
    }

    /// How far up a number of votes lies: in rows from the bottom, in between by its logarithm.
    package func row(of votes: Int) -> Double {
        guard let first = voteBounds.first, let last = voteBounds.last, votes > first else { return 0 }
        if votes >= last { return Double(counts.count) }
        let row = (voteBounds.firstIndex { $0 > votes } ?? 1) - 1
        let (low, high) = (Double(voteBounds[row]), Double(voteBounds[row + 1]))
        return Double(row) + log(Double(votes) / low) / log(high / low)
    }

    private func drawing(_ width: Double) -> Drawing {
        var drawing = Drawing(width: width, height: Self.height)
        let ticks = [1, 10, 100, 1_000, 10_000, 100_000].filter { $0 < voteBounds.last ?? 0 }
        let labels = ticks.map(Numbers.grouped)
        let widest = labels.map { TextLayout.width($0, size: Drawing.fontSize) }.max() ?? 0
        let keys = [
            controversial.map { _ in ("fill-hot", "called controversial") },
            ("fill-cool", "called uncontroversial"),
        ].compactMap { $0 }
        let top = drawing.legend(keys, x: widest + 30, y: 2, width: width - widest - 30) + 6
        let x = Axis(covering: [0, 1], ticks: 10)
        let area = PlotArea(
            left: widest + 30, top: top, width: width - widest - 30 - PlotArea.rightMargin(for: x),
            height: Self.height - top - 46, x: x, y: Axis(covering: [0, Double(max(1, counts.count))]))
        let rowHeight = area.height / Double(max(1, counts.count))
        func up(_ votes: Int) -> Double { area.bottom - rowHeight * row(of: votes) }
        cells(area, rowHeight, in: &drawing)
        for (tick, label) in zip(ticks, labels) {
            drawing.line("axis", from: (area.left - 4, up(tick)), to: (area.left, up(tick)))
            drawing.text(label, at: (area.left - 8, up(tick) + 4), "tick", anchor: .end)
        }
        area.drawFoot(in: &drawing, title: "agreement ratio, up-votes / all votes")
        drawing.text("votes", at: (12, area.top + area.height / 2), "title", anchor: .middle, turned: true)
        func zone(_ style: String, _ ratios: ClosedRange<Double>) {
            drawing.frame(
                "frame \(style)", x: area.across(ratios.lowerBound), y: area.top,
                width: area.across(ratios.upperBound) - area.across(ratios.lowerBound),
                height: max(0, up(minVotes) - area.top))
        }
        zone("cool", 0...uncontroversial.atMost)
        zone("cool", uncontroversial.atLeast...1)
        if let controversial { zone("hot", controversial) }
        return drawing
    }

    /// Tints by the logarithm of the count, each level as one shape.
    private func cells(_ area: PlotArea, _ rowHeight: Double, in drawing: inout Drawing) {
        let most = log(Double(max(2, counts.joined().max() ?? 2)) + 1)
        var shapes = [[(x: Double, y: Double, width: Double, height: Double)]](
            repeating: [], count: Self.levels)
        for (row, line) in counts.enumerated() {
            let cell = area.width / Double(max(1, line.count))
            for (column, count) in line.enumerated() where count > 0 {
                let level = Int(log(Double(count) + 1) / most * Double(Self.levels))
                shapes[min(Self.levels - 1, level)].append(
                    (
                        area.left + cell * Double(column), area.bottom - rowHeight * Double(row + 1), cell,
                        rowHeight
                    ))
            }
        }
        for (level, shape) in shapes.enumerated() {
            drawing.rects(
                "fill-flow", opacity: 0.1 + 0.85 * Double(level) / Double(Self.levels - 1), shape)
        }
    }
}
