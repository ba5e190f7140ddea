/// Numbers on one scale, one to a line, with the interval around each.
package struct IntervalChart {
    package struct Line {
        package var label: String
        package var value: Double
        /// `nil` if none is known.
        package var range: ClosedRange<Double>?
        /// Single results that the value is the mean of.
        package var points: [Double]
        package var style: String

        package init(
            label: String, value: Double, range: ClosedRange<Double>? = nil, points: [Double] = [],
            style: String = "fill-a"
        ) {
            self.label = label
            self.value = value
            self.range = range
            self.points = points
            self.style = style
        }
    }

    package var lines: [Line]
    /// A value to compare with, marked across all lines.
    package var level: Double?
    /// Name of the scale.
    package var axis: String

    package init(lines: [Line], level: Double? = nil, axis: String) {
        self.lines = lines
        self.level = level
        self.axis = axis
    }

    private static let lineHeight = 26.0

    package func markup(id: String, title: String, description: String, width: Double = Drawing.usualWidth)
        -> Markup
    {
        Drawing.markup(id: id, title: title, description: description, width: width, drawing)
    }

    /// A file of its own, with its style in it.
    package func picture(title: String, description: String, width: Double = 720) -> String {
        drawing(width).picture(title: title, description: description)
    }

    private func drawing(_ width: Double) -> Drawing {
        let size = Drawing.fontSize
        let numbers = lines.map { Numbers.fixed($0.value, 3) }
        let widest = lines.map { TextLayout.width($0.label, size: size) }.max() ?? 0
        // Labels that would take too much of the width stand above their intervals.
        let areAbove = widest > width * 0.42
        let labelWidth = areAbove ? 0 : widest
        let lineHeight = Self.lineHeight + (areAbove ? 16 : 0)
        let numberWidth = numbers.map { TextLayout.width($0, size: size) }.max() ?? 0
        let values = lines.flatMap { line in
            [line.value] + line.points + (line.range.map { [$0.lowerBound, $0.upperBound] } ?? [])
        }
        let x = Axis(covering: values + (level.map { [$0] } ?? []))
        let height = lineHeight * Double(lines.count)
        let area = PlotArea(
            left: labelWidth + 14, top: 6, width: width - labelWidth - numberWidth - 38, height: height, x: x,
            y: Axis(covering: [0, 1]))
        var drawing = Drawing(width: width, height: height + 54)
        area.drawScale(in: &drawing, title: axis)
        if let level {
            drawing.line("level", from: (area.across(level), area.top), to: (area.across(level), area.bottom))
        }
        for (place, line) in lines.enumerated() {
            let middle = area.top + lineHeight * (Double(place) + 0.5) + (areAbove ? 8 : 0)
            if areAbove {
                drawing.text(TextLayout.fitting(line.label, width: width, size: size), at: (0, middle - 12))
            } else {
                drawing.text(line.label, at: (labelWidth, middle + 4), anchor: .end)
            }
            draw(line, at: middle, in: &drawing, area)
            drawing.text(numbers[place], at: (width - 4, middle + 4), anchor: .end)
        }
        return drawing
    }

    private func draw(_ line: Line, at middle: Double, in drawing: inout Drawing, _ area: PlotArea) {
        if let range = line.range {
            let (start, end) = (area.across(range.lowerBound), area.across(range.upperBound))
            drawing.rect(
                "\(line.style) pale", x: start, y: middle - 4, width: end - start, height: 8, radius: 2,
                tip:
                    "\(line.label): \(Numbers.fixed(range.lowerBound, 3)) to \(Numbers.fixed(range.upperBound, 3))"
            )
        }
        for point in line.points {
            drawing.dot("fill-plain", at: (area.across(point), middle), radius: 2)
        }
        drawing.dot(
            line.style, at: (area.across(line.value), middle), radius: 4,
            tip: "\(line.label): \(Numbers.fixed(line.value, 3))")
    }
}
