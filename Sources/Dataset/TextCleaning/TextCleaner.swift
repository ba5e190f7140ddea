/// Applies cleaning rules to one text after another, reusing its memory.
///
/// Not shared between tasks: give each its own. The class tables after it are made once.
package struct TextCleaner {
    /// The rules applied.
    package let rules: CleaningRules
    private let classes: CharacterClasses
    private let first = ByteScratch()
    private let second = ByteScratch()

    private var collapsesSpace: Bool { rules.base != .none || rules.collapsesSpace }

    package init(_ rules: CleaningRules) {
        self.rules = rules
        classes = CharacterClasses.of(rules.base)
    }

    /// A cleaned text, lent until the cleaner is given the next one, or for as long as the text it was made
    /// from, whichever is shorter.
    package struct Cleaned {
        /// UTF-8, if the given text was.
        package let bytes: UnsafeRawBufferPointer
        /// Its length in code points.
        package let characters: Int
        /// Whether it has fewer code points than the rules ask for.
        package let isTooShort: Bool
    }

    /// Cleans one text, given as UTF-8.
    ///
    /// What is not UTF-8 is replaced by a space with the KcBERT bases, and stays as it is otherwise.
    ///
    /// - Complexity: O(n), one pass over texts that need no normalization and hold no address or reference.
    package func clean(_ text: UnsafeRawBufferPointer) -> Cleaned {
        var current = text
        var free = first
        var other = second
        func step(_ work: (UnsafeRawBufferPointer, ByteScratch) -> Void) {
            work(current, free)
            current = free.bytes
            swap(&free, &other)
        }
        if rules.readsHTML, HTMLText.mayApply(to: current) { step(HTMLText.write) }
        if rules.decodesEntities, !rules.readsHTML, EntityDecoding.mayApply(to: current) {
            step(EntityDecoding.decode)
        }
        if rules.normalizes, Normalization.mayApply(to: current) { step(Normalization.compose) }
        if rules.removesURLs, AddressRemoval.mayApply(to: current) {
            if rules.base != .none { step { Squeeze.filter($0, classes, into: $1) } }
            step { AddressRemoval.remove(from: $0, words: classes, into: $1) }
        }
        guard collapsesSpace || rules.repeats != nil else {
            return cleaned(current, Self.count(current))
        }
        let characters = Squeeze.squeeze(
            current, classes, repeats: rules.repeats, collapsingSpace: collapsesSpace, into: free)
        return cleaned(free.bytes, characters)
    }

    /// Cleans one text.
    package func clean(_ text: String) -> String {
        var text = text
        return text.withUTF8 { String(decoding: clean(UnsafeRawBufferPointer($0)).bytes, as: UTF8.self) }
    }

    private func cleaned(_ bytes: UnsafeRawBufferPointer, _ characters: Int) -> Cleaned {
        Cleaned(bytes: bytes, characters: characters, isTooShort: characters < rules.minChars)
    }

    /// Code points in UTF-8: bytes that continue none.
    private static func count(_ bytes: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }
}
