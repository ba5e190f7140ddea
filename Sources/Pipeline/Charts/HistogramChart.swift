/// How many comments have which agreement ratio, with the zones of the label rule shaded.
package struct HistogramChart {
    /// Counts of bins of equal width from 0 to 1.
    package var counts: [Int]
    /// Ratios called controversial.
    package var controversial: ClosedRange<Double>?
    /// Ratios at or below, and at or above, which are called uncontroversial.
    package var uncontroversial: (atMost: Double, atLeast: Double)?

    package init(
        counts: [Int], controversial: ClosedRange<Double>?,
        uncontroversial: (atMost: Double, atLeast: Double)?
    ) {
        self.counts = counts
        self.controversial = controversial
        self.uncontroversial = uncontroversial
    }

    package static let controversialStyle = "fill-hot"
    package static let uncontroversialStyle = "fill-cool"

    package func markup(id: String, title: String, description: String, width: Double = Drawing.usualWidth)
        -> Markup
    {
        Drawing.markup(id: id, title: title, description: description, width: width, drawing)
    }

    private func drawing(_ width: Double) -> Drawing {
        let y = Axis(covering: [0, Double(counts.max() ?? 1)])
        let left = PlotArea.leftMargin(for: y)
        var keys: [(style: String, text: String)] = []
        if controversial != nil { keys.append((Self.controversialStyle, "called controversial")) }
        if uncontroversial != nil { keys.append((Self.uncontroversialStyle, "called uncontroversial")) }
        keys.append(("fill-plain", "neither"))
        var drawing = Drawing(width: width, height: 300)
        let top = drawing.legend(keys, x: left, y: 2, width: width - left) + 8
        let area = PlotArea(
            left: left, top: top, width: width - left - 16, height: 300 - top - 46,
            x: Axis(covering: [0, 1], ticks: 10), y: y)
        shade(area, in: &drawing)
        area.drawAxes(in: &drawing, xTitle: "agreement ratio, up-votes / all votes", yTitle: "comments")
        for (bin, count) in counts.enumerated() {
            let range = bounds(of: bin)
            let start = area.across(range.lowerBound)
            let end = area.across(range.upperBound)
            let height = area.height * Double(count) / y.upper
            drawing.rect(
                style(of: bin), x: start + 0.5, y: area.bottom - height, width: end - start - 1,
                height: height,
                tip: "\(Numbers.fixed(range.lowerBound, 2)) to \(Numbers.fixed(range.upperBound, 2)): "
                    + "\(Numbers.grouped(count)) comments")
        }
        return drawing
    }

    func bounds(of bin: Int) -> ClosedRange<Double> {
        Double(bin) / Double(counts.count)...Double(bin + 1) / Double(counts.count)
    }

    /// The zone that holds the bin's middle.
    package func style(of bin: Int) -> String {
        let middle = (Double(bin) + 0.5) / Double(counts.count)
        if let controversial, controversial.contains(middle) { return Self.controversialStyle }
        if let uncontroversial, middle <= uncontroversial.atMost || middle >= uncontroversial.atLeast {
            return Self.uncontroversialStyle
        }
        return "fill-plain"
    }

    private func shade(_ area: PlotArea, in drawing: inout Drawing) {
        func zone(_ style: String, _ start: Double, _ end: Double) {
            drawing.rect(
                "zone \(style)", x: area.across(start), y: area.top,
                width: area.across(end) - area.across(start),
                height: area.height)
        }
        if let controversial {
            zone(Self.controversialStyle, controversial.lowerBound, controversial.upperBound)
        }
        if let uncontroversial {
            zone(Self.uncontroversialStyle, 0, uncontroversial.atMost)
            zone(Self.uncontroversialStyle, uncontroversial.atLeast, 1)
        }
    }
}
