/// Counts the letters that rules take from texts: those that the base does not list, and those that a rule for repeats
/// that was requested separately takes.
///
/// A base made for one language damages all others: `pamiętam` becomes `pami tam`. What KcBERT's own rule for
/// repeats takes is not a loss but its purpose, and the same goes for addresses.
package struct LetterLoss {
    /// Letters of one text, and how many of them are taken. A letter is a word character (`\w` of Python's `re`) but for
    /// ASCII's digits and the underscore.
    package struct Counts: Hashable, Sendable {
        package var letters = 0
        package var taken = 0

        package init(letters: Int = 0, taken: Int = 0) {
            self.letters = letters
            self.taken = taken
        }

        /// 0 ... 1.
        package var share: Double { letters == 0 ? 0 : Double(taken) / Double(letters) }
    }

    private let prepare: TextCleaner
    private let cleaner: TextCleaner
    private let classes: CharacterClasses
    /// `nil` if repeats are left alone, or shortened as the base does.
    private let repeats: RepeatRule?

    package init(_ rules: CleaningRules) {
        prepare = TextCleaner(
            CleaningRules(.none, decodesEntities: rules.decodesEntities, normalizes: rules.normalizes))
        cleaner = TextCleaner(rules)
        classes = CharacterClasses.of(rules.base)
        repeats = rules.repeats == CleaningRules(rules.base).repeats ? nil : rules.repeats
    }

    /// Whether these rules can take a letter at all.
    package static func mayOccur(with rules: CleaningRules) -> Bool {
        rules.base != .none || rules.repeats != nil
    }

    /// Counts the letters of a text, given as UTF-8.
    package func count(_ text: UnsafeRawBufferPointer) -> Counts {
        count(prepared: prepare.clean(text).bytes)
    }

    private func count(prepared text: UnsafeRawBufferPointer) -> Counts {
        var counts = Counts()
        guard let base = text.baseAddress else { return counts }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        var (at, run) = (0, 0)
        var last = ScalarBytes.malformed
        while at < text.count {
            let (scalar, length) = ScalarBytes.decode(bytes, at, text.count)
            at += length
            let kind = classes.table[Int(scalar)]
            let isWord = kind & CharacterClasses.word != 0
            run = isWord && scalar == last ? run + 1 : 1
            last = scalar
            guard isWord, scalar > 0x7F || (scalar | 0x20) >= 0x61 && scalar != 0x5F else { continue }
            counts.letters += 1
            if kind & CharacterClasses.kept == 0 {
                counts.taken += 1
            } else if let repeats, run >= repeats.shortestRun {
                counts.taken += run == repeats.shortestRun ? run - repeats.keep : 1
            }
        }
        return counts
    }

    /// Words of a text that lose letters, with what becomes of each; at most this many.
    package func examples(in text: UnsafeRawBufferPointer, most: Int) -> [(word: String, cleaned: String)] {
        let words = String(decoding: prepare.clean(text).bytes, as: UTF8.self).split { $0.isWhitespace }
        let spoiled = words.lazy.map(String.init).filter { word in
            var word = word
            return word.withUTF8 { count(prepared: UnsafeRawBufferPointer($0)).taken > 0 }
        }
        return spoiled.prefix(most).map { ($0, cleaner.clean($0)) }
    }
}
