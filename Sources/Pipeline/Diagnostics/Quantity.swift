/// Whole numbers with units, as the pipeline file and the command line write them.
package enum Quantity {
    private static let durationUnits = [("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
    private static let sizeUnits = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("KB", 1000), ("B", 1),
    ]

    /// `72h` in seconds; `nil` if the text is not a duration or is out of range.
    package static func seconds(_ text: String) -> Int? { parse(text, durationUnits) }

    /// `20GB` in bytes; `nil` if the text is not a size or is out of range.
    package static func bytes(_ text: String) -> Int? { parse(text, sizeUnits) }

    /// Seconds as they would be written, in the largest unit that needs no fraction.
    package static func durationText(_ seconds: Int) -> String { text(seconds, durationUnits) }

    /// Bytes as they would be written, in the largest unit that needs no fraction.
    package static func sizeText(_ bytes: Int64) -> String { text(Int(bytes), sizeUnits) }

    /// `12.5%` as a share, 0.125; `nil` if the text is not a percentage.
    package static func percentage(_ text: String) -> Double? {
        guard text.utf8.last == UInt8(ascii: "%") else { return nil }
        let digits = text.dropLast()
        guard digits.utf8.first.map(isDigit) ?? false,
            digits.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        return Double(digits + "e-2")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func parse(_ text: String, _ units: [(name: String, factor: Int)]) -> Int? {
        for unit in units where text.utf8.count > unit.name.utf8.count && text.hasSuffix(unit.name) {
            let digits = text.utf8.dropLast(unit.name.utf8.count)
            guard digits.allSatisfy(isDigit), let number = Int(String(digits) ?? "") else {
                continue
            }
            let (product, overflow) = number.multipliedReportingOverflow(by: unit.factor)
            return overflow ? nil : product
        }
        return nil
    }

    private static func text(_ amount: Int, _ units: [(name: String, factor: Int)]) -> String {
        let unit = units.first { amount != 0 && amount % $0.factor == 0 } ?? units[units.count - 1]
        return "\(amount / unit.factor)\(unit.name)"
    }
}
