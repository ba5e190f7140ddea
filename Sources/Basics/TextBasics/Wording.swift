/// Whole numbers in words.
package enum Counts {
    /// `634,031`
    package static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 stage`, `3 stages`
    package static func text(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}

/// Numbers with a fixed count of decimals.
package enum Decimals {
    /// Rounded to the nearest, halves away from zero; `nan` and `inf` stay words.
    /// - Parameters:
    ///   - places: decimals, 0 ... 9.
    ///   - grouped: whether commas group what is before the point.
    package static func text(_ value: Double, places: Int, grouped: Bool = false) -> String {
        guard value.isFinite else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e18 else { return "\(value)" }
        let rounded = Int64(scaled)
        let sign = value < 0 && rounded > 0 ? "-" : ""
        let whole = rounded / Int64(scale)
        let start = sign + (grouped ? Counts.grouped(Int(whole)) : "\(whole)")
        guard places > 0 else { return start }
        let fraction = String(rounded % Int64(scale))
        return start + "." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}

/// Sizes in words.
package enum Bytes {
    /// `512 B`, `4.2 MB`: powers of 1,000.
    package static func text(_ bytes: Int64) -> String {
        if bytes < 1000 { return "\(bytes) B" }
        var value = Double(bytes) / 1000
        var units = ["kB", "MB", "GB", "TB"][...]
        // Beyond this the number would be rounded to four digits.
        while value >= 999.95, units.count > 1 {
            value /= 1000
            units.removeFirst()
        }
        return "\(Decimals.text(value, places: 1)) \(units.first ?? "")"
    }
}

/// Durations in words.
package enum Durations {
    /// `0.3 s`, `12 s`, `4 min 10 s`, `2 h 5 min`.
    package static func text(_ seconds: Double) -> String {
        if seconds < 9.95 { return "\(Decimals.text(max(0, seconds), places: 1)) s" }
        let whole = Int(min(seconds, 1e15).rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
