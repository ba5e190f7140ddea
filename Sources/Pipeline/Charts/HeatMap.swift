/// A table of numbers as tinted cells, the darker the greater.
package struct HeatMap {
    package var title: String
    /// Fill of the cells.
    package var style: String
    package var columns: [String]
    package var columnTitle: String
    package var rows: [String]
    package var rowTitle: String
    /// A row of numbers for each of ``rows``; `nil` if there is none.
    package var values: [[Double?]]
    /// The number that has the full tint; the tint of 0 is faint.
    package var full: Double
    /// A number as it is written into its cell, and in longer words.
    package var short: (Double) -> String
    package var long: (Double) -> String
    /// A cell that is set apart.
    package var framed: (row: Int, column: Int)?

    package init(
        title: String, style: String, columns: [String], columnTitle: String, rows: [String],
        rowTitle: String, values: [[Double?]], full: Double, short: @escaping (Double) -> String,
        long: @escaping (Double) -> String, framed: (row: Int, column: Int)? = nil
    ) {
        self.title = title
        self.style = style
        self.columns = columns
        self.columnTitle = columnTitle
        self.rows = rows
        self.rowTitle = rowTitle
        self.values = values
        self.full = full
        self.short = short
        self.long = long
        self.framed = framed
    }

    private static let headHeight = 30.0
    private static let footHeight = 62.0
    private static let rowHeight = 26.0

    /// Room that it takes.
    package var height: Double { Self.headHeight + Self.rowHeight * Double(rows.count) + Self.footHeight }

    /// Draws the map with its left upper corner at (0, `top`).
    package func draw(into drawing: inout Drawing, top: Double, width: Double) {
        let size = Drawing.fontSize
        let labelWidth = min(150, rows.map { TextLayout.width($0, size: size) }.max() ?? 0)
        let left = labelWidth + 30
        let cell = (width - left - 4) / Double(max(1, columns.count))
        let y0 = top + Self.headHeight
        let bottom = y0 + Self.rowHeight * Double(rows.count)
        // A title that is wider than the cells begins further left.
        let titleWidth = TextLayout.width(title, size: size)
        drawing.text(title, at: (max(0, min(left, width - titleWidth)), top + 16), "value")
        drawing.text(
            rowTitle, at: (12, (y0 + bottom) / 2), "title", anchor: .middle, turned: true)
        for (row, text) in rows.enumerated() {
            drawing.text(
                TextLayout.fitting(text, width: labelWidth, size: size),
                at: (left - 8, y0 + Self.rowHeight * (Double(row) + 0.5) + 4), anchor: .end)
        }
        let ticks = TextLayout.withoutOverlap(
            columns.enumerated().map { (left + cell * (Double($0) + 0.5), $1) }, size: size)
        for tick in ticks { drawing.text(tick.text, at: (tick.at, bottom + 16), "tick", anchor: .middle) }
        let end = left + TextLayout.width(columnTitle, size: size) + 12
        let scaleStart = left + cell * Double(columns.count) - scaleWidth
        drawing.text(columnTitle, at: (left, bottom + (end > scaleStart ? 54 : 34)), "title")
        cells(&drawing, left: left, top: y0, width: cell)
        if let framed {
            drawing.frame(
                x: left + cell * Double(framed.column), y: y0 + Self.rowHeight * Double(framed.row),
                width: cell,
                height: Self.rowHeight)
        }
        scale(&drawing, right: left + cell * Double(columns.count), y: bottom + 25)
    }

    private func cells(_ drawing: inout Drawing, left: Double, top: Double, width: Double) {
        let texts = values.map { $0.map { $0.map(short) ?? "–" } }
        let widest = texts.joined().map { TextLayout.width($0, size: Drawing.fontSize) }.max() ?? 0
        let hasRoom = widest + 6 <= width
        for (row, line) in values.enumerated() {
            for (column, value) in line.enumerated() {
                let x = left + width * Double(column)
                let y = top + Self.rowHeight * Double(row)
                let words = value.map(long) ?? "none"
                drawing.rect(
                    value == nil ? "ghost" : style, x: x + 0.5, y: y + 0.5, width: width - 1,
                    height: Self.rowHeight - 1, radius: 2, opacity: value.map(tint),
                    tip: "\(rowTitle) \(rows[row]), \(columnTitle) \(columns[column]): \(words)")
                guard hasRoom else { continue }
                drawing.text(
                    texts[row][column], at: (x + width / 2, y + Self.rowHeight / 2 + 4), anchor: .middle)
            }
        }
    }

    /// Never so strong that ink on it is hard to read.
    private func tint(_ value: Double) -> Double {
        full > 0 ? 0.06 + 0.56 * min(max(value / full, 0), 1) : 0.06
    }

    private var scaleWidth: Double {
        TextLayout.width(short(full), size: Drawing.fontSize) + 22 * 5 + 12
            + TextLayout.width(short(0), size: Drawing.fontSize)
    }

    /// The legend of the tints: five steps from 0 to the full one.
    private func scale(_ drawing: inout Drawing, right: Double, y: Double) {
        let end = short(full)
        let textWidth = TextLayout.width(end, size: Drawing.fontSize)
        let step = 22.0
        let start = right - textWidth - 6 - step * 5
        drawing.text(short(0), at: (start - 6, y + 10), "tick", anchor: .end)
        for index in 0..<5 {
            drawing.rect(
                style, x: start + step * Double(index), y: y, width: step, height: 12,
                opacity: tint(full * Double(index) / 4))
        }
        drawing.text(end, at: (right - textWidth, y + 10), "tick")
    }
}
