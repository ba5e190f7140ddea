/// Curves over the steps of a training.
package struct LineChart {
    package struct Series {
        package var name: String
        /// `a`, `b` or `c`: the page's line colors.
        package var style: String
        package var points: [(x: Double, y: Double)]
        /// Drawn pale and thin, behind the others and without dots.
        package var isPale: Bool
        package var hasDots: Bool

        package init(
            name: String, style: String, points: [(x: Double, y: Double)], isPale: Bool = false,
            hasDots: Bool = false
        ) {
            self.name = name
            self.style = style
            self.points = points
            self.isPale = isPale
            self.hasDots = hasDots
        }
    }

    package struct Mark {
        package var x: Double
        package var text: String

        package init(
            x: Double, text: String
        ) {
            self.x = x
            self.text = text
        }
    }

    package var series: [Series]
    /// Upright lines, labeled at the top where there is room.
    package var marks: [Mark]
    /// A level to compare with.
    package var level: (y: Double, name: String)?
    package var xTitle: String
    package var yTitle: String
    /// Whether the vertical axis begins at zero.
    package var startsAtZero: Bool
    package var height: Double
    /// About how many steps the horizontal axis has.
    package var xTicks = 8

    package init(
        series: [Series], marks: [Mark] = [], level: (y: Double, name: String)? = nil, xTitle: String,
        yTitle: String, startsAtZero: Bool = false, height: Double = 280.0
    ) {
        self.series = series
        self.marks = marks
        self.level = level
        self.xTitle = xTitle
        self.yTitle = yTitle
        self.startsAtZero = startsAtZero
        self.height = height
    }

    package func markup(id: String, title: String, description: String, width: Double = Drawing.usualWidth)
        -> Markup
    {
        Drawing.markup(id: id, title: title, description: description, width: width, drawing)
    }

    /// The chart as a whole file of SVG.
    package func picture(title: String, description: String, width: Double = 720) -> String {
        drawing(width).picture(title: title, description: description)
    }

    private func drawing(_ width: Double) -> Drawing {
        let points = series.flatMap(\.points)
        var values = points.map(\.y)
        if startsAtZero { values.append(0) }
        if let level { values.append(level.y) }
        let y = Axis(covering: values)
        let x = Axis(covering: points.map(\.x) + [0], ticks: xTicks)
        let left = PlotArea.leftMargin(for: y)
        var drawing = Drawing(width: width, height: height)
        let top = drawing.legend(keys, x: left, y: 2, width: width - left) + (marks.isEmpty ? 8 : 22)
        let right = max(12, PlotArea.rightMargin(for: x))
        let area = PlotArea(
            left: left, top: top, width: width - left - right, height: height - top - 46, x: x, y: y)
        area.drawAxes(in: &drawing, xTitle: xTitle, yTitle: yTitle)
        draw(marks, area, in: &drawing)
        if let level {
            drawing.line("level", from: area.point(x.lower, level.y), to: area.point(x.upper, level.y))
        }
        for line in series.filter(\.isPale) + series.filter({ !$0.isPale }) { draw(line, area, in: &drawing) }
        return drawing
    }

    private var keys: [(style: String, text: String)] {
        series.map { ("fill-\($0.style)\($0.isPale ? " pale" : "")", $0.name) }
            + (level.map { [("fill-level", $0.name)] } ?? [])
    }

    private func draw(_ line: Series, _ area: PlotArea, in drawing: inout Drawing) {
        let finite = line.points.filter { $0.y.isFinite }
        let places = finite.map { area.point($0.x, $0.y) }
        if places.count > 1 {
            drawing.polyline("curve stroke-\(line.style)\(line.isPale ? " pale" : "")", places)
        }
        guard line.hasDots || places.count == 1 else { return }
        for (point, place) in zip(finite, places) {
            drawing.dot(
                "fill-\(line.style)", at: place,
                tip: "\(line.name) \(Numbers.fixed(point.y, 4)) at \(Numbers.trimmed(point.x, 1))")
        }
    }

    private func draw(_ marks: [Mark], _ area: PlotArea, in drawing: inout Drawing) {
        for mark in marks {
            let x = area.across(mark.x)
            drawing.line("mark", from: (x, area.top), to: (x, area.bottom))
        }
        let labels = marks.filter { !$0.text.isEmpty }.map { mark in
            let half = TextLayout.width(mark.text, size: Drawing.fontSize) / 2
            let center = min(area.right + 8 - half, max(area.left + half, area.across(mark.x)))
            return (at: center, text: mark.text)
        }
        for label in TextLayout.withoutOverlap(labels, size: Drawing.fontSize) {
            drawing.text(label.text, at: (label.at, area.top - 6), "tick", anchor: .middle)
        }
    }
}

extension LineChart {
    /// A running mean whose weights fall by half every `halfLife` points, corrected for its start.
    package static func smoothed(_ points: [(x: Double, y: Double)], halfLife: Double) -> [(
        x: Double, y: Double
    )] {
        let keep = halfLife / (halfLife + 1.4427)  // 1 / ln 2: the matching exponential window
        var sum = 0.0
        var weight = 0.0
        return points.filter(\.y.isFinite).map { point in
            sum = keep * sum + (1 - keep) * point.y
            weight = keep * weight + (1 - keep)
            return (point.x, sum / weight)
        }
    }
}
