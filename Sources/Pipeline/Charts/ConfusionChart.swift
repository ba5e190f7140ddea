/// Truth against prediction: counts, and each as a share of its row.
package struct ConfusionChart {
    package var classes: [String]
    /// One row for each true class.
    package var counts: [[Int]]

    package init(
        classes: [String], counts: [[Int]]
    ) {
        self.classes = classes
        self.counts = counts
    }

    package func markup(id: String, title: String, description: String) -> Markup {
        let size = Drawing.fontSize
        let labelWidth = min(150, classes.map { TextLayout.width($0, size: size) }.max() ?? 0)
        let left = labelWidth + 34
        let cell = (width: max(96, labelWidth + 12), height: 76.0)
        let top = 44.0
        var drawing = Drawing(
            width: left + cell.width * Double(classes.count) + 4,
            height: top + cell.height * Double(classes.count) + 4)
        drawing.text(
            "predicted", at: (left + cell.width * Double(classes.count) / 2, 12), "title", anchor: .middle)
        drawing.text(
            "truth", at: (12, top + cell.height * Double(classes.count) / 2), "title", anchor: .middle,
            turned: true)
        for (row, name) in classes.enumerated() {
            let label = TextLayout.fitting(name, width: max(labelWidth, cell.width - 8), size: size)
            drawing.text(
                label, at: (left + cell.width * (Double(row) + 0.5), 34), anchor: .middle)
            let y = top + cell.height * Double(row)
            drawing.text(
                TextLayout.fitting(name, width: labelWidth, size: size),
                at: (left - 10, y + cell.height / 2 + 4),
                anchor: .end)
            let total = counts[row].reduce(0, +)
            for (column, count) in counts[row].enumerated() {
                let x = left + cell.width * Double(column)
                let share = total > 0 ? Double(count) / Double(total) : 0
                drawing.rect(
                    row == column ? "fill-right" : "fill-wrong", x: x + 1, y: y + 1, width: cell.width - 2,
                    height: cell.height - 2, radius: 3, opacity: 0.06 + 0.5 * share,
                    tip: "truth \(name), predicted \(classes[column]): \(Numbers.grouped(count))")
                drawing.text(
                    Numbers.grouped(count), at: (x + cell.width / 2, y + cell.height / 2), "number",
                    anchor: .middle)
                drawing.text(
                    Numbers.percent(count, of: total), at: (x + cell.width / 2, y + cell.height / 2 + 20),
                    "tick",
                    anchor: .middle)
            }
        }
        return drawing.markup(id: id, title: title, description: description)
    }
}
