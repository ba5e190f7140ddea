/// The references' steps, one after the other, each over the whole text.
///
/// It handles the few texts whose characters depend on their neighbors, and it is the slow twin that the
/// scanner is tested against.
struct LiteralTokenizer: Sendable {
    let options: TokenizerOptions
    let tables: UnicodeTables

    static let capitalSigma: UInt32 = 0x3A3
    private static let space: UInt32 = 0x20

    /// The words of a text, as normalized scalar values.
    func words(of text: [PlacedScalar]) -> [[PlacedScalar]] { words(ofNormalized: normalized(text)) }

    /// The steps before a text is cut into words. (The Python code cuts at white space in between, which
    /// changes nothing: no later step looks across white space.)
    func normalized(_ text: [PlacedScalar]) -> [PlacedScalar] {
        var text = withIdeographsSpaced(cleaned(loweredFirst(text)))
        if options.mode == .hfSlow {
            text = Normalization.composed(Normalization.decomposed(text, tables: tables), tables: tables)
        }
        return folded(text)
    }

    /// The words of mode `hf-slow` between two spaces, before case, accents and punctuation are looked at.
    func unfoldedWords(of text: [PlacedScalar]) -> [[PlacedScalar]] {
        let spaced = withIdeographsSpaced(cleaned(text))
        return Normalization.composed(Normalization.decomposed(spaced, tables: tables), tables: tables)
            .split { separates($0.value) }.map(Array.init)
    }

    /// Cuts normalized text at white space and around punctuation.
    func words(ofNormalized text: [PlacedScalar]) -> [[PlacedScalar]] {
        var words: [[PlacedScalar]] = []
        var word: [PlacedScalar] = []
        func finish() {
            if !word.isEmpty { words.append(word) }
            word.removeAll()
        }
        for scalar in text {
            if separates(scalar.value) {
                finish()
            } else if isPunctuation(scalar.value) {
                finish()
                words.append([scalar])
            } else {
                word.append(scalar)
            }
        }
        finish()
        return words
    }

    // MARK: Steps

    /// Only the slow Hugging Face tokenizer lower-cases before anything else, character by character.
    func loweredFirst(_ text: [PlacedScalar]) -> [PlacedScalar] {
        options.mode == .hfSlow && options.lowercase ? lowered(text) : text
    }

    func cleaned(_ text: [PlacedScalar]) -> [PlacedScalar] {
        guard options.cleansText else { return text }
        let dropped: UnicodeTables.Properties = options.mode == .hfSlow ? .other : .dropped
        return text.compactMap { scalar in
            let properties = tables.properties(of: scalar.value)
            if properties.contains(dropped) { return nil }
            guard properties.contains(.space) else { return scalar }
            return PlacedScalar(Self.space, start: scalar.start, end: scalar.end)
        }
    }

    func withIdeographsSpaced(_ text: [PlacedScalar]) -> [PlacedScalar] {
        guard options.isolatesIdeographs else { return text }
        return text.flatMap { scalar -> [PlacedScalar] in
            guard options.mode.isIdeograph(scalar.value) else { return [scalar] }
            let space = PlacedScalar(Self.space, start: scalar.start, end: scalar.end)
            return [space, scalar, space]
        }
    }

    /// Case and accents. Rust strips first and lower-cases character by character; Python lower-cases whole
    /// words first, with the rule for a final sigma.
    func folded(_ text: [PlacedScalar]) -> [PlacedScalar] {
        if options.mode == .hfFast {
            let stripped = options.stripsAccents ? withoutAccents(text) : text
            return options.lowercase ? lowered(stripped) : stripped
        }
        let lower = options.lowercase ? loweredWithFinalSigma(text) : text
        return options.stripsAccents ? withoutAccents(lower) : lower
    }

    func separates(_ scalar: UInt32) -> Bool {
        scalar == Self.space || tables.properties(of: scalar).contains(.separator)
    }

    func isPunctuation(_ scalar: UInt32) -> Bool { tables.properties(of: scalar).contains(.punctuation) }

    private func withoutAccents(_ text: [PlacedScalar]) -> [PlacedScalar] {
        Normalization.decomposed(text, tables: tables)
            .filter { !tables.properties(of: $0.value).contains(.nonspacing) }
    }

    func lowered(_ text: [PlacedScalar]) -> [PlacedScalar] {
        text.flatMap { scalar in
            (tables.lowercase(of: scalar.value) ?? [scalar.value])
                .map { PlacedScalar($0, start: scalar.start, end: scalar.end) }
        }
    }

    private func loweredWithFinalSigma(_ text: [PlacedScalar]) -> [PlacedScalar] {
        var final: Set<Int> = []
        for (index, scalar) in text.enumerated() where scalar.value == Self.capitalSigma {
            if isFinal(index, in: text) { final.insert(index) }
        }
        guard !final.isEmpty else { return lowered(text) }
        return text.enumerated().flatMap { index, scalar -> [PlacedScalar] in
            guard final.contains(index) else { return lowered([scalar]) }
            return [PlacedScalar(0x3C2, start: scalar.start, end: scalar.end)]
        }
    }

    /// After a cased letter and not before one, both within the word, looking past ignorable characters.
    private func isFinal(_ index: Int, in text: [PlacedScalar]) -> Bool {
        func looksPast(_ scalar: UInt32) -> Bool { tables.properties(of: scalar).contains(.caseIgnorable) }
        func isCased(_ scalar: UInt32) -> Bool { tables.properties(of: scalar).contains(.cased) }
        let before = text[..<index].last { !looksPast($0.value) }
        let after = text[(index + 1)...].first { !looksPast($0.value) }
        return before.map { isCased($0.value) } == true && after.map { isCased($0.value) } != true
    }
}
