/// The inner rectangle of a chart with its two axes.
struct PlotArea {
    var left: Double
    var top: Double
    var width: Double
    var height: Double
    var x: Axis
    var y: Axis

    var bottom: Double { top + height }
    var right: Double { left + width }

    func point(_ x: Double, _ y: Double) -> (Double, Double) { (across(x), up(y)) }
    func across(_ value: Double) -> Double { left + width * x.position(value) }
    func up(_ value: Double) -> Double { bottom - height * y.position(value) }

    /// Room needed left of the plot for the labels of a vertical axis and its turned title.
    static func leftMargin(for axis: Axis) -> Double {
        let widest = axis.ticks.map { TextLayout.width(axis.label($0), size: Drawing.fontSize) }.max() ?? 0
        return widest + 30
    }

    /// Room needed right of the plot for the last label of a horizontal axis.
    static func rightMargin(for axis: Axis) -> Double {
        TextLayout.width(axis.label(axis.upper), size: Drawing.fontSize) / 2 + 4
    }

    /// Horizontal grid lines, ticks and titles.
    func drawAxes(in drawing: inout Drawing, xTitle: String, yTitle: String) {
        for tick in y.ticks {
            drawing.line("grid", from: (left, up(tick)), to: (right, up(tick)))
            drawing.text(y.label(tick), at: (left - 8, up(tick) + 4), "tick", anchor: .end)
        }
        drawFoot(in: &drawing, title: xTitle)
        drawing.text(yTitle, at: (12, top + height / 2), "title", anchor: .middle, turned: true)
    }

    /// A horizontal scale alone, with lines up from its ticks.
    func drawScale(in drawing: inout Drawing, title: String) {
        for tick in x.ticks {
            drawing.line("grid", from: (across(tick), top), to: (across(tick), bottom))
        }
        drawFoot(in: &drawing, title: title)
    }

    func drawFoot(in drawing: inout Drawing, title: String) {
        drawing.line("axis", from: (left, bottom), to: (right, bottom))
        let labels = x.ticks.map { (at: across($0), text: x.label($0)) }
        for label in TextLayout.withoutOverlap(labels, size: Drawing.fontSize) {
            drawing.line("axis", from: (label.at, bottom), to: (label.at, bottom + 4))
            drawing.text(label.text, at: (label.at, bottom + 18), "tick", anchor: .middle)
        }
        drawing.text(title, at: (left + width / 2, bottom + 36), "title", anchor: .middle)
    }
}
