/// Horizontal bars, one to a line, each with its number at the right.
package struct BarChart {
    package struct Bar {
        package var label: String
        package var value: Int
        package var style: String
        /// A pale bar in the background, up to this number: the previous value.
        package var before: Int?
        /// Shown after the number.
        package var note: String

        package init(
            label: String, value: Int, style: String = "fill-plain", before: Int? = nil, note: String = ""
        ) {
            self.label = label
            self.value = value
            self.style = style
            self.before = before
            self.note = note
        }
    }

    package var bars: [Bar]

    package init(
        bars: [Bar]
    ) {
        self.bars = bars
    }

    package func markup(id: String, title: String, description: String, width: Double = Drawing.usualWidth)
        -> Markup
    {
        Drawing.markup(id: id, title: title, description: description, width: width, drawing)
    }

    private func drawing(_ width: Double) -> Drawing {
        let size = Drawing.fontSize
        let widest = bars.map { TextLayout.width($0.label, size: size) }.max() ?? 0
        // Labels that would take too much of the width stand above their bars.
        let areAbove = widest > width * 0.34
        let lineHeight = areAbove ? 46.0 : 30.0
        let numbers = bars.map { Numbers.grouped($0.value) + ($0.note.isEmpty ? "" : "  \($0.note)") }
        let numberWidth = numbers.map { TextLayout.width($0, size: size) }.max() ?? 0
        let left = areAbove ? 0 : widest + 12
        let room = max(40, width - left - numberWidth - 12)
        let largest = Double(max(1, bars.map { max($0.value, $0.before ?? 0) }.max() ?? 1))
        var drawing = Drawing(width: width, height: lineHeight * Double(bars.count) + 4)
        for (index, bar) in bars.enumerated() {
            let y = lineHeight * Double(index) + (areAbove ? 16 : 2)
            if areAbove {
                drawing.text(TextLayout.fitting(bar.label, width: width, size: size), at: (0, y - 2))
            } else {
                drawing.text(bar.label, at: (widest, y + 19), anchor: .end)
            }
            let length = room * Double(bar.value) / largest
            if let before = bar.before, before > bar.value {
                drawing.rect(
                    "ghost", x: left, y: y + 4, width: room * Double(before) / largest, height: 22, radius: 2)
            }
            drawing.rect(
                bar.style, x: left, y: y + 4, width: bar.value > 0 ? max(1, length) : 0, height: 22,
                radius: 2,
                tip: "\(bar.label): \(numbers[index])")
            let shown = max(length, room * Double(bar.before ?? 0) / largest)
            drawing.text(numbers[index], at: (left + shown + 8, y + 19), "value")
        }
        return drawing
    }
}

/// Horizontal bars of equal length, cut by share.
package struct ShareChart {
    package struct Row {
        package var label: String
        /// In the order of the legend.
        package var counts: [Int]

        package init(
            label: String, counts: [Int]
        ) {
            self.label = label
            self.counts = counts
        }
    }

    package var legend: [(style: String, text: String)]
    package var rows: [Row]

    package init(
        legend: [(style: String, text: String)], rows: [Row]
    ) {
        self.legend = legend
        self.rows = rows
    }

    package func markup(id: String, title: String, description: String, width: Double = Drawing.usualWidth)
        -> Markup
    {
        Drawing.markup(id: id, title: title, description: description, width: width, drawing)
    }

    private func drawing(_ width: Double) -> Drawing {
        let size = Drawing.fontSize
        let lineHeight = 32.0
        let labelWidth = min(width * 0.3, rows.map { TextLayout.width($0.label, size: size) }.max() ?? 0)
        let left = labelWidth + 12
        let room = width - left - 4
        var top = 0.0
        var keys = Drawing(width: width, height: 0)
        top = keys.legend(legend, x: left, y: 0, width: room) + 4
        var drawing = Drawing(width: width, height: top + lineHeight * Double(rows.count) + 2)
        _ = drawing.legend(legend, x: left, y: 0, width: room)
        for (index, row) in rows.enumerated() {
            let y = top + lineHeight * Double(index)
            let label = TextLayout.fitting(row.label, width: labelWidth, size: size)
            drawing.text(label, at: (labelWidth, y + 19), anchor: .end)
            let total = max(1, row.counts.reduce(0, +))
            var x = left
            for (part, count) in row.counts.enumerated() where count > 0 {
                let length = room * Double(count) / Double(total)
                let text = "\(Numbers.grouped(count)) · \(Numbers.percent(count, of: total))"
                drawing.rect(
                    legend[part].style, x: x, y: y + 3, width: max(1, length - 1), height: 24, radius: 2,
                    tip: "\(row.label), \(legend[part].text): \(text)")
                if TextLayout.width(text, size: size) + 12 < length {
                    drawing.text(text, at: (x + length / 2, y + 19), "inside", anchor: .middle)
                }
                x += length
            }
        }
        return drawing
    }
}
