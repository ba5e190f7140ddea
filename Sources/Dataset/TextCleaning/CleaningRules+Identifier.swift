extension CleaningRules {
    /// Names what these rules do to a text, such as `kcbert-2020+entities+nfc`: the base, then what differs from it.
    ///
    /// Written into shards and models, so that texts to predict are cleaned as those to learn from were. What drops a
    /// text (``minChars``) is not part of it.
    package var identifier: String {
        var parts = [base.rawValue]
        let plain = CleaningRules(base)
        if readsHTML { parts.append("html") }
        if decodesEntities { parts.append("entities") }
        if normalizes { parts.append("nfc") }
        if collapsesSpace, !plain.collapsesSpace { parts.append("space") }
        if removesURLs != plain.removesURLs { parts.append(removesURLs ? "urls" : "keep-urls") }
        if repeats != plain.repeats {
            parts.append(repeats.map { "repeats-\($0.shortestRun)-\($0.keep)" } ?? "keep-repeats")
        }
        if let masking { parts.append(Self.maskPrefix + masking) }
        return parts.joined(separator: "+")
    }

    private static let maskPrefix = "mask-"

    /// The rules of that name; `nil` for a text that names none.
    package init?(identifier: String) {
        var parts = identifier.split(separator: "+", omittingEmptySubsequences: false)[...]
        guard let name = parts.popFirst(), let base = Base(rawValue: String(name)) else { return nil }
        self.init(base)
        for part in parts {
            switch part {
            case "html": readsHTML = true
            case "entities": decodesEntities = true
            case "nfc": normalizes = true
            case "space": collapsesSpace = true
            case "urls": removesURLs = true
            case "keep-urls": removesURLs = false
            case "keep-repeats": repeats = nil
            case _ where part.hasPrefix(Self.maskPrefix) && part.utf8.count > Self.maskPrefix.utf8.count:
                masking = String(part.dropFirst(Self.maskPrefix.count))
            default:
                let numbers = part.split(separator: "-").dropFirst().compactMap { Int($0) }
                guard part.hasPrefix("repeats-"), numbers.count == 2, numbers[1] >= 1, numbers[0] > numbers[1]
                else {
                    return nil
                }
                repeats = RepeatRule(shortestRun: numbers[0], keep: numbers[1])
            }
        }
    }
}
