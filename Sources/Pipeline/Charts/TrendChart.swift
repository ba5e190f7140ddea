/// One number over the last runs, small enough for several to stand side by side.
package struct TrendChart {
    package struct Point {
        /// Such as the run's date.
        package var label: String
        /// `nil` for a run that did not tell the number.
        package var value: Double?

        package init(label: String, value: Double?) {
            self.label = label
            self.value = value
        }
    }

    package var title: String
    /// Oldest first.
    package var points: [Point]
    /// A number as it is shown.
    package var text: (Double) -> String
    /// `a`, `b` or `c`: the page's line colors.
    package var style: String

    package init(title: String, points: [Point], style: String = "a", text: @escaping (Double) -> String) {
        self.title = title
        self.points = points
        self.style = style
        self.text = text
    }

    private static let width = 300.0
    private static let height = 124.0

    package func markup(id: String) -> Markup {
        let known = points.compactMap(\.value).filter(\.isFinite)
        let words =
            if let first = known.first, let last = known.last {
                "\(points.count) runs from \(points.first?.label ?? "") to \(points.last?.label ?? ""): first "
                    + "\(text(first)), last \(text(last)), least \(text(known.min() ?? first)), most "
                    + "\(text(known.max() ?? last))."
            } else {
                "No run told this number."
            }
        return Drawing.markup(
            id: id, title: title, description: words, width: Self.width, drawing)
    }

    private func drawing(_ width: Double) -> Drawing {
        var drawing = Drawing(width: width, height: Self.height)
        let size = Drawing.fontSize
        let known = points.compactMap(\.value).filter(\.isFinite)
        let last = known.last.map(text) ?? "–"
        let room = width - TextLayout.width(last, size: size) - 14
        drawing.text(TextLayout.fitting(title, width: room, size: size), at: (0, 12), "value")
        drawing.text(last, at: (width - 2, 12), "value", anchor: .end)
        let y = Axis(covering: known, ticks: 2)
        let labels = y.ticks.map { text($0) }
        let left = (labels.map { TextLayout.width($0, size: size) }.max() ?? 0) + 8
        let area = PlotArea(
            left: left, top: 26, width: width - left - 8, height: Self.height - 52,
            x: Axis(covering: [0, Double(max(1, points.count - 1))], ticks: 1), y: y)
        for (tick, label) in zip(y.ticks, labels) {
            drawing.line("grid", from: (area.left, area.up(tick)), to: (area.right, area.up(tick)))
            drawing.text(label, at: (area.left - 6, area.up(tick) + 4), "tick", anchor: .end)
        }
        draw(area, in: &drawing)
        let ends = points.count > 1 ? [points[0].label, points[points.count - 1].label] : points.map(\.label)
        let widths = ends.reduce(0) { $0 + TextLayout.width($1, size: size) }
        drawing.text(ends.last ?? "", at: (area.right, Self.height - 6), "tick", anchor: .end)
        if ends.count > 1, ends[0] != ends[1], widths + 12 < area.width {
            drawing.text(ends[0], at: (area.left, Self.height - 6), "tick")
        }
        return drawing
    }

    private func draw(_ area: PlotArea, in drawing: inout Drawing) {
        let step = area.width / Double(max(1, points.count - 1))
        var stretch: [(Double, Double)] = []
        func end() {
            if stretch.count > 1 { drawing.polyline("curve stroke-\(style)", stretch) }
            stretch = []
        }
        for (index, point) in points.enumerated() {
            guard let value = point.value, value.isFinite else {
                end()
                continue
            }
            let x = points.count > 1 ? area.left + step * Double(index) : area.right
            stretch.append((x, area.up(value)))
        }
        end()
        for (index, point) in points.enumerated() {
            guard let value = point.value, value.isFinite else { continue }
            let x = points.count > 1 ? area.left + step * Double(index) : area.right
            drawing.dot(
                "fill-\(style)", at: (x, area.up(value)), radius: index == points.count - 1 ? 3.5 : 2,
                tip: "\(point.label): \(text(value))")
        }
    }
}
