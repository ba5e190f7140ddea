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
        Drawing.markup(
            id: id, title: title, description: description, width: Drawing.usualWidth, drawing)
    }

    private static let numberSize = 18.0

    /// - Parameter width: the most that it may take.
    private func drawing(_ width: Double) -> Drawing {
        let size = Drawing.fontSize
        let widest = classes.map { TextLayout.width($0, size: size) }.max() ?? 0
        let labelWidth = min(150, width * 0.34, widest)
        let left = labelWidth + 28
        let room = (width - left - 4) / Double(max(1, classes.count))
        let cell = (width: min(max(96, min(150, widest) + 12), room), height: 76.0)
        let top = 44.0
        let numbers = counts.joined().map { TextLayout.width(Numbers.grouped($0), size: Self.numberSize) }
        let hasRoom = (numbers.max() ?? 0) + 8 <= cell.width
        let hasShares = TextLayout.width(Numbers.percent(0.999), size: size) + 8 <= cell.width
        var drawing = Drawing(
            width: left + cell.width * Double(classes.count) + 4,
            height: top + cell.height * Double(classes.count) + 4)
        drawing.text(
            "predicted", at: (left + cell.width * Double(classes.count) / 2, 12), "title", anchor: .middle)
        drawing.text(
            "truth", at: (12, top + cell.height * Double(classes.count) / 2), "title", anchor: .middle,
            turned: true)
        for (row, name) in classes.enumerated() {
            let label = TextLayout.fitting(name, width: cell.width + 4, size: size)
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
                let middle = (x: x + cell.width / 2, y: y + cell.height / 2)
                if hasRoom {
                    drawing.text(
                        Numbers.grouped(count), at: (middle.x, middle.y), "number", anchor: .middle)
                }
                if hasShares {
                    drawing.text(
                        Numbers.percent(count, of: total), at: (middle.x, middle.y + 20), "tick",
                        anchor: .middle)
                }
            }
        }
        return drawing
    }
}
