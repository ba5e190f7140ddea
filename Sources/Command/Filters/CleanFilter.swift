internal import TextBasics
package import TextCleaning

/// Cleans texts. A text of which nothing worth keeping is left becomes a missing one.
package struct CleanFilter: TextFilter {
    private let cleaner: TextCleaner
    private let dropsEmpty: Bool
    private var dropped = 0

    package init(_ rules: CleaningRules, dropsEmpty: Bool) {
        cleaner = TextCleaner(rules)
        self.dropsEmpty = dropsEmpty
    }

    package var columns: [String] { [] }

    package mutating func results(of texts: [[UInt8]?]) -> [FilterResult] {
        texts.map { text in
            guard let text else { return FilterResult(fields: [nil], isDropped: true) }
            return text.withUnsafeBytes { bytes in
                let cleaned = cleaner.clean(bytes)
                if cleaned.isTooShort || dropsEmpty && cleaned.bytes.isEmpty {
                    dropped += 1
                    return FilterResult(fields: [nil], isDropped: true)
                }
                return FilterResult(fields: [Array(cleaned.bytes)])
            }
        }
    }

    package var remarks: [String] {
        dropped == 0 ? [] : ["empty or too short once cleaned: \(Counts.text(dropped, "text"))"]
    }
}
