/// Cuts text into words as GPT-2 does, by its pattern
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// read by hand: one space belongs to the word behind it; of longer white space the last character is left over.
struct ByteLevelWords {
    private typealias Class = LetterClasses.Class

    private let text: UnsafePointer<UInt8>
    private let count: Int
    private let classes: LetterClasses.Pointers

    /// - Parameter text: well-formed UTF-8.
    init(_ text: UnsafePointer<UInt8>, count: Int, _ classes: LetterClasses.Pointers) {
        self.text = text
        self.count = count
        self.classes = classes
    }

    /// Where the word ends that starts at a place before the end.
    @inline(__always)
    func end(of start: Int) -> Int {
        let first = text[start]
        if first == UInt8(ascii: " ") {
            let next = start &+ 1
            guard next < count else { return next }
            let (kind, length) = classes.scalar(at: text + next)
            return kind == Class.space ? spaceEnd(start) : runEnd(next &+ length, kind)
        }
        if first == UInt8(ascii: "'"), let end = contractionEnd(start) { return end }
        let (kind, length) = classes.scalar(at: text + start)
        return kind == Class.space ? spaceEnd(start) : runEnd(start &+ length, kind)
    }

    @inline(__always)
    private func runEnd(_ start: Int, _ kind: UInt8) -> Int {
        var at = start
        while at < count {
            let (next, length) = classes.scalar(at: text + at)
            if next != kind { break }
            at &+= length
        }
        return at
    }

    /// White space up to the end of the text, or without the last character before anything else.
    private func spaceEnd(_ start: Int) -> Int {
        var at = start
        var last = start
        while at < count {
            let (kind, length) = classes.scalar(at: text + at)
            if kind != Class.space { return last > start ? last : at }
            last = at
            at += length
        }
        return at
    }

    private func contractionEnd(_ start: Int) -> Int? {
        guard start + 1 < count else { return nil }
        let second = text[start + 1]
        switch second {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        default: break
        }
        guard start + 2 < count else { return nil }
        switch (second, text[start + 2]) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return nil
        }
    }
}
