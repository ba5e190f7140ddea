/// A picture of dots, eight in each character.
///
/// Source: Unicode Standard, Braille Patterns, U+2800 ... U+28FF: the eight low bits are the dots, two columns of four.
struct DotCanvas {
    private let columns: Int
    private let rows: Int
    private var cells: [UInt8]

    /// - Parameters:
    ///   - columns: characters in a line, at least 1.
    ///   - rows: lines, at least 1.
    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = [UInt8](repeating: 0, count: columns * rows)
    }

    private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

    /// Sets one dot; x from the left, y from the top.
    private mutating func set(_ x: Int, _ y: Int) {
        let (x, y) = (min(max(0, x), 2 * columns - 1), min(max(0, y), 4 * rows - 1))
        cells[y / 4 * columns + x / 2] |= Self.bits[x % 2][y % 4]
    }

    /// Draws a line through points, whose coordinates are shares of the width from the left and of the height from the
    /// bottom.
    mutating func draw(_ points: [(x: Double, y: Double)]) {
        let places = points.filter { $0.x.isFinite && $0.y.isFinite }.map { point in
            (
                x: Int((point.x * Double(2 * columns - 1)).rounded()),
                y: Int(((1 - point.y) * Double(4 * rows - 1)).rounded())
            )
        }
        for place in places { set(place.x, place.y) }
        for (start, end) in zip(places, places.dropFirst()) {
            let steps = max(abs(end.x - start.x), abs(end.y - start.y), 1)
            for step in 0...steps {
                set(
                    start.x + (end.x - start.x) * step / steps, start.y + (end.y - start.y) * step / steps)
            }
        }
    }

    /// From the top, without blanks at the end.
    var lines: [String] {
        (0..<rows).map { row in
            let line = cells[row * columns..<(row + 1) * columns].map { bits in
                bits == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(bits)).map { String($0) } ?? " "
            }
            return String(line.joined().reversed().drop { $0 == " " }.reversed())
        }
    }
}
