internal import TextBasics

/// Numbers as the page shows them, the same on every system and in every locale.
package enum Numbers {
    /// `1234567` as `1,234,567`.
    package static func grouped(_ value: Int) -> String { withMinus(Counts.grouped(value)) }

    /// A number with a fixed count of decimals, 0 ... 9; `–` where it is not finite.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return "–" }
        return withMinus(Decimals.text(value, places: decimals, grouped: decimals <= 3))
    }

    /// A negative number with a minus sign in front instead of a hyphen.
    private static func withMinus(_ number: String) -> String {
        number.hasPrefix("-") ? "−" + number.dropFirst() : number
    }

    /// A share of 0 ... 1 as a percentage: one decimal, none at exactly 0 and 100, and never rounded up to all or down
    /// to nothing.
    package static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "–" }
        if share == 0 || share == 1 { return share == 0 ? "0%" : "100%" }
        if share > 0, share < 0.0005 { return "<0.1%" }
        if share > 0.9995, share < 1 { return ">99.9%" }
        return fixed(share * 100, 1) + "%"
    }

    /// A bound such as 0.4 as `40%`: as many decimals as it has, up to three.
    package static func percentBound(_ share: Double) -> String { trimmed(share * 100, 3) + "%" }

    package static func percent(_ part: Int, of whole: Int) -> String {
        whole > 0 ? percent(Double(part) / Double(whole)) : "–"
    }

    /// A number without needless zeros after the point, at most `decimals` of them.
    package static func trimmed(_ value: Double, _ decimals: Int) -> String {
        let text = fixed(value, decimals)
        guard text.contains(".") else { return text }
        let cut = text.reversed().drop { $0 == "0" }
        let rest = cut.first == "." ? cut.dropFirst() : cut
        return String(rest.reversed())
    }

    /// A learning rate and the like: three significant digits, `3.00e−5` below a thousandth.
    package static func small(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return value == 0 ? "0" : "–" }
        if abs(value) >= 0.001 { return trimmed(value, 5) }
        var mantissa = abs(value)
        var exponent = 0
        while mantissa < 0.9995 {
            mantissa *= 10
            exponent += 1
        }
        return (value < 0 ? "−" : "") + trimmed(mantissa, 2) + "e−\(exponent)"
    }

    /// A count in little room: `312`, `4,120`, `12.3k`, `1.24M`.
    package static func compact(_ value: Double) -> String {
        if value >= 999_500 { return trimmed(value / 1e6, 2) + "M" }
        if value >= 10_000 { return trimmed(value / 1e3, value >= 99_950 ? 0 : 1) + "k" }
        return grouped(Int(value))
    }

    /// A count in words for a sentence: `1.2 million`, `845,000`, `312`.
    package static func spoken(_ count: Int) -> String {
        if count >= 1_000_000 { return trimmed(Double(count) / 1e6, 1) + " million" }
        if count >= 100_000 { return grouped((count + 500) / 1_000 * 1_000) }
        return grouped(count)
    }
}
