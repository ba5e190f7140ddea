internal import Diagnostics

/// Rows of cells, printed in columns as wide as their widest cell.
package struct TextTable {
    package enum Alignment { case left, right }

    private let alignments: [Alignment]
    private var rows: [[String]] = []

    package init(_ alignments: Alignment...) { self.init(alignments) }

    package init(_ alignments: [Alignment]) {
        self.alignments = alignments
    }

    package mutating func add(_ cells: String...) { add(cells) }

    package mutating func add(_ cells: [String]) { rows.append(cells.map(TerminalText.of)) }

    /// One text a row, two blanks between columns, none at the end.
    package var lines: [String] {
        let widths = alignments.indices.map { column in
            rows.map { DisplayWidth.of($0[column].unicodeScalars) }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let gap = String(
                    repeating: " ", count: widths[column] - DisplayWidth.of(cell.unicodeScalars))
                line += (column == 0 ? "" : "  ") + (alignments[column] == .right ? gap + cell : cell + gap)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
