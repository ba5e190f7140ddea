/// Step 4 of cleaning: removes what KcBERT's pattern for addresses matches.
///
///     https?:\/\/(www\.)?[-a-zA-Z0-9@:%._\+~#=]{1,256}\.[a-zA-Z0-9()]{1,6}\b([-a-zA-Z0-9()@:%_\+.~#?&//=]*)
///
/// The last group takes every character that the parts before it may hold. So wherever the pattern matches at
/// all, it matches up to the end of the run of those characters, and only whether it matches is left to find.
enum AddressRemoval {
    private static let host: UInt8 = 1
    private static let ending: UInt8 = 2
    private static let rest: UInt8 = 4

    private static let classes: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 256)
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        for byte in letters + Array("-@:%._+~#=".utf8) { table[Int(byte)] |= host }
        for byte in letters + Array("()".utf8) { table[Int(byte)] |= ending }
        for byte in letters + Array("-()@:%_+.~#?&/=".utf8) { table[Int(byte)] |= rest }
        return table
    }()

    /// Whether there may be something to remove.
    static func mayApply(to text: UnsafeRawBufferPointer) -> Bool {
        nextMark(in: text, from: 0) != nil
    }

    /// Writes `text` without addresses.
    static func remove(from text: UnsafeRawBufferPointer, words: CharacterClasses, into target: ByteScratch) {
        target.restart(text.count)
        var copied = 0
        func copy(upTo end: Int) {
            let part = UnsafeRawBufferPointer(rebasing: text[copied..<end])
            UnsafeMutableRawBufferPointer(start: target.start + target.count, count: part.count)
                .copyMemory(from: part)
            target.count += part.count
        }
        var from = 0
        while let mark = nextMark(in: text, from: from) {
            from = mark + 1
            guard let start = schemeStart(before: mark, in: text), start >= copied else { continue }
            let body = mark + 3
            let afterWWW = text[body...].starts(with: "www.".utf8) ? body + 4 : body
            guard matches(text, afterWWW, words) || matches(text, body, words) else { continue }
            copy(upTo: start)
            copied = body
            while copied < text.count, classes[Int(text[copied])] & rest != 0 { copied += 1 }
            from = copied
        }
        copy(upTo: text.count)
    }

    /// Position of the next `://`.
    private static func nextMark(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var from = start
        while let at = firstIndex(of: 0x3A, in: text, from: from), at + 2 < text.count {
            if text[at + 1] == 0x2F, text[at + 2] == 0x2F { return at }
            from = at + 1
        }
        return nil
    }

    /// Where `http` or `https` starts before the mark.
    private static func schemeStart(before mark: Int, in text: UnsafeRawBufferPointer) -> Int? {
        for scheme in ["https", "http"] where mark >= scheme.utf8.count {
            let start = mark - scheme.utf8.count
            if text[start..<mark].elementsEqual(scheme.utf8) { return start }
        }
        return nil
    }

    /// Whether a host, a dot and an ending that stops at a word boundary follow.
    private static func matches(
        _ text: UnsafeRawBufferPointer, _ start: Int, _ words: CharacterClasses
    ) -> Bool {
        var at = start
        while at < text.count, at - start <= 256 {
            if text[at] == 0x2E, at > start, endingFollows(text, at + 1, words) { return true }
            guard classes[Int(text[at])] & host != 0 else { return false }
            at += 1
        }
        return false
    }

    private static func endingFollows(
        _ text: UnsafeRawBufferPointer, _ start: Int, _ words: CharacterClasses
    ) -> Bool {
        var at = start
        while at < text.count, at - start < 6, classes[Int(text[at])] & ending != 0 {
            let isWord = text[at] != 0x28 && text[at] != 0x29
            at += 1
            if isWord != isWordCharacter(text, at, words) { return true }
        }
        return false
    }

    private static func isWordCharacter(
        _ text: UnsafeRawBufferPointer, _ at: Int, _ words: CharacterClasses
    ) -> Bool {
        guard at < text.count, let base = text.baseAddress else { return false }
        let (scalar, _) = ScalarBytes.decode(base.assumingMemoryBound(to: UInt8.self), at, text.count)
        return words.table[Int(scalar)] & CharacterClasses.word != 0
    }
}
